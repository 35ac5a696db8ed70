//! What holds whatever is answered, and whenever.

use proptest::prelude::*;

use super::*;

fn answers() -> impl Strategy<Value = (MtaStsAnswer, MtaStsAnswer)> {
    let record = prop_oneof![
        Just(id("1")),
        Just(id("2")),
        Just(gone()),
        Just(MtaStsAnswer::LookupFailed),
        Just(blocked()),
    ];
    let fetched =
        prop_oneof![Just(blocked()), Just(MtaStsAnswer::Policy("x".into())), Just(gone())];
    (record, fetched)
}

proptest! {
    /// Whatever an attacker answers who cannot show a certificate, a policy holds to its end, and the
    /// policy host is not asked more often than each five minutes.
    #[test]
    fn s6_nothing_but_time_or_a_valid_policy_ends_a_policy(
        steps in prop::collection::vec((0_u64..DAY, answers(), any::<bool>()), 0..60),
    ) {
        let mut world = World::new(id("1"), policy("enforce", WEEK));
        check(&world.look(at(0)), "enforce [TH]");
        let (mut now, mut fetched) = (0, None);
        for (pause, (record, policy), recheck) in steps {
            now += pause;
            (world.record, world.policy) = (record, policy);
            let seen = if recheck { world.recheck(at(now)) } else { world.look(at(now)) };
            prop_assert_eq!(seen.starts_with("enforce"), now < WEEK, "{} at {}", seen, now);
            if seen.ends_with("H]") {
                prop_assert!(fetched.is_none_or(|last| now - last >= 5 * MINUTE), "{}", seen);
                fetched = Some(now);
            }
        }
    }

    #[test]
    fn s6_no_clock_panics(times in prop::collection::vec(any::<i64>(), 1..20)) {
        let mut world = World::new(id("1"), policy("enforce", WEEK));
        for time in times {
            let distance = Duration::from_secs(time.unsigned_abs());
            let now = if time < 0 { START.checked_sub(distance) } else { START.checked_add(distance) };
            let seen = world.look(now.unwrap_or(START));
            prop_assert!(seen.starts_with("enforce"), "{}", seen);
        }
    }
}
