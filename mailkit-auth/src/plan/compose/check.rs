//! Whether the records of a plan stand together.

use super::super::PlanError;
use crate::lint::dkim::rules::REVOKED as EMPTY_KEY;
use crate::lint::dmarc::rules::PARTIAL;
use crate::lint::{self, Severity, TxtRecord};
use crate::lookup::{RecordData, RecordType};
use crate::zone::{Zone, ZoneRecord};

/// Holds the texts of each name against the lints of their kind, as a receiver would meet them.
pub(super) fn without_errors(zone: &Zone) -> Result<(), PlanError> {
    let texts: Vec<&ZoneRecord> =
        zone.into_iter().filter(|it| it.data.record_type() == RecordType::Txt).collect();
    for of_name in texts.chunk_by(|one, other| one.name == other.name) {
        let Some(first) = of_name.first() else { continue };
        let records: Vec<TxtRecord> = of_name.iter().filter_map(|it| txt_record(it)).collect();
        let found = lint::lint_txt_at(&first.name, &records).into_iter().map(|it| it.finding);
        // An empty key is planned only where a selector shall not sign. To drop the share of a policy
        // is to enforce it fully where RFC 7489 is known: not for a plan to ask for.
        let meant = [EMPTY_KEY.code, PARTIAL.code];
        let mut wrong =
            found.filter(|it| it.severity == Severity::Error && !meant.contains(&it.code));
        if let Some(finding) = wrong.next().map(Box::new) {
            return Err(PlanError::Faulty { name: first.name.clone(), finding });
        }
    }
    Ok(())
}

/// Refuses TLSA records that no client can use.
pub(super) fn with_valid_certificates(zone: &Zone) -> Result<(), PlanError> {
    for ZoneRecord { name, data, .. } in zone {
        let RecordData::Tlsa(published) = data else { continue };
        let found = match published.record() {
            Ok(_) => None,
            Err(_) => lint::lint_tlsa(&published.to_string()).into_iter().next(),
        };
        if let Some(finding) = found.map(Box::new) {
            return Err(PlanError::Faulty { name: name.clone(), finding });
        }
    }
    Ok(())
}

fn txt_record(record: &ZoneRecord) -> Option<TxtRecord> {
    match &record.data {
        RecordData::Txt(text) => Some(TxtRecord::from_joined(text)),
        _ => None,
    }
}

/// RFC 1034 section 3.6.2: where an alias stands, nothing else does.
pub(super) fn aliases_stand_alone(zone: &Zone) -> Result<(), PlanError> {
    let alias = |record: &&ZoneRecord| record.data.record_type() == RecordType::Cname;
    for record in zone.records().iter().filter(alias) {
        if zone.records().iter().filter(|it| it.name == record.name).count() > 1 {
            return Err(PlanError::AliasBesideRecord { name: record.name.clone() });
        }
    }
    Ok(())
}
