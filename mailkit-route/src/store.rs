//! What several nodes share: evidence about hosts, limits, and documents that outlive a restart.
//!
//! A [`Store`] is an engine that all nodes reach, such as Valkey, NATS or a database: three operations, that an engine
//! implements and [`conformance`] checks. [`MemoryStore`] is one for the threads of one process, and for tests. What is
//! shared, and how much of it must hold:
//!
//! | what | how | when the store is away |
//! |---|---|---|
//! | breakers, round trips, the work of hosts | [`SharedEvidence`] in [`Store::publish`], read a second later | each node goes on with what it knows and sees itself |
//! | connections, rates, budgets of a day | [`LimitShare`] over [`Store::hold`], at once | what is held runs out, then each node has its part |
//! | policies of MTA-STS, counters of a warm-up | their text in [`Store::publish`], until it runs out | each node goes on with its own |
//!
//! What merges by itself needs no more than documents. The counters of a warm-up, on two nodes:
//!
//! ```
//! use mailkit_route::store::{Key, MemoryStore, NodeId, Store};
//! use mailkit_route::timing::{Lane, WarmUp, WarmUpCurve, WarmUpOptions};
//! use mailkit_route::{Egress, GeoPoint};
//! use std::time::{Duration, SystemTime};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (store, now) = (MemoryStore::default(), SystemTime::UNIX_EPOCH);
//! let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
//! let lane = Lane::new(egress.id(), &"google".parse()?);
//! let (key, a): (Key, NodeId) = (format!("warm-up {lane}").parse()?, "a".parse()?);
//! let warm_up = |node| {
//!     let mut options = WarmUpOptions::default();
//!     options.node = node;
//!     WarmUp::new(options)
//! };
//! let (mut here, mut there) = (warm_up(1), warm_up(2));
//! for node in [&mut here, &mut there] {
//!     node.start(&lane, WarmUpCurve::new([2, 4])?, now)?;
//! }
//!
//! here.take(&lane, now);
//! here.take(&lane, now);
//! let counters = here.counters(&lane).ok_or("not started")?.to_string();
//! store.publish(&key, &a, &counters, now + Duration::from_secs(30 * 86_400), now).await?;
//! for document in store.documents(&key, now).await? {
//!     there.merge(&lane, &document.text.parse()?)?;
//! }
//! assert!(!there.take(&lane, now).is_allowed());
//! # Ok(())
//! # }
//! ```

use std::{future::Future, time::SystemTime};

pub mod conformance;
mod error;
pub(crate) mod evidence;
mod limit_share;
mod memory;
mod name;

pub use error::{StoreError, StoreErrorKind};
pub use evidence::{Imported, SharedEvidence};
pub use limit_share::{LimitShare, ShareVerdict};
pub use memory::{MemoryLimits, MemoryStore};
pub use name::{Key, NodeId};

/// An engine that all nodes reach.
///
/// The operations are futures, for an engine is asked over the network; an implementation writes `async fn`. They need
/// no runtime of their own, and those of [`MemoryStore`] are ready at once.
///
/// Time is an argument, as everywhere here, and never the engine's: so a store can be tested without waiting, and the
/// simulator can use one. An engine may forget by its own clock what the arguments have long let run out. Nodes whose
/// clocks differ see each other's times off by that much; keep them within a second.
///
/// Every operation may be repeated after an error, whatever became of it the first time.
pub trait Store: Send + Sync {
    /// Puts a document of a node under a key, in the place of its last one, until a time. One that has run out is
    /// removed.
    ///
    /// # Errors
    /// When the store is away, or has no room: go on without.
    fn publish(
        &self,
        key: &Key,
        node: &NodeId,
        text: &str,
        until: SystemTime,
        now: SystemTime,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The documents of all nodes under a key that have not run out, in the order of the nodes. A document is seen by
    /// all nodes within a second, and by its own at once.
    ///
    /// # Errors
    /// When the store is away: go on without.
    fn documents(
        &self,
        key: &Key,
        now: SystemTime,
    ) -> impl Future<Output = Result<Vec<Document>, StoreError>> + Send;

    /// Sets what a node holds of a limit, in the place of what it held: as much of its wish as the others leave. To
    /// hold nothing gives it back.
    ///
    /// It is atomic: whatever the nodes ask for at the same time, what they hold together is never more than the limit.
    /// When the limit is lowered, what is out already stays until its node asks again or it runs out.
    ///
    /// # Errors
    /// When the store is away, or has no room; then nothing is promised. See [`LimitShare`].
    fn hold(
        &self,
        key: &Key,
        node: &NodeId,
        hold: Hold,
        now: SystemTime,
    ) -> impl Future<Output = Result<Held, StoreError>> + Send;
}

/// A document of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Whose it is.
    pub node: NodeId,
    /// What it says.
    pub text: String,
}

impl Document {
    /// What an engine has of a node.
    #[must_use]
    pub fn new(node: NodeId, text: String) -> Self {
        Self { node, text }
    }
}

/// What a node wants of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hold {
    /// How much.
    pub amount: u32,
    /// What all nodes may hold together.
    pub limit: u32,
    /// Until when, unless it is set again before.
    pub until: SystemTime,
}

impl Hold {
    /// So much of a limit until a time.
    #[must_use]
    pub fn new(amount: u32, limit: u32, until: SystemTime) -> Self {
        Self { amount, limit, until }
    }
}

/// What a node holds of a limit, and what others do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Held {
    /// By this node: its wish, or what was left of the limit.
    pub amount: u32,
    /// By the others together.
    pub others: u32,
}

impl Held {
    /// What an engine answers.
    #[must_use]
    pub fn new(amount: u32, others: u32) -> Self {
        Self { amount, others }
    }
}
