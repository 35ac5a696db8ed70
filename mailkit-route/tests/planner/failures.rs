//! What a plan makes of failures, and what it says when nothing is left.

use super::*;

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
