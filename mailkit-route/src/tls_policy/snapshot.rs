//! The policies of a cache as plain data, to be kept over a restart.

use std::time::{Duration, SystemTime};

use super::{
    MtaStsCache, MtaStsPolicy,
    cache::{Entry, Known},
};
use crate::{Domain, ParseError};

/// The policies of an [`MtaStsCache`]. With the feature `serde` it is serialized and deserialized; a host that
/// keeps them in a table of its own writes and reads the columns of [`StoredPolicy`].
///
/// ```
/// use mailkit_route::tls_policy::{MtaStsCache, MtaStsSnapshot, StoredPolicy};
/// let now = std::time::SystemTime::UNIX_EPOCH;
/// let text = "version: STSv1\nmode: enforce\nmx: mx.buyer.example\nmax_age: 604800\n";
/// let row = StoredPolicy::new("buyer.example", "1", 0, text);
/// let mut cache = MtaStsCache::default();
/// let restored = cache.restore(MtaStsSnapshot::new(vec![row.clone()]), now)?;
/// assert_eq!((restored.policies, restored.refused), (1, 0));
/// assert_eq!(cache.snapshot().policies[0].domain, row.domain);
/// # Ok::<(), mailkit_route::tls_policy::SnapshotError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MtaStsSnapshot {
    /// The version of this form.
    pub version: u32,
    /// The policies, by domain.
    pub policies: Vec<StoredPolicy>,
}

impl MtaStsSnapshot {
    /// The version that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// Policies that were read elsewhere, in the version of this library.
    #[must_use]
    pub fn new(policies: Vec<StoredPolicy>) -> Self {
        Self { version: Self::VERSION, policies }
    }
}

/// One policy of an [`MtaStsSnapshot`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StoredPolicy {
    /// The domain whose policy it is.
    pub domain: String,
    /// The id it was announced with.
    pub id: String,
    /// When it was fetched, in seconds since 1970.
    pub fetched_at: u64,
    /// When the last fetch failed, if none was better since, in seconds since 1970.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub failed_at: Option<u64>,
    /// Its text.
    pub policy: String,
}

impl StoredPolicy {
    /// The policy of a domain with the id it was announced with, when it was fetched in seconds since 1970,
    /// and its text. Each is checked by [`MtaStsCache::restore`].
    #[must_use]
    pub fn new(
        domain: impl Into<String>,
        id: impl Into<String>,
        fetched_at: u64,
        policy: impl Into<String>,
    ) -> Self {
        let (domain, id, policy) = (domain.into(), id.into(), policy.into());
        Self { domain, id, fetched_at, failed_at: None, policy }
    }

    /// When the last fetch failed, in seconds since 1970.
    #[must_use]
    pub fn with_failed_at(self, failed_at: u64) -> Self {
        Self { failed_at: Some(failed_at), ..self }
    }
}

impl MtaStsCache {
    /// All policies as plain data.
    #[must_use]
    pub fn snapshot(&self) -> MtaStsSnapshot {
        let stored = |(domain, entry): (&Domain, &Entry)| {
            let known = &entry.known;
            let fetched_at = seconds(known.fetched_at);
            let stored = StoredPolicy::new(
                domain.to_string(),
                known.id.to_string(),
                fetched_at,
                known.policy.to_string(),
            );
            StoredPolicy { failed_at: entry.failed_at.map(seconds), ..stored }
        };
        let mut policies: Vec<_> = self.policies.iter().map(stored).collect();
        policies.sort_by(|a, b| a.domain.cmp(&b.domain));
        MtaStsSnapshot::new(policies)
    }

    /// Adds the policies of a snapshot. What is newer here stays; what is no policy, or finds no more
    /// room, is refused and counted. A time after `now` counts as `now`, so that no policy outlives the
    /// longest `max_age`.
    ///
    /// # Errors
    /// When the snapshot is of another version: begin with an empty cache.
    pub fn restore(
        &mut self,
        snapshot: MtaStsSnapshot,
        now: SystemTime,
    ) -> Result<Restored, SnapshotError> {
        if snapshot.version != MtaStsSnapshot::VERSION {
            return Err(SnapshotError { version: snapshot.version });
        }
        let (total, mut policies) = (snapshot.policies.len(), 0);
        for stored in snapshot.policies {
            if let Ok((domain, entry)) = read(&stored, now)
                && self.wants(&domain, &entry)
            {
                self.policies.put(domain, entry, now);
                policies += 1;
            }
        }
        Ok(Restored { policies, refused: total - policies })
    }

    /// Whether a policy is newer than what is here, or new and makes the cache forget none.
    fn wants(&self, domain: &Domain, new: &Entry) -> bool {
        let old = self.policies.get(domain);
        old.is_none_or(|old| old.known.fetched_at < new.known.fetched_at)
            && self.policies.has_room(domain, new)
    }
}

fn read(stored: &StoredPolicy, now: SystemTime) -> Result<(Domain, Entry), ParseError> {
    let policy: MtaStsPolicy = stored.policy.parse()?;
    let fetched_at = time(stored.fetched_at, now);
    let known = Known { id: stored.id.parse()?, policy, fetched_at };
    let failed_at = stored.failed_at.map(|at| time(at, now));
    Ok((stored.domain.parse()?, Entry::new(known, failed_at)))
}

/// Whole seconds since 1970, rounded down; none before.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn time(seconds: u64, now: SystemTime) -> SystemTime {
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    time.unwrap_or(now).min(now)
}

/// What [`MtaStsCache::restore`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// Policies that were taken.
    pub policies: usize,
    /// Policies that were not: malformed, older than what was there, or without room.
    pub refused: usize,
}

/// A snapshot of a version that is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("snapshot has version {version}, not {}", MtaStsSnapshot::VERSION)]
pub struct SnapshotError {
    version: u32,
}

impl SnapshotError {
    /// The version it has.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }
}

#[cfg(test)]
mod tests;
