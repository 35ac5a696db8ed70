//! What nodes tell each other: 1000 destinations with three hosts each.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, Throughput};
use mailkit_route::store::{LimitShare, SharedEvidence};
use mailkit_route::{ConnectFailure, HopOutcome};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

pub(super) fn store(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("shared evidence, 1000 destinations");
    let (mut here, mut there) = (super::planner(), super::planner());
    for destination in (0..1000).map(super::destination) {
        there.remember(&destination, NOW);
        let Some(hop) = here.next_hop(&destination, &[], NOW, 7) else { continue };
        here.connected(&hop, Duration::from_millis(80), NOW);
        here.record(&hop, &HopOutcome::accepted(Duration::from_millis(900)), NOW);
        let Some(hop) = here.next_hop(&destination, &[], NOW, 7) else { continue };
        here.record(&hop, &HopOutcome::connect_failed(ConnectFailure::TimedOut), NOW);
    }
    let shared = here.export(NOW);
    let text = shared.to_string();
    group.throughput(Throughput::Elements(shared.len() as u64));
    group.bench_function("export", |bencher| bencher.iter(|| here.export(black_box(NOW))));
    group.bench_function("write", |bencher| bencher.iter(|| black_box(&shared).to_string()));
    group.bench_function("read", |bencher| {
        bencher.iter(|| black_box(&text).parse::<SharedEvidence>());
    });
    group.bench_function("import what is known", |bencher| {
        bencher.iter(|| there.import(black_box(&shared), NOW));
    });
    group.finish();

    let mut share = LimitShare::new(1000, 0, std::num::NonZeroU32::MIN);
    criterion.bench_function("share of a limit: take and give back", |bencher| {
        bencher.iter(|| {
            let verdict = share.take(black_box(NOW));
            share.give_back();
            verdict
        });
    });
}
