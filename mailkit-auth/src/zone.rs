//! Records with the time they may be kept, as a zone file holds them (RFC 1035 section 5).

mod text;

use std::collections::BTreeMap;
use std::fmt;

use crate::lookup::{Name, RecordData, RecordType, ZoneSnapshot};

/// Records in a fixed order, without repetition: what is planned for a domain, or was read from it.
///
/// It prints as the text of a zone file with complete names, which BIND, Knot, NSD and the import
/// pages of DNS hosts read. Names and texts are escaped: nothing in them starts a record of its own.
/// With the feature `serde` it is an array of records in JSON.
///
/// ```
/// use mailkit_auth::lookup::{Name, RecordData};
/// use mailkit_auth::zone::{Zone, ZoneRecord};
///
/// let text = RecordData::Txt(b"v=spf1 mx -all".to_vec());
/// let zone = Zone::new().with_record(ZoneRecord::new(Name::new("acme.test")?, 3600, text));
/// assert_eq!(zone.to_string(), "acme.test. 3600 IN TXT \"v=spf1 mx -all\"\n");
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
    pub fn with_record(self, record: ZoneRecord) -> Self {
        self.into_iter().chain([record]).collect()
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
        self.records
            .iter()
            .filter(move |it| it.name == *name && it.data.record_type() == record_type)
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
        let missing_in = |zone: &Self, record: &&ZoneRecord| {
            !zone.records.iter().any(|other| other.says_the_same(record))
        };
        let removed = self.records.iter().filter(|it| missing_in(wanted, it)).cloned().collect();
        let added = wanted.records.iter().filter(|it| missing_in(self, it)).cloned().collect();
        ZoneDiff { removed, added }
    }
}

impl FromIterator<ZoneRecord> for Zone {
    fn from_iter<I: IntoIterator<Item = ZoneRecord>>(records: I) -> Self {
        let keyed = records.into_iter().map(|record| (record.order(), record));
        let sorted: BTreeMap<Order, ZoneRecord> = keyed.collect();
        Self { records: sorted.into_values().collect() }
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

impl From<&Zone> for ZoneSnapshot {
    fn from(zone: &Zone) -> Self {
        let add = |snapshot: Self, it: &ZoneRecord| {
            snapshot.with_record(it.name.clone(), it.data.clone())
        };
        zone.records.iter().fold(Self::new(), add)
    }
}

/// A record of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ZoneRecord {
    /// The complete name it stands at.
    pub name: Name,
    /// How long it may be kept, in seconds: at most 2³¹ − 1 (RFC 2181 section 8).
    pub ttl: u32,
    /// What it says.
    pub data: RecordData,
}

impl ZoneRecord {
    /// A record of these.
    #[must_use]
    pub fn new(name: Name, ttl: u32, data: RecordData) -> Self {
        Self { name, ttl, data }
    }

    /// What it says, as a zone file writes it: a text in quotes, in strings of at most 255 octets.
    #[must_use]
    pub fn data_text(&self) -> String {
        text::Presentation(&self.data).to_string()
    }

    /// Whether both differ in nothing but the time they may be kept.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.name == other.name && self.data == other.data
    }

    fn order(&self) -> Order {
        let labels = self.name.as_str().rsplit('.').map(str::to_owned).collect();
        let preference = match self.data {
            RecordData::Mx { preference, .. } => preference,
            _ => 0,
        };
        (labels, self.data.record_type().to_string(), preference, self.data_text())
    }
}

impl fmt::Display for ZoneRecord {
    /// One line of a zone file, without its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, ttl, data } = self;
        let record_type = data.record_type();
        write!(f, "{} {ttl} IN {record_type} {}", text::Owner(name), text::Presentation(data))
    }
}

/// Labels from the top, type, preference, content.
type Order = (Vec<String>, String, u16, String);

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

#[cfg(feature = "serde")]
impl serde::Serialize for ZoneRecord {
    /// `name`, `ttl`, `type` and `data` as in a zone file; of a text in UTF-8 also `text`, whole and
    /// without quotes, which is what the interfaces of most DNS hosts take.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;

        let text = match &self.data {
            RecordData::Txt(text) | RecordData::Spf(text) => str::from_utf8(text).ok(),
            _ => None,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("ttl", &self.ttl)?;
        map.serialize_entry("type", &self.data.record_type())?;
        map.serialize_entry("data", &self.data_text())?;
        if let Some(text) = text {
            map.serialize_entry("text", text)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
