//! The form of the message.

use super::{Case, Findings};
use crate::assessment::Place;
use crate::code::Code;
use crate::message::DefectKind;
use crate::text;

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    for defect in &case.view.defects {
        findings.add(code(defect.kind), defect.place.clone(), &defect.evidence);
    }
    for unscannable in &case.view.unscannable {
        findings.add(Code::Unscannable, unscannable.place.clone(), &unscannable.cause.to_string());
    }
    reply_without_thread(case, findings);
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

/// “Re:” as mail programs write it in the languages of the lexicon.
const REPLY_PREFIXES: [&str; 7] = ["re:", "re[", "aw:", "sv:", "回复:", "回覆:", "答复:"];
