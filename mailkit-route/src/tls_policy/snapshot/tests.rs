use super::*;
use crate::tls_policy::{MtaStsAnswer, MtaStsStep};

const WEEK: u64 = 7 * 24 * 60 * 60;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn text(max_age: u64) -> String {
    format!("version: STSv1\nmode: enforce\nmx: *.a.example\nmax_age: {max_age}\n")
}

fn stored(domain: &str) -> StoredPolicy {
    StoredPolicy::new(domain, "1", 1_800_000_000, text(WEEK))
}

fn snapshot(policies: Vec<StoredPolicy>) -> MtaStsSnapshot {
    MtaStsSnapshot::new(policies)
}

fn restored(
    cache: &mut MtaStsCache,
    policies: Vec<StoredPolicy>,
    now: SystemTime,
) -> (usize, usize) {
    let restored = cache.restore(snapshot(policies), now).unwrap();
    (restored.policies, restored.refused)
}

/// Whether a policy applies to the domain when nothing can be reached.
fn is_protected(cache: &mut MtaStsCache, domain: &str, now: SystemTime) -> bool {
    let mut lookup = cache.lookup(&domain.parse().unwrap(), now);
    lookup.answer(MtaStsAnswer::LookupFailed);
    lookup.answer(MtaStsAnswer::LookupFailed);
    let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
    cache.record(finding).policy.is_some()
}

#[test]
fn s6_a_policy_survives_a_restart() {
    let mut before = MtaStsCache::default();
    let mut lookup = before.lookup(&"a.example".parse().unwrap(), at(0));
    lookup.answer(MtaStsAnswer::Texts(vec!["v=STSv1; id=1".into()]));
    lookup.answer(MtaStsAnswer::Policy(text(WEEK)));
    let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
    before.record(finding);
    assert_eq!(before.snapshot(), snapshot(vec![stored("a.example")]));

    let mut after = MtaStsCache::default();
    assert_eq!(after.restore(before.snapshot(), at(60)), Ok(Restored { policies: 1, refused: 0 }));
    assert_eq!(after.snapshot(), before.snapshot());
    assert!(is_protected(&mut after, "a.example", at(WEEK - 1)));
    assert!(!is_protected(&mut after, "a.example", at(WEEK)));
}

#[test]
fn s6_what_is_no_policy_is_refused() {
    let with = |change: fn(&mut StoredPolicy)| {
        let mut policy = stored("a.example");
        change(&mut policy);
        restored(&mut MtaStsCache::default(), vec![policy], at(0))
    };
    assert_eq!(with(|_| {}), (1, 0));
    assert_eq!(with(|it| it.domain = "a..example".into()), (0, 1));
    assert_eq!(with(|it| it.id = "a-b".into()), (0, 1));
    assert_eq!(with(|it| it.policy = "mode: enforce".into()), (0, 1));
    assert_eq!(with(|it| it.policy = "x".repeat(100_000)), (0, 1));
    let unknown = MtaStsSnapshot { version: 2, policies: vec![] };
    let error = MtaStsCache::default().restore(unknown, at(0)).unwrap_err();
    assert_eq!(error.to_string(), "snapshot has version 2, not 1");
}

#[test]
fn s6_absurd_times_end() {
    let year = MtaStsPolicy::MAX_AGE.as_secs();
    for (fetched_at, end) in [(0, 0), (u64::MAX, year), (1 << 60, year), (1_800_000_000, year)] {
        let mut cache = MtaStsCache::default();
        let mut policy =
            StoredPolicy { fetched_at, policy: text(9_999_999_999), ..stored("a.example") };
        policy.failed_at = Some(u64::MAX);
        assert_eq!(restored(&mut cache, vec![policy], at(0)), (1, 0));
        assert_eq!(is_protected(&mut cache, "a.example", at(0)), end > 0);
        assert_eq!(is_protected(&mut cache, "a.example", at(year - 1)), end > 0);
        assert!(!is_protected(&mut cache, "a.example", at(year)));
    }
}

#[test]
fn s6_what_is_known_better_stays() {
    let mut cache = MtaStsCache::default();
    assert_eq!(restored(&mut cache, vec![stored("a.example")], at(100)), (1, 0));
    let old = StoredPolicy { fetched_at: 1_799_999_999, policy: text(1), ..stored("a.example") };
    assert_eq!(restored(&mut cache, vec![old, stored("a.example")], at(100)), (0, 2));
    assert_eq!(cache.snapshot().policies, [stored("a.example")]);
}

#[test]
fn s6_a_snapshot_without_end_fills_the_cache_and_no_more() {
    for capacity in [0, 1, 2, 3, 10] {
        let mut cache = MtaStsCache::new(capacity);
        let room = capacity.max(1);
        let policies = (0..10_000).map(|n| stored(&format!("d{n}.example"))).collect();
        assert_eq!(restored(&mut cache, policies, at(0)), (room, 10_000 - room));
        assert_eq!(cache.len(), room);
    }
}

#[cfg(feature = "serde")]
mod serde {
    use super::*;

    #[test]
    fn s6_json_reads_back() {
        let kept = snapshot(vec![
            stored("a.example"),
            StoredPolicy { failed_at: Some(1), ..stored("b.example") },
        ]);
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<MtaStsSnapshot>(&json).unwrap(), kept);
        for broken in
            ["", "[]", "{}", r#"{"version":-1,"policies":[]}"#, r#"{"version":1,"policies":[{}]}"#]
        {
            assert!(serde_json::from_str::<MtaStsSnapshot>(broken).is_err(), "{broken}");
        }
    }
}
