//! Reports of TLS failures (RFC 8460).

use super::examination::{Examination, Place, replace_text};
use super::report::{Area, AreaState};
use super::rules as rule;
use super::texts::found_set;
use crate::lint::lint_tls_rpt_set;
use crate::lookup::Name;
use crate::record::RecordKind;

pub(super) async fn examine(exam: &mut Examination) {
    let Some(name) = exam.below("_smtp._tls") else { return };
    let Some(texts) = exam.observer.texts(&name).await else {
        exam.summary(Area::TlsRpt, AreaState::NotChecked, "the DNS gave no answer");
        return;
    };
    let records: Vec<&String> =
        texts.iter().filter(|text| RecordKind::TlsRpt.is_record(text)).collect();
    exam.facts.tls_rpt = Some(!records.is_empty());
    let (state, summary) = match records.first() {
        Some(text) => (AreaState::Good, text.as_str()),
        None => (AreaState::Absent, "no TLS reports are asked for"),
    };
    exam.summary(Area::TlsRpt, state, summary);
    found_set(exam, &name, &texts, lint_tls_rpt_set, |_| None);
    misplaced(exam, &name).await;
}

/// The labels in the wrong order, or none at all.
async fn misplaced(exam: &mut Examination, right: &Name) {
    for labels in ["_tls._smtp", "_tls", ""] {
        let name = if labels.is_empty() { Some(exam.apex()) } else { exam.below(labels) };
        let Some(name) = name else { continue };
        let texts = exam.observer.texts(&name).await.unwrap_or_default();
        let Some(text) = texts.iter().find(|text| RecordKind::TlsRpt.is_record(text)) else {
            continue;
        };
        let message = format!("senders look for this record at {right}");
        let change = replace_text(right, text);
        exam.found_with(
            &Place::text(&name, text),
            rule::TLS_PLACE.at(0..text.len(), message),
            change,
        );
    }
}
