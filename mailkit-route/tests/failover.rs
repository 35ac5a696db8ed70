//! A host goes silent for half an hour while one mail a second is sent.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use mailkit_route::{ConnectFailure, Destination, Egress, GeoPoint, Hop, HopOutcome, RoutePlanner};

/// When the host is silent, in seconds.
const FAULT: std::ops::Range<u64> = 100..1900;
const DEAD: &str = "mx1.example";

/// What the router did about the fault.
#[derive(Debug)]
struct Seen {
    /// Mails whose first hop was the silent host.
    hits: u64,
    /// So long after the repair the host is first tried again.
    failback: u64,
}

/// Sends a mail each second; a result is known only when the hop has run its time.
fn run(rows: &[(u16, &str, &str)], egresses: &[&str]) -> Seen {
    let to = Destination::from_mx("example".parse().unwrap(), rows.iter().copied()).unwrap();
    let place = GeoPoint::new(50.11, 8.68).unwrap();
    let egresses = egresses.iter().map(|id| Egress::new(id, "eu", place));
    let mut planner = RoutePlanner::new(egresses).unwrap();
    let mut pending = BTreeMap::<u64, Vec<(Hop, HopOutcome)>>::new();
    let mut firsts = Vec::new();
    for second in 0..2_000_u64 {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        for (hop, outcome) in pending.remove(&second).unwrap_or_default() {
            planner.record(&hop, &outcome, now);
        }
        let plan = planner.plan(&to, now, second);
        firsts.push(plan.hops().first().is_some_and(|hop| hop.host.to_string() == DEAD));
        let mut done = second;
        for hop in plan.hops() {
            let dead = hop.host.to_string() == DEAD && FAULT.contains(&done);
            let (outcome, time) = match dead {
                true => (HopOutcome::connect_failed(ConnectFailure::TimedOut), hop.connect_timeout),
                false => (HopOutcome::accepted(Duration::from_secs(1)), Duration::from_secs(1)),
            };
            done += time.as_secs().max(1);
            pending.entry(done).or_default().push((hop.clone(), outcome));
            if !dead {
                break;
            }
        }
    }
    judge(&firsts)
}

fn judge(firsts: &[bool]) -> Seen {
    let seconds = || firsts.iter().enumerate().map(|(second, &dead)| (second as u64, dead));
    let hits = seconds().filter(|(second, dead)| *dead && FAULT.contains(second)).count() as u64;
    let back = seconds().find(|(second, dead)| *dead && *second >= FAULT.end);
    Seen { hits, failback: back.map_or(u64::MAX, |(second, _)| second - FAULT.end) }
}

#[test]
fn r14_without_probes_few_mails_ask_a_silent_host_and_it_is_used_again_within_a_minute() {
    let backup = [(10, DEAD, "203.0.113.1"), (20, "mx2.example", "203.0.113.2")];
    let equal = [
        (10, DEAD, "203.0.113.1"),
        (10, "mx2.example", "203.0.113.2"),
        (20, "mx3.example", "203.0.113.3"),
    ];
    for (rows, egresses) in [
        (&backup[..], &["fra"][..]),
        (&equal, &["fra"]),
        (&backup, &["fra", "ams"]),
        (&equal, &["fra", "ams"]),
    ] {
        let seen = run(rows, egresses);
        eprintln!("{} hosts, {} egresses: {seen:?}", rows.len(), egresses.len());
        assert!(seen.hits <= 90 && seen.failback <= 62, "{seen:?}");
    }
}
