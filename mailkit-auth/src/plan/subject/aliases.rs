//! That an alias stands alone.

use std::collections::BTreeMap;

use super::{ChangeError, Subject};
use crate::lookup::{Name, RecordType};
use crate::zone::{Zone, ZoneRecord};

/// What is wanted at each name, as far as aliases mind it.
pub(super) struct Aliases<'w> {
    names: BTreeMap<&'w Name, AtName>,
    wanted: &'w Zone,
}

struct AtName {
    is_alias: bool,
    has_several_subjects: bool,
}

impl<'w> Aliases<'w> {
    /// # Errors
    ///
    /// If an alias is wanted beside another record.
    pub(super) fn of(wanted: &'w Zone) -> Result<Self, ChangeError> {
        let mut names = BTreeMap::new();
        for records in wanted.records().chunk_by(|one, other| one.name == other.name) {
            let Some(first) = records.first() else { continue };
            let is_alias = records.iter().any(is_alias);
            if is_alias && records.len() > 1 {
                return Err(ChangeError::AliasBesideRecord { name: first.name.clone() });
            }
            let subject = Subject::of(first);
            let has_several_subjects = records.iter().any(|it| Subject::of(it) != subject);
            names.insert(&first.name, AtName { is_alias, has_several_subjects });
        }
        Ok(Self { names, wanted })
    }

    /// RFC 1034 section 3.6.2: where an alias stands, nothing else does, before and after every step.
    ///
    /// # Errors
    ///
    /// If a published record would stand beside an alias, or is one beside which something would.
    pub(super) fn tolerate(&self, found: &ZoneRecord, goes: bool) -> Result<(), ChangeError> {
        let Some(at) = self.names.get(&found.name) else { return Ok(()) };
        let meets_alias = at.is_alias || is_alias(found);
        let stays = !goes || at.has_several_subjects;
        match meets_alias && stays && self.wanted.same(found).is_none() {
            true => Err(ChangeError::AliasBesideRecord { name: found.name.clone() }),
            false => Ok(()),
        }
    }
}

fn is_alias(record: &ZoneRecord) -> bool {
    record.data.record_type() == RecordType::Cname
}
