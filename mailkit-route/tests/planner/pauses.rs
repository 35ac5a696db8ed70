//! How long what failed is left alone, and what is not held against a host.

use std::collections::BTreeMap;

use mailkit_route::{Limits, Probe, ProbeOutcome, ProbeTarget, Rule, SmtpReply};

use super::*;

fn deferred() -> HopOutcome {
    let reply: SmtpReply = "451 4.3.0 disk full".parse().unwrap();
    HopOutcome::replied(Stage::MailFrom, reply)
}

fn after(seconds: u64) -> SystemTime {
    NOW + Duration::from_secs(seconds)
}

fn one() -> Destination {
    destination(&[(10, "a.example", "203.0.113.1")])
}

fn two() -> Destination {
    destination(&[(10, "a.example", "203.0.113.1"), (10, "b.example", "198.51.100.1")])
}

#[test]
fn where_all_is_deferred_one_mail_in_a_while_asks_whether_it_is_over() {
    let (to, mut planner) = (one(), planner(&[egress("fra", FRANKFURT)]));
    let first = planner.plan(&to, NOW, 1);
    planner.record(&first.hops()[0], &deferred(), NOW);
    let mut at = |seconds| planner.plan(&to, after(seconds), 1);
    assert!(at(1).hops()[0].reasons.contains(&Reason::Forced));
    assert!(matches!(at(2).no_route(), Some(NoRoute::AllPaused { .. })));
    assert!(at(32).hops()[0].reasons.contains(&Reason::Forced));
    assert!(matches!(at(33).no_route(), Some(NoRoute::AllPaused { .. })));
}

#[test]
fn what_is_asked_is_not_left_out_as_well() {
    let (to, mut planner) = (one(), planner(&[egress("fra", FRANKFURT)]));
    let hop = planner.plan(&to, NOW, 1).hops()[0].clone();
    planner.record(&hop, &deferred(), NOW);
    let plan = planner.plan(&to, after(1), 1);
    assert_eq!((plan.hops().len(), plan.removed()), (1, &[][..]), "{plan}");
}

#[test]
fn a_single_hop_says_as_much_as_that_of_a_plan() {
    let to = destination(&[(10, "a.example", "203.0.113.1"), (20, "b.example", "198.51.100.1")]);
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    for _ in 0..2 {
        let first = planner.plan(&to, NOW, 1).hops()[0].clone();
        let next = planner.next_hop(&to, &[], NOW, 1).unwrap();
        let codes = |hop: &Hop| hop.reasons.iter().map(Reason::code).collect::<Vec<_>>();
        assert_eq!((codes(&next), &next.host), (codes(&first), &first.host));
        planner.record(&first, &refused(), NOW);
    }
}

#[test]
fn a_path_without_a_connection_is_not_asked_so() {
    let (fra, hkg) = (egress("fra", FRANKFURT), egress("hkg", HONG_KONG));
    let demand = Demand::default().with_aligned([fra.id().clone()]);
    let (to, mut planner) = (one(), planner(&[fra, hkg]));
    let hop = planner.plan_with(&to, &demand, NOW, 1).hops()[0].clone();
    planner.record(&hop, &HopOutcome::connect_failed(ConnectFailure::TimedOut), NOW);
    let plan = planner.plan_with(&to, &demand, after(1), 1);
    assert!(matches!(plan.no_route(), Some(NoRoute::AllPaused { .. })), "{plan}");
}

#[test]
fn mails_that_were_under_way_together_make_no_row_of_failures() {
    let (to, mut planner) = (two(), planner(&[egress("fra", FRANKFURT)]));
    let hop = planner.plan(&to, NOW, 1).hops()[0].clone();
    for _ in 0..10 {
        planner.record(&hop, &deferred(), NOW);
    }
    let plan = planner.explain(&to, &Demand::default(), NOW, 1);
    let Some(Rule::BreakerOpen { failures, remaining, .. }) =
        plan.removed().first().map(|removed| &removed.rule)
    else {
        panic!("{plan}");
    };
    assert_eq!(*failures, 1);
    assert!((54..=66).contains(&remaining.as_secs()), "{remaining:?}");
}

#[test]
fn r14_no_pause_is_shorter_than_the_walk_through_the_plan() {
    let rows: Vec<_> =
        (1..=16).map(|n| (n, format!("mx{n}.example"), format!("203.0.{n}.1"))).collect();
    let rows: Vec<_> = rows.iter().map(|(n, host, at)| (*n, &**host, &**at)).collect();
    let (to, mut planner) = (destination(&rows), planner(&[egress("fra", FRANKFURT)]));
    let first = planner.plan(&to, NOW, 1);
    let walk = first.hops()[0].attempt_timeout;
    assert!(walk >= Duration::from_secs(60), "{walk:?}");
    for hop in first.hops() {
        planner.record(hop, &refused(), NOW);
    }
    // A short walk elsewhere changes nothing.
    let other = Destination::literal("192.0.2.1".parse().unwrap());
    let hop = planner.plan(&other, NOW, 1).hops()[0].clone();
    planner.record(&hop, &refused(), NOW);

    let plan = planner.explain(&to, &Demand::default(), NOW, 1);
    let ends = plan.removed().iter().filter_map(|removed| match removed.rule {
        Rule::BreakerOpen { until, .. } => Some(until),
        _ => None,
    });
    let ends: Vec<_> = ends.collect();
    assert_eq!(ends.len(), 16, "{plan}");
    assert!(ends.iter().all(|end| *end >= NOW + walk), "{ends:?}");
}

#[test]
fn a_mail_of_which_nothing_is_heard_again_counts_for_ten_minutes() {
    let to = destination(&[(10, "a.example", "203.0.113.1")]);
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    let hop = planner.plan(&to, NOW, 1).hops()[0].clone();
    planner.begin(&hop, NOW);
    let mut estimate =
        |seconds| planner.explain(&to, &Demand::default(), after(seconds), 1).hops()[0].estimate;
    assert!(estimate(300) > Duration::from_secs(200), "{:?}", estimate(300));
    assert!(estimate(700) < Duration::from_secs(5), "{:?}", estimate(700));
}

#[test]
fn a_host_that_is_always_slow_is_not_taken_for_a_fast_one() {
    let (to, mut planner) = (two(), planner(&[egress("fra", FRANKFURT)]));
    let plan = planner.plan(&to, NOW, 1);
    for round in 0..6 {
        for hop in plan.hops() {
            let slow = hop.host.to_string() == "a.example";
            planner.record(hop, &accepted(if slow { 9_000 } else { 1_500 }), after(600 * round));
        }
    }
    for seed in 0..20 {
        let plan = planner.explain(&to, &Demand::default(), after(4_200), seed);
        assert_eq!(shown(&plan)[0], "b.example/fra", "{plan}");
    }
}

#[test]
fn a_clock_that_is_set_back_leaves_no_doubt_behind() {
    let (to, mut planner) = (one(), planner(&[egress("fra", FRANKFURT)]));
    let start = planner.plan(&to, NOW, 1);
    let before = start.hops()[0].clone();
    let silence = HopOutcome::connect_failed(ConnectFailure::TimedOut);
    planner.record(&before, &silence, after(7_200));
    let estimate = planner.explain(&to, &Demand::default(), after(600), 1).hops()[0].estimate;
    assert_eq!(estimate, before.estimate);
}

#[test]
fn a_host_is_tried_from_as_many_egresses_as_the_options_say() {
    let egresses = [egress("fra", FRANKFURT), egress("mz", MAINZ), egress("hkg", HONG_KONG)];
    for most in [0, 1, 3] {
        let mut planner = planner_with(|options| options.egresses_per_address = most, &egresses);
        let (to, mut tried) = (one(), Vec::new());
        assert_eq!(planner.plan(&to, NOW, 1).hops().len(), most.max(1));
        while let Some(hop) = planner.next_hop(&to, &tried, NOW, 1) {
            tried.push(hop);
        }
        assert_eq!(tried.len(), most.max(1), "{tried:?}");
    }
}

#[test]
fn the_least_limits_let_an_attempt_end() {
    let change = |options: &mut PlannerOptions| {
        (options.limits.hosts, options.limits.sites, options.limits.domains) = (0, 0, 0);
    };
    let mut planner = planner_with(change, &[egress("fra", FRANKFURT)]);
    let rows: Vec<_> =
        (1..=9).map(|n| (format!("mx{n}.example"), format!("203.0.{n}.1"))).collect();
    let rows: Vec<_> = rows.iter().map(|(host, at)| (10, &**host, &**at)).collect();
    let (to, mut tried) = (destination(&rows), Vec::new());
    while let Some(hop) = planner.next_hop(&to, &tried, NOW, 1) {
        planner.record(&hop, &refused(), NOW);
        tried.push(hop);
        assert!(tried.len() <= 18);
    }
    assert!(tried.len() >= 9);
}

/// A mail to each of many networks.
fn busy(networks: u32) -> RoutePlanner {
    let change = |options: &mut PlannerOptions| options.limits.probes = 256;
    let mut planner = planner_with(change, &[egress("fra", FRANKFURT), egress("hkg", HONG_KONG)]);
    for network in 0..networks {
        let address = std::net::Ipv4Addr::from(0x0b00_0001 + (network << 8));
        let to = Destination::literal(address.into());
        let hop = planner.next_hop(&to, &[], NOW, 1).unwrap();
        planner.begin(&hop, NOW);
        planner.record(&hop, &accepted(900), NOW);
    }
    planner
}

#[test]
fn no_more_probes_are_asked_for_than_the_limit_says_and_every_place_has_its_turn() {
    let mut planner = busy(2_000);
    let mut asked = std::collections::BTreeSet::new();
    for sweep in 1..=20 {
        let now = NOW + Duration::from_secs(5 * sweep);
        let probes = planner.probes(now);
        assert!(probes.len() <= 256, "{}", probes.len());
        let answered = ProbeOutcome::Answered { round_trip: Some(Duration::from_millis(80)) };
        probes.iter().for_each(|probe| planner.probed(probe, answered, now));
        asked.extend(probes.iter().map(Probe::target).map(|target| format!("{target:?}")));
    }
    // Two thousand hosts, and the question to the egresses themselves.
    assert!(asked.len() >= 2_000, "{}", asked.len());
}

#[test]
fn a_path_with_a_breaker_is_asked_when_that_is_over_and_not_at_every_sweep() {
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    let to = one();
    let hop = planner.next_hop(&to, &[], NOW, 1).unwrap();
    planner.begin(&hop, NOW);
    planner.record(&hop, &refused(), NOW);
    let asked = (0..60).map(|second| {
        let probes = planner.probes(after(second));
        probes.iter().for_each(|probe| planner.probed(probe, ProbeOutcome::Failed, after(second)));
        probes.len()
    });
    let asked: usize = asked.sum();
    assert!((2..=6).contains(&asked), "{asked}");
}

#[test]
fn a_domain_that_is_back_is_told_whatever_waits_beside_it() {
    let mut planner = planner(&[egress("fra", FRANKFURT)]);
    for number in 0..70_000 {
        let name = format!("null{number}.example");
        let mx = mailkit_route::MxSet::new(name.parse().unwrap(), [(0, ".".to_owned())]);
        assert_eq!(planner.plan(&Destination::new(mx), NOW, 1).no_route(), Some(&NoRoute::NullMx));
    }
    let to = one();
    let hop = planner.plan(&to, NOW, 1).hops()[0].clone();
    planner.record(&hop, &refused(), NOW);
    planner.record(&hop, &accepted(900), after(60));
    assert_eq!(planner.recovered(), ["buyer.example".parse().unwrap()]);
    assert!(Limits::default().domains < 70_000);
}

#[test]
fn what_a_host_says_of_a_domain_is_held_against_no_other() {
    let mut planner = planner(&[egress("fra", FRANKFURT), egress("hkg", HONG_KONG)]);
    let rows =
        [(10, "mx1.victim.example", "203.0.113.10"), (20, "mx2.victim.example", "198.51.100.20")];
    let named = |name: &str| Destination::from_mx(name.parse().unwrap(), rows).unwrap();
    let (stranger, victim) = (named("stranger.example"), named("victim.example"));
    let relay: SmtpReply = "454 4.7.1 relay access denied".parse().unwrap();
    let tenant: SmtpReply = "550 5.7.1 blocked by the tenant's block list".parse().unwrap();
    for (reply, minute) in [&relay, &tenant].into_iter().cycle().zip(0..60) {
        let Some(hop) = planner.next_hop(&stranger, &[], after(60 * minute), minute) else {
            continue;
        };
        planner.begin(&hop, after(60 * minute));
        planner.record(
            &hop,
            &HopOutcome::replied(Stage::RcptTo, reply.clone()),
            after(60 * minute),
        );
        let hop = planner.next_hop(&victim, &[], after(60 * minute + 1), minute).unwrap();
        assert_eq!((hop.preference, hop.egress.as_str()), (10, "fra"), "minute {minute}");
    }
    // The stranger's own mail knows better.
    let plan = planner.explain(&stranger, &Demand::default(), after(60 * 60), 1);
    assert!(!rules(&plan).is_empty(), "{plan}");
}

/// As many addresses in the network of a host as there are egresses, each of which fails from one egress and answers
/// from the others, once: so every way there is in doubt, and stays so, since nobody else is asked.
#[test]
fn neighbours_keep_no_mail_off_a_host() {
    let egresses = [egress("fra", FRANKFURT), egress("hkg", HONG_KONG)];
    let mut planner = planner(&egresses);
    let rows =
        [(10, "mx1.victim.example", "203.0.113.10"), (20, "mx2.victim.example", "198.51.100.20")];
    let victim = destination(&rows);
    let mut failing = BTreeMap::new();
    for second in 0..1_800 {
        let now = after(second);
        if let Some(last) = [60, 61].get(usize::try_from(second).unwrap()) {
            let to = Destination::literal(std::net::IpAddr::from([203, 0, 113, *last]));
            let hop = planner.next_hop(&to, &[], now, 1).unwrap();
            planner.begin(&hop, now);
            planner.record(&hop, &HopOutcome::connect_failed(ConnectFailure::TimedOut), now);
            failing.insert(hop.address, (hop.egress.clone(), now));
        }
        for probe in planner.probes(now) {
            let ProbeTarget::Host(address) = probe.target() else { continue };
            let fails = |(egress, at): &(_, _)| egress == probe.egress() || *at != now;
            let fails = failing.get(&address).is_some_and(fails);
            let round_trip = Some(Duration::from_millis(20));
            let outcome =
                if fails { ProbeOutcome::Failed } else { ProbeOutcome::Answered { round_trip } };
            planner.probed(&probe, outcome, now);
        }
        if second % 60 == 30 {
            let hop = planner.next_hop(&victim, &[], now, second).unwrap();
            assert_eq!(hop.preference, 10, "second {second}");
        }
    }
}
