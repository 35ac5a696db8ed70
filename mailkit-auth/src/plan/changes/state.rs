//! What is published at some moment, found by name and type however much there is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::super::PublishedRecord;
use crate::lookup::{Name, RecordType};
use crate::zone::{Place, ZoneRecord};

/// Records of one name and type, which caches keep together.
pub(super) type Set = (Name, RecordType);

pub(super) fn set(record: &ZoneRecord) -> Set {
    (record.name.clone(), record.data.record_type())
}

/// The sets that these records belong to, each once.
pub(super) fn sets(records: &[PublishedRecord]) -> BTreeSet<Set> {
    records.iter().map(|it| set(&it.record)).collect()
}

/// Records by their sets.
#[derive(Clone, Default)]
pub(super) struct State(BTreeMap<Set, Vec<PublishedRecord>>);

impl State {
    pub(super) fn new(records: &[PublishedRecord]) -> Self {
        let mut state = Self::default();
        records.iter().for_each(|it| state.add(it.clone()));
        state
    }

    fn add(&mut self, record: PublishedRecord) {
        self.0.entry(set(&record.record)).or_default().push(record);
    }

    /// Takes out the records that say the same as these.
    fn remove(&mut self, gone: &[PublishedRecord]) {
        let places: BTreeSet<Place<'_>> = gone.iter().map(|it| Place(&it.record)).collect();
        for set in sets(gone) {
            if let Some(records) = self.0.get_mut(&set) {
                records.retain(|it| !places.contains(&Place(&it.record)));
            }
        }
    }

    pub(super) fn replace(&mut self, gone: &[PublishedRecord], come: &[ZoneRecord]) {
        self.remove(gone);
        come.iter().cloned().for_each(|it| self.add(it.into()));
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &PublishedRecord> {
        self.0.values().flatten()
    }

    pub(super) fn of(&self, set: &Set) -> &[PublishedRecord] {
        self.0.get(set).map_or(&[], Vec::as_slice)
    }

    /// The records of a type at a name.
    pub(super) fn at(&self, name: &Name, record_type: RecordType) -> &[PublishedRecord] {
        self.of(&(name.clone(), record_type))
    }

    /// How long a cache may hold a set.
    pub(super) fn lifetime(&self, set: &Set) -> Option<Duration> {
        self.of(set).iter().map(PublishedRecord::lifetime).max()
    }

    /// Until when caches may hold an earlier state of the sets of these records.
    pub(super) fn held_until(&self, records: &[PublishedRecord]) -> Option<SystemTime> {
        let sets = sets(records);
        sets.iter().flat_map(|set| self.of(set)).filter_map(|it| it.held_until).max()
    }

    /// Whether of the sets of these records a time to live is not known.
    pub(super) fn assumes_ttl(&self, records: &[PublishedRecord]) -> bool {
        let sets = sets(records);
        sets.iter().flat_map(|set| self.of(set)).any(|it| !it.ttl_is_known)
    }
}
