//! Plans that are longer than the limit, or would be.

use mailkit_route::Rule;

use super::*;

/// `host/egress` of what the limit of hops cut off.
fn cut(plan: &RoutePlan) -> Vec<String> {
    let cut = plan.removed().iter().filter(|removed| removed.rule == Rule::HopLimit);
    cut.map(|cut| format!("{}/{}", cut.host.clone().unwrap(), cut.egress.clone().unwrap()))
        .collect()
}

#[test]
fn r4_a_backup_is_in_the_plan_however_many_addresses_come_before_it() {
    let addresses: Vec<_> = (1..=8).map(|last| format!("203.0.113.{last}")).collect();
    let mut rows: Vec<_> =
        addresses.iter().map(|address| (10, "a.example", address.as_str())).collect();
    rows.push((20, "b.example", "203.0.113.20"));
    let two = [egress("one", FRANKFURT), egress("two", FRANKFURT)];
    let plan = planner(&two).plan(&destination(&rows), NOW, 1);
    let expected = [vec!["a.example/one"; 8], vec!["a.example/two"; 7], vec!["b.example/one"]];
    assert_eq!(shown(&plan), expected.concat());
    assert_eq!(cut(&plan), ["a.example/two", "b.example/two"]);
    assert!(
        plan.to_string()
            .ends_with("left out b.example (203.0.113.20) from two: beyond the limit of hops"),
        "{plan}"
    );
    let plan = planner_with(|o| o.limits.hops = 2, &two).plan(&destination(&rows), NOW, 1);
    assert_eq!(shown(&plan), ["a.example/one", "b.example/one"]);
    let plan = planner_with(|o| o.limits.hops = 1, &two).plan(&destination(&rows), NOW, 1);
    assert_eq!(shown(&plan), ["a.example/one"]);
}

#[test]
fn one_address_of_many_hosts_is_one_target() {
    let hosts: Vec<_> = (1..=19).map(|n| format!("mx{n}.example")).collect();
    let mut rows: Vec<_> = hosts.iter().map(|host| (10, host.as_str(), "203.0.113.1")).collect();
    rows.push((20, "b.example", "203.0.113.2"));
    let plan = planner(&[egress("one", FRANKFURT), egress("two", FRANKFURT)]).plan(
        &destination(&rows),
        NOW,
        1,
    );
    let expected = ["mx1.example/one", "mx1.example/two", "b.example/one", "b.example/two"];
    assert_eq!(shown(&plan), expected);
    assert_eq!(rules(&plan), ["duplicate-address"; 18]);
}

#[test]
fn what_was_cut_is_tried_before_what_failed() {
    let addresses: Vec<_> = (1..=8).map(|last| format!("203.0.113.{last}")).collect();
    let rows: Vec<_> =
        addresses.iter().map(|address| (10, "a.example", address.as_str())).collect();
    let mut planner = planner_with(|o| o.limits.hops = 4, &[egress("fra", FRANKFURT)]);
    for (hour, expected) in (0..).zip([&addresses[..4], &addresses[4..], &addresses[..4]]) {
        let now = NOW + Duration::from_secs(3_600 * hour);
        let plan = planner.plan(&destination(&rows), now, 1);
        let found: Vec<_> = plan.hops().iter().map(|hop| hop.address.to_string()).collect();
        assert_eq!(found, expected, "hour {hour}");
        plan.hops().iter().for_each(|hop| planner.record(hop, &refused(), now));
    }
}

#[test]
fn a_hostile_zone_makes_a_bounded_plan() {
    let hosts: Vec<_> = (0..300).map(|n| (format!("mx{n}.example"), n % 7)).collect();
    let addresses: Vec<_> =
        (0..12_000).map(|n| format!("2001:db8::{n:x}")).zip(hosts.iter().cycle()).collect();
    let rows = addresses
        .iter()
        .map(|(address, (host, preference))| (*preference, host.as_str(), address.as_str()));
    let to = Destination::from_mx("buyer.example".parse().unwrap(), rows).unwrap();
    let plan = planner(&[egress("hk", HONG_KONG), egress("fra", FRANKFURT)]).plan(&to, NOW, 1);
    assert_eq!(plan.hops().len(), 16);
    assert!(rules(&plan).contains(&"hop-limit") && rules(&plan).contains(&"mx-limit"));
}
