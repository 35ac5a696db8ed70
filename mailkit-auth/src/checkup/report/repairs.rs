//! From findings to what to do about them.

use super::{Area, CheckupFinding, RecordChange, Repair};
use crate::checkup::examination::record;
use crate::checkup::rules::HELO_SPF;
use crate::lint::{Finding, Severity, TxtRecord, apply_fixes, lint_txt_set};
use crate::lookup::{RecordData, RecordType};
use crate::record::RecordKind;

/// One step for each record that a machine can mend, and one for each other fault; the worst first,
/// and among equals what others rest on.
pub(in crate::checkup) fn repairs(findings: &[CheckupFinding]) -> Vec<Repair> {
    let mut repairs: Vec<(Severity, u8, Repair)> = Vec::new();
    for (index, found) in findings.iter().enumerate() {
        if found.finding.severity == Severity::Info {
            continue;
        }
        let rank = rank(found.area());
        match repairs.iter_mut().find(|(_, _, repair)| goes_with(findings, repair, found)) {
            Some((severity, _, repair)) => {
                *severity = (*severity).max(found.finding.severity);
                if !repair.action.contains(found.finding.help) {
                    repair.action = format!("{}; {}", repair.action, found.finding.help);
                }
                repair.findings.push(index);
            }
            None => repairs.push((found.finding.severity, rank, repair(findings, index, found))),
        }
    }
    repairs.sort_by_key(|(severity, rank, _)| (std::cmp::Reverse(*severity), *rank));
    repairs.into_iter().map(|(_, _, repair)| repair).collect()
}

fn repair(findings: &[CheckupFinding], index: usize, found: &CheckupFinding) -> Repair {
    Repair {
        findings: vec![index],
        action: found.finding.help.to_owned(),
        reason: reason(found),
        publish: found.publish.clone().or_else(|| mended(findings, found)).filter(is_sound),
    }
}

fn reason(found: &CheckupFinding) -> &'static str {
    match found.finding.code == HELO_SPF.code {
        true => {
            "bounces have no other name that SPF could pass for, and receivers file them as spam"
        }
        false => found.area().consequence(),
    }
}

/// Whether one change to the same record ends both.
fn goes_with(findings: &[CheckupFinding], repair: &Repair, found: &CheckupFinding) -> bool {
    let first = repair.findings.first().and_then(|index| findings.get(*index));
    first.is_some_and(|first| {
        let same_place = first.name == found.name && first.text == found.text;
        let both_mended = first.finding.fix.is_some() && found.finding.fix.is_some();
        let same_fault = first.finding.code == found.finding.code && first.publish == found.publish;
        // A record is published once all its errors are mended, also those that take a decision.
        let errors = [first, found].into_iter().all(|it| is_open(it) || is_mended_error(it));
        same_place && (both_mended || same_fault || errors)
    })
}

fn is_mended_error(found: &CheckupFinding) -> bool {
    found.finding.severity == Severity::Error && found.finding.fix.is_some()
}

/// Whether this is an error that no machine can mend.
fn is_open(found: &CheckupFinding) -> bool {
    let finding = &found.finding;
    finding.severity == Severity::Error && finding.fix.is_none() && found.publish.is_none()
}

/// The record with all that a machine can mend; none while an error stays. A record that is void does
/// no harm, but one with a slip mended may let everybody send.
fn mended(findings: &[CheckupFinding], found: &CheckupFinding) -> Option<RecordChange> {
    // A fix to a policy file or a key is for its owner to carry over.
    let is_text = found.record_type == Some(RecordType::Txt) && found.finding.fix.is_some();
    let text = found.text.as_ref().filter(|_| is_text)?;
    let mut here = findings.iter().filter(|it| it.name == found.name && it.area() == found.area());
    if here.any(is_open) {
        return None;
    }
    let same = findings.iter().filter(|it| it.name == found.name && it.text == found.text);
    let same: Vec<Finding> = same.map(|it| it.finding.clone()).collect();
    let data = RecordData::Txt(apply_fixes(text, &same).into_bytes());
    Some(RecordChange::Replace(record(&found.name, data)))
}

/// Whether a record has no error of its own.
fn is_sound(change: &RecordChange) -> bool {
    let (RecordChange::Add(record) | RecordChange::Replace(record)) = change else { return true };
    let RecordData::Txt(octets) = &record.data else { return true };
    let kind = RecordKind::at(&record.name);
    let text = TxtRecord::from_joined(octets);
    // The leave to send reports to another domain stands at a name of no kind.
    !kind.is_meant(&text.text())
        || lint_txt_set(kind, &[text]).iter().all(|it| it.finding.severity < Severity::Error)
}

/// What others rest on comes first: names before records, proofs before the policy on them.
fn rank(area: Area) -> u8 {
    match area {
        Area::Dns => 0,
        Area::Mx => 1,
        Area::Ptr => 2,
        Area::Spf => 3,
        Area::Dkim => 4,
        Area::Dmarc => 5,
        Area::Messages => 6,
        Area::Dane => 7,
        Area::MtaSts => 8,
        Area::TlsRpt => 9,
        Area::Bimi => 10,
    }
}
