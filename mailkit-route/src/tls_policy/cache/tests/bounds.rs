//! How much is kept.

use super::*;

#[test]
fn s6_domains_without_policy_take_no_policy_away() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    world.cache = MtaStsCache::new(4);
    check(&world.look(at(0)), "enforce [TH]");
    for number in 0..1000 {
        let domain: Domain = format!("d{number}.example").parse().unwrap();
        let mut lookup = world.cache.lookup(&domain, at(1));
        lookup.answer(id("1"));
        lookup.answer(blocked());
        let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
        assert!(world.cache.record(finding).policy.is_none());
    }
    assert!(world.cache.failures.len() <= 4);
    check(&world.look(at(2)), "enforce []");
}

#[test]
fn s6_the_cache_is_bounded_and_keeps_what_is_used() {
    let mut cache = MtaStsCache::new(8);
    for number in 0..1000 {
        for name in [format!("d{number}.example"), "a.example".into()] {
            let mut lookup = cache.lookup(&name.parse().unwrap(), at(number));
            lookup.answer(id("1"));
            lookup.answer(policy("enforce", WEEK));
            let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
            assert!(cache.record(finding).policy.is_some());
        }
        assert!(cache.len() <= 8);
    }
    let known = cache.policies.get(&World::domain()).and_then(|entry| entry.known.clone()).unwrap();
    assert!(age(known.fetched_at, at(999)) <= MtaStsCache::PAUSE.max(Duration::from_secs(1000)));
}
