//! The texts of one name, linted as a set.

use super::examination::{Examination, Place};
use super::report::RecordChange;
use crate::lint::{Finding, TxtFinding, TxtRecord};
use crate::lookup::{Name, RecordType};

/// What a set lint says of these texts, as findings about the records of `name`.
pub(super) fn found_set(
    exam: &mut Examination,
    name: &Name,
    texts: &[String],
    lint: impl Fn(&[TxtRecord]) -> Vec<TxtFinding>,
    change: impl Fn(&Finding) -> Option<RecordChange>,
) {
    let records: Vec<TxtRecord> = texts.iter().map(TxtRecord::from_joined).collect();
    for TxtFinding { record, finding } in lint(&records) {
        let text = record.and_then(|index| texts.get(index));
        let place = match text {
            Some(text) => Place::text(name, text),
            None => Place::at(name, RecordType::Txt),
        };
        let change = change(&finding);
        exam.found_with(&place, finding, change);
    }
}
