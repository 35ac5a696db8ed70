//! What the planner promises, over its public interface.
#![allow(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test fails by panicking")]

#[path = "planner/addresses.rs"]
mod addresses;
#[path = "planner/bad_input.rs"]
mod bad_input;
#[path = "planner/demands.rs"]
mod demands;
#[path = "planner/failures.rs"]
mod failures;
#[path = "planner/laws.rs"]
mod laws;
#[path = "planner/long_plans.rs"]
mod long_plans;
#[path = "planner/order.rs"]
mod order;
#[path = "planner/pauses.rs"]
mod pauses;
#[path = "planner/preferences.rs"]
mod preferences;
#[path = "planner/regions.rs"]
mod regions;
#[path = "planner/rows.rs"]
mod rows;

use std::time::{Duration, SystemTime};

use mailkit_route::{
    ConfigError, ConnectFailure, Demand, Destination, Egress, GeoPoint, Hop, HopOutcome, NextStep,
    NoRoute, PlannerOptions, Reason, RoutePlan, RoutePlanner, SpecialAddresses, Stage,
};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const HAMBURG: (f64, f64) = (53.55, 9.99);
const FRANKFURT: (f64, f64) = (50.11, 8.68);
const MAINZ: (f64, f64) = (50.0, 8.27);
const HONG_KONG: (f64, f64) = (22.3, 114.2);

fn point((latitude, longitude): (f64, f64)) -> GeoPoint {
    GeoPoint::new(latitude, longitude).unwrap()
}

fn egress(id: &str, place: (f64, f64)) -> Egress {
    Egress::new(id, "region", point(place))
}

fn destination(rows: &[(u16, &str, &str)]) -> Destination {
    Destination::from_mx("buyer.example".parse().unwrap(), rows.iter().copied()).unwrap()
}

fn planner_with(change: impl FnOnce(&mut PlannerOptions), egresses: &[Egress]) -> RoutePlanner {
    let mut options = PlannerOptions::default();
    change(&mut options);
    RoutePlanner::with_options(egresses.to_vec(), options).unwrap()
}

fn planner(egresses: &[Egress]) -> RoutePlanner {
    planner_with(|_| {}, egresses)
}

/// `host/egress` of each hop.
fn shown(plan: &RoutePlan) -> Vec<String> {
    plan.hops().iter().map(|hop| format!("{}/{}", hop.host, hop.egress)).collect()
}

fn rules(plan: &RoutePlan) -> Vec<&'static str> {
    plan.removed().iter().map(|removed| removed.rule.code()).collect()
}

fn refused() -> HopOutcome {
    HopOutcome::connect_failed(ConnectFailure::Refused)
}

fn accepted(milliseconds: u64) -> HopOutcome {
    HopOutcome::accepted(Duration::from_millis(milliseconds))
}

#[test]
fn readme_shows_the_plan_as_it_is() {
    let rows =
        [(10, "mx1.buyer.example", "203.0.113.10"), (20, "mx2.buyer.example", "198.51.100.20")];
    let destination =
        destination(&rows).with_location("203.0.113.10".parse().unwrap(), point(HAMBURG));
    let mut planner = planner(&[egress("hk", HONG_KONG), egress("fra", FRANKFURT)]);
    let plan = planner.plan(&destination, NOW, 7).to_string();
    assert!(include_str!("../README.md").contains(&plan), "{plan}");
}

#[test]
fn results_go_to_other_threads_and_into_logs() {
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<RoutePlanner>();
    check::<RoutePlan>();
    check::<Destination>();
    check::<HopOutcome>();
    check::<mailkit_route::RetrySchedule>();
}

#[test]
fn egresses_are_checked() {
    let check = |egresses: Vec<Egress>, expected: ConfigError| {
        assert_eq!(RoutePlanner::new(egresses).map(|_| ()), Err(expected));
    };
    let fra = || egress("fra", FRANKFURT);
    check(vec![], ConfigError::NoEgress);
    check(vec![fra(), fra()], ConfigError::DuplicateEgress(fra().id().clone()));
    check(vec![fra(), egress("", FRANKFURT)], ConfigError::InvalidEgressName(1));
    check(vec![egress("a\nb", FRANKFURT)], ConfigError::InvalidEgressName(0));
    check(
        (0..40).map(|n| egress(&n.to_string(), FRANKFURT)).collect(),
        ConfigError::TooManyEgresses(32),
    );
}
