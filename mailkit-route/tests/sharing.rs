//! Planners on several nodes learn from each other.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, SystemTime};

use mailkit_route::store::{Imported, SharedEvidence};
use mailkit_route::{
    ConnectFailure, Demand, Destination, Egress, GeoPoint, Hop, HopOutcome, PlannerOptions,
    Remembered, RoutePlanner, Stage,
};
use proptest::prelude::*;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn planner(egresses: &[&str]) -> RoutePlanner {
    let place = GeoPoint::new(50.11, 8.68).unwrap();
    RoutePlanner::new(egresses.iter().map(|id| Egress::new(id, "eu", place))).unwrap()
}

fn destination() -> Destination {
    let rows = [(10, "mx1.example", "203.0.113.1"), (20, "mx2.example", "198.51.100.2")];
    Destination::from_mx("example".parse().unwrap(), rows).unwrap()
}

fn hop(planner: &mut RoutePlanner, now: SystemTime) -> Hop {
    planner.next_hop(&destination(), &[], now, 7).unwrap()
}

fn host(planner: &mut RoutePlanner, now: SystemTime) -> String {
    let plan = planner.explain(&destination(), &Demand::default(), now, 7);
    plan.hops().first().unwrap().host.to_string()
}

fn timed_out() -> HopOutcome {
    HopOutcome::connect_failed(ConnectFailure::TimedOut)
}

fn accepted(milliseconds: u64) -> HopOutcome {
    HopOutcome::accepted(Duration::from_millis(milliseconds))
}

/// As it goes through a store.
fn exchange(from: &RoutePlanner, to: &mut RoutePlanner, now: SystemTime) -> Imported {
    let document = from.export(now).to_string();
    to.import(&document.parse().unwrap(), now)
}

#[test]
fn a_host_that_one_node_finds_shut_is_shut_at_the_others_before_their_first_mail() {
    let egresses = ["fra", "ams"];
    let (mut a, mut b) = (planner(&egresses), planner(&egresses));
    for second in 0..2 {
        let hop = hop(&mut a, at(second));
        assert_eq!(hop.host.to_string(), "mx1.example");
        a.record(&hop, &timed_out(), at(second));
    }
    assert_eq!(host(&mut a, at(2)), "mx2.example");
    exchange(&a, &mut b, at(2));
    assert_eq!(host(&mut b, at(2)), "mx2.example");

    // Node b tries it when its pause is over, and node a learns that it works again.
    let trial = hop(&mut b, at(40));
    assert_eq!(trial.host.to_string(), "mx1.example");
    b.record(&trial, &accepted(900), at(40));
    exchange(&b, &mut a, at(40));
    assert_eq!(host(&mut a, at(40)), "mx1.example");

    // What a said before is older, whoever repeats it.
    let mut c = planner(&egresses);
    exchange(&b, &mut c, at(40));
    assert_eq!(host(&mut c, at(40)), "mx1.example");
}

#[test]
fn an_old_document_opens_nothing_again() {
    let (mut a, mut b) = (planner(&["fra"]), planner(&["fra"]));
    let first = hop(&mut a, at(0));
    a.record(&first, &timed_out(), at(0));
    let old = a.export(at(0));
    b.import(&old, at(1));
    let second = hop(&mut b, at(2));
    assert_eq!(second.host.to_string(), "mx2.example");
    // The answer of another mail on the way shows that the host is back.
    a.record(&first, &accepted(500), at(2));
    exchange(&a, &mut b, at(2));
    assert_eq!(b.import(&old, at(3)), b.import(&old, at(3)));
    assert_eq!(host(&mut b, at(3)), "mx1.example");
}

#[test]
fn mail_that_waits_at_one_node_hears_of_the_recovery_at_another() {
    let (mut a, mut b) = (planner(&["fra"]), planner(&["fra"]));
    for planner in [&mut a, &mut b] {
        let hop = hop(planner, at(0));
        planner.record(&hop, &timed_out(), at(0));
    }
    let hop = hop(&mut a, at(40));
    a.record(&hop, &accepted(500), at(40));
    assert_eq!(b.recovered(), []);
    exchange(&a, &mut b, at(41));
    assert_eq!(b.recovered(), ["example".parse().unwrap()]);
}

#[test]
fn what_a_domain_holds_against_an_egress_goes_by_its_name() {
    let egresses = ["fra", "ams"];
    let (mut a, mut b) = (planner(&egresses), planner(&egresses));
    let reply = "451 4.3.0 later".parse().unwrap();
    let deferred = HopOutcome::replied(Stage::MailFrom, reply);
    let first = hop(&mut a, at(0));
    a.record(&first, &deferred, at(0));
    let other = a.next_hop(&destination(), std::slice::from_ref(&first), at(1), 7).unwrap();
    a.record(&other, &accepted(500), at(1));
    assert_ne!(first.egress, other.egress);
    assert_eq!(first.host, other.host);
    let text = a.export(at(1)).to_string();
    assert!(text.contains(&format!(" reputation example {}\n", first.egress)), "{text}");
    exchange(&a, &mut b, at(1));
    assert_eq!(hop(&mut b, at(1)).egress, other.egress);
    exchange(&a, &mut b, at(1));
    assert_eq!(b.export(at(1)), a.export(at(1)));
}

#[test]
fn latencies_count_once_the_host_was_met() {
    let (mut a, mut b) = (planner(&["fra", "ams"]), planner(&["fra", "ams"]));
    let first = hop(&mut a, at(0));
    for second in 0..10 {
        a.connected(&first, Duration::from_millis(700), at(second));
        a.record(&first, &accepted(9_000), at(second));
    }
    let unmet = exchange(&a, &mut b, at(10));
    assert_eq!((unmet.unknown, unmet.taken), (2, 0));
    let before = hop(&mut b, at(10));
    assert_eq!(before.egress, first.egress);
    assert_eq!(exchange(&a, &mut b, at(10)).taken, 2);
    let after = hop(&mut b, at(10));
    assert_ne!(after.egress, first.egress);
    let again = exchange(&a, &mut b, at(11));
    assert_eq!((again.known, again.taken), (2, 0));
}

#[test]
fn one_egress_alone_does_not_speak_for_others() {
    let (mut a, mut b) = (planner(&["fra"]), planner(&["hk"]));
    let hop = hop(&mut a, at(0));
    a.record(&hop, &timed_out(), at(0));
    let imported = exchange(&a, &mut b, at(0));
    assert_eq!((imported.unknown, imported.taken), (1, 0));
    assert_eq!(host(&mut b, at(0)), "mx1.example");
}

#[test]
fn hostile_documents() {
    #[track_caller]
    fn check(line: &str, expected: fn(Imported) -> usize) {
        let mut planner = planner(&["fra"]);
        let shared = format!("shared-evidence 1 left-out 0\n{line}\n").parse().unwrap();
        let imported = planner.import(&shared, at(0));
        assert_eq!(expected(imported), 1, "{line}: {imported:?}");
        // However long the pause is said to be, and however often, it is over soon after five minutes.
        if imported.refused == 0 {
            planner.import(&shared, at(200));
        }
        assert_eq!(host(&mut planner, at(307)), "mx1.example", "{line}");
    }
    let late = "18446744073709551615";
    let now = "1800000000000000";
    let open = |at: &str, until: &str, scope: &str| {
        format!("open {at} deferral 255 until {until} {scope}")
    };
    check(&open(now, late, "host 203.0.113.1"), |it| it.taken);
    check(&open(now, late, "path 203.0.113.1 fra"), |it| it.taken);
    check(&open(now, late, "reputation example fra"), |it| it.taken);
    check(&open(now, late, "host 127.0.0.1"), |it| it.unknown);
    check(&open(now, late, "way 203.0.113.1 fra"), |it| it.unknown);
    check(&open(now, late, "path 203.0.113.1 gru"), |it| it.unknown);
    check(&open(now, now, "host 203.0.113.1"), |it| it.over);
    check(&open("0", late, "host 203.0.113.1"), |it| it.over);
    check(&open("1800000060000001", late, "host 203.0.113.1"), |it| it.refused);
    check(&open(late, late, "host 203.0.113.1"), |it| it.refused);
    check(&format!("closed {late} host 203.0.113.1"), |it| it.refused);
    check(&format!("work {now} of 255 mean 4294967295 last 0 host 203.0.113.1"), |it| it.unknown);
}

#[test]
fn what_others_tell_takes_nobodys_place() {
    let mut options = PlannerOptions::default();
    (options.limits.hosts, options.limits.domains) = (160, 16);
    let place = GeoPoint::new(50.11, 8.68).unwrap();
    let mut small = RoutePlanner::with_options([Egress::new("fra", "eu", place)], options).unwrap();
    small.remember(&destination(), at(0));
    let lines = |n: u32| {
        let (a, b) = (n / 256, n % 256);
        format!(
            "open 1800000000000000 connection 0 until 1800000030000000 host 9.9.{a}.{b}\n\
             open 1800000000000000 deferral 0 until 1800000030000000 reputation d{n}.example fra\n"
        )
    };
    let document: String = (0..4_000).map(lines).collect();
    let document = format!("shared-evidence 1 left-out 0\n{document}");
    let imported = small.import(&document.parse().unwrap(), at(0));
    assert_eq!((imported.taken, imported.unknown), (158 + 15, 8_000 - 158 - 15));
    let Remembered { hosts, sites, domains, .. } = small.remembered();
    assert_eq!([hosts, sites, domains], [160, 2, 16]);
    assert_eq!(hop(&mut small, at(0)).host.to_string(), "mx1.example");
}

#[test]
fn a_clock_that_goes_behind_knows_its_own_news_as_later() {
    let (mut a, mut b) = (planner(&["fra"]), planner(&["fra"]));
    let (lost, under_way) = (hop(&mut a, at(20)), hop(&mut b, at(9)));
    a.record(&lost, &timed_out(), at(20));
    // Node b lives ten seconds behind: by its clock, its success is older than what a told it before.
    b.import(&a.export(at(20)), at(10));
    assert_eq!(host(&mut b, at(10)), "mx2.example");
    b.record(&under_way, &accepted(500), at(11));
    exchange(&b, &mut a, at(21));
    assert_eq!(
        (host(&mut a, at(21)), host(&mut b, at(11))),
        ("mx1.example".into(), "mx1.example".into())
    );
}

/// What happens at a node.
#[derive(Debug, Clone, Copy)]
enum Event {
    Fails,
    Defers,
    Takes,
}

fn history() -> impl Strategy<Value = Vec<(usize, Event, u64)>> {
    let event = prop_oneof![Just(Event::Fails), Just(Event::Defers), Just(Event::Takes)];
    proptest::collection::vec((0_usize..3, event, 0_u64..20), 1..40)
}

/// Three nodes that live apart; the documents that they tell in the end.
fn live(history: &[(usize, Event, u64)]) -> ([SharedEvidence; 3], SystemTime) {
    let mut nodes = [(); 3].map(|()| planner(&["fra", "ams", "hk"]));
    let mut now = at(0);
    for (number, (node, event, pause)) in (0..).zip(history) {
        now += Duration::from_secs(*pause);
        let node = nodes.get_mut(*node).unwrap();
        let Some(hop) = node.next_hop(&destination(), &[], now, number) else { continue };
        node.connected(&hop, Duration::from_millis(50 + number), now);
        let reply = "451 4.3.0 later".parse().unwrap();
        let outcome = match event {
            Event::Fails => timed_out(),
            Event::Defers => HopOutcome::replied(Stage::MailFrom, reply),
            Event::Takes => accepted(500 + number),
        };
        node.record(&hop, &outcome, now);
    }
    (nodes.map(|node| node.export(now)), now)
}

fn told(documents: &[&SharedEvidence], now: SystemTime) -> String {
    let mut node = planner(&["fra", "ams", "hk"]);
    node.remember(&destination(), now);
    for document in documents {
        node.import(document, now);
    }
    node.export(now).to_string()
}

/// What was seen at the same moment by two nodes is that of the first document, and values are rounded.
fn without_values(text: &str) -> Vec<String> {
    let is_value = |line: &&str| line.starts_with("work") || line.starts_with("round-trip");
    let (values, others): (Vec<&str>, Vec<&str>) = text.lines().partition(is_value);
    let when = values.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "));
    others.iter().map(ToString::to_string).chain(when).collect()
}

proptest! {
    #[test]
    fn documents_are_taken_in_any_order_and_twice(history in history()) {
        let ([a, b, c], now) = live(&history);
        let one = told(&[&a, &b, &c], now);
        for order in [[&a, &c, &b], [&c, &b, &a], [&b, &a, &c]] {
            prop_assert_eq!(without_values(&told(&order, now)), without_values(&one));
        }
        prop_assert_eq!(&told(&[&a, &b, &c, &b, &a, &c, &c], now), &one);
        let mut all = a;
        all.merge(&b).unwrap();
        all.merge(&c).unwrap();
        prop_assert_eq!(without_values(&told(&[&all], now)), without_values(&one));
    }
}
