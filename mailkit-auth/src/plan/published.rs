//! What is published today.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::lookup::{Name, RecordData};
use crate::zone::{Ttl, ZoneRecord};

/// A record as it was found, perhaps in a cache that does not say how long it may be kept.
///
/// ```
/// use mailkit_auth::lookup::{Name, RecordData};
/// use mailkit_auth::plan::PublishedRecord;
///
/// let data = RecordData::Txt(b"v=spf1 -all".to_vec());
/// let record = PublishedRecord::new(Name::new("acme.test")?, None, data);
/// assert_eq!(record.to_string(), "acme.test. IN TXT \"v=spf1 -all\"");
/// assert_eq!(record.lifetime().as_secs(), 86_400);
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PublishedRecord {
    /// The record; its time to live is the one that was found, or a day where none was.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub record: ZoneRecord,
    /// Whether its time to live is known.
    pub ttl_is_known: bool,
    /// Until when caches may hold the record, or what stood in its place before, for longer than its
    /// time to live says; `None` where that has not changed lately. In JSON seconds since 1970.
    #[cfg_attr(
        feature = "serde",
        serde(serialize_with = "crate::moment::unix_seconds::if_any::serialize")
    )]
    pub held_until: Option<SystemTime>,
}

impl PublishedRecord {
    /// A record with its time to live, if that is known.
    ///
    /// It must be the one that the domain's own servers tell: a resolver tells what is left of it, and
    /// a plan would not wait for long enough.
    #[must_use]
    pub fn new(name: Name, ttl: Option<Ttl>, data: RecordData) -> Self {
        let record = ZoneRecord::new(name, ttl.unwrap_or(ASSUMED_TTL), data);
        Self { record, ttl_is_known: ttl.is_some(), held_until: None }
    }

    /// With a moment until which caches may hold the record for longer than its time to live says: when
    /// that was shortened, the moment of it and the longer time together. A plan waits until then.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use mailkit_auth::lookup::{Name, RecordData};
    /// use mailkit_auth::plan::{PublishedRecord, changes};
    /// use mailkit_auth::zone::{Zone, ZoneRecord};
    ///
    /// let spf = |text: &str| RecordData::Txt(text.into());
    /// let name = Name::new("acme.test")?;
    /// let now = UNIX_EPOCH + Duration::from_secs(1_795_373_759);
    /// let until = now + Duration::from_secs(86_400);
    /// let published = PublishedRecord::new(name.clone(), Some(300.into()), spf("v=spf1 a -all"))
    ///     .with_held_until(until);
    /// let wanted = Zone::new().with_record(ZoneRecord::new(name, 300, spf("v=spf1 mx -all")));
    /// assert_eq!(changes(&[published], &wanted, now)?.steps[0].not_before.at, until);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_held_until(mut self, until: SystemTime) -> Self {
        self.held_until = Some(until);
        self
    }

    /// How long a record is thought to be kept where that is not known.
    pub(super) const ASSUMED_LIFETIME: Duration = Duration::from_secs(86_400);

    /// How long a cache may keep it: a day where that is not known, which few records exceed.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.record.ttl.into()
    }
}

impl From<ZoneRecord> for PublishedRecord {
    fn from(record: ZoneRecord) -> Self {
        Self { record, ttl_is_known: true, held_until: None }
    }
}

impl fmt::Display for PublishedRecord {
    /// A line of a zone file, without a time to live where that is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ttl_is_known {
            return self.record.fmt(f);
        }
        let line = self.record.to_string();
        let (name, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let (_ttl, rest) = rest.split_once(' ').unwrap_or(("", rest));
        write!(f, "{name} {rest}")
    }
}

/// Seconds that a record is thought to be kept where its time to live is not known.
const ASSUMED_TTL: Ttl = Ttl::of_secs(86_400);
