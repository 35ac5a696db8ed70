//! What planners know that others can use.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    time::{Duration, SystemTime},
};

use super::{StoreError, StoreErrorKind};
use crate::Host;
use crate::evidence::Kind;

mod text;

/// What planners tell each other: breakers that opened and closed, round trips, and the work of hosts.
///
/// Of each subject the latest finding counts, and of a mean round trip the one of who saw most, so that merging in any order, also twice, gives the same. Its text
/// (`Display`, `FromStr`) is for a [`Store`](super::Store). A planner gives it by
/// [`export`](crate::RoutePlanner::export) and takes it by [`import`](crate::RoutePlanner::import).
///
/// ```
/// use mailkit_route::store::SharedEvidence;
/// let opened = "open 1800000000000000 connection 0 until 1800000005000000 host 203.0.113.10";
/// let closed = "closed 1800000003000000 host 203.0.113.10";
/// let read = |line| format!("shared-evidence 1 left-out 0\n{line}\n").parse::<SharedEvidence>();
/// let (mut here, there) = (read(opened)?, read(closed)?);
/// here.merge(&there)?;
/// assert_eq!(here, there);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharedEvidence {
    pub(crate) breakers: BTreeMap<SharedScope, (Moment, SharedChange)>,
    pub(crate) works: BTreeMap<IpAddr, SharedWork>,
    pub(crate) round_trips: BTreeMap<SharedWay, SharedRoundTrip>,
    pub(crate) left_out: usize,
}

/// Microseconds since 1970, and none before.
pub(crate) type Moment = u64;

/// What a breaker is about. An egress of its own is not among it: whether it can be reached is a matter of each node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SharedScope {
    Host(IpAddr),
    Path(IpAddr, Box<str>),
    Reputation(Host, Box<str>),
    Way(SharedWay),
}

/// To the place of a host, from an egress.
pub(crate) type SharedWay = (IpAddr, Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SharedChange {
    Closed,
    Open { until: Moment, kind: Kind, failures: u8 },
}

/// The work of a host on mails, in microseconds. The mean is one of the last few mails, so the latest is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SharedWork {
    pub(crate) at: Moment,
    pub(crate) count: u8,
    pub(crate) mean: u32,
    pub(crate) last: u32,
}

/// Round trips over a way, in microseconds: the latest one, and the mean of who saw most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SharedRoundTrip {
    pub(crate) last: (Moment, u32),
    /// After how many, when, and how long.
    pub(crate) mean: (u8, Moment, u32),
}

impl SharedEvidence {
    /// The most findings of one document.
    pub const MAX_ENTRIES: usize = 8_192;
    /// The longest text that is read, in bytes.
    pub const MAX_BYTES: usize = 4 << 20;
    /// What is older is not told, and not listened to.
    pub const KEPT_FOR: Duration = Duration::from_secs(3_600);
    /// The clocks of two nodes may be so far apart. What is later than that is refused.
    pub const AHEAD: Duration = Duration::from_secs(60);

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.breakers.len() + self.works.len() + self.round_trips.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many findings had no room: the oldest, and round trips and work before breakers.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Takes in what others know.
    ///
    /// # Errors
    /// When that makes more than [`MAX_ENTRIES`](Self::MAX_ENTRIES) findings; then nothing is changed. Import the two one
    /// after the other instead.
    pub fn merge(&mut self, other: &Self) -> Result<(), StoreError> {
        let new = count_new(&self.breakers, &other.breakers)
            + count_new(&self.works, &other.works)
            + count_new(&self.round_trips, &other.round_trips);
        if self.len() + new > Self::MAX_ENTRIES {
            return Err(StoreErrorKind::Full { limit: Self::MAX_ENTRIES }.into());
        }
        join(&mut self.breakers, &other.breakers, Ord::max);
        join(&mut self.works, &other.works, Ord::max);
        join(&mut self.round_trips, &other.round_trips, |here, there| SharedRoundTrip {
            last: here.last.max(there.last),
            mean: here.mean.max(there.mean),
        });
        self.left_out = self.left_out.max(other.left_out);
        Ok(())
    }
}

fn count_new<K: Ord, V>(known: &BTreeMap<K, V>, other: &BTreeMap<K, V>) -> usize {
    other.keys().filter(|key| !known.contains_key(key)).count()
}

/// Of two findings of one moment the greater counts, so that all nodes decide alike.
fn join<K: Ord + Clone, V: Copy>(
    known: &mut BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
    both: impl Fn(V, V) -> V,
) {
    for (key, value) in other {
        let entry = known.entry(key.clone()).or_insert(*value);
        *entry = both(*entry, *value);
    }
}

/// What [`RoutePlanner::import`](crate::RoutePlanner::import) did with each finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Imported {
    /// Those that were news.
    pub taken: usize,
    /// Those that this planner knew, or knew better.
    pub known: usize,
    /// Those about an egress, an address or a place that is not for this planner, or that found no room.
    pub unknown: usize,
    /// Those that are over: breakers whose pause has ended, and what is older than [`SharedEvidence::KEPT_FOR`].
    pub over: usize,
    /// Those from the future, by more than [`SharedEvidence::AHEAD`]: a clock is wrong, here or there.
    pub refused: usize,
}

pub(crate) fn moment(time: SystemTime) -> Moment {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::try_from(since.as_micros()).unwrap_or(Moment::MAX)
}

/// The time of a moment; `None` for one that no clock shows.
pub(crate) fn time(moment: Moment) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_micros(moment))
}

#[cfg(test)]
mod tests;
