//! Plans and replies.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a benchmark reads the clock and may panic"
)]

use std::hint::black_box;
use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailkit_route::{Destination, Egress, GeoPoint, HopOutcome, RoutePlanner, SmtpReply};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn point(latitude: f64, longitude: f64) -> GeoPoint {
    GeoPoint::new(latitude, longitude).expect("a place on earth")
}

/// Three hosts, six egresses.
fn planner() -> RoutePlanner {
    let places =
        [(22.3, 114.2), (1.3, 103.8), (50.1, 8.7), (38.9, -77.4), (-23.5, -46.6), (25.2, 55.3)];
    let egresses = places.iter().zip(["hk", "sg", "fra", "iad", "gru", "dxb"]);
    let egresses = egresses.map(|(&(lat, lon), id)| Egress::new(id, "region", point(lat, lon)));
    RoutePlanner::new(egresses).expect("six egresses")
}

fn destination(number: u32) -> Destination {
    let name = format!("buyer{number}.example");
    let [a, b, c] =
        [1, 2, 3].map(|host| Ipv4Addr::from((203 << 24) | (number << 2) | host).to_string());
    let hosts = ["mx1", "mx2", "mx3"].map(|host| format!("{host}.{name}"));
    let rows = [(10, hosts[0].as_str(), a.as_str()), (10, &hosts[1], &b), (20, &hosts[2], &c)];
    let destination =
        Destination::from_mx(name.parse().expect("a name"), rows).expect("three hosts");
    let at = a.parse().expect("an address");
    destination.with_location(at, point(53.55, 9.99))
}

fn plans(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("plan, 3 hosts, 6 egresses");
    group.throughput(Throughput::Elements(1));
    let mut cold = planner();
    let one = destination(1);
    group.bench_function("no evidence", |bencher| {
        bencher.iter(|| cold.plan(black_box(&one), NOW, 7));
    });
    let mut warm = planner();
    let many: Vec<_> = (0..1000).map(destination).collect();
    for destination in &many {
        let plan = warm.plan(destination, NOW, 7);
        for hop in plan.hops() {
            warm.record(hop, &HopOutcome::Accepted { latency: Duration::from_millis(300) }, NOW);
        }
    }
    let mut next = many.iter().cycle();
    group.bench_function("evidence of 1,000 destinations", |bencher| {
        bencher.iter(|| next.next().map(|destination| warm.plan(destination, NOW, 7)));
    });
    group.finish();
}

fn replies(criterion: &mut Criterion) {
    const REPLY: &str =
        "550 5.7.26 This mail has been blocked because the sender is unauthenticated.";
    let mut group = criterion.benchmark_group("reply");
    group.throughput(Throughput::Elements(1));
    group.bench_function("parse and classify", |bencher| {
        bencher.iter(|| black_box(REPLY).parse::<SmtpReply>().map(|reply| reply.class()));
    });
    group.finish();
}

criterion_group!(benches, plans, replies);
criterion_main!(benches);
