//! Input that nobody should send: a typed result within fixed bounds.

use mailkit_route::timing::SendWindows;
use mailkit_route::{EgressId, Limits, MxSet};

use super::*;

#[test]
fn ten_thousand_mail_hosts() {
    let records = (0..10_000_u16).rev().map(|n| (n, format!("mx{n}.example")));
    let mut to = Destination::new(MxSet::new("buyer.example".parse().unwrap(), records));
    for (last, host) in (0..).zip(to.mx().hosts().to_vec()) {
        to = to.with_addresses(&host.host, [[203, 0, 113, last].into()]);
    }
    let mut planner = planner(&[egress("fra", FRANKFURT), egress("hkg", HONG_KONG)]);
    let plan = planner.plan(&to, NOW, 1);
    assert_eq!(plan.hops()[0].host.to_string(), "mx0.example");
    assert!(plan.hops().len() <= Limits::default().hops);
    assert!(plan.to_string().contains("9980 MX records beyond the limit"), "{plan}");
    let mut tried = Vec::new();
    while let Some(hop) = planner.next_hop(&to, &tried, NOW, 1) {
        planner.record(&hop, &refused(), NOW);
        tried.push(hop);
    }
    assert!(tried.len() <= 2 * Limits::MX_HOSTS, "{}", tried.len());
    assert!(planner.remembered().hosts <= Limits::MX_HOSTS);
}

#[test]
fn private_addresses_are_in_no_plan_and_no_hop() {
    let rows = [(10, "a.example", "10.0.0.1"), (20, "b.example", "203.0.113.2")];
    let to = destination(&rows);
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    assert_eq!(shown(&planner.plan(&to, NOW, 1)), ["b.example/fra"]);
    assert_eq!(planner.next_hop(&to, &[], NOW, 1).unwrap().host.to_string(), "b.example");
    let only = destination(&rows[..1]);
    assert_eq!(planner.plan(&only, NOW, 1).no_route(), Some(&NoRoute::NoAddress));
    assert_eq!(planner.next_hop(&only, &[], NOW, 1), None);
}

#[test]
fn an_egress_farther_than_far() {
    let far = egress("mars", FRANKFURT).with_handoff(Duration::MAX);
    let to = destination(&[(10, "a.example", "203.0.113.1")]);
    let plan = planner(&[far]).plan(&to, NOW, 1);
    let hour = Duration::from_secs(3_600);
    assert!(plan.hops()[0].stagger >= hour && plan.hops()[0].stagger < hour * 2, "{plan}");
}

#[test]
fn absurd_clocks() {
    let most = Duration::from_secs(i64::MAX as u64);
    let last = NOW.checked_add(most).unwrap();
    let first = NOW.checked_sub(most).unwrap();
    let to = destination(&[(10, "a.example", "203.0.113.1"), (20, "b.example", "203.0.113.2")]);
    for began in [first, NOW, last] {
        let mut planner = planner(&[egress("fra", FRANKFURT)]);
        for now in [began, last, first, NOW, last, first] {
            let plan = planner.plan(&to, now, 1);
            assert_eq!(plan.hops().is_empty(), plan.no_route().is_some(), "{plan}");
            let Some(hop) = planner.next_hop(&to, &[], now, 1) else { continue };
            planner.begin(&hop, now);
            planner.connected(&hop, Duration::MAX, now);
            planner.record(&hop, &HopOutcome::accepted(Duration::MAX), now);
            planner.record(&hop, &refused(), now);
        }
        // Whatever the clock did, a host is back once its longest pause is over.
        let later = NOW + Duration::from_secs(3_600);
        let mut at = |seconds| planner.explain(&to, &Demand::default(), later + seconds, 1);
        at(Duration::ZERO);
        assert!(!at(Duration::from_secs(1_800)).hops().is_empty());
    }
}

#[test]
fn demands_without_measure() {
    let to = destination(&[(10, "a.example", "203.0.113.1")]);
    let id = |name: &str| -> EgressId { egress(name, FRANKFURT).id().clone() };
    let mut demand = Demand::default().with_aligned((0..10_000).map(|n| id(&n.to_string())));
    for n in 0..10_000 {
        demand = demand.requiring_tag(&format!("\u{1b}[{n}"));
    }
    let plan = planner(&[egress("7", FRANKFURT)]).plan_with(&to, &demand, NOW, 1);
    assert_eq!(rules(&plan), ["missing-tag"]);
    assert!(!plan.to_string().contains('\u{1b}'), "{plan}");

    let end = NOW.checked_add(Duration::from_secs(i64::MAX as u64)).unwrap();
    let windows = SendWindows::new([end - Duration::from_secs(1)..end]).unwrap();
    let late = Demand::default().with_windows(windows);
    let plan = planner(&[egress("fra", FRANKFURT)]).plan_with(&to, &late, NOW, 1);
    assert_eq!(plan.no_route().and_then(NoRoute::retry_at), Some(end - Duration::from_secs(1)));
}
