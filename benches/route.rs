//! Plans and replies.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a benchmark reads the clock, may panic, and says what it skips"
)]

use std::hint::black_box;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailkit_route::kumomta::BounceRules;
use mailkit_route::{Destination, Egress, GeoPoint, HopOutcome, RoutePlanner, SmtpReply};

#[path = "route/metrics.rs"]
mod metrics;
#[path = "route/store.rs"]
mod store;
#[path = "route/timing.rs"]
mod timing;

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
            warm.record(hop, &HopOutcome::accepted(Duration::from_millis(300)), NOW);
        }
    }
    let mut next = many.iter().cycle();
    group.bench_function("evidence of 1,000 destinations", |bencher| {
        bencher.iter(|| next.next().map(|destination| warm.plan(destination, NOW, 7)));
    });
    group.finish();
}

/// The labelled replies of the crate's tests, so that each turn of the loop sees another text.
fn labelled() -> Vec<String> {
    let rows = include_str!("../mailkit-route/tests/vectors/replies.txt")
        .lines()
        .chain(include_str!("../mailkit-route/tests/vectors/replies-held-out.txt").lines());
    let replies = rows.filter_map(|row| row.split_once(" | "));
    let replies = replies.filter(|(class, _)| !class.starts_with('#'));
    replies.map(|(_, reply)| reply.replace("\\n", "\r\n")).collect()
}

/// Beside us: the rules of KumoMTA, run by `regex::RegexSet` as it runs them. It holds fewer patterns than our table.
fn replies(criterion: &mut Criterion) {
    let texts = labelled();
    let replies: Vec<SmtpReply> = texts.iter().map(|text| text.parse().expect("a reply")).collect();
    let mut group = criterion.benchmark_group("reply, 375 texts");
    group.throughput(Throughput::Elements(1));
    let mut text = texts.iter().cycle();
    group.bench_function("parse and classify", |bencher| {
        bencher
            .iter(|| text.next().map(|text| text.parse::<SmtpReply>().map(|reply| reply.class())));
    });
    let mut reply = replies.iter().cycle();
    group.bench_function("classify", |bencher| {
        bencher.iter(|| reply.next().map(SmtpReply::class));
    });
    match kumomta() {
        Some(rules) => {
            let mut reply = replies.iter().cycle();
            group.bench_function("classify, KumoMTA's rules", |bencher| {
                bencher.iter(|| reply.next().map(|reply| rules.classify(black_box(reply))));
            });
        }
        None => eprintln!("skipped: no rules of KumoMTA in MAILKIT_DATA or ../shared/data"),
    }
    group.finish();
}

fn kumomta() -> Option<BounceRules> {
    let data = std::env::var_os("MAILKIT_DATA");
    let data = data.map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data").into(),
        PathBuf::from,
    );
    let read = |name: &str| -> Option<BounceRules> {
        std::fs::read_to_string(data.join("route/kumomta").join(name)).ok()?.parse().ok()
    };
    read("bounces.toml")?.followed_by(&read("iana.toml")?).ok()
}

criterion_group!(benches, plans, replies, metrics::metrics, store::store, timing::timing);
criterion_main!(benches);
