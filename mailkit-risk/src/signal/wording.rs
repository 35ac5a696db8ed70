//! What is asked, and how.

use super::{Case, Findings};
use crate::code::Code;
use crate::lexicon::Topic;

const TOPICS: [(Topic, Code); 5] = [
    (Topic::Pressure, Code::WordingUrgency),
    (Topic::Secrecy, Code::WordingSecrecy),
    (Topic::Authority, Code::WordingAuthority),
    (Topic::Credentials, Code::WordingCredentials),
    (Topic::GiftCard, Code::WordingGiftCard),
];

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    for (topic, code) in TOPICS {
        if let Some((reading, hit)) = case.phrase(topic) {
            findings.add(code, reading.place(hit.start, hit.end), reading.words(&hit));
        }
    }
}
