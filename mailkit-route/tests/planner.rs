//! What the planner promises, over its public interface.
#![allow(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test fails by panicking")]

#[path = "planner/bad_input.rs"]
mod bad_input;
#[path = "planner/demands.rs"]
mod demands;
#[path = "planner/laws.rs"]
mod laws;
#[path = "planner/long_plans.rs"]
mod long_plans;
#[path = "planner/pauses.rs"]
mod pauses;
#[path = "planner/preferences.rs"]
mod preferences;
#[path = "planner/regions.rs"]
mod regions;
#[path = "planner/rows.rs"]
mod rows;

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

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
fn near_egress_comes_first_and_each_address_before_another_egress() {
    let rows = [
        (10, "a.example", "203.0.113.1"),
        (10, "a.example", "203.0.113.2"),
        (20, "b.example", "203.0.113.3"),
    ];
    let mut to = destination(&rows);
    for last in 1..4 {
        to = to.with_location([203, 0, 113, last].into(), point(HAMBURG));
    }
    let plan = planner(&[egress("hk", HONG_KONG), egress("fra", FRANKFURT)]).plan(&to, NOW, 1);
    let expected = [
        "a.example/fra",
        "a.example/fra",
        "a.example/hk",
        "a.example/hk",
        "b.example/fra",
        "b.example/hk",
    ];
    assert_eq!(shown(&plan), expected);
    let addresses: Vec<_> = plan.hops().iter().map(|hop| hop.address.to_string()).collect();
    assert_eq!(addresses[..2], ["203.0.113.1", "203.0.113.2"], "R6");
}

#[test]
fn g1_a_greylisted_mail_keeps_its_egress_within_each_preference() {
    let to = destination(&[(10, "a.example", "203.0.113.1"), (20, "b.example", "203.0.113.2")]);
    let (one, two) = (egress("one", FRANKFURT), egress("two", FRANKFURT));
    let demand = Demand::default().keeping_egress(two.id());
    let plan = planner(&[one, two.clone()]).plan_with(&to, &demand, NOW, 1);
    assert_eq!(shown(&plan), ["a.example/two", "a.example/one", "b.example/two", "b.example/one"]);
    assert!(plan.hops()[0].reasons.contains(&Reason::KeptEgress));
    // Where it cannot go from there now, it goes from another one.
    let mut planner = planner(&[egress("one", FRANKFURT), two]);
    planner.record(&plan.hops()[0], &refused(), NOW);
    let first = planner.next_hop_with(&to, &demand, &[], NOW, 1).unwrap();
    planner.record(&first, &refused(), NOW);
    let second = planner.next_hop_with(&to, &demand, std::slice::from_ref(&first), NOW, 1).unwrap();
    assert_eq!((first.egress.as_str(), second.egress.as_str()), ("two", "one"));
}

#[test]
fn r6_a_dead_address_leaves_the_other_of_its_host_before_the_next_preference() {
    let rows = [
        (10, "a.example", "203.0.113.1"),
        (10, "a.example", "203.0.113.2"),
        (20, "b.example", "203.0.113.3"),
    ];
    let (to, mut planner) = (destination(&rows), planner(&[egress("fra", FRANKFURT)]));
    let first = planner.plan(&to, NOW, 1).hops()[0].clone();
    planner.record(&first, &refused(), NOW);
    let plan = planner.plan(&to, NOW, 1);
    let addresses: Vec<_> = plan.hops().iter().map(|hop| hop.address.to_string()).collect();
    assert_eq!(addresses, ["203.0.113.2", "203.0.113.3"]);
    assert_eq!(plan.hops()[0].reasons[0], Reason::LowestPreference { preference: 10 });
}

#[test]
fn about_equal_egresses_keep_the_order_given() {
    let to = destination(&[(10, "a.example", "203.0.113.1")])
        .with_location("203.0.113.1".parse().unwrap(), point(FRANKFURT));
    let mut planner = planner(&[egress("one", MAINZ), egress("two", FRANKFURT)]);
    assert_eq!(shown(&planner.plan(&to, NOW, 1)), ["a.example/one", "a.example/two"]);
}

#[test]
fn r4_preference_beats_any_distance() {
    let to =
        destination(&[(10, "far.example", "203.0.113.1"), (20, "near.example", "203.0.113.2")])
            .with_location("203.0.113.1".parse().unwrap(), point(HONG_KONG))
            .with_location("203.0.113.2".parse().unwrap(), point(HAMBURG));
    let plan = planner(&[egress("fra", FRANKFURT)]).plan(&to, NOW, 1);
    assert_eq!(shown(&plan), ["far.example/fra", "near.example/fra"]);
}

#[test]
fn r5_equal_hosts_share_the_load_evenly_while_nothing_is_known() {
    let rows = [
        (10, "a.example", "203.0.113.1"),
        (10, "b.example", "203.0.113.2"),
        (10, "c.example", "203.0.113.3"),
    ];
    let (to, mut planner) = (destination(&rows), planner(&[egress("fra", FRANKFURT)]));
    let mut orders = BTreeMap::<Vec<String>, f64>::new();
    for seed in 0..6_000 {
        *orders.entry(shown(&planner.plan(&to, NOW, seed))).or_default() += 1.0;
    }
    assert_eq!(orders.len(), 6);
    let chi_square: f64 = orders.values().map(|n| (n - 1_000.0).powi(2) / 1_000.0).sum();
    // The 99.9 % point for five degrees of freedom.
    assert!(chi_square < 20.5, "{chi_square}: {orders:?}");
}

#[test]
fn r5_a_host_is_favoured_only_for_a_reason_that_is_recorded() {
    let to = destination(&[(10, "a.example", "203.0.113.1"), (10, "b.example", "203.0.113.2")]);
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    let hop = |plan: &RoutePlan, host: &str| -> Hop {
        plan.hops().iter().find(|hop| hop.host.to_string() == host).unwrap().clone()
    };
    let cold = planner.plan(&to, NOW, 1);
    for _ in 0..10 {
        planner.record(&hop(&cold, "a.example"), &accepted(9_000), NOW);
        planner.record(&hop(&cold, "b.example"), &accepted(400), NOW);
    }
    for seed in 0..50 {
        let plan = planner.plan(&to, NOW, seed);
        assert_eq!(shown(&plan), ["b.example/fra", "a.example/fra"]);
        let observed = |reason: &Reason| matches!(reason, Reason::Observed { deliveries: 10, .. });
        assert!(plan.hops()[0].reasons.iter().any(observed));
    }
}

#[test]
fn r7_own_hosts_by_name_and_by_address() {
    let rows = [
        (10, "a.example", "203.0.113.1"),
        (20, "b.example", "203.0.113.2"),
        (20, "c.example", "203.0.113.3"),
    ];
    let to = destination(&rows);
    let check = |change: fn(&mut PlannerOptions), egress: Egress, expected: &[&str]| {
        let plan = planner_with(change, &[egress]).plan(&to, NOW, 1);
        assert_eq!(shown(&plan), expected);
        assert_eq!(plan.no_route() == Some(&NoRoute::MailLoop), expected.is_empty());
        assert_eq!(rules(&plan), vec!["own-host"; 3 - expected.len()]);
    };
    let fra = || egress("fra", FRANKFURT);
    check(|o| o.own_names = vec!["b.example".parse().unwrap()], fra(), &["a.example/fra"]);
    check(|o| o.own_addresses = vec!["203.0.113.3".parse().unwrap()], fra(), &["a.example/fra"]);
    let mapped = "::ffff:203.0.113.2";
    check(
        |o| o.own_addresses = vec!["::ffff:203.0.113.3".parse().unwrap()],
        fra(),
        &["a.example/fra"],
    );
    check(|_| {}, fra().with_address(mapped.parse().unwrap()), &["a.example/fra"]);
    check(|_| {}, fra().with_address("203.0.113.2".parse().unwrap()), &["a.example/fra"]);
    check(|o| o.own_names = vec!["a.example".parse().unwrap()], fra(), &[]);
}

#[test]
fn an_empty_plan_says_why_and_how_to_tell_the_sender() {
    let check = |to: &Destination, egress: Egress, cause: NoRoute, reply: &str| {
        let plan = planner(&[egress]).plan(to, NOW, 1);
        assert_eq!((plan.hops(), plan.no_route()), (&[][..], Some(&cause)));
        assert_eq!(cause.reply().to_string(), reply);
        assert!(plan.to_string().contains("no route"), "{plan}");
    };
    let fra = || egress("fra", FRANKFURT);
    let mx = |records: &[(u16, &str)]| {
        let records = records.iter().map(|&(preference, host)| (preference, host.to_owned()));
        Destination::new(mailkit_route::MxSet::new("buyer.example".parse().unwrap(), records))
    };
    // R9
    check(&mx(&[(0, ".")]), fra(), NoRoute::NullMx, "556 5.1.10 domain takes no mail (null MX)");
    // R8: a bad target never falls back to the domain itself.
    check(
        &mx(&[(10, "192.0.2.1.")]),
        fra(),
        NoRoute::NoUsableMx,
        "554 5.4.4 no MX record is usable",
    );
    let no_address = "554 5.4.4 no mail host has a usable address";
    check(&mx(&[(10, "a.example")]), fra(), NoRoute::NoAddress, no_address);
    // R2: what was not found out is no reason to bounce.
    let failed = mx(&[(10, "a.example"), (20, "b.example")])
        .with_failed_lookup(&"b.example".parse().unwrap());
    check(&failed, fra(), NoRoute::AddressLookupFailed, "451 4.4.3 address lookup failed");
    let loopback = Destination::literal("::ffff:127.0.0.1".parse().unwrap());
    check(&loopback, fra(), NoRoute::NoAddress, no_address);
    let v4_only = fra().with_address("198.51.100.7".parse().unwrap());
    let v6 = Destination::literal("2001:db8::1".parse().unwrap());
    check(&v6, v4_only, NoRoute::NoEgressForFamily, "451 4.4.4 no egress of the address family");
}

#[test]
fn loopback_is_reached_only_when_allowed() {
    let to = Destination::literal("127.0.0.1".parse().unwrap());
    let local = egress("local", FRANKFURT).with_address("127.0.0.1".parse().unwrap());
    assert_eq!(
        rules(&planner(std::slice::from_ref(&local)).plan(&to, NOW, 1)),
        ["special-address"]
    );
    let mut open = planner_with(|o| o.special_addresses = SpecialAddresses::Allow, &[local]);
    assert_eq!(shown(&open.plan(&to, NOW, 1)), ["[127.0.0.1]/local"]);
}

#[test]
fn special_addresses_are_no_mail_hosts() {
    let check = |address: &str, refused: bool| {
        let to = destination(&[(10, "a.example", address)]);
        let plan = planner(&[egress("fra", FRANKFURT)]).plan(&to, NOW, 1);
        assert_eq!(plan.hops().is_empty(), refused, "{address}");
        assert_eq!(rules(&plan), vec!["special-address"; usize::from(refused)], "{address}");
    };
    for address in [
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.1.1",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.0",
        "240.0.0.1",
        "255.255.255.254",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:240.0.0.1",
        "fd00::1",
        "fe80::1",
        "fec0::",
        "feff:ffff::1",
        "ff02::1",
    ] {
        check(address, true);
    }
    for address in
        ["100.63.255.255", "100.128.0.0", "172.32.0.1", "223.255.255.255", "2001:db8::1", "fe00::1"]
    {
        check(address, false);
    }
}

#[test]
fn r14_a_dead_primary_is_skipped_then_tried_once_then_used_again() {
    let to = destination(&[(10, "a.example", "203.0.113.1"), (20, "b.example", "203.0.113.2")]);
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    let first = planner.plan(&to, NOW, 1).hops()[0].clone();
    planner.record(&first, &refused(), NOW);

    let during = planner.plan(&to, NOW, 1);
    assert_eq!(shown(&during), ["b.example/fra"]);
    let reason = &during.hops()[0].reasons[0];
    assert!(matches!(reason, Reason::LowerPreferencesRemoved { preference: 20, lowest: 10, .. }));

    let after = NOW + Duration::from_secs(20);
    let trial = planner.plan(&to, after, 1);
    assert_eq!(shown(&trial), ["a.example/fra", "b.example/fra"]);
    assert_eq!(trial.hops()[0].reasons.last().map(Reason::code), Some("half-open"));
    // The trial is given away: mails planned meanwhile do not queue up behind it.
    assert_eq!(shown(&planner.plan(&to, after, 2)), ["b.example/fra"]);

    planner.record(&trial.hops()[0], &accepted(900), after);
    assert_eq!(shown(&planner.plan(&to, after, 3)), ["a.example/fra", "b.example/fra"]);
}

#[test]
fn when_everything_is_paused_the_plan_says_until_when() {
    let to = destination(&[(10, "a.example", "203.0.113.1")]);
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    let hop = planner.plan(&to, NOW, 1).hops()[0].clone();
    planner.record(&hop, &HopOutcome::dropped(Stage::Greeting), NOW);
    let plan = planner.plan(&to, NOW, 1);
    let pause = plan.no_route().and_then(NoRoute::retry_at).unwrap().duration_since(NOW).unwrap();
    assert!(
        (4_500..=5_500).contains(&pause.as_millis()),
        "5 s and a tenth more or less: {pause:?}"
    );
    assert!(!plan.no_route().unwrap().is_permanent());
}

#[test]
fn a_mail_that_is_refused_does_not_close_the_way() {
    let to = destination(&[(10, "a.example", "203.0.113.1")]);
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    let hop = planner.plan(&to, NOW, 1).hops()[0].clone();
    for reply in ["550 5.1.1 no such user", "450 4.7.1 greylisted"] {
        let reply = reply.parse().unwrap();
        planner.record(&hop, &HopOutcome::replied(Stage::RcptTo, reply), NOW);
        assert_eq!(shown(&planner.plan(&to, NOW, 1)), ["a.example/fra"]);
    }
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
