//! The MTA-STS policies of domains, kept for as long as they say (RFC 8461 sections 3.3, 5.1, 10.2).

use std::time::{Duration, SystemTime};

use super::{
    MtaStsFault, MtaStsPolicy, PolicyId,
    lookup::{MtaStsFinding, MtaStsLookup, Outcome},
};
use crate::{Domain, bounded::BoundedMap};

mod table;

use table::PolicyTable;

/// Remembers the policies of domains, and when to ask again.
///
/// A policy in force stays in force until its `max_age` is over or a newer one was fetched: a changed
/// id, a record that is gone and a policy host that does not answer change nothing. It is fetched
/// again each day, or after half its `max_age`; five minutes pass after a fetch that failed.
///
/// Domains without a policy take no room among those with one, and policies that are not enforced none among those
/// that are. When there is no room, an eighth is forgotten: policies that are over and those of the mode `none`
/// first, then those not asked for longest. [`snapshot`](Self::snapshot) and [`restore`](Self::restore)
/// carry it over a restart. Its work is begun by [`lookup`](Self::lookup) and ended by
/// [`record`](Self::record); see [`MtaStsLookup`].
#[derive(Debug)]
pub struct MtaStsCache {
    pub(super) policies: PolicyTable,
    /// When the last fetch failed, for domains without a policy.
    failures: BoundedMap<Domain, Option<SystemTime>>,
}

/// A domain that has, or had, a policy.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) known: Known,
    /// When somebody last began to look.
    checked_at: Option<SystemTime>,
    pub(super) failed_at: Option<SystemTime>,
    /// Greater than that of any entry used before.
    used: u64,
}

/// A policy that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) id: PolicyId,
    pub(super) policy: MtaStsPolicy,
    pub(super) fetched_at: SystemTime,
}

impl MtaStsCache {
    /// The time without a fetch after one that failed (RFC 8461 section 3.3). For so long a record is
    /// not asked for again either while a policy is in force, and any policy holds for so long.
    pub const PAUSE: Duration = Duration::from_secs(5 * 60);
    /// The longest time after which a policy is fetched again (RFC 8461 section 3.3).
    pub const REFRESH: Duration = Duration::from_secs(24 * 60 * 60);

    /// A cache for so many policies that are enforced, at least one, and for as many others.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { policies: PolicyTable::new(capacity), failures: BoundedMap::new(capacity) }
    }

    /// Begins a look at a domain before mail to it is sent.
    #[must_use]
    pub fn lookup(&mut self, domain: &Domain, now: SystemTime) -> MtaStsLookup {
        self.begin(domain, now, false)
    }

    /// Begins a look that asks for the record in any case: mail must not be bounced for what a policy
    /// says before somebody looked whether it changed (RFC 8461 section 5.1).
    #[must_use]
    pub fn recheck(&mut self, domain: &Domain, now: SystemTime) -> MtaStsLookup {
        self.begin(domain, now, true)
    }

    fn begin(&mut self, domain: &Domain, now: SystemTime, always: bool) -> MtaStsLookup {
        let is_valid = self.policies.get(domain).is_some_and(|entry| entry.is_valid(now));
        let Some(entry) = is_valid.then(|| self.policies.get_mut(domain)).flatten() else {
            let lookup = MtaStsLookup::new(domain.clone(), now, None);
            let paused = self.last_failure(domain).is_some_and(|at| within(at, now, Self::PAUSE));
            return if paused && !always {
                lookup.paused(true).done()
            } else {
                lookup.paused(paused)
            };
        };
        let (refresh, paused) = (entry.is_due(now), entry.is_paused(now));
        let lookup = MtaStsLookup::new(domain.clone(), now, Some(entry.known.clone()))
            .refreshing(refresh)
            .paused(paused);
        let checked = entry.checked_at.is_some_and(|at| within(at, now, Self::PAUSE));
        if !always && (paused || checked) {
            return lookup.done();
        }
        if !paused {
            entry.checked_at = Some(now);
        }
        lookup
    }

    fn last_failure(&self, domain: &Domain) -> Option<SystemTime> {
        let of_entry = self.policies.get(domain).and_then(|entry| entry.failed_at);
        of_entry.or_else(|| self.failures.get(domain).copied().flatten())
    }

    /// Keeps what a look found out, and says which policy applies. When another look at the domain ended
    /// while this one was under way, the newer of their policies does.
    pub fn record(&mut self, finding: MtaStsFinding) -> MtaStsVerdict {
        let MtaStsFinding { domain, at, known, outcome } = finding;
        let fault = match outcome {
            Outcome::Fetched(new) => {
                if !self.has_newer(&domain, &new) {
                    let entry = Entry { checked_at: Some(at), ..Entry::new(new, None) };
                    self.policies.put(domain.clone(), entry, at);
                }
                None
            }
            Outcome::Failed(fault) => {
                if matches!(fault, MtaStsFault::Fetch(_) | MtaStsFault::Policy(_)) {
                    self.note_failure(domain.clone(), at);
                }
                Some(fault)
            }
            Outcome::Same => None,
        };
        let here = self.policies.get(&domain).filter(|entry| entry.is_valid(at));
        let policy = here.map(|entry| &entry.known).or(known.as_ref());
        MtaStsVerdict { policy: policy.map(|it| it.policy.clone()), fault }
    }

    /// No look takes as long as the pause; what is newer by more than that shows a clock that was set back.
    fn has_newer(&self, domain: &Domain, new: &Known) -> bool {
        let here = self.policies.get(domain).map(|entry| &entry.known);
        here.is_some_and(|here| {
            here.fetched_at > new.fetched_at && within(new.fetched_at, here.fetched_at, Self::PAUSE)
        })
    }

    fn note_failure(&mut self, domain: Domain, at: SystemTime) {
        match self.policies.get_mut(&domain) {
            Some(entry) => entry.failed_at = Some(at),
            None => *self.failures.entry(domain) = Some(at),
        }
    }

    /// How many policies are kept, those out of force included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.policies.len()
    }

    /// Whether no policy is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for MtaStsCache {
    /// Room for 16,384 policies that are enforced, and for as many others. A common one takes some 500 bytes, the largest possible 70 KB.
    fn default() -> Self {
        Self::new(16_384)
    }
}

impl Entry {
    pub(super) fn new(known: Known, failed_at: Option<SystemTime>) -> Self {
        Self { known, checked_at: None, failed_at, used: 0 }
    }

    fn is_valid(&self, now: SystemTime) -> bool {
        let known = &self.known;
        age(known.fetched_at, now) < known.policy.max_age().max(MtaStsCache::PAUSE)
    }

    fn is_due(&self, now: SystemTime) -> bool {
        let known = &self.known;
        let half = (known.policy.max_age() / 2).clamp(MtaStsCache::PAUSE, MtaStsCache::REFRESH);
        known.fetched_at > now || age(known.fetched_at, now) >= half
    }

    fn is_paused(&self, now: SystemTime) -> bool {
        self.failed_at.is_some_and(|at| within(at, now, MtaStsCache::PAUSE))
    }
}

/// A clock that was set back since makes a policy new, never old.
fn age(since: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(since).unwrap_or_default()
}

/// Whether less than `time` has passed. A clock that was set back since ends the pause.
fn within(since: SystemTime, now: SystemTime, time: Duration) -> bool {
    now.duration_since(since).is_ok_and(|age| age < time)
}

/// What a look came to: the policy that applies, and what was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MtaStsVerdict {
    /// The policy in force, cached or new.
    pub policy: Option<MtaStsPolicy>,
    /// Why it could not be brought up to date. Tell a person when there is a policy all the same: somebody
    /// may be in the way (RFC 8461 section 10.2). A policy whose mode is `none` is no reason to
    /// (section 3.3).
    pub fault: Option<MtaStsFault>,
}

#[cfg(test)]
mod tests;
