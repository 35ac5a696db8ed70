//! The registry of metrics: attempts to 10,000 hosts of 1,000 providers, recorded and read in a scattered order.

use std::hint::black_box;
use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, Throughput};
use mailkit_route::metrics::{
    Metric, MetricOptions, MetricRegistry, ScopeKind, Series, Session, Statistic, Window,
};
use mailkit_route::timing::Provider;
use mailkit_route::{Hop, HopOutcome, Stage};

const HOSTS: usize = 10_000;

/// An attempt whose stages took some 100 to 200 ms each.
fn session(number: usize) -> Session {
    let mut session = Session::default();
    for (place, stage) in Stage::ALL.iter().enumerate() {
        session.took(*stage, Duration::from_millis((100 + (number * 7 + place * 13) % 100) as u64));
    }
    session
}

fn attempts() -> Vec<(Hop, Provider)> {
    let plan = super::planner().plan(&super::destination(1), super::NOW, 7);
    let hops = plan.hops();
    let attempt = |number: usize, hop: &Hop| {
        let mut hop = hop.clone();
        hop.host = format!("mx{number}.example").parse().expect("a name");
        hop.address = Ipv4Addr::from_bits((1 << 24) + u32::try_from(number).expect("few")).into();
        (hop, format!("provider{}", number % 1000).parse().expect("a name"))
    };
    hops.iter().cycle().take(HOSTS).enumerate().map(|(number, hop)| attempt(number, hop)).collect()
}

pub(super) fn metrics(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("metrics, 10,000 hosts");
    group.throughput(Throughput::Elements(1));
    let attempts = attempts();
    let sessions: Vec<_> = (0..100).map(session).collect();
    let outcome = HopOutcome::accepted(Duration::from_millis(900));
    let mut options = MetricOptions::default();
    options.octets = 256 << 20;
    let mut registry = MetricRegistry::new(options);
    let (mut number, mut now) = (0, SystemTime::UNIX_EPOCH);
    group.bench_function("record: 10 numbers, 4 scopes, 4 windows", |bencher| {
        bencher.iter(|| {
            number = (number + 6_180) % HOSTS + 1;
            now += Duration::from_millis(1);
            let attempt = attempts.get(number % HOSTS).zip(sessions.get(number % 100));
            if let Some(((hop, provider), session)) = attempt {
                registry.record(hop, Some(provider), session, &outcome, now);
            }
        });
    });
    let scopes = registry.scopes(ScopeKind::Provider);
    let mut scope = scopes.iter().cycle();
    let p95 = Series::new(Metric::Duration(Stage::Dot), Window::Hour, Statistic::P95);
    group.bench_function("read: one p95", |bencher| {
        bencher.iter(|| scope.next().map(|scope| registry.value(black_box(scope), p95, now)));
    });
    group.throughput(Throughput::Elements(340));
    group.bench_function("read: the 340 series of a scope", |bencher| {
        bencher.iter(|| scope.next().map(|scope| registry.values(scope, now).count()));
    });
    group.finish();
}
