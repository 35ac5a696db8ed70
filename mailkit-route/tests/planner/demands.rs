//! What a mail asks of its route comes before any latency, in plans and in single hops alike.

use mailkit_route::timing::{
    Lane, Pacing, PacingLimits, SendWindows, WarmUp, WarmUpCurve, WarmUpOptions,
};
use mailkit_route::tls_policy::{DaneFault, DanePolicy, TlsPolicies};
use mailkit_route::{Carrier, EgressId};

use super::*;

/// Three egresses, the nearest first: `fra`, `mai` and `hkg`.
fn egresses() -> [Egress; 3] {
    [
        egress("fra", FRANKFURT).with_tag("eu").with_carrier(Carrier::Overseas),
        egress("mai", MAINZ).with_tag("eu").with_tag("de"),
        egress("hkg", HONG_KONG).with_carrier(Carrier::ChinaMobile),
    ]
}

fn to_hamburg() -> Destination {
    destination(&[(10, "a.example", "203.0.113.1"), (20, "b.example", "203.0.113.2")])
        .with_location("203.0.113.1".parse().unwrap(), point(HAMBURG))
        .with_location("203.0.113.2".parse().unwrap(), point(HAMBURG))
}

fn id(name: &str) -> EgressId {
    egress(name, FRANKFURT).id().clone()
}

/// The first two hops of the plan, with the rules that removed the rest; the next hop must be the first one.
#[track_caller]
fn check(demand: &Demand, first_two: &[&str], removed: &[&str]) -> RoutePlan {
    let to = to_hamburg();
    let [mut one, mut two] = [planner(&egresses()), planner(&egresses())];
    let plan = one.plan_with(&to, demand, NOW, 1);
    let hops: Vec<_> = shown(&plan).into_iter().take(2).collect();
    assert_eq!(hops, first_two, "{plan}");
    let rules: Vec<_> = plan
        .removed()
        .iter()
        .filter(|removed| removed.rule.code() != "slower-egress")
        .map(|it| {
            let name = it.host.clone().unwrap_or_else(|| it.egress.clone().unwrap().to_string());
            format!("{name} {}", it.rule.code())
        })
        .collect();
    assert_eq!(rules, removed, "{plan}");
    let next = two.next_hop_with(&to, demand, &[], NOW, 1);
    let path = |hop: &Hop| (hop.egress.clone(), hop.address, hop.tls.clone());
    assert_eq!(next.as_ref().map(path), plan.hops().first().map(path), "{plan}");
    plan
}

#[test]
fn a_mail_that_asks_nothing_goes_the_fastest_way() {
    check(&Demand::default(), &["a.example/fra", "a.example/mai"], &[]);
}

#[test]
fn spf_alignment() {
    let aligned = |ids: &[&str]| Demand::default().with_aligned(ids.iter().map(|name| id(name)));
    check(&aligned(&["hkg", "mai"]), &["a.example/mai", "a.example/hkg"], &["fra not-aligned"]);
    let plan =
        check(&aligned(&[]), &[], &["fra not-aligned", "mai not-aligned", "hkg not-aligned"]);
    assert_eq!(plan.no_route(), Some(&NoRoute::NoEligibleEgress { until: None }));
    assert_eq!(
        plan.no_route().unwrap().reply().to_string(),
        "451 4.4.4 no egress may send this mail"
    );
}

#[test]
fn data_residency() {
    let removed = ["hkg missing-tag"];
    check(&Demand::default().requiring_tag("eu"), &["a.example/fra", "a.example/mai"], &removed);
    let both = Demand::default().requiring_tag("eu").requiring_tag("de");
    check(&both, &["a.example/mai", "b.example/mai"], &["fra missing-tag", "hkg missing-tag"]);
}

#[test]
fn carriers_as_a_must_and_as_a_wish() {
    let must = Demand::default().requiring_carrier(Carrier::ChinaMobile);
    check(&must, &["a.example/hkg", "b.example/hkg"], &["fra other-carrier", "mai other-carrier"]);
    let wish = Demand::default().preferring_carrier(Carrier::ChinaMobile);
    let plan = check(&wish, &["a.example/hkg", "a.example/fra"], &[]);
    assert!(
        plan.hops()[0]
            .reasons
            .contains(&Reason::PreferredCarrier { carrier: Carrier::ChinaMobile })
    );
    // An egress that the host knows already comes before a carrier.
    check(&wish.keeping_egress(&id("mai")), &["a.example/mai", "a.example/hkg"], &[]);
}

#[test]
fn warm_up_and_pacing() {
    let lane = Lane::new(&id("fra"), &"buyer.example".parse().unwrap());
    let mut warm_up = WarmUp::new(WarmUpOptions::default());
    warm_up.start(&lane, WarmUpCurve::new([1, 2]).unwrap(), NOW).unwrap();
    let demand =
        |warm_up: &WarmUp| Demand::default().with_warm_up(&id("fra"), &warm_up.allow(&lane, NOW));
    check(&demand(&warm_up), &["a.example/fra", "a.example/mai"], &[]);
    assert!(warm_up.take(&lane, NOW).is_allowed());
    check(&demand(&warm_up), &["a.example/mai", "a.example/hkg"], &["fra warm-up"]);

    let mut pacing = Pacing::new(PacingLimits::new(1, 1).unwrap());
    let go = pacing.acquire(&lane, NOW);
    check(
        &Demand::default().with_pacing(&id("fra"), &go),
        &["a.example/fra", "a.example/mai"],
        &[],
    );
    let full = pacing.refusal(&lane, NOW).unwrap();
    let both = demand(&warm_up).with_pacing(&id("mai"), &full).with_pacing(&id("hkg"), &full);
    let plan = check(&both, &[], &["fra warm-up", "mai pacing", "hkg pacing"]);
    // A connection may be given back at any time, the day of the warm-up ends at its own.
    assert_eq!(plan.no_route(), Some(&NoRoute::NoEligibleEgress { until: None }));
    let alone = demand(&warm_up).with_aligned([id("fra")]).with_pacing(&id("fra"), &full);
    let plan = check(&alone, &[], &["fra warm-up", "mai not-aligned", "hkg not-aligned"]);
    let tomorrow = NOW + Duration::from_secs(24 * 3600);
    assert_eq!(plan.no_route().and_then(NoRoute::retry_at), Some(tomorrow));
    assert!(!plan.no_route().unwrap().is_permanent());
}

#[test]
fn tls_policies_say_which_hosts_and_how() {
    let sts = "version: STSv1\nmode: enforce\nmx: b.example\nmax_age: 604800\n".parse().unwrap();
    let policies = TlsPolicies::default().with_mta_sts(sts);
    let demand = Demand::default().with_tls(policies.clone());
    let plan = check(&demand, &["b.example/fra", "b.example/mai"], &["a.example mta-sts-mismatch"]);
    assert!(!plan.hops()[0].tls.allows_cleartext());
    assert_eq!(plan.hops()[0].reasons[0].code(), "lower-preferences-removed");

    let failed = DanePolicy::Failed(DaneFault::LookupFailed);
    let none = policies.with_dane("b.example".parse().unwrap(), failed);
    let rules = ["a.example mta-sts-mismatch", "b.example dane-lookup-failed"];
    let plan = check(&Demand::default().with_tls(none), &[], &rules);
    assert_eq!(plan.no_route(), Some(&NoRoute::DaneLookupFailed));
    let sts = "version: STSv1\nmode: enforce\nmx: c.example\nmax_age: 604800\n".parse().unwrap();
    let none = Demand::default().with_tls(TlsPolicies::default().with_mta_sts(sts));
    let rules = ["a.example mta-sts-mismatch", "b.example mta-sts-mismatch"];
    let plan = check(&none, &[], &rules);
    let reply = "451 4.7.5 no mail host is in the MTA-STS policy";
    assert_eq!(plan.no_route().unwrap().reply().to_string(), reply);
}

#[test]
fn r11_a_mail_with_utf8_addresses_goes_to_a_host_that_takes_them() {
    let [a, b] = ["a.example".parse().unwrap(), "b.example".parse().unwrap()];
    let lacking = Demand::default().without_smtputf8(&a);
    check(&lacking, &["a.example/fra", "a.example/mai"], &[]);
    let needing = lacking.needing_smtputf8();
    check(&needing, &["b.example/fra", "b.example/mai"], &["a.example no-smtputf8"]);
    let nowhere = needing.without_smtputf8(&b);
    let rules = ["a.example no-smtputf8", "b.example no-smtputf8"];
    let cause = check(&nowhere, &[], &rules).no_route().cloned().unwrap();
    assert_eq!(cause.reply().to_string(), "553 5.6.7 no mail host takes non-ASCII addresses");
    assert!(cause.is_permanent());
}

#[test]
fn send_windows() {
    let hour = |n: u64| NOW + Duration::from_secs(n * 3_600);
    let within = |from, to| {
        Demand::default().with_windows(SendWindows::new([hour(from)..hour(to)]).unwrap())
    };
    check(&within(0, 1), &["a.example/fra", "a.example/mai"], &[]);
    let cause = check(&within(1, 2), &[], &[]).no_route().cloned().unwrap();
    assert_eq!(cause.retry_at(), Some(hour(1)));
    assert!(!cause.is_permanent());
    let over = Demand::default().with_windows(SendWindows::new([]).unwrap());
    let cause = check(&over, &[], &[]).no_route().cloned().unwrap();
    assert_eq!(cause.reply().to_string(), "554 5.4.7 the last send window is over");
    // What no time will mend is told at once.
    let null = mailkit_route::MxSet::new("buyer.example".parse().unwrap(), [(0, ".".into())]);
    let plan = planner(&egresses()).plan_with(&Destination::new(null), &within(1, 2), NOW, 1);
    assert_eq!(plan.no_route(), Some(&NoRoute::NullMx));
}

#[test]
fn an_address_of_two_hosts_is_that_of_the_host_that_is_left() {
    let to = destination(&[(10, "a.example", "203.0.113.1"), (20, "b.example", "203.0.113.1")]);
    let sts = "version: STSv1\nmode: enforce\nmx: b.example\nmax_age: 604800\n".parse().unwrap();
    let demand = Demand::default().with_tls(TlsPolicies::default().with_mta_sts(sts));
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    assert_eq!(shown(&planner.plan_with(&to, &demand, NOW, 1)), ["b.example/fra"]);
    let hop = planner.next_hop_with(&to, &demand, &[], NOW, 1).unwrap();
    assert_eq!((hop.host.to_string().as_str(), hop.preference), ("b.example", 20));
    assert!(!hop.tls.allows_cleartext());
}

#[test]
fn a_pause_of_the_only_egress_left_is_told() {
    let to = destination(&[(10, "a.example", "203.0.113.1")]);
    let mut planner = planner(&[egress("fra", FRANKFURT), egress("mai", FRANKFURT)]);
    let demand = Demand::default().with_aligned([id("fra")]);
    let hop = planner.next_hop_with(&to, &demand, &[], NOW, 1).unwrap();
    planner.record(&hop, &HopOutcome::connect_failed(ConnectFailure::EgressFailed), NOW);
    let plan = planner.plan_with(&to, &demand, NOW, 1);
    assert!(matches!(plan.no_route(), Some(NoRoute::AllPaused { .. })), "{plan}");
    assert_eq!(rules(&plan), ["not-aligned", "breaker-open"]);
    assert_eq!(planner.next_hop_with(&to, &demand, &[], NOW, 1), None);
    assert_eq!(shown(&planner.plan(&to, NOW, 1)), ["a.example/mai"]);
}
