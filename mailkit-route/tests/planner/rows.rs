//! Rows of the standards that a plan shows.

use mailkit_route::{MxSet, NextStep, PreferenceRule, ReplyClass, SmtpReply, next_step};

use super::*;

fn mx(records: &[(u16, &str)]) -> Destination {
    let records = records.iter().map(|&(preference, host)| (preference, host.to_owned()));
    Destination::new(MxSet::new("buyer.example".parse().unwrap(), records))
}

fn with_address(to: Destination, host: &str) -> Destination {
    to.with_addresses(&host.parse().unwrap(), ["203.0.113.1".parse().unwrap()])
}

/// The hops of a plan, why there is none, and the rules that left something out.
#[track_caller]
fn check(to: &Destination, hops: &[&str], no_route: Option<&str>, removed: &[&str]) -> RoutePlan {
    let plan = planner(&[egress("fra", FRANKFURT)]).plan(to, NOW, 1);
    assert_eq!(shown(&plan), hops, "{plan}");
    let code = plan.no_route().map(|cause| cause.reply().to_string());
    assert_eq!(code.as_deref(), no_route, "{plan}");
    assert_eq!(rules(&plan), removed, "{plan}");
    plan
}

#[test]
fn r2_r3_what_was_not_found_out_waits_and_never_falls_back_to_the_domain() {
    let to = with_address(mx(&[(10, "a.example")]), "buyer.example");
    let to = to.with_failed_lookup(&"a.example".parse().unwrap());
    let waits = "451 4.4.3 address lookup failed";
    check(&to, &[], Some(waits), &["address-lookup-failed"]);
    let none = with_address(mx(&[(10, "a.example")]), "buyer.example");
    check(&none, &[], Some("554 5.4.4 no mail host has a usable address"), &["no-address"]);
}

#[test]
fn r3_a_domain_without_mx_is_its_own_host() {
    let plan = check(&with_address(mx(&[]), "buyer.example"), &["buyer.example/fra"], None, &[]);
    assert_eq!(plan.hops()[0].reasons[0], Reason::ImplicitMx);
}

#[test]
fn r8_a_record_with_an_address_is_left_out() {
    let to = with_address(mx(&[(5, "203.0.113.9."), (10, "a.example")]), "a.example");
    check(&to, &["a.example/fra"], None, &["invalid-target"]);
    let only = mx(&[(5, "203.0.113.9.")]);
    check(&only, &[], Some("554 5.4.4 no MX record is usable"), &["invalid-target"]);
}

#[test]
fn r9_a_null_mx_is_told_at_once_and_means_nothing_beside_others() {
    // Not even the address of the domain is tried.
    let null = with_address(mx(&[(0, ".")]), "buyer.example");
    check(&null, &[], Some("556 5.1.10 domain takes no mail (null MX)"), &[]);
    let among = with_address(mx(&[(0, "."), (10, "a.example")]), "a.example");
    check(&among, &["a.example/fra"], None, &["null-mx-among-others"]);
    // What others say of a null MX of the recipient's or the sender's domain is final.
    for (text, class) in [
        ("556 5.1.10 recipient address has null MX", ReplyClass::NullMx),
        ("550 5.7.27 sender address has null MX", ReplyClass::SenderAddress),
    ] {
        let reply: SmtpReply = text.parse().unwrap();
        assert_eq!(reply.class(), class, "{text}");
        assert_eq!(next_step(Stage::RcptTo, &reply), NextStep::GiveUp, "{text}");
    }
}

#[test]
fn r10_an_address_literal_is_its_own_host() {
    let check = |literal: &str, expected: &str| {
        let mailkit_route::Host::Address(address) = literal.parse().unwrap() else { panic!() };
        let plan = check(&Destination::literal(address), &[expected], None, &[]);
        assert_eq!(plan.hops()[0].reasons[0], Reason::AddressLiteral);
    };
    check("[203.0.113.1]", "[203.0.113.1]/fra");
    check("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]/fra");
}

#[test]
fn r12_only_the_connection_may_be_given_up_sooner() {
    let far = GeoPoint::new(-50.0, -110.0).unwrap();
    let to = destination(&[(10, "a.example", "203.0.113.1"), (20, "b.example", "2001:db8::1")])
        .with_location("2001:db8::1".parse().unwrap(), far);
    let plan = planner(&[egress("fra", FRANKFURT)]).plan(&to, NOW, 1);
    for hop in plan.hops() {
        // Two SYNs that are lost are sent again within this time.
        assert!((4..=30).contains(&hop.connect_timeout.as_secs()), "{hop}");
    }
}

#[test]
fn r15_after_the_dot_nothing_is_tried_beside_it() {
    let silent = HopOutcome::dropped(Stage::Dot);
    assert_eq!(silent.next_step(), NextStep::Ambiguous);
    for text in
        ["421 closing", "450 not now", "451 4.3.0 disk", "454 4.7.1 relay access denied", "554 no"]
    {
        let reply = text.parse().unwrap();
        assert_ne!(next_step(Stage::Dot, &reply), NextStep::TryNextHop, "{text}");
    }
}

#[test]
fn r4_strict_order_leaves_no_preference_while_an_untried_host_of_it_is_left() {
    let rows = [
        (10, "a.example", "203.0.113.1"),
        (10, "b.example", "198.51.100.1"),
        (20, "c.example", "192.0.2.1"),
    ];
    let to = destination(&rows);
    let strict = |options: &mut PlannerOptions| options.preference_rule = PreferenceRule::Strict;
    let mut planner = planner_with(strict, &[egress("fra", FRANKFURT), egress("hkg", HONG_KONG)]);
    // Everything of the first preference has failed before, from everywhere.
    for hop in planner.plan(&to, NOW, 1).hops().to_vec() {
        planner.record(&hop, &refused(), NOW);
    }
    let mut tried: Vec<Hop> = Vec::new();
    while let Some(hop) = planner.next_hop(&to, &tried, NOW, 1) {
        planner.record(&hop, &refused(), NOW);
        tried.push(hop);
    }
    let order: Vec<_> = tried.iter().map(|hop| hop.preference).collect();
    assert_eq!(order, [10, 10, 10, 10, 20, 20]);
}
