//! One thing to do for a key.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::lookup::{Name, RecordData};
use crate::moment::Utc;
use crate::record::dkim::KeyType;
use crate::zone::{Ttl, ZoneDiff, ZoneRecord};
use crate::{DkimKeyRecord, Domain, DomainError, Selector};

/// Something to do, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RotationAction {
    /// What is done.
    pub step: RotationStep,
    /// The selector of the key; of one to publish, a name that is free.
    pub selector: Selector,
    /// The type of the key.
    pub key_type: KeyType,
    /// When; in JSON a number of seconds since 1970.
    #[cfg_attr(
        feature = "serde",
        serde(serialize_with = "crate::moment::unix_seconds::serialize")
    )]
    pub due: SystemTime,
    /// How long it has been due; `None` before. In JSON a number of seconds.
    #[cfg_attr(
        feature = "serde",
        serde(serialize_with = "crate::moment::seconds::if_any::serialize")
    )]
    pub overdue: Option<Duration>,
}

/// What is done for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RotationStep {
    /// Make the key and publish its record.
    Publish,
    /// Sign with it, and no longer with the one before.
    StartSigning,
    /// Sign with it no longer: a newer one signs.
    StopSigning,
    /// Publish the empty key in its place.
    Revoke,
    /// Remove its record.
    Remove,
}

/// Where the record of a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// In the domain itself.
    Domain,
    /// Under this domain, to which an alias in the signing domain leads. Who runs the mail can then
    /// revoke a key without the owner of the signing domain.
    Delegated(Domain),
}

impl RotationAction {
    pub(super) fn new(
        step: RotationStep,
        selector: Selector,
        key_type: KeyType,
        due: SystemTime,
        now: SystemTime,
    ) -> Self {
        Self { step, selector, key_type, due, overdue: now.duration_since(due).ok() }
    }

    /// Whether it may be done now.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.overdue.is_some()
    }

    /// What changes in the DNS: the records of `key` for the signing domain, to be kept for `ttl`,
    /// a number being seconds. Starting and stopping to sign changes nothing there.
    ///
    /// # Errors
    ///
    /// If a name becomes longer than the DNS allows.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    ///
    /// use mailkit_auth::rotation::{KeyPlace, KeyRing, RotationPolicy};
    ///
    /// let action = KeyRing::default().next_actions(&RotationPolicy::default(), UNIX_EPOCH).remove(0);
    /// let key = "v=DKIM1; k=rsa; p=AAAA".parse()?;
    /// let place = KeyPlace::Delegated("keys.example".parse()?);
    /// let change = action.records(&"acme.example".parse()?, &place, &key, 3600)?;
    /// assert_eq!(change.to_string(), "\
    /// + 1970q1a._domainkey.acme.example. 3600 IN CNAME 1970q1a._domainkey.acme.example.keys.example.
    /// + 1970q1a._domainkey.acme.example.keys.example. 3600 IN TXT \"v=DKIM1; k=rsa; p=AAAA\"
    /// ");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn records(
        &self,
        domain: &Domain,
        place: &KeyPlace,
        key: &DkimKeyRecord,
        ttl: impl Into<Ttl>,
    ) -> Result<ZoneDiff, DomainError> {
        let owner = self.selector.record_name(domain)?;
        let ttl = ttl.into();
        let record = |name: &Domain, data| ZoneRecord::new(Name::from(name), ttl, data);
        let text = |key: &DkimKeyRecord| RecordData::Txt(key.to_string().into_bytes());
        let (alias, holder) = match place {
            KeyPlace::Domain => (None, owner),
            KeyPlace::Delegated(zone) => {
                let holder = zone.prefixed(owner.as_str())?;
                (Some(record(&owner, RecordData::Cname(Name::from(&holder)))), holder)
            }
        };
        let empty = record(&holder, text(&DkimKeyRecord::revoked(self.key_type)));
        let full = record(&holder, text(key));
        let mut diff = ZoneDiff::default();
        match self.step {
            RotationStep::Publish => diff.added = alias.into_iter().chain([full]).collect(),
            RotationStep::Revoke => (diff.removed, diff.added) = (vec![full], vec![empty]),
            RotationStep::Remove => diff.removed = alias.into_iter().chain([empty]).collect(),
            RotationStep::StartSigning | RotationStep::StopSigning => {}
        }
        Ok(diff)
    }
}

impl fmt::Display for RotationAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, selector, key_type, due, overdue } = self;
        write!(f, "{}: ", Utc(*due))?;
        match step {
            RotationStep::Publish => write!(f, "make and publish {key_type} key `{selector}`"),
            RotationStep::StartSigning => write!(f, "sign with {key_type} key `{selector}`"),
            RotationStep::StopSigning => {
                write!(f, "sign no longer with {key_type} key `{selector}`")
            }
            RotationStep::Revoke => write!(f, "publish the empty key for `{selector}`"),
            RotationStep::Remove => write!(f, "remove the record of `{selector}`"),
        }?;
        match overdue.map(|overdue| overdue.as_secs() / 86_400) {
            None | Some(0) => Ok(()),
            Some(1) => f.write_str(" (overdue by a day)"),
            Some(days) => write!(f, " (overdue by {days} days)"),
        }
    }
}
