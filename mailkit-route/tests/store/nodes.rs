//! Three nodes send mail, share what they learn, and lose their store.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use mailkit_route::{
    ConnectFailure, Demand, Destination, Egress, GeoPoint, Hop, HopOutcome, PlannerOptions,
    RoutePlanner, store::SharedEvidence,
};

use super::*;

const DEAD: &str = "mx1.example";

/// A store that can be away.
#[derive(Debug, Clone, Default)]
struct Mortal {
    inner: MemoryStore,
    is_away: Arc<AtomicBool>,
}

impl Mortal {
    fn reach(&self) -> Result<&MemoryStore, StoreError> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(StoreErrorKind::Away.into());
        }
        Ok(&self.inner)
    }
}

impl Store for Mortal {
    async fn publish(
        &self,
        key: &Key,
        node: &NodeId,
        text: &str,
        until: SystemTime,
        now: SystemTime,
    ) -> Result<(), StoreError> {
        self.reach()?.publish(key, node, text, until, now).await
    }

    async fn documents(&self, key: &Key, now: SystemTime) -> Result<Vec<Document>, StoreError> {
        self.reach()?.documents(key, now).await
    }

    async fn hold(
        &self,
        key: &Key,
        node: &NodeId,
        hold: Hold,
        now: SystemTime,
    ) -> Result<Held, StoreError> {
        self.reach()?.hold(key, node, hold, now).await
    }
}

struct Node {
    id: NodeId,
    planner: RoutePlanner,
    /// What becomes of hops, and when that is known.
    pending: Vec<(u64, Hop, HopOutcome)>,
}

impl Node {
    fn new(id: &str, seed: u64) -> Self {
        let place = GeoPoint::new(50.11, 8.68).unwrap();
        let egresses = ["fra", "ams"].map(|id| Egress::new(id, "eu", place));
        let mut options = PlannerOptions::default();
        options.seed = seed;
        let planner = RoutePlanner::with_options(egresses, options).unwrap();
        Self { id: node(id), planner, pending: Vec::new() }
    }

    /// What a sender does each second.
    async fn exchange(&mut self, store: &Mortal, now: u64) -> Result<(), StoreError> {
        let text = self.planner.export(at(now)).to_string();
        store.publish(&key("evidence"), &self.id, &text, at(now + 60), at(now)).await?;
        for document in store.documents(&key("evidence"), at(now)).await? {
            let shared: SharedEvidence = document.text.parse().unwrap();
            self.planner.import(&shared, at(now));
        }
        Ok(())
    }

    fn learn(&mut self, now: u64) {
        for (_, hop, outcome) in self.pending.extract_if(.., |(known_at, ..)| *known_at <= now) {
            self.planner.record(&hop, &outcome, at(now));
        }
    }

    /// Sends a mail; whether it tried the dead host first, and whether it was taken in the end.
    fn send(&mut self, now: u64, fault: &Range<u64>) -> (bool, bool) {
        let plan = self.planner.plan(&destination(), at(now), now);
        let mut done = now;
        for hop in plan.hops() {
            if hop.host.to_string() != DEAD || !fault.contains(&done) {
                let outcome = HopOutcome::accepted(Duration::from_secs(1));
                self.pending.push((done + 1, hop.clone(), outcome));
                return (done > now, true);
            }
            done += hop.connect_timeout.as_secs();
            let outcome = HopOutcome::connect_failed(ConnectFailure::TimedOut);
            self.pending.push((done, hop.clone(), outcome));
        }
        (done > now, false)
    }

    fn first_host(&mut self, now: u64) -> String {
        let plan = self.planner.explain(&destination(), &Demand::default(), at(now), 7);
        plan.hops().first().unwrap().host.to_string()
    }
}

fn nodes() -> [Node; 3] {
    [("a", 1), ("b", 2), ("c", 3)].map(|(id, seed)| Node::new(id, seed))
}

fn destination() -> Destination {
    let rows = [(10, DEAD, "203.0.113.1"), (20, "mx2.example", "203.0.113.2")];
    Destination::from_mx("example".parse().unwrap(), rows).unwrap()
}

/// What came of a run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    /// Mails that tried the dead host first while it was dead.
    tries: u32,
    /// Mails that no host took.
    waiting: u32,
    mails: u32,
}

/// Three nodes send a mail a second each, while a host is dead from 100 to 1900; the store is there in these seconds.
async fn run(there: Range<u64>) -> Seen {
    let (fault, store) = (100..1900, Mortal::default());
    let mut nodes = nodes();
    let mut seen = Seen::default();
    for now in 0..2_000 {
        store.is_away.store(!there.contains(&now), Ordering::SeqCst);
        for node in &mut nodes {
            node.learn(now);
            let result = node.exchange(&store, now).await;
            assert_eq!(result.is_ok(), there.contains(&now));
            let (tried, taken) = node.send(now, &fault);
            seen.tries += u32::from(tried);
            seen.waiting += u32::from(!taken);
            seen.mails += 1;
        }
    }
    seen
}

#[tokio::test]
async fn nodes_spare_each_other_the_dead_host_and_deliver_without_the_store() {
    let alone = run(0..0).await;
    let sharing = run(0..2_000).await;
    let killed = run(0..600).await;
    println!("alone {alone:?}, sharing {sharing:?}, store killed after 600 s {killed:?}");
    assert_eq!([alone.waiting, sharing.waiting, killed.waiting], [0; 3]);
    assert!(sharing.tries * 2 <= alone.tries, "{sharing:?} {alone:?}");
    assert!(sharing.tries <= killed.tries && killed.tries <= alone.tries, "{killed:?}");
}

#[tokio::test]
async fn a_breaker_that_opens_at_one_node_is_known_at_all_after_one_exchange() {
    let store = Mortal::default();
    let mut nodes = nodes();
    for (number, now) in (0..).zip([10, 10]) {
        let hop = nodes[0].planner.next_hop(&destination(), &[], at(now), number).unwrap();
        let outcome = HopOutcome::connect_failed(ConnectFailure::Refused);
        nodes[0].planner.record(&hop, &outcome, at(now));
    }
    assert_eq!(
        [0, 1, 2].map(|node: usize| nodes[node].first_host(10) == DEAD),
        [false, true, true]
    );
    for node in &mut nodes {
        node.exchange(&store, 11).await.unwrap();
    }
    assert_eq!([0, 1, 2].map(|node: usize| nodes[node].first_host(11) == DEAD), [false; 3]);

    // The store dies, and each finds out on its own when the host is back.
    store.is_away.store(true, Ordering::SeqCst);
    for node in &mut nodes {
        let error = node.exchange(&store, 12).await.unwrap_err();
        assert_eq!(*error.kind(), StoreErrorKind::Away);
        assert_eq!(node.first_host(12), "mx2.example");
        assert_eq!(node.first_host(60), DEAD);
    }
}
