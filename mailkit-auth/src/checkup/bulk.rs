//! What Gmail, Yahoo and Microsoft demand of those who send much.
//!
//! Sources: Gmail's Email sender guidelines (in force since February 2024), Yahoo's Sender best
//! practices (February 2024), Microsoft's rules for high-volume senders to its consumer mailboxes
//! (5 May 2025, `550 5.7.515`).

mod requirement;

pub use requirement::{BulkReceiver, BulkRequirement};

use super::examination::{Examination, Place};
use super::request::{DeliveryTls, SpamRate};
use super::rules as rule;
use crate::lint::Severity;

/// One demand of one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BulkCheck {
    /// Who demands it.
    pub receiver: BulkReceiver,
    /// What is demanded.
    pub requirement: BulkRequirement,
    /// Whether it is so.
    pub state: RequirementState,
    /// How that is known, or what it takes to know.
    pub evidence: String,
}

/// Whether a demand is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[expect(clippy::exhaustive_enums, reason = "it is, it is not, or nobody knows")]
pub enum RequirementState {
    /// It is.
    Met,
    /// It is not.
    NotMet,
    /// Nobody could tell, or nobody said what it takes to tell.
    NotChecked,
}

/// Every demand of every receiver; what a bulk sender lacks becomes a finding.
pub(super) fn checks(exam: &mut Examination) -> Vec<BulkCheck> {
    volume(exam);
    complaints(exam);
    if exam.is_parked() {
        return Vec::new();
    }
    let receivers = [BulkReceiver::Gmail, BulkReceiver::Yahoo, BulkReceiver::Microsoft];
    let demands = receivers.iter().flat_map(|receiver| {
        receiver.requirements().iter().map(move |requirement| (*receiver, *requirement))
    });
    let check = |(receiver, requirement)| {
        let (known, evidence) = evidence(exam, requirement);
        let state = match known {
            Some(true) => RequirementState::Met,
            Some(false) => RequirementState::NotMet,
            None => RequirementState::NotChecked,
        };
        BulkCheck { receiver, requirement, state, evidence }
    };
    demands.map(check).collect()
}

/// Whether the demand is met, and how that is known.
fn evidence(exam: &Examination, requirement: BulkRequirement) -> (Option<bool>, String) {
    let facts = &exam.facts;
    let given = !exam.request.messages.is_empty();
    let (known, yes, no, unknown) = match requirement {
        BulkRequirement::Spf => (
            facts.spf,
            "one record within the limits",
            "no record that can be evaluated",
            "no answer of the DNS",
        ),
        BulkRequirement::Dkim => (
            facts.dkim,
            "a key that verifiers accept",
            "no key that verifiers accept",
            "name a selector (`with_selector`)",
        ),
        BulkRequirement::DkimKey => (
            facts.strong_key,
            "an RSA key of 1,024 bits or more",
            "no RSA key of 1,024 bits",
            "name a selector (`with_selector`)",
        ),
        BulkRequirement::Dmarc => {
            (facts.dmarc.exists(), "a record applies", "no record applies", "no answer of the DNS")
        }
        BulkRequirement::Alignment => (
            facts.aligned,
            "the messages given are aligned",
            "a message is not aligned",
            if given {
                "no signature aligns, and no return path is known"
            } else {
                "give a message (`with_message`)"
            },
        ),
        BulkRequirement::ReverseName => (
            facts.ptr,
            "every address has one",
            "an address has none that leads back",
            match exam.request.senders.is_empty() {
                true => "give the sending addresses (`with_sender`)",
                false => "no answer of the DNS",
            },
        ),
        BulkRequirement::Tls => (
            exam.request.delivery_tls.map(|tls| tls == DeliveryTls::Always),
            "all mail is sent over TLS",
            "some mail is sent without TLS",
            "say whether mail is sent over TLS (`with_delivery_tls`)",
        ),
        BulkRequirement::Format => (
            facts.well_formed,
            "the messages given are well formed",
            "a message is not well formed",
            "give a message (`with_message`)",
        ),
        BulkRequirement::OneClick => (
            facts.one_click,
            "marketing mail has it, signed",
            "marketing mail lacks it",
            "give a marketing message (`with_purpose`)",
        ),
        BulkRequirement::SpamRate => {
            let rate = exam.request.spam_rate;
            let known = rate.map(|rate| rate < SpamRate::LIMIT);
            let unknown = || "give the spam rate (`with_spam_rate`)".to_owned();
            let text = rate.map_or_else(unknown, |rate| rate.to_string());
            return (known, text);
        }
    };
    let text = match known {
        Some(true) => yes,
        Some(false) => no,
        None => unknown,
    };
    (known, text.to_owned())
}

/// Messages a day from which receivers call a sender a bulk sender.
const BULK: u64 = 5_000;

fn volume(exam: &mut Examination) {
    let place = Place::mail(&exam.apex());
    if exam.request.delivery_tls.is_some_and(|tls| tls != DeliveryTls::Always) {
        exam.found(&place, rule::NO_TLS.at(0..0, "mail is sent without TLS"));
    }
    let Some(daily) = exam.request.daily_messages.filter(|daily| *daily >= BULK) else { return };
    let basics = [
        BulkRequirement::Spf,
        BulkRequirement::Dkim,
        BulkRequirement::Dmarc,
        BulkRequirement::Alignment,
    ];
    let lacking = basics.into_iter().filter(|it| evidence(exam, *it).0 == Some(false));
    let lacking: Vec<String> = lacking.map(|it| it.to_string()).collect();
    if !lacking.is_empty() {
        let message = format!("{daily} messages a day without {}", lacking.join(", "));
        exam.found(&place, rule::BULK_BASICS.at(0..0, message));
    }
}

fn complaints(exam: &mut Examination) {
    let Some(rate) = exam.request.spam_rate.filter(|rate| *rate >= SpamRate::TARGET) else {
        return;
    };
    let finding = rule::COMPLAINTS.at(0..0, format!("{rate} of the messages are complained about"));
    let severity = if rate < SpamRate::LIMIT { Severity::Warning } else { Severity::Error };
    let place = Place::mail(&exam.apex());
    exam.found(&place, finding.milder(severity));
}
