//! Counts that go to other nodes and survive a restart.

use mailkit_route::metrics::{Merged, MetricError, MetricSnapshot, StoredScope};

use super::*;

const START: u64 = 1_800_000_000;

/// One more attempt.
fn attempt(registry: &mut MetricRegistry, second: u64) {
    let mut session = Session::default();
    session.took(Stage::Dot, Duration::from_micros(19));
    registry.record(&hop("fra", 1), None, &session, &accepted(1), at(second));
}

fn attempts(registry: &MetricRegistry) -> Option<u64> {
    count(registry, "egress fra", Series::count(Metric::Attempts, Window::Day), at(START))
}

/// A node with one attempt.
fn one(node: u16) -> MetricRegistry {
    let mut registry = registry(node);
    attempt(&mut registry, START);
    registry
}

#[test]
fn a_restart_goes_on_from_the_last_snapshot() {
    let (mut before, mut peer) = (one(1), registry(2));
    let early = before.snapshot();
    attempt(&mut before, START);
    let last = before.snapshot();
    peer.merge(&last, at(START)).unwrap();

    let mut after = registry(1);
    assert!(matches!(after.merge(&early, at(START)), Ok(Merged::Taken { scopes: 3, refused: 0 })));
    assert!(matches!(after.merge(&last, at(START)), Ok(Merged::Taken { scopes: 3, refused: 0 })));
    assert_eq!(after.merge(&early, at(START)), Ok(Merged::Older));
    assert_eq!(after.snapshot(), last);
    attempt(&mut after, START);
    assert_eq!(after.merge(&last, at(START)), Ok(Merged::Own));
    assert!(matches!(peer.merge(&after.snapshot(), at(START)), Ok(Merged::Taken { .. })));
    assert_eq!((attempts(&after), attempts(&peer)), (Some(3), Some(3)));
}

#[test]
fn a_restart_without_a_snapshot_is_newer_all_the_same() {
    let (mut before, mut peer) = (registry(1), registry(2));
    (0..10).for_each(|_| attempt(&mut before, START - 1));
    peer.merge(&before.snapshot(), at(START)).unwrap();
    assert!(matches!(peer.merge(&one(1).snapshot(), at(START)), Ok(Merged::Taken { .. })));
    assert_eq!(attempts(&peer), Some(1));
    peer.forget_node(1);
    assert_eq!(attempts(&peer), None);
}

#[test]
fn a_snapshot_of_another_version_or_of_too_many_nodes_changes_nothing() {
    let mut registry = registry(0);
    let mut unknown = one(1).snapshot();
    unknown.version = 2;
    let error = registry.merge(&unknown, at(START)).unwrap_err();
    assert_eq!(error.to_string(), "snapshot has version 2, not 1");
    assert_eq!(attempts(&registry), None);

    let template = one(1).snapshot();
    let with_node = |node| {
        let mut snapshot = template.clone();
        snapshot.node = node;
        snapshot
    };
    for node in 1..64 {
        assert!(
            matches!(registry.merge(&with_node(node), at(START)), Ok(Merged::Taken { .. })),
            "{node}"
        );
    }
    assert_eq!(registry.merge(&with_node(64), at(START)), Err(MetricError::TooManyNodes(64)));
    assert_eq!(registry.merge(&with_node(63), at(START)), Ok(Merged::Older));
    assert_eq!(attempts(&registry), Some(63));
    attempt(&mut registry, START);
    assert_eq!(attempts(&registry), Some(64));
}

#[test]
fn a_revision_from_the_future_silences_no_node() {
    let check = |revision: u64, expected: bool| {
        let mut registry = registry(2);
        let mut snapshot = one(1).snapshot();
        snapshot.revision = revision;
        let merged = registry.merge(&snapshot, at(START));
        if !expected {
            let error = merged.unwrap_err();
            assert_eq!(error.to_string(), "snapshot is from the future", "{revision}");
            let merged = registry.merge(&one(1).snapshot(), at(START));
            assert!(matches!(merged, Ok(Merged::Taken { .. })), "{merged:?}");
        }
        assert_eq!(attempts(&registry), Some(1), "{revision}");
    };
    let now = START * 1_000_000;
    check(now, true);
    check(now + 60_000_000, true);
    check(now + 60_000_001, false);
    check(u64::MAX, false);
}

#[test]
fn a_scope_that_is_not_of_its_form_is_refused() {
    let check = |change: fn(&mut StoredScope), expected: usize| {
        let mut snapshot = one(1).snapshot();
        assert_eq!(snapshot.scopes[0].scope, "egress fra");
        change(&mut snapshot.scopes[0]);
        let merged = registry(0).merge(&snapshot, at(START));
        let Ok(Merged::Taken { scopes, refused }) = merged else { panic!("{merged:?}") };
        assert_eq!((scopes, refused), (expected, 3 - expected));
    };
    check(|_| {}, 3);
    check(|it| it.slots.clear(), 3);
    check(|it| it.scope = "egress".into(), 2);
    check(|it| it.scope = "host mx1.example".into(), 2);
    check(|it| it.slots[0].window = "2m".into(), 2);
    check(|it| it.slots[0].start += 1, 2);
    check(|it| it.slots[1] = it.slots[0].clone(), 2);
    check(|it| it.slots[0].start = u64::MAX / 10 * 10, 3);
    check(|it| _ = it.slots[0].counts.insert("loss".into(), 1), 2);
    check(|it| _ = it.slots[0].counts.insert("duration.dot".into(), 1), 2);
    check(|it| _ = it.slots[0].counts.insert("retries".into(), 1), 2);
    check(|it| _ = it.slots[0].durations.insert("attempts".into(), [(1, 1)].into()), 2);
    check(|it| _ = it.slots[0].durations.insert("duration.data".into(), [(239, 1)].into()), 3);
    check(|it| _ = it.slots[0].durations.insert("duration.data".into(), [(240, 1)].into()), 2);
}

#[test]
fn a_snapshot_without_end_fills_the_memory_and_no_more() {
    let mut options = MetricOptions::default();
    options.octets = 1 << 20;
    let mut registry = MetricRegistry::new(options);
    let mut snapshot = one(1).snapshot();
    let template = snapshot.scopes.remove(0);
    snapshot.scopes = vec![template; 5_000];
    for (number, stored) in snapshot.scopes.iter_mut().enumerate() {
        stored.scope = format!("host mx{number}.example");
    }
    let merged = registry.merge(&snapshot, at(START));
    let Ok(Merged::Taken { scopes, refused }) = merged else { panic!("{merged:?}") };
    assert_eq!((scopes, refused), (registry.scopes(ScopeKind::Host).len(), 5_000 - scopes));
    assert!((50..300).contains(&scopes), "{scopes}");
}

#[test]
fn counts_do_not_wrap() {
    let mut full = one(1).snapshot();
    for slot in &mut full.scopes[0].slots {
        *slot.counts.get_mut("attempts").unwrap() = u32::MAX;
    }
    let mut registry = registry(1);
    registry.merge(&full, at(START)).unwrap();
    attempt(&mut registry, START);
    assert_eq!(attempts(&registry), Some(u32::MAX.into()));
    full.node = 2;
    registry.merge(&full, at(START)).unwrap();
    assert_eq!(attempts(&registry), Some(2 * u64::from(u32::MAX)));
}

#[test]
fn what_is_written_is_plain_data() {
    let snapshot = one(7).snapshot();
    assert_eq!((snapshot.version, snapshot.node), (MetricSnapshot::VERSION, 7));
    let scopes: Vec<_> = snapshot.scopes.iter().map(|it| it.scope.as_str()).collect();
    assert_eq!(scopes, ["egress fra", "host mx1.example", "path fra 11.0.0.1"]);
    let slots = &snapshot.scopes[0].slots;
    let windows: Vec<_> = slots.iter().map(|slot| (slot.window.as_str(), slot.start)).collect();
    assert_eq!(windows, [("1m", START), ("10m", START), ("1h", START), ("1d", START)]);
    assert_eq!(slots[0].counts, [("accepted".into(), 1), ("attempts".into(), 1)].into());
    // 19 µs lie in the bucket that begins at (8 + 1) * 2 µs.
    assert_eq!(slots[0].durations["duration.dot"], [(17, 1)].into());
}

#[cfg(feature = "serde")]
#[test]
fn json_reads_back() {
    let snapshot = one(7).snapshot();
    let json = serde_json::to_string(&snapshot).unwrap();
    assert_eq!(serde_json::from_str::<MetricSnapshot>(&json).unwrap(), snapshot);
    for broken in ["", "[]", "{}", r#"{"version":1,"node":70000,"revision":1,"scopes":[]}"#] {
        assert!(serde_json::from_str::<MetricSnapshot>(broken).is_err(), "{broken}");
    }
}
