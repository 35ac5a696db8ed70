//! How much is kept.

use super::*;

/// Each of these strangers is asked for its policy, which is this one.
fn crowd(cache: &mut MtaStsCache, names: &str, count: usize, text: &MtaStsAnswer, now: SystemTime) {
    for number in 0..count {
        let mut lookup = cache.lookup(&format!("{names}{number}.example").parse().unwrap(), now);
        lookup.answer(id("1"));
        lookup.answer(text.clone());
        let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
        assert!(cache.record(finding).policy.is_some());
    }
}

/// The cache for eight policies with one of a.example in this mode.
fn small(mode: &str) -> World {
    let mut world = World::new(id("1"), policy(mode, WEEK));
    world.cache = MtaStsCache::new(8);
    check(&world.look(at(0)), &format!("{mode} [TH]"));
    (world.record, world.policy) = (MtaStsAnswer::LookupFailed, blocked());
    world
}

#[test]
fn s6_strangers_take_no_policy_away_that_is_worth_more() {
    let fault = "MTA-STS record was not found out [T]";
    for (mode, strangers, max_age) in [
        ("enforce", "none", 0),
        ("enforce", "none", WEEK),
        ("enforce", "testing", WEEK),
        ("testing", "none", WEEK),
    ] {
        let mut world = small(mode);
        crowd(&mut world.cache, "d", 1000, &policy(strangers, max_age), at(1));
        assert!(world.cache.len() <= 16, "{}", world.cache.len());
        check(&world.look(at(DAY / 2)), &format!("{mode}, {fault}"));
    }
}

#[test]
fn s6_policies_that_are_over_make_room_first() {
    let mut world = small("enforce");
    crowd(&mut world.cache, "over", 7, &policy("enforce", 0), at(1));
    crowd(&mut world.cache, "new", 7, &policy("enforce", WEEK), at(DAY / 2));
    check(&world.look(at(DAY / 2)), "enforce, MTA-STS record was not found out [T]");
    assert_eq!(world.cache.len(), 8);
}

#[test]
fn s6_a_domain_that_changes_its_mode_has_one_policy() {
    let mut world = small("enforce");
    for mode in ["none", "testing", "enforce", "none"] {
        (world.record, world.policy) = (id(mode), policy(mode, WEEK));
        check(&world.recheck(at(1)), &format!("{mode} [TH]"));
        assert_eq!(world.cache.len(), 1);
    }
}

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
    let entry = cache.policies.get(&World::domain()).unwrap();
    assert!(
        age(entry.known.fetched_at, at(999)) <= MtaStsCache::PAUSE.max(Duration::from_secs(1000))
    );
}
