//! The form of the message.

use super::{Case, Findings};
use crate::assessment::Place;
use crate::code::Code;
use crate::lexicon::MAX_HITS;
use crate::message::DefectKind;
use crate::text;

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    for defect in &case.view.defects {
        findings.add(code(defect.kind), defect.place.clone(), &defect.evidence);
    }
    for unscannable in &case.view.unscannable {
        findings.cannot_scan(unscannable.clone());
    }
    limits(case, findings);
    reply_without_thread(case, findings);
}

/// What the other signals have left out; a host may fill a view with more than the limits allow.
fn limits(case: &Case<'_>, findings: &mut Findings) {
    if let Some(link) = case.view.links.get(case.limits.links) {
        findings.reached_limit(Place::part(link.part));
    }
    let mut room = case.limits.total_text_bytes();
    for text in &case.view.texts {
        if text.text.len() > room.min(case.limits.text_bytes) {
            findings.reached_limit(Place::part(text.part));
        }
        room = room.saturating_sub(text.text.len().min(case.limits.text_bytes));
    }
    for reading in case.readings.iter().filter(|reading| reading.hits.len() >= MAX_HITS) {
        findings.reached_limit(reading.place(0, 0));
    }
}

fn code(kind: DefectKind) -> Code {
    match kind {
        DefectKind::BareNewline => Code::BareNewline,
        DefectKind::Boundary => Code::MimeBoundary,
        DefectKind::DuplicateField => Code::HeaderDuplicateField,
        DefectKind::DuplicateMimeField => Code::MimeDuplicateField,
        DefectKind::Encoding => Code::MimeEncoding,
        DefectKind::Limit => Code::LimitReached,
        DefectKind::Nul => Code::NulByte,
        DefectKind::Unreadable => Code::Unreadable,
    }
}

fn reply_without_thread(case: &Case<'_>, findings: &mut Findings) {
    let subject = text::fold(&case.view.subject);
    let is_reply = REPLY_PREFIXES.iter().any(|prefix| subject.trim_start().starts_with(prefix));
    if is_reply && case.view.references.is_empty() && case.view.list_id.is_none() {
        findings.add(Code::ReplyWithoutThread, Place::header("Subject"), &case.view.subject);
    }
}

/// “Re:” as mail programs write it.
const REPLY_PREFIXES: [&str; 7] = ["re:", "re[", "aw:", "sv:", "回复:", "回覆:", "答复:"];
