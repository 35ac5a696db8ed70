//! Signed messages: the examples of RFC 8463 and mails of real senders.

use std::time::{Duration, SystemTime};

use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::verify::{DkimResult, DkimVerdict, Envelope, VerifyLimits, verify};

use crate::data::{self, Score};

/// Each file: the keys as `name record` lines, an empty line, the message.
#[test]
fn signed_messages() {
    let mut score = Score::default();
    for (number, signatures) in [(1, 2), (2, 1), (3, 2), (4, 1), (5, 1), (6, 1)] {
        let file = format!("auth/stalwart-mail-auth/resources/dkim/{number:03}.txt");
        let Some(octets) = data::read(&file) else { return };
        score.count(&file, check(&octets, signatures));
    }
    score.tell("DKIM messages", 6);
}

fn check(file: &[u8], signatures: usize) -> Result<(), String> {
    let text: String = file.iter().map(|octet| char::from(*octet)).collect();
    let (keys, message) = text.split_once("\n\n").ok_or("no empty line after the keys")?;
    let mut zone = ZoneSnapshot::new();
    for line in keys.lines() {
        let (name, record) = line.split_once(' ').ok_or("no record after the name")?;
        zone = zone.with_txt(name, record).map_err(|error| error.to_string())?;
    }
    let message = message.replace("\r\n", "\n").replace('\n', "\r\n");
    let message: Vec<u8> =
        message.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let envelope = Envelope::new([192, 0, 2, 1], "mx.test", "");
    let report =
        verify(&zone, &message, &envelope, SystemTime::UNIX_EPOCH + NOW, VerifyLimits::default());
    let passes = |verdict: &&DkimVerdict| verdict.result == DkimResult::Pass;
    match report.dkim.iter().filter(passes).count() {
        passed if passed == signatures => Ok(()),
        passed => Err(format!("{passed} of {signatures} signatures: {:?}", report.dkim)),
    }
}

/// In the days of the youngest message, before the signature of another expires.
const NOW: Duration = Duration::from_secs(1_667_900_000);
