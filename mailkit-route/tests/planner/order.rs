//! Which hop comes first.

use std::collections::BTreeMap;

use super::*;

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
