//! What a snapshot knows of one name.

use std::hash::Hasher;

use crate::lookup::{Answer, Name, RecordData, RecordType, Records};

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The records of each type that the name has.
    records: Vec<(RecordType, Records)>,
    alias: Option<Name>,
    fails: bool,
}

impl Node {
    pub(super) fn alias(&self) -> Option<&Name> {
        self.alias.as_ref()
    }

    pub(super) fn push(&mut self, data: RecordData) {
        let data = match data {
            RecordData::Cname(target) => {
                self.alias = Some(target);
                return;
            }
            data => data,
        };
        let record_type = data.record_type();
        match self.records.iter_mut().find(|(of, _)| *of == record_type) {
            Some((_, records)) => records.push(data),
            None => self.records.push((record_type, Records::from(vec![data]))),
        }
    }

    /// Lets every question fail for which there is no record.
    pub(super) fn fail(&mut self) {
        self.fails = true;
    }

    /// The records of a name that is no alias.
    #[inline]
    pub(super) fn own(&self, record_type: RecordType) -> Option<&Records> {
        if self.alias.is_some() {
            return None;
        }
        self.records_of(record_type)
    }

    #[inline]
    fn records_of(&self, record_type: RecordType) -> Option<&Records> {
        self.records.iter().find_map(|(of, records)| (*of == record_type).then_some(records))
    }

    /// The answer for the name itself, its alias not followed.
    pub(super) fn answer(&self, record_type: RecordType) -> Answer {
        if let Some(records) = self.records_of(record_type) {
            return Answer::Records(records.clone());
        }
        match &self.alias {
            Some(target) if record_type == RecordType::Cname => {
                Answer::from(vec![RecordData::Cname(target.clone())])
            }
            _ if self.fails => Answer::TemporaryFailure,
            _ => Answer::NoRecords,
        }
    }
}

/// Takes the hash that a [`Name`] already has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MadeHash(u64);

impl Hasher for MadeHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, octets: &[u8]) {
        for octet in octets {
            self.0 = self.0.rotate_left(8) ^ u64::from(*octet);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
