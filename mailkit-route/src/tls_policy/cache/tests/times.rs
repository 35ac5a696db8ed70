//! When a policy is fetched again, and when it ends.

use super::*;

#[test]
fn s6_a_failed_fetch_is_not_repeated_for_five_minutes() {
    let mut world = World::new(id("1"), blocked());
    check(&world.look(at(0)), "no policy, MTA-STS policy was not fetched [TH]");
    for second in [1, MINUTE, 5 * MINUTE - 1] {
        world.record = id(&format!("new{second}"));
        check(
            &world.look(at(second)),
            "no policy, fetch of the MTA-STS policy failed shortly before []",
        );
        check(
            &world.recheck(at(second)),
            "no policy, fetch of the MTA-STS policy failed shortly before [T]",
        );
    }
    world.policy = policy("testing", WEEK);
    check(&world.look(at(5 * MINUTE)), "testing [TH]");
}

#[test]
fn s6_with_a_policy_too_a_failed_fetch_is_not_repeated() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    (world.record, world.policy) = (id("2"), blocked());
    check(&world.look(at(DAY)), "enforce, MTA-STS policy was not fetched [TH]");
    let paused = "enforce, fetch of the MTA-STS policy failed shortly before";
    check(&world.look(at(DAY + 4 * MINUTE)), &format!("{paused} []"));
    check(&world.recheck(at(DAY + 4 * MINUTE)), &format!("{paused} [T]"));
    world.policy = policy("none", DAY);
    check(&world.look(at(DAY + 5 * MINUTE)), "none [TH]");
}

#[test]
fn s6_a_policy_is_refreshed_before_it_expires() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    check(&world.look(at(MINUTE)), "enforce []");
    check(&world.look(at(DAY - 1)), "enforce [T]");
    check(&world.look(at(DAY + 4 * MINUTE)), "enforce []");
    check(&world.look(at(DAY + 5 * MINUTE)), "enforce [TH]");
    let mut short = World::new(id("1"), policy("enforce", 2 * 60 * MINUTE));
    check(&short.look(at(0)), "enforce [TH]");
    check(&short.look(at(59 * MINUTE)), "enforce [T]");
    check(&short.look(at(65 * MINUTE)), "enforce [TH]");
}

#[test]
fn s6_a_policy_ends_with_its_time() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    (world.record, world.policy) = (gone(), blocked());
    check(&world.look(at(WEEK)), "no policy, no MTA-STS record [T]");
    let mut world = World::new(id("1"), policy("enforce", 0));
    check(&world.look(at(0)), "enforce [TH]");
    check(&world.look(at(5 * MINUTE - 1)), "enforce []");
    (world.record, world.policy) = (gone(), blocked());
    check(&world.look(at(5 * MINUTE)), "no policy, no MTA-STS record [T]");
}

#[test]
fn s6_clocks_may_stand_anywhere() {
    let end = START + Duration::from_secs(1 << 40);
    let before = START - Duration::from_secs(1 << 30);
    for first in [START, at(0), end, before] {
        let mut world = World::new(id("1"), policy("enforce", u64::from(u32::MAX)));
        check(&world.look(first), "enforce [TH]");
        (world.record, world.policy) = (gone(), blocked());
        // A clock that was set back makes the policy due, and keeps it.
        let earlier = first - Duration::from_secs(WEEK);
        check(&world.look(earlier), "enforce, MTA-STS policy was not fetched [TH]");
        check(&world.look(first), "enforce, no MTA-STS record [T]");
        let year = MtaStsPolicy::MAX_AGE;
        check(&world.look(first + year), "no policy, no MTA-STS record [T]");
    }
}

#[test]
fn s6_after_a_clock_was_set_back_a_new_policy_replaces_the_old_one() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(DAY)), "enforce [TH]");
    (world.record, world.policy) = (id("2"), policy("none", WEEK));
    check(&world.look(at(0)), "none [TH]");
}
