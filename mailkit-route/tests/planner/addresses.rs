//! Which addresses are nobody's mail host, or our own.

use super::*;

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
