//! Where a finding stands.

use crate::lookup::{Name, RecordType};

/// The record a finding is about.
#[derive(Clone)]
pub(in crate::checkup) struct Place {
    pub(in crate::checkup) name: Name,
    /// `None` of the domain's mail, and of the policy file of MTA-STS.
    pub(in crate::checkup) record_type: Option<RecordType>,
    pub(in crate::checkup) text: Option<String>,
}

impl Place {
    pub(in crate::checkup) fn at(name: &Name, record_type: RecordType) -> Self {
        Self { name: name.clone(), record_type: Some(record_type), text: None }
    }

    /// Of a domain's mail, not of a record.
    pub(in crate::checkup) fn mail(name: &Name) -> Self {
        Self { name: name.clone(), record_type: None, text: None }
    }

    /// Of the policy file on the host of this name.
    pub(in crate::checkup) fn file(host: &Name, text: Option<&str>) -> Self {
        Self { name: host.clone(), record_type: None, text: text.map(str::to_owned) }
    }

    pub(in crate::checkup) fn text(name: &Name, text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..Self::at(name, RecordType::Txt) }
    }
}
