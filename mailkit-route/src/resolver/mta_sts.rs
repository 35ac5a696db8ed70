//! MTA-STS over DNS and HTTPS. This module needs the feature `mta-sts-fetch`.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::SystemTime,
};

use crate::{
    Domain,
    tls_policy::{
        MtaStsCache, MtaStsLookup, MtaStsSnapshot, MtaStsStep, MtaStsVerdict, Restored,
        SnapshotError,
    },
};

mod fetch;

pub use fetch::PolicyFetcher;

/// Says which MTA-STS policy applies to a domain, and keeps policies in an [`MtaStsCache`].
///
/// Mails to one domain that come at once wait for one lookup.
///
/// ```no_run
/// # async fn example(now: std::time::SystemTime) -> Result<(), Box<dyn std::error::Error>> {
/// use mailkit_route::{resolver::{MtaStsResolver, MxResolver, PolicyFetcher}, tls_policy::MtaStsCache};
/// let fetcher = PolicyFetcher::new(MxResolver::system()?)?;
/// let mta_sts = MtaStsResolver::new(fetcher, MtaStsCache::default());
/// let verdict = mta_sts.policy(&"buyer.example".parse()?, now).await;
/// # Ok(())
/// # }
/// ```
pub struct MtaStsResolver {
    fetcher: PolicyFetcher,
    cache: Mutex<MtaStsCache>,
    turns: Mutex<Turns>,
}

/// The locks of the domains that are looked at now.
#[derive(Default)]
struct Turns {
    locks: HashMap<Domain, Weak<tokio::sync::Mutex<()>>>,
    /// How many there may be before the ones that nobody holds are swept out.
    most: usize,
}

impl MtaStsResolver {
    /// A resolver with what was known before.
    #[must_use]
    pub fn new(fetcher: PolicyFetcher, cache: MtaStsCache) -> Self {
        Self { fetcher, cache: Mutex::new(cache), turns: Mutex::default() }
    }

    /// The policy that applies to a domain, see [`MtaStsCache::lookup`].
    pub async fn policy(&self, domain: &Domain, now: SystemTime) -> MtaStsVerdict {
        let turn = self.turn(domain);
        let _turn = turn.lock().await;
        let lookup = locked(&self.cache).lookup(domain, now);
        self.drive(lookup).await
    }

    /// The same, but asks in any case whether the policy changed, see [`MtaStsCache::recheck`].
    pub async fn recheck(&self, domain: &Domain, now: SystemTime) -> MtaStsVerdict {
        let turn = self.turn(domain);
        let _turn = turn.lock().await;
        let lookup = locked(&self.cache).recheck(domain, now);
        self.drive(lookup).await
    }

    async fn drive(&self, mut lookup: MtaStsLookup) -> MtaStsVerdict {
        loop {
            match lookup.step() {
                MtaStsStep::Ask(question) => lookup.answer(self.fetcher.answer(&question).await),
                MtaStsStep::Done(finding) => return locked(&self.cache).record(finding),
            }
        }
    }

    /// The policies, to be kept over a restart.
    #[must_use]
    pub fn snapshot(&self) -> MtaStsSnapshot {
        locked(&self.cache).snapshot()
    }

    /// Adds policies that were kept, see [`MtaStsCache::restore`].
    ///
    /// # Errors
    /// When the snapshot is of another version.
    pub fn restore(
        &self,
        snapshot: MtaStsSnapshot,
        now: SystemTime,
    ) -> Result<Restored, SnapshotError> {
        locked(&self.cache).restore(snapshot, now)
    }

    /// The lock of a domain. It exists while somebody holds it or waits for it.
    fn turn(&self, domain: &Domain) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = locked(&self.turns);
        if let Some(turn) = turns.locks.get(domain).and_then(Weak::upgrade) {
            return turn;
        }
        if turns.locks.len() >= turns.most {
            turns.locks.retain(|_, turn| turn.strong_count() > 0);
            turns.most = turns.locks.len().saturating_mul(2).max(64);
        }
        let turn = Arc::default();
        turns.locks.insert(domain.clone(), Arc::downgrade(&turn));
        turn
    }
}

impl fmt::Debug for MtaStsResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MtaStsResolver").field("fetcher", &self.fetcher).finish_non_exhaustive()
    }
}

/// A panic elsewhere leaves whole entries behind, each of which is good.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
