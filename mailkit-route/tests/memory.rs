//! What the planner remembers, in octets, and that a decision takes none.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the count comes from outside, and the figures are the point"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use mailkit_route::metrics::{MetricOptions, MetricRegistry, ScopeKind, Session};
use mailkit_route::{
    Destination, Egress, GeoPoint, HopOutcome, PlannerOptions, Remembered, RoutePlanner, Stage,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

/// Six egresses, so that three hosts make eighteen paths.
fn planner(hosts: usize) -> RoutePlanner {
    let places =
        [(22.3, 114.2), (1.3, 103.8), (50.1, 8.7), (38.9, -77.4), (-23.5, -46.6), (25.2, 55.3)];
    let egresses = places.into_iter().zip(["hk", "sg", "fra", "iad", "gru", "dxb"]);
    let egresses = egresses.map(|((latitude, longitude), id)| {
        Egress::new(id, "region", GeoPoint::new(latitude, longitude).unwrap())
    });
    let mut options = PlannerOptions::default();
    options.limits.hosts = hosts;
    options.limits.sites = hosts;
    options.limits.domains = hosts;
    RoutePlanner::with_options(egresses, options).unwrap()
}

/// A domain with three hosts in one network, or each in a network of its own.
fn destination(number: u32, apart: bool) -> Destination {
    let name = format!("d{number}.example");
    let host = |host: u32| -> IpAddr {
        let address =
            if apart { number.wrapping_mul(4).wrapping_add(host) << 8 } else { number << 8 | host };
        Ipv4Addr::from_bits((1_u32 << 24).wrapping_add(address).max(1 << 24)).into()
    };
    let names = [1, 2, 3].map(|host| format!("mx{host}.{name}"));
    let rows = (1..).zip(&names).map(|(number, name)| (10, name.as_str(), host(number)));
    let rows: Vec<_> =
        rows.map(|(preference, name, at)| (preference, name, at.to_string())).collect();
    let rows = rows.iter().map(|(preference, name, at)| (*preference, *name, at.as_str()));
    Destination::from_mx(name.parse().unwrap(), rows).unwrap()
}

/// Sends a mail, so that there is evidence.
fn send(planner: &mut RoutePlanner, to: &Destination, number: u32) {
    let now = NOW + Duration::from_millis(number.into());
    let hop = planner.next_hop(to, &[], now, number.into()).unwrap();
    planner.begin(&hop, now);
    planner.connected(&hop, Duration::from_millis(90), now);
    planner.record(&hop, &HopOutcome::accepted(Duration::from_millis(900)), now);
}

/// One test, for the heap is counted for the whole program.
#[test]
fn memory() {
    a_destination_takes_little_memory();
    random_domains_do_not_make_it_grow();
    domains_that_come_back_do_not_make_it_grow();
    a_decision_allocates_nothing();
    metrics_stay_within_their_octets();
}

fn a_destination_takes_little_memory() {
    for apart in [false, true] {
        let before = ALLOCATED.current_usage();
        let mut planner = planner(1 << 20);
        for number in 0..8_000 {
            send(&mut planner, &destination(number, apart), number);
        }
        let octets = (ALLOCATED.current_usage() - before) / 8_000;
        let place =
            if apart { "each host in a network of its own" } else { "hosts in one network" };
        println!("{octets} octets a destination with 18 paths, {place}");
        assert!(octets <= if apart { 800 } else { 512 }, "{octets}");
    }
}

fn random_domains_do_not_make_it_grow() {
    let most = std::env::var("MAILKIT_DOMAINS").map_or(40_000, |count| count.parse().unwrap());
    let mut planner = planner(8_192);
    let mut after_a_while = 0;
    for number in 0..most {
        send(&mut planner, &destination(number, true), number);
        if number == most / 2 {
            after_a_while = ALLOCATED.current_usage();
        }
    }
    let in_the_end = ALLOCATED.current_usage();
    println!("{most} domains: {after_a_while} octets half-way, {in_the_end} in the end");
    let Remembered { hosts, sites, domains, .. } = planner.remembered();
    assert_eq!([hosts, sites, domains], [8_192; 3]);
    // Of a row of each table; the index may double while keys come and go.
    assert!(in_the_end <= 8_192 * 400, "{in_the_end}");
}

fn a_decision_allocates_nothing() {
    let mut planner = planner(1 << 16);
    let known: Vec<_> = (0..2_000)
        .map(|number| {
            let to = destination(number, true);
            send(&mut planner, &to, number);
            planner.remember(&to, NOW)
        })
        .collect();
    let now = NOW + Duration::from_secs(3);
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.peak_usage();
    let decided = known.iter().filter(|id| planner.decide(**id, &[], now, 7).is_some()).count();
    let after = ALLOCATED.peak_usage();
    assert_eq!((decided, after), (2_000, before));
}

/// Quiet hosts by the thousand, then busy ones whose times fall into every bucket.
fn metrics_stay_within_their_octets() {
    let mut planner = planner(8_192);
    let hop = planner.next_hop(&destination(1, true), &[], NOW, 7).unwrap();
    let outcome = HopOutcome::accepted(Duration::from_millis(900));
    for (hosts, times, place) in [(40_000_u32, 1_u32, "quiet"), (200, 400, "busy")] {
        let before = ALLOCATED.current_usage();
        let mut options = MetricOptions::default();
        options.octets = 8 << 20;
        let mut registry = MetricRegistry::new(options);
        for host in 0..hosts {
            let mut hop = hop.clone();
            hop.host = format!("mx{host}.example").parse().unwrap();
            hop.address = Ipv4Addr::from_bits((1 << 24) + host).into();
            let provider = format!("provider{host}").parse().unwrap();
            for number in 0..times {
                let mut session = Session::default();
                for stage in Stage::ALL {
                    session.took(
                        *stage,
                        Duration::from_micros(1 << (number % 32)) * (8 + number / 32) / 8,
                    );
                }
                let now = NOW + Duration::from_secs((host * times + number).into());
                registry.record(&hop, Some(&provider), &session, &outcome, now);
            }
        }
        let octets = ALLOCATED.current_usage() - before;
        let known = ScopeKind::ALL.iter().map(|kind| registry.scopes(*kind).len()).sum::<usize>();
        println!("{octets} octets for the metrics of {known} {place} scopes, 8388608 allowed");
        assert!(octets <= 8 << 20, "{octets}");
        assert!(octets >= 2 << 20, "less than a quarter of it is used: {octets}");
    }
}

/// Nobody asks who recovered.
fn domains_that_come_back_do_not_make_it_grow() {
    let mut planner = planner(1_000);
    let round = |planner: &mut RoutePlanner, number: u32| {
        let to = destination(number % 3, false);
        let now = NOW + Duration::from_secs(u64::from(number) * 300);
        let hop = planner.next_hop(&to, &[], now, number.into()).unwrap();
        let failed = HopOutcome::connect_failed(mailkit_route::ConnectFailure::Refused);
        planner.record(&hop, &failed, now);
        planner.record(&hop, &HopOutcome::accepted(Duration::from_millis(900)), now);
    };
    (0..1_000).for_each(|number| round(&mut planner, number));
    let before = ALLOCATED.current_usage();
    (1_000..20_000).for_each(|number| round(&mut planner, number));
    let after = ALLOCATED.current_usage();
    assert!(after <= before + 100_000, "{before} octets, then {after}");
}
