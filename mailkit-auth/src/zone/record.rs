//! One record, and its place among others.

use std::cmp::Ordering;
use std::fmt;

use super::{Ttl, text};
use crate::lookup::{Name, RecordData};

/// A record of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ZoneRecord {
    /// The complete name it stands at.
    pub name: Name,
    /// How long it may be kept.
    pub ttl: Ttl,
    /// What it says.
    pub data: RecordData,
}

impl ZoneRecord {
    /// A record of these; a number is a time to live in seconds.
    #[must_use]
    pub fn new(name: Name, ttl: impl Into<Ttl>, data: RecordData) -> Self {
        Self { name, ttl: ttl.into(), data }
    }

    /// What it says, as a zone file writes it: a text in quotes, in strings of at most 255 octets.
    #[must_use]
    pub fn data_text(&self) -> String {
        text::Presentation(&self.data).to_string()
    }

    /// Where it stands among the records of a zone: names from the top of the tree down, then types,
    /// then contents.
    pub(super) fn place(&self, other: &Self) -> Ordering {
        let types = || {
            let names = |it: &Self| it.data.record_type().to_string();
            match self.data.record_type() == other.data.record_type() {
                true => Ordering::Equal,
                false => names(self).cmp(&names(other)),
            }
        };
        let contents = || by_content(&self.data, &other.data);
        names(&self.name, &other.name).then_with(types).then_with(contents)
    }

    /// Whether it stands before every record of a name.
    pub(super) fn is_above(&self, name: &Name) -> bool {
        names(&self.name, name).is_lt()
    }
}

/// A record by what it says, in the order of a zone; the time it may be kept makes no difference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'r>(pub(crate) &'r ZoneRecord);

impl Ord for Place<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.place(other.0)
    }
}

impl PartialOrd for Place<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place<'_> {}

/// The order of names: their labels from the top.
fn names(one: &Name, other: &Name) -> Ordering {
    #[cfg(test)]
    crate::lookup::comparisons::note();
    one.as_str().rsplit('.').cmp(other.as_str().rsplit('.'))
}

/// The order of contents of the same type.
fn by_content(one: &RecordData, other: &RecordData) -> Ordering {
    use RecordData::{A, Aaaa, Cname, Ds, Mx, Ns, Ptr, Spf, Tlsa, Txt};

    match (one, other) {
        (A(one), A(other)) => one.cmp(other),
        (Aaaa(one), Aaaa(other)) => one.cmp(other),
        (Cname(one), Cname(other)) | (Ns(one), Ns(other)) | (Ptr(one), Ptr(other)) => {
            names(one, other)
        }
        (Mx { preference, exchange }, Mx { preference: second, exchange: other }) => {
            preference.cmp(second).then_with(|| names(exchange, other))
        }
        (Txt(one), Txt(other)) | (Spf(one), Spf(other)) => one.cmp(other),
        (Tlsa(one), Tlsa(other)) => one.cmp(other),
        (Ds { .. }, Ds { .. }) => {
            text::Presentation(one).to_string().cmp(&text::Presentation(other).to_string())
        }
        // Only contents of one type are compared.
        _ => Ordering::Equal,
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
