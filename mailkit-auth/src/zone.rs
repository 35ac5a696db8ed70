//! Records with the time they may be kept, as a zone file holds them (RFC 1035 section 5).

mod file;
mod record;
mod text;
mod ttl;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

pub use file::{SkippedRecord, ZoneFile, ZoneFileError, ZoneFileErrorKind, ZoneFileRecord};
pub(crate) use record::Place;
pub use record::ZoneRecord;
pub(crate) use text::MAX_STRING_OCTETS;
pub use ttl::{Ttl, TtlError};

use crate::lookup::{Name, RecordType, ZoneSnapshot};

/// Records in a fixed order, without repetition: what is planned for a domain, or was read from it.
///
/// It prints as the text of a zone file with complete names, which BIND, Knot, NSD and the import
/// pages of DNS hosts read, and reads such text ([`ZoneFile`] says which, and has the lines and what was
/// passed over). Names and texts are escaped: nothing in them starts a record of its own.
/// With the feature `serde` it is an array of records in JSON.
///
/// ```
/// use mailkit_auth::lookup::{Name, RecordData};
/// use mailkit_auth::zone::{Zone, ZoneRecord};
///
/// let text = RecordData::Txt(b"v=spf1 mx -all".to_vec());
/// let zone = Zone::new().with_record(ZoneRecord::new(Name::new("acme.test")?, 3600, text));
/// assert_eq!(zone.to_string(), "acme.test. 3600 IN TXT \"v=spf1 mx -all\"\n");
/// assert_eq!("$ORIGIN test.\n$TTL 1h\nacme TXT ( \"v=spf1 mx\"\n  \" -all\" )".parse(), Ok(zone));
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct Zone {
    records: Vec<ZoneRecord>,
}

impl Zone {
    /// A zone without records.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more record. One that says the same of the same name is replaced.
    #[must_use]
    pub fn with_record(mut self, record: ZoneRecord) -> Self {
        match self.records.binary_search_by(|it| it.place(&record)) {
            Ok(at) => {
                if let Some(same) = self.records.get_mut(at) {
                    *same = record;
                }
            }
            Err(at) => self.records.insert(at, record),
        }
        self
    }

    /// The records: names from the top of the tree down, then by type, then by content.
    #[must_use]
    pub fn records(&self) -> &[ZoneRecord] {
        &self.records
    }

    /// The records of one type at one name.
    pub fn at<'z>(
        &'z self,
        name: &'z Name,
        record_type: RecordType,
    ) -> impl Iterator<Item = &'z ZoneRecord> {
        self.of_name(name).filter(move |it| it.data.record_type() == record_type)
    }

    /// The records at one name.
    pub(crate) fn of_name<'z>(&'z self, name: &'z Name) -> impl Iterator<Item = &'z ZoneRecord> {
        let of_name = self.records.partition_point(|it| it.is_above(name));
        let rest = self.records.get(of_name..).unwrap_or_default().iter();
        rest.take_while(move |it| it.name == *name)
    }

    /// The record that says the same as this one.
    pub(crate) fn same(&self, record: &ZoneRecord) -> Option<&ZoneRecord> {
        let at = self.records.binary_search_by(|it| it.place(record)).ok()?;
        self.records.get(at)
    }

    /// What has to be added and removed to make `wanted` of this zone. A record whose time to live
    /// alone differs is no difference.
    ///
    /// ```
    /// use mailkit_auth::lookup::{Name, RecordData};
    /// use mailkit_auth::zone::{Zone, ZoneRecord};
    ///
    /// let address = |last| RecordData::A([192, 0, 2, last].into());
    /// let host = Name::new("mx.acme.test")?;
    /// let old = Zone::new().with_record(ZoneRecord::new(host.clone(), 300, address(1)));
    /// let new = Zone::new().with_record(ZoneRecord::new(host, 300, address(2)));
    /// let diff = old.diff(&new);
    /// assert_eq!(diff.to_string(), "- mx.acme.test. 300 IN A 192.0.2.1\n+ mx.acme.test. 300 IN A 192.0.2.2\n");
    /// # Ok::<(), mailkit_auth::lookup::NameError>(())
    /// ```
    #[must_use]
    pub fn diff(&self, wanted: &Self) -> ZoneDiff {
        let (mut old, mut new) = (self.into_iter().peekable(), wanted.into_iter().peekable());
        let mut diff = ZoneDiff::default();
        // Both stand in the same order, so one walk finds what only one of them has.
        loop {
            let order = match (old.peek(), new.peek()) {
                (Some(old), Some(new)) => old.place(new),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return diff,
            };
            let (gone, come) = (old.next_if(|_| order.is_le()), new.next_if(|_| order.is_ge()));
            diff.removed.extend(gone.filter(|_| order.is_lt()).cloned());
            diff.added.extend(come.filter(|_| order.is_gt()).cloned());
        }
    }
}

impl FromIterator<ZoneRecord> for Zone {
    fn from_iter<I: IntoIterator<Item = ZoneRecord>>(records: I) -> Self {
        let mut records: Vec<ZoneRecord> = records.into_iter().collect();
        // The sort keeps those that say the same in their order, of which the last stays.
        records.sort_by(ZoneRecord::place);
        records.dedup_by(|later, earlier| {
            let same = later.place(earlier).is_eq();
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self { records }
    }
}

impl IntoIterator for Zone {
    type Item = ZoneRecord;
    type IntoIter = std::vec::IntoIter<ZoneRecord>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.into_iter()
    }
}

impl<'z> IntoIterator for &'z Zone {
    type Item = &'z ZoneRecord;
    type IntoIter = std::slice::Iter<'z, ZoneRecord>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.iter()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.records.iter().try_for_each(|record| writeln!(f, "{record}"))
    }
}

impl FromStr for Zone {
    type Err = ZoneFileError;

    /// Reads the text of a zone file, as [`ZoneFile`] does.
    fn from_str(text: &str) -> Result<Self, ZoneFileError> {
        Ok(text.parse::<ZoneFile>()?.zone())
    }
}

impl From<&Zone> for ZoneSnapshot {
    fn from(zone: &Zone) -> Self {
        let add = |snapshot: Self, it: &ZoneRecord| {
            snapshot.with_record(it.name.clone(), it.data.clone())
        };
        zone.records.iter().fold(Self::new(), add)
    }
}

/// What has to change to make one zone of another, printed a record a line behind `-` and `+`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ZoneDiff {
    /// The records to remove.
    pub removed: Vec<ZoneRecord>,
    /// The records to add.
    pub added: Vec<ZoneRecord>,
}

impl ZoneDiff {
    /// Whether both zones say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }
}

impl fmt::Display for ZoneDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.removed.iter().try_for_each(|record| writeln!(f, "- {record}"))?;
        self.added.iter().try_for_each(|record| writeln!(f, "+ {record}"))
    }
}

#[cfg(test)]
mod tests;
