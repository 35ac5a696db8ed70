//! The part of a limit that one node may use.

use std::{num::NonZeroU32, time::SystemTime};

use super::{Held, Hold};

/// A node's part of a limit that all nodes share: connections to a provider, mails of a minute, the budget of a day.
///
/// It is held from a [`Store`](super::Store) and counted here, so that most mails ask nobody. A node asks for what it uses
/// and some more; before what it holds runs out it asks again. When the store is away, what is held stays until then, and
/// for as long again the lesser of that and the node's own part of the limit; then its own part. By then all other nodes
/// without the store have come to theirs, and own parts add up to the limit. So the limit holds while all have the store, and
/// while none has; one that is cut off alone may use its own part beside what the others hold.
///
/// ```
/// use mailkit_route::store::{Hold, Key, LimitShare, MemoryStore, NodeId, Store};
/// use std::time::{Duration, SystemTime};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (store, now, minute) = (MemoryStore::default(), SystemTime::UNIX_EPOCH, Duration::from_secs(60));
/// let (key, node): (Key, NodeId) = ("connections fra to google".parse()?, "a.1742".parse()?);
///
/// // The first of three nodes; without a store it may open four of ten connections.
/// let mut share = LimitShare::new(10, 0, 3.try_into()?);
/// assert_eq!(share.allowance(now), 4);
/// for _ in 0..5 {
///     share.take(now);
/// }
/// let hold = share.ask(now + minute, now);
/// if let Ok(held) = store.hold(&key, &node, hold, now).await {
///     share.settle(hold, held);
/// }
/// assert!(share.take(now).is_allowed());
/// assert_eq!(share.used(), 5);
/// # Ok(())
/// # }
/// ```
///
/// A connection takes one where [`Pacing::acquire`](crate::timing::Pacing::acquire) allows it, and gives it back after
/// [`Pacing::release`](crate::timing::Pacing::release); the pacing still learns from replies what the provider takes from
/// this node. The budget of a day has the day in its key (`mails fra to google 20780`), runs out with it, and is given back
/// only for what was not sent; where [`WarmUp`](crate::timing::WarmUp) steps through a curve,
/// [`WarmUpVerdict::Allowed`](crate::timing::WarmUpVerdict) has the limit.
#[derive(Debug, Clone)]
pub struct LimitShare {
    limit: u32,
    part: u32,
    /// What is asked for beyond what is used.
    reserve: u32,
    used: u32,
    /// Since it was last asked for.
    refused: u32,
    held: Option<Holding>,
    asked_at: SystemTime,
}

#[derive(Debug, Clone, Copy)]
struct Holding {
    amount: u32,
    until: SystemTime,
    /// When all others without the store have come to their own parts.
    settled: SystemTime,
}

impl LimitShare {
    /// The share of one of so many nodes, which count from 0. Without a store it has its own part: what is left when the
    /// limit is divided goes to the first nodes, so of a limit below the number of nodes some have none.
    #[must_use]
    pub fn new(limit: u32, index: u32, nodes: NonZeroU32) -> Self {
        let part = limit / nodes + u32::from(index < limit % nodes);
        let reserve = (part / 4).max(1);
        let asked_at = SystemTime::UNIX_EPOCH;
        Self { limit, part, reserve, used: 0, refused: 0, held: None, asked_at }
    }

    /// How much this node may use at once.
    #[must_use]
    pub fn allowance(&self, now: SystemTime) -> u32 {
        match self.held {
            Some(held) if now < held.until => held.amount,
            Some(held) if now < held.settled => held.amount.min(self.part),
            _ => self.part,
        }
    }

    /// How much is used.
    #[must_use]
    pub fn used(&self) -> u32 {
        self.used
    }

    /// Takes one, if there is one.
    pub fn take(&mut self, now: SystemTime) -> ShareVerdict {
        let allowance = self.allowance(now);
        if self.used < allowance {
            self.used += 1;
            return ShareVerdict::Allowed { left: allowance - self.used };
        }
        self.refused = self.refused.saturating_add(1);
        match self.held {
            Some(held) if now < held.until => ShareVerdict::Spent { allowance },
            _ => ShareVerdict::StoreAway { allowance },
        }
    }

    /// Gives one back.
    pub fn give_back(&mut self) {
        self.used = self.used.saturating_sub(1);
    }

    /// What to ask the store for, until a time: what is used, what was refused since the last time, and a reserve. What is
    /// held beyond that is given up at once, whether the answer comes or not. Ask again when half of the time is over, and
    /// when something was refused, one question after the other.
    pub fn ask(&mut self, until: SystemTime, now: SystemTime) -> Hold {
        let more = self.refused.max(self.reserve);
        let amount = self.used.saturating_add(more).min(self.limit);
        if let Some(held) = &mut self.held {
            held.amount = held.amount.min(amount);
        }
        (self.refused, self.asked_at) = (0, now);
        Hold::new(amount, self.limit, until)
    }

    /// The store's answer to what was asked. Where there is none, there is nothing to do.
    pub fn settle(&mut self, asked: Hold, held: Held) {
        let time = asked.until.duration_since(self.asked_at).unwrap_or_default();
        let settled = asked.until.checked_add(time).unwrap_or(asked.until);
        self.held = Some(Holding { amount: held.amount, until: asked.until, settled });
    }
}

/// Whether a node may use one more of a shared limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ShareVerdict {
    /// It may.
    #[cfg_attr(feature = "serde", serde(rename = "share-allowed"))]
    Allowed {
        /// How many more.
        left: u32,
    },
    /// All that this node holds is used: ask the store for more.
    #[cfg_attr(feature = "serde", serde(rename = "share-spent"))]
    Spent {
        /// What it may use at once.
        allowance: u32,
    },
    /// The store gave nothing lately, and this node's own part is used.
    #[cfg_attr(feature = "serde", serde(rename = "store-away"))]
    StoreAway {
        /// What it may use at once.
        allowance: u32,
    },
}

impl ShareVerdict {
    /// Whether it may.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// The stable name, as in JSON.
    ///
    /// ```
    /// use mailkit_route::store::ShareVerdict;
    /// assert_eq!(ShareVerdict::Spent { allowance: 4 }.code(), "share-spent");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Allowed { .. } => "share-allowed",
            Self::Spent { .. } => "share-spent",
            Self::StoreAway { .. } => "store-away",
        }
    }
}
