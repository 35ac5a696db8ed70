//! What an engine must do to be a [`Store`], as tests that an implementer runs.

use std::{
    fmt,
    future::{Future, poll_fn},
    task::Poll,
    time::{Duration, SystemTime},
};

use super::{Held, Hold, Key, NodeId, Store, StoreError};
use crate::ParseError;
use laws::{LAWS, Step};

mod laws;

/// Checks all laws, each against an empty store that `open` gives, at times from `now` on. Says how many there were.
///
/// An engine that is shared gives each store a part of its own, for instance by a prefix of the keys. The times are those of
/// the arguments: nothing is waited for.
///
/// ```
/// use mailkit_route::store::{MemoryStore, conformance};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), conformance::Violation> {
/// let now = std::time::SystemTime::UNIX_EPOCH;
/// assert_eq!(conformance::run(MemoryStore::default, now).await?, 9);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The first law that is broken, and how.
pub async fn run<S: Store>(open: impl Fn() -> S, now: SystemTime) -> Result<usize, Violation> {
    for (law, steps) in LAWS {
        let store = open();
        for (number, step) in (1..).zip(*steps) {
            let saw = perform(&store, step, now).await;
            saw.map_err(|saw| Violation { law: *law, step: number, saw })?;
        }
    }
    let saw = together(&open(), now).await;
    saw.map_err(|saw| Violation { law: Law::Atomic, step: 1, saw })?;
    Ok(LAWS.len() + 1)
}

/// A law of stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Law {
    /// What is published is read as it was, by key and node.
    Reads,
    /// The last document of a node takes the place of the one before.
    Replaces,
    /// A document is there until its time, and not at it.
    RunsOut,
    /// What is published with a time that is over is removed.
    Removes,
    /// Nodes hold together no more than the limit, and one gets what the others leave.
    Limits,
    /// A hold is set and not added: to ask again changes nothing, to ask for less gives back.
    Sets,
    /// A hold counts until its time, and not at it.
    HoldRunsOut,
    /// A limit that is lowered takes nothing away, and lets nobody take more.
    Lowers,
    /// Nodes that ask at the same time hold together no more than the limit.
    Atomic,
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reads => "what is published is read as it was",
            Self::Replaces => "the last document takes the place of the one before",
            Self::RunsOut => "a document is there until its time",
            Self::Removes => "what is over is removed",
            Self::Limits => "nodes hold together no more than the limit",
            Self::Sets => "a hold is set and not added",
            Self::HoldRunsOut => "a hold counts until its time",
            Self::Lowers => "a limit that is lowered takes nothing away",
            Self::Atomic => "nodes that ask at the same time keep the limit",
        })
    }
}

/// A law that a store broke.
#[derive(Debug, thiserror::Error)]
#[error("a store must see that {law}; at step {step} it does not")]
pub struct Violation {
    law: Law,
    step: usize,
    #[source]
    saw: Saw,
}

impl Violation {
    /// The law.
    #[must_use]
    pub fn law(&self) -> Law {
        self.law
    }

    /// Which step of it, counted from 1.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }
}

/// What came of a step instead.
#[derive(Debug, thiserror::Error)]
enum Saw {
    #[error("it read {0}")]
    Documents(String),
    #[error("node {node} held {amount} beside {others} of the others")]
    Held { node: NodeId, amount: u32, others: u32 },
    #[error("all nodes together held {0}")]
    Sum(u32),
    #[error("it failed")]
    Failed(#[from] StoreError),
    #[error("a name of the suite")]
    Name(#[from] ParseError),
}

async fn perform<S: Store>(store: &S, step: &Step, now: SystemTime) -> Result<(), Saw> {
    let time = |seconds| now + Duration::from_secs(seconds);
    match *step {
        Step::Publish { at, key, node, text, until } => {
            let (key, node): (Key, NodeId) = (key.parse()?, node.parse()?);
            store.publish(&key, &node, text, time(until), time(at)).await?;
        }
        Step::Documents { at, key, expected } => {
            let documents = store.documents(&key.parse()?, time(at)).await?;
            let read = documents.iter().map(|it| (it.node.as_str(), it.text.as_str()));
            if !read.eq(expected.iter().copied()) {
                return Err(Saw::Documents(format!("{documents:?}")));
            }
        }
        Step::Hold { at, key, node, amount, limit, until, expected } => {
            let (key, node): (Key, NodeId) = (key.parse()?, node.parse()?);
            let hold = Hold::new(amount, limit, time(until));
            let Held { amount, others } = store.hold(&key, &node, hold, time(at)).await?;
            if (amount, others) != expected {
                return Err(Saw::Held { node, amount, others });
            }
        }
    }
    Ok(())
}

/// Many nodes ask at once for more than there is.
async fn together<S: Store>(store: &S, now: SystemTime) -> Result<(), Saw> {
    let (key, until) = ("together".parse::<Key>()?, now + Duration::from_secs(60));
    let nodes: Result<Vec<NodeId>, _> =
        (0..16).map(|node| format!("node {node}").parse()).collect();
    let nodes = nodes?;
    let ask = |node| store.hold(&key, node, Hold::new(3, 10, until), now);
    let held = all(nodes.iter().map(ask)).await;
    let held: Result<Vec<Held>, StoreError> = held.into_iter().collect();
    let sum = held?.iter().fold(0, |sum: u32, held| sum.saturating_add(held.amount));
    if sum == 10 { Ok(()) } else { Err(Saw::Sum(sum)) }
}

/// Goes on with each future in turn, until all are done.
async fn all<T>(futures: impl Iterator<Item: Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.map(Box::pin).collect();
    let mut done = Vec::new();
    poll_fn(|context| {
        waiting.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(value) => {
                done.push(value);
                false
            }
            Poll::Pending => true,
        });
        if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done
}
