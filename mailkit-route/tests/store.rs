//! Stores, and nodes that go on without one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::Mutex,
    task::Poll,
    time::{Duration, SystemTime},
};

use mailkit_route::store::{
    Document, Held, Hold, Key, MemoryLimits, MemoryStore, NodeId, Store, StoreError,
    StoreErrorKind,
    conformance::{self, Law},
};

#[path = "store/nodes.rs"]
mod nodes;
#[path = "store/shares.rs"]
mod shares;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn node(text: &str) -> NodeId {
    text.parse().unwrap()
}

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    AddsHolds,
    AllOrNothing,
    Appends,
    CountsHoldsUpTo,
    CountsUpTo,
    EndsEarly,
    ForgetsNodes,
    HoldsForever,
    IgnoresCase,
    IgnoresOthers,
    KeepsFirst,
    KeepsMost,
    KeepsWhatIsOver,
    KeepsWhatWasHeld,
    None,
    ReadsLines,
    ReadsPrefix,
    TakesAway,
    Torn,
    Unsorted,
}

/// A store of the plainest kind, with a flaw.
#[derive(Debug)]
struct Plain {
    flaw: Flaw,
    documents: Mutex<BTreeMap<(Key, NodeId), (String, SystemTime)>>,
    holds: Mutex<BTreeMap<(Key, NodeId), (u32, SystemTime)>>,
}

impl Plain {
    fn new(flaw: Flaw) -> Self {
        Self { flaw, documents: Mutex::default(), holds: Mutex::default() }
    }

    fn is_same(&self, a: &Key, b: &Key) -> bool {
        match self.flaw {
            Flaw::IgnoresCase => a.as_str().eq_ignore_ascii_case(b.as_str()),
            Flaw::ReadsPrefix => a.as_str().starts_with(b.as_str()),
            _ => a == b,
        }
    }

    /// What a node holds by now, and what the others do.
    fn held(&self, key: &Key, node: &NodeId, now: SystemTime) -> (u32, u32) {
        let holds = self.holds.lock().unwrap();
        holds.iter().filter(|((other, _), _)| other == key).fold((0, 0), |(own, others), hold| {
            let ((_, holder), &(amount, until)) = hold;
            let counts = match self.flaw {
                Flaw::HoldsForever => true,
                Flaw::CountsHoldsUpTo => until >= now,
                _ => until > now,
            };
            match (counts, holder == node) {
                (true, true) => (amount, others),
                (true, false) => (own, others + amount),
                (false, _) => (own, others),
            }
        })
    }
}

impl Store for Plain {
    async fn publish(
        &self,
        key: &Key,
        node: &NodeId,
        text: &str,
        until: SystemTime,
        now: SystemTime,
    ) -> Result<(), StoreError> {
        let mut documents = self.documents.lock().unwrap();
        if self.flaw == Flaw::ForgetsNodes {
            documents.retain(|(other, _), _| other != key);
        }
        let entry = documents.entry((key.clone(), node.clone()));
        let (known, known_until) = entry.or_insert_with(|| (String::new(), now));
        match self.flaw {
            Flaw::KeepsFirst if *known_until > now => return Ok(()),
            Flaw::KeepsWhatIsOver if until <= now => return Ok(()),
            Flaw::Appends => known.push_str(text),
            Flaw::ReadsLines => *known = text.lines().next().unwrap_or_default().into(),
            _ => *known = text.into(),
        }
        *known_until = until;
        Ok(())
    }

    async fn documents(&self, key: &Key, now: SystemTime) -> Result<Vec<Document>, StoreError> {
        let is_there = |until: SystemTime| match self.flaw {
            Flaw::CountsUpTo => until >= now,
            Flaw::EndsEarly => until > now + Duration::from_secs(1),
            _ => until > now,
        };
        let documents = self.documents.lock().unwrap();
        let found = documents
            .iter()
            .filter(|((other, _), (_, until))| self.is_same(other, key) && is_there(*until));
        let found = found.map(|((_, node), (text, _))| Document::new(node.clone(), text.clone()));
        let mut found: Vec<_> = found.collect();
        if self.flaw == Flaw::Unsorted {
            found.reverse();
        }
        Ok(found)
    }

    async fn hold(
        &self,
        key: &Key,
        node: &NodeId,
        hold: Hold,
        now: SystemTime,
    ) -> Result<Held, StoreError> {
        if self.flaw == Flaw::TakesAway {
            let mut holds = self.holds.lock().unwrap();
            holds.values_mut().for_each(|(amount, _)| *amount = (*amount).min(hold.limit));
        }
        let (own, others) = self.held(key, node, now);
        if self.flaw == Flaw::Torn {
            yield_once().await;
        }
        let wish = if hold.until > now { hold.amount } else { 0 };
        let left = hold.limit.saturating_sub(others);
        let amount = match self.flaw {
            Flaw::AddsHolds => own + wish.min(left - own.min(left)),
            Flaw::AllOrNothing if wish > left => 0,
            Flaw::IgnoresOthers => wish.min(hold.limit),
            Flaw::KeepsMost => own.max(wish.min(left)),
            Flaw::KeepsWhatWasHeld => wish.min(left.max(own)),
            _ => wish.min(left),
        };
        let until = hold.until;
        self.holds.lock().unwrap().insert((key.clone(), node.clone()), (amount, until));
        Ok(Held::new(amount, others))
    }
}

/// Lets the others go on.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[tokio::test]
async fn each_flaw_breaks_its_law() {
    #[track_caller]
    fn check(flaw: Flaw, result: &Result<usize, conformance::Violation>, expected: Option<Law>) {
        assert_eq!(result.as_ref().err().map(conformance::Violation::law), expected, "{flaw:?}");
    }
    for (flaw, law) in [
        (Flaw::None, None),
        (Flaw::ForgetsNodes, Some(Law::Reads)),
        (Flaw::IgnoresCase, Some(Law::Reads)),
        (Flaw::ReadsLines, Some(Law::Reads)),
        (Flaw::ReadsPrefix, Some(Law::Reads)),
        (Flaw::Unsorted, Some(Law::Reads)),
        (Flaw::Appends, Some(Law::Replaces)),
        (Flaw::KeepsFirst, Some(Law::Replaces)),
        (Flaw::CountsUpTo, Some(Law::RunsOut)),
        (Flaw::EndsEarly, Some(Law::RunsOut)),
        (Flaw::KeepsWhatIsOver, Some(Law::Removes)),
        (Flaw::AllOrNothing, Some(Law::Limits)),
        (Flaw::IgnoresOthers, Some(Law::Limits)),
        (Flaw::AddsHolds, Some(Law::Sets)),
        (Flaw::KeepsMost, Some(Law::Sets)),
        (Flaw::CountsHoldsUpTo, Some(Law::HoldRunsOut)),
        (Flaw::HoldsForever, Some(Law::HoldRunsOut)),
        (Flaw::KeepsWhatWasHeld, Some(Law::Lowers)),
        (Flaw::TakesAway, Some(Law::Lowers)),
        (Flaw::Torn, Some(Law::Atomic)),
    ] {
        check(flaw, &conformance::run(|| Plain::new(flaw), at(0)).await, law);
    }
}

#[tokio::test]
async fn the_store_in_memory_keeps_all_laws_whatever_the_time() {
    for now in [SystemTime::UNIX_EPOCH, at(0)] {
        assert_eq!(conformance::run(MemoryStore::default, now).await.unwrap(), 9);
    }
}

#[tokio::test]
async fn a_violation_says_what_it_saw() {
    let violation = conformance::run(|| Plain::new(Flaw::IgnoresOthers), at(0)).await.unwrap_err();
    let text =
        "a store must see that nodes hold together no more than the limit; at step 2 it does not";
    assert_eq!((violation.to_string(), violation.step()), (text.into(), 2));
    let saw = std::error::Error::source(&violation).unwrap().to_string();
    assert_eq!(saw, "node b held 8 beside 8 of the others");
}

#[tokio::test]
async fn a_full_store_forgets_what_is_over_and_nothing_else() {
    let mut limits = MemoryLimits::default();
    (limits.documents, limits.document_bytes, limits.bytes, limits.holds) = (3, 8, 12, 2);
    let store = MemoryStore::with_limits(limits);
    let publish = async |name: &str, text: &str, until, now| {
        let result = store.publish(&key("k"), &node(name), text, at(until), at(now)).await;
        result.map_err(|error| error.kind().clone())
    };
    let full = Err(StoreErrorKind::Full { limit: 3 });
    assert_eq!(publish("a", "123456789", 10, 0).await, Err(StoreErrorKind::TooLong { limit: 8 }));
    assert_eq!(publish("a", "12345678", 10, 0).await, Ok(()));
    assert_eq!(publish("b", "12345", 60, 0).await, full);
    assert_eq!(publish("b", "1234", 60, 0).await, Ok(()));
    assert_eq!(publish("b", "4321", 60, 0).await, Ok(()));
    assert_eq!(publish("c", "", 60, 0).await, Ok(()));
    assert_eq!(publish("d", "", 60, 9).await, full);
    assert_eq!(publish("d", "12345678", 60, 10).await, Ok(()));
    let documents = store.documents(&key("k"), at(10)).await.unwrap();
    let read: Vec<_> = documents.iter().map(|it| (it.node.as_str(), it.text.as_str())).collect();
    assert_eq!(read, [("b", "4321"), ("c", ""), ("d", "12345678")]);

    let hold = async |name: &str, until, now| {
        let result = store.hold(&key(name), &node("a"), Hold::new(1, 1, at(until)), at(now)).await;
        result.map(|held| held.amount).map_err(|error| error.kind().clone())
    };
    assert_eq!((hold("x", 10, 0).await, hold("y", 60, 0).await), (Ok(1), Ok(1)));
    assert_eq!(hold("x", 10, 0).await, Ok(1));
    assert_eq!(hold("z", 60, 9).await, Err(StoreErrorKind::Full { limit: 2 }));
    assert_eq!(hold("z", 60, 10).await, Ok(1));
}

#[test]
fn threads_hold_no_more_than_the_limit() {
    let store = MemoryStore::default();
    let ask = |number: u32| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (key, node) = (key("k"), node(&number.to_string()));
        (0..200_u64).fold(0, |_, now| {
            let hold = Hold::new(number % 5 + 1, 10, at(now + 1_000));
            runtime.block_on(store.hold(&key, &node, hold, at(now))).unwrap().amount
        })
    };
    let held: u32 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || ask(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(held, 10);
}
