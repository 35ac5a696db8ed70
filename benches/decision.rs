//! A decision of the router among eighteen paths, with 100,000 destinations known, and the decisions of the
//! policies that the simulator compares it with, which know 10,000: no simulated world has more. Beside them stands
//! one read at random of as much memory as the destinations take, since a decision waits for three such reads, one
//! after the other.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark reads the clock, prints and may panic"
)]

use std::hint::black_box;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant, SystemTime};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailkit_route::sim::{
    Ewma, PeakEwma, Policy, Site, Static, Thompson, Topology, Ucb, Weather, World, WorldOptions,
};
use mailkit_route::{
    Destination, DestinationId, Egress, GeoPoint, HopOutcome, PlannerOptions, RoutePlanner,
};

const DESTINATIONS: u32 = 100_000;
const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const PLACES: [(&str, f64, f64); 6] = [
    ("hk", 22.3, 114.2),
    ("sg", 1.3, 103.8),
    ("fra", 50.1, 8.7),
    ("iad", 38.9, -77.4),
    ("gru", -23.5, -46.6),
    ("dxb", 25.2, 55.3),
];

fn point((_, latitude, longitude): (&str, f64, f64)) -> GeoPoint {
    GeoPoint::new(latitude, longitude).expect("a place on earth")
}

/// Three equal hosts, six egresses: eighteen paths.
fn destination(number: u32) -> Destination {
    let name = format!("d{number}.example");
    let hosts = [1, 2, 3].map(|host| format!("mx{host}.{name}"));
    let first = (1 << 24) + (number << 8);
    let rows = (first + 1..)
        .zip(&hosts)
        .map(|(address, host)| (host, Ipv4Addr::from(address).to_string()));
    let rows: Vec<_> = rows.collect();
    let rows = rows.iter().map(|(host, address)| (10, host.as_str(), address.as_str()));
    let place = point(PLACES[number as usize % PLACES.len()]);
    Destination::from_mx(name.parse().expect("a name"), rows)
        .expect("three hosts")
        .with_location(Ipv4Addr::from(first + 1).into(), place)
}

/// The planner after one mail to each destination.
fn planner() -> (RoutePlanner, Vec<DestinationId>) {
    let egresses = PLACES.map(|place| Egress::new(place.0, "region", point(place)));
    let mut options = PlannerOptions::default();
    (options.limits.hosts, options.limits.sites) = (1 << 19, 1 << 17);
    options.limits.domains = 1 << 17;
    let mut planner = RoutePlanner::with_options(egresses, options).expect("six egresses");
    let known = (0..DESTINATIONS).map(|number| {
        let to = destination(number);
        let hop = planner.next_hop(&to, &[], NOW, number.into()).expect("a way");
        planner.connected(&hop, Duration::from_millis(80), NOW);
        planner.record(&hop, &HopOutcome::accepted(Duration::from_millis(900)), NOW);
        planner.remember(&to, NOW)
    });
    let known = known.collect();
    (planner, known)
}

/// A walk through all destinations in no order.
fn next(place: &mut usize, of: usize) -> usize {
    *place = (*place + 61_803) % of;
    *place
}

fn decisions(criterion: &mut Criterion) {
    let (planner, known) = planner();
    let now = NOW + Duration::from_secs(5);
    let mut group = criterion.benchmark_group("decision, 18 paths, 100,000 destinations");
    group.throughput(Throughput::Elements(1));
    let (mut place, mut seed) = (0, 0);
    let mut decide = || {
        seed += 1;
        planner.decide(known[next(&mut place, known.len())], &[], now, seed)
    };
    group.bench_function("mailkit", |bencher| bencher.iter(&mut decide));
    print_quantiles("mailkit", || decide().is_some());

    let chain = chain();
    let mut place = 0;
    let mut read = || {
        place = chain[place as usize * LINE];
        place
    };
    group.bench_function("one read of memory", |bencher| bencher.iter(&mut read));

    let topology = topology();
    let mut options = WorldOptions::new((0..PLACES.len()).collect());
    (options.domains, options.length) = (WorldOptions::DOMAINS, 60.0);
    let weather = Weather::calm();
    let world = World::new(&topology, &weather, &options, 1).expect("a world");
    let policies: [(&str, Box<dyn Policy + '_>); 5] = [
        ("static", Box::new(Static::new(&world, 1))),
        ("ewma", Box::new(Ewma::new(&world, 1))),
        ("peak-ewma", Box::new(PeakEwma::new(&world, 1))),
        ("ucb", Box::new(Ucb::new(&world, 1))),
        ("thompson", Box::new(Thompson::new(&world, 1))),
    ];
    for (name, mut policy) in policies {
        let mut place = 0;
        let mut choose =
            || policy.choose(black_box(next(&mut place, WorldOptions::DOMAINS)), &[], 5.0);
        group.bench_function(name, |bencher| bencher.iter(&mut choose));
        print_quantiles(name, || choose().is_some());
    }
    group.finish();
}

/// Numbers of lines of 64 octets, some 50 MB of them, each telling which one is read next: all in one circle, in no
/// order.
fn chain() -> Vec<u32> {
    const LINES: u32 = 800_011;
    let mut chain = vec![0; LINES as usize * LINE];
    // A prime number of lines: any step leads through all of them.
    for line in 0..LINES {
        chain[line as usize * LINE] = (line + 311_803) % LINES;
    }
    chain
}

/// Numbers of four octets in a line of the cache.
const LINE: usize = 16;

/// Single decisions by the clock, whose own time is taken off.
fn print_quantiles(name: &str, mut decide: impl FnMut() -> bool) {
    let time = |work: &mut dyn FnMut() -> bool| {
        let began = Instant::now();
        black_box(work());
        began.elapsed()
    };
    let sorted = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times
    };
    let clock = sorted((0..100_000).map(|_| time(&mut || true)).collect());
    let times = sorted((0..100_000).map(|_| time(&mut decide)).collect());
    let [p50, p99] = [50_000, 99_000].map(|place| times[place].saturating_sub(clock[50_000]));
    println!("{name}: p50 {} ns, p99 {} ns", p50.as_nanos(), p99.as_nanos());
}

fn topology() -> Topology {
    let sites = PLACES.map(|place| Site::new(place.0, Some(point(place)))).to_vec();
    let seconds = |from: usize, to: usize| {
        point(PLACES[from]).expected_round_trip(point(PLACES[to])).as_secs_f64()
    };
    Topology::new(sites, |from, to| Some(seconds(from, to))).expect("a full matrix")
}

criterion_group!(benches, decisions);
criterion_main!(benches);
