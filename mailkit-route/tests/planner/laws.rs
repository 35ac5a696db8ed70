//! What holds for every plan, whatever came before it.

use mailkit_route::{PreferenceRule, Stage};
use proptest::prelude::*;

use super::*;

/// A step of a random history: which hop of the plan, what became of it, and the time passed.
#[derive(Debug, Clone)]
struct Step {
    hop: usize,
    outcome: usize,
    seconds: i64,
    seed: u64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let clock = prop_oneof![4 => 0_i64..120, 1 => -1_000_i64..100_000, 1 => any::<i64>()];
    let step = (0_usize..6, 0_usize..4, clock, any::<u64>())
        .prop_map(|(hop, outcome, seconds, seed)| Step { hop, outcome, seconds, seed });
    proptest::collection::vec(step, 1..30)
}

fn rows() -> impl Strategy<Value = Vec<(u16, u8, u8)>> {
    proptest::collection::vec((0_u16..4, 0_u8..6, 1_u8..9), 1..8)
}

fn moved(now: SystemTime, seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
    moved.unwrap_or(now)
}

/// Walks a history and hands each plan, with the hosts of its destination, to a check.
fn walk(
    planner: &mut RoutePlanner,
    rows: &[(u16, u8, u8)],
    steps: &[Step],
    check: impl Fn(&RoutePlan, &Destination) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(preference, host, last)| {
            (*preference, format!("mx{host}.example"), format!("203.0.113.{last}"))
        })
        .collect();
    let rows = rows
        .iter()
        .map(|(preference, host, address)| (*preference, host.as_str(), address.as_str()));
    let to = Destination::from_mx("buyer.example".parse().unwrap(), rows).unwrap();
    let mut now = NOW;
    for step in steps {
        now = moved(now, step.seconds);
        let plan = planner.plan(&to, now, step.seed);
        check(&plan, &to)?;
        let Some(hop) = plan.hops().get(step.hop % plan.hops().len().max(1)) else { continue };
        let outcome = match step.outcome {
            0 => accepted(step.seed >> 32),
            1 => HopOutcome::Dropped { stage: Stage::Dot },
            _ => refused(),
        };
        planner.record(hop, &outcome, now);
    }
    Ok(())
}

/// Preferences never go down along the plan.
fn preferences_rise(plan: &RoutePlan) -> bool {
    plan.hops().is_sorted_by_key(|hop| hop.preference)
}

proptest! {
    #[test]
    fn r4_a_preference_is_skipped_only_by_a_recorded_breaker(rows in rows(), steps in steps()) {
        let mut planner = planner(&[egress("hk", HONG_KONG), egress("fra", FRANKFURT)]);
        walk(&mut planner, &rows, &steps, |plan, to| {
            prop_assert!(preferences_rise(plan), "{plan}");
            prop_assert_eq!(plan.hops().is_empty(), plan.no_route().is_some());
            let whole_egress_out = plan.removed().iter().any(|r| r.host.is_none() && r.rule.code() == "breaker_open");
            for mx in to.mx().hosts() {
                let used = plan.hops().iter().any(|hop| hop.host == mx.host);
                let named = plan.removed().iter().any(|removed| {
                    removed.host == Some(mx.host.to_string()) && removed.rule.code() == "breaker_open"
                });
                prop_assert!(used || named || whole_egress_out || plan.hops().len() == 16, "{}: {plan}", mx.host);
            }
            Ok(())
        })?;
    }

    #[test]
    fn r4_strict_order_leaves_nothing_out(rows in rows(), steps in steps()) {
        let strict = |options: &mut PlannerOptions| {
            options.preference_rule = PreferenceRule::Strict;
            options.limits.hops = 1_000;
        };
        let mut planner = planner_with(strict, &[egress("hk", HONG_KONG), egress("fra", FRANKFURT)]);
        walk(&mut planner, &rows, &steps, |plan, to| {
            prop_assert!(preferences_rise(plan), "{plan}");
            for mx in to.mx().hosts() {
                for address in to.addresses(&mx.host) {
                    let paths = plan.hops().iter().filter(|hop| hop.host == mx.host && hop.address == *address);
                    prop_assert_eq!(paths.count(), 2, "{}", plan);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn r14_no_pause_is_shorter_than_the_walk_through_the_plan(rows in rows(), steps in steps()) {
        let mut planner = planner(&[egress("fra", FRANKFURT)]);
        walk(&mut planner, &rows, &steps, |plan, _| {
            let waits: Duration = plan.hops().iter().map(|hop| hop.connect_timeout).sum();
            prop_assert!(plan.hops().iter().all(|hop| hop.attempt_timeout == waits));
            Ok(())
        })?;
    }

    #[test]
    fn equal_arguments_and_equal_history_give_equal_plans(rows in rows(), steps in steps()) {
        let plans = || {
            let mut planner = planner(&[egress("hk", HONG_KONG), egress("fra", FRANKFURT)]);
            let plans = std::cell::RefCell::new(Vec::new());
            walk(&mut planner, &rows, &steps, |plan, _| { plans.borrow_mut().push(plan.clone()); Ok(()) })?;
            Ok::<_, TestCaseError>(plans.into_inner())
        };
        prop_assert_eq!(plans()?, plans()?);
    }
}
