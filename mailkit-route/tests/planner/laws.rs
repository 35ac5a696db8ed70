//! What holds for every plan, whatever came before it.

use std::collections::BTreeSet;

use mailkit_route::{PreferenceRule, Rule, Stage};
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

fn to(rows: &[(u16, u8, u8)]) -> Destination {
    let rows: Vec<_> = rows
        .iter()
        .map(|(preference, host, last)| {
            (*preference, format!("mx{host}.example"), format!("203.0.113.{last}"))
        })
        .collect();
    let rows: Vec<_> =
        rows.iter().map(|(preference, host, last)| (*preference, &**host, &**last)).collect();
    destination(&rows)
}

/// Walks a history and hands each plan, with the hosts of its destination, to a check.
fn walk(
    planner: &mut RoutePlanner,
    rows: &[(u16, u8, u8)],
    steps: &[Step],
    check: impl Fn(&RoutePlan, &Destination) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let to = to(rows);
    let mut now = NOW;
    for step in steps {
        now = moved(now, step.seconds);
        let plan = planner.plan(&to, now, step.seed);
        check(&plan, &to)?;
        let Some(hop) = plan.hops().get(step.hop % plan.hops().len().max(1)) else { continue };
        let outcome = match step.outcome {
            0 => accepted(step.seed >> 32),
            1 => HopOutcome::dropped(Stage::Dot),
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
            let whole_egress_out = plan.removed().iter().any(|r| r.host.is_none() && r.rule.code() == "breaker-open");
            for mx in to.mx().hosts() {
                let used = plan.hops().iter().any(|hop| hop.host == mx.host);
                let named = plan.removed().iter().any(|removed| {
                    let known = ["breaker-open", "duplicate-address", "hop-limit"];
                    removed.host == Some(mx.host.to_string()) && known.contains(&removed.rule.code())
                });
                prop_assert!(used || named || whole_egress_out, "{}: {plan}", mx.host);
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
                    let paths = plan.hops().iter().filter(|hop| hop.address == *address);
                    prop_assert_eq!(paths.count(), 2, "{}", plan);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn r4_a_cut_plan_keeps_every_preference_and_every_address_before_another_egress(
        rows in rows(), steps in steps(), limit in 4_usize..9,
    ) {
        let mut planner = planner_with(|o| o.limits.hops = limit, &[egress("hk", HONG_KONG), egress("fra", FRANKFURT)]);
        walk(&mut planner, &rows, &steps, |plan, _| {
            prop_assert!(preferences_rise(plan) && plan.hops().len() <= limit, "{plan}");
            let paths: BTreeSet<_> = plan.hops().iter().map(|hop| (hop.address, hop.egress.clone())).collect();
            prop_assert_eq!(paths.len(), plan.hops().len(), "{}", plan);
            let second = plan.hops().iter().any(|hop| hop.reasons.contains(&Reason::OtherEgress));
            for cut in plan.removed().iter().filter(|removed| removed.rule == Rule::HopLimit) {
                prop_assert_eq!(plan.hops().len(), limit);
                prop_assert!(plan.hops().iter().any(|hop| Some(hop.preference) == cut.preference), "{plan}");
                let in_plan = plan.hops().iter().any(|hop| Some(hop.address) == cut.address);
                prop_assert!(in_plan || !second, "{plan}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn every_address_is_in_one_of_as_many_plans_as_there_are_addresses(
        rows in proptest::collection::vec((0_u16..8, 0_u8..12, 1_u8..30), 1..40), limit in 2_usize..9,
    ) {
        let to = to(&rows);
        let mut waiting: BTreeSet<_> = to.mx().hosts().iter().flat_map(|mx| to.addresses(&mx.host)).collect();
        let mut planner = planner_with(|o| o.limits.hops = limit, &[egress("one", FRANKFURT), egress("two", FRANKFURT)]);
        for hour in 0..waiting.len() as u64 {
            // Every pause is over by then, so that no breaker makes room for those behind.
            let now = NOW + Duration::from_secs(3_600 * hour);
            for hop in planner.plan(&to, now, hour).hops() {
                waiting.remove(&hop.address);
                planner.record(hop, &refused(), now);
            }
        }
        prop_assert!(waiting.is_empty(), "{waiting:?}");
    }

    #[test]
    fn the_walk_through_a_plan_waits_for_each_of_its_hops(rows in rows(), steps in steps()) {
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
