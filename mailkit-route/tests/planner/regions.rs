//! Addresses that depend on the region of the egress.

use super::{FRANKFURT, HONG_KONG, MAINZ, NOW, destination, planner, point, rules};
use mailkit_route::{
    ConnectFailure, Destination, Egress, HopOutcome, Limits, RoutePlan, RoutePlanner,
};

const HERE: &str = "203.0.113.10";
const THERE: &str = "198.51.100.20";

fn planner_of_two() -> RoutePlanner {
    planner(&[
        Egress::new("fra", "eu", point(FRANKFURT)),
        Egress::new("hkg", "asia", point(HONG_KONG)),
    ])
}

fn seen(address: &str) -> Destination {
    destination(&[(10, "mx.example", address)])
}

/// `address/egress` of each hop.
fn ways(plan: &RoutePlan) -> Vec<String> {
    let mut ways: Vec<_> =
        plan.hops().iter().map(|hop| format!("{}/{}", hop.address, hop.egress)).collect();
    ways.sort();
    ways
}

#[track_caller]
fn check(to: &Destination, expected: &[&str]) {
    assert_eq!(ways(&planner_of_two().plan(to, NOW, 1)), expected, "{to:?}");
}

#[test]
fn an_egress_connects_to_what_its_region_sees() {
    let split = seen(HERE).with_seen_from("asia", &seen(THERE));
    check(&split, &["198.51.100.20/hkg", "203.0.113.10/fra"]);
    let both = seen(HERE).with_seen_from("asia", &seen(THERE)).with_seen_from("eu", &seen(THERE));
    check(&both, &["198.51.100.20/fra", "198.51.100.20/hkg"]);
    let same = seen(HERE).with_seen_from("asia", &seen(HERE));
    check(&same, &["203.0.113.10/fra", "203.0.113.10/hkg"]);
    let nothing = seen(HERE).with_seen_from("asia", &destination(&[(10, "other.example", THERE)]));
    check(&nothing, &["203.0.113.10/fra", "203.0.113.10/hkg"]);
    let late = split.with_addresses(&"mx.example".parse().unwrap(), [THERE.parse().unwrap()]);
    check(&late, &["198.51.100.20/fra", "198.51.100.20/hkg", "203.0.113.10/fra"]);
}

#[test]
fn a_hop_says_where_its_address_was_seen() {
    let split = seen(HERE).with_seen_from("asia", &seen(THERE));
    let plan = planner_of_two().plan(&split, NOW, 1);
    for hop in plan.hops() {
        let codes: Vec<_> = hop.reasons.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.contains(&"regional-address"), hop.egress.as_str() == "hkg", "{plan}");
    }
}

#[test]
fn single_hops_and_decisions_keep_to_it_as_well() {
    let split = seen(HERE).with_seen_from("asia", &seen(THERE));
    let mut planner = planner_of_two();
    let id = planner.remember(&split, NOW);
    let mut tried = Vec::new();
    let mut decisions = Vec::new();
    while let Some(decision) = planner.decide(id, &decisions, NOW, 1) {
        let hop = planner.hop(&split, decision, NOW).unwrap();
        tried.push(format!("{}/{}", hop.address, hop.egress));
        decisions.push(decision);
    }
    tried.sort();
    assert_eq!(tried, ["198.51.100.20/hkg", "203.0.113.10/fra"]);

    let first = planner.next_hop(&split, &[], NOW, 1).unwrap();
    planner.record(&first, &HopOutcome::connect_failed(ConnectFailure::Refused), NOW);
    let second = planner.next_hop(&split, &[first], NOW, 1).unwrap();
    assert_ne!(second.address, HERE.parse::<std::net::IpAddr>().unwrap());
    assert_eq!(second.egress.as_str(), "hkg");
    // Seen from everywhere again, the address is for every egress.
    let plain = seen(THERE);
    assert_eq!(ways(&planner.plan(&plain, NOW, 1)).len(), 2);
    let again = planner.next_hop(&plain, &[second], NOW, 1).unwrap();
    assert_eq!(again.egress.as_str(), "fra");
}

#[test]
fn an_address_that_no_egress_sees_is_left_out_with_the_rule() {
    let mut alone = planner(&[Egress::new("mai", "eu", point(MAINZ))]);
    let to = seen(HERE).with_seen_from("asia", &seen(THERE));
    let plan = alone.plan(&to, NOW, 1);
    assert_eq!(ways(&plan), ["203.0.113.10/mai"]);
    assert_eq!(rules(&plan), ["other-region"]);
}

#[test]
fn addresses_of_all_regions_are_limited_together() {
    let many = |third: u8| {
        let rows = (0..6).map(|last| format!("203.0.{third}.{last}")).collect::<Vec<_>>();
        let rows: Vec<_> =
            rows.iter().map(|address| (10, "mx.example", address.as_str())).collect();
        destination(&rows)
    };
    let to = many(1).with_seen_from("asia", &many(2)).with_seen_from("us", &many(3));
    let host = "mx.example".parse().unwrap();
    assert_eq!(to.addresses(&host).len(), Limits::HOST_ADDRESSES);
    assert_eq!(to.addresses_from(&host, "asia").count(), 2);
    assert_eq!(to.addresses_from(&host, "us").count(), 6);
    let plan = planner_of_two().plan(&to, NOW, 1);
    assert!(rules(&plan).contains(&"address-limit"), "{plan}");
}
