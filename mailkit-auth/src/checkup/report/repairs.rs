//! From findings to what to do about them.

use super::{Area, CheckupFinding, RecordChange, Repair};
use crate::checkup::examination::record;
use crate::lint::{Finding, Severity, apply_fixes};
use crate::lookup::{RecordData, RecordType};

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
        reason: found.area().consequence(),
        publish: found.publish.clone().or_else(|| mended(findings, found)),
    }
}

/// Whether one change to the same record ends both.
fn goes_with(findings: &[CheckupFinding], repair: &Repair, found: &CheckupFinding) -> bool {
    let first = repair.findings.first().and_then(|index| findings.get(*index));
    first.is_some_and(|first| {
        let same_place = first.name == found.name && first.text == found.text;
        let both_mended = first.finding.fix.is_some() && found.finding.fix.is_some();
        let same_fault = first.finding.code == found.finding.code && first.publish == found.publish;
        same_place && (both_mended || same_fault)
    })
}

/// The record with all that a machine can mend.
fn mended(findings: &[CheckupFinding], found: &CheckupFinding) -> Option<RecordChange> {
    // A fix to a policy file or a key is for its owner to carry over.
    let is_text = found.record_type == Some(RecordType::Txt) && found.finding.fix.is_some();
    let text = found.text.as_ref().filter(|_| is_text)?;
    let same = findings.iter().filter(|it| it.name == found.name && it.text == found.text);
    let same: Vec<Finding> = same.map(|it| it.finding.clone()).collect();
    let data = RecordData::Txt(apply_fixes(text, &same).into_bytes());
    Some(RecordChange::Replace(record(&found.name, data)))
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
