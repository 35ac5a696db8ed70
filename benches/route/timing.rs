//! The decisions of `timing`: 100,000 lanes, senders and recipients, asked in a scattered order.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, Throughput};
use mailkit_route::RetryPolicy;
use mailkit_route::timing::{
    Lane, Pacing, PacingLimits, PacingOptions, PacingVerdict, Rate, RelationshipOptions,
    Relationships, SendFeedback, SendWindows, VolumeGuard, VolumeOptions, WarmUp, WarmUpCurves,
    WarmUpOptions,
};
use mailkit_route::{Egress, ReplyClass};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const MANY: usize = 100_000;

fn lanes() -> Vec<Lane> {
    let egress = Egress::new("fra", "region", super::point(50.1, 8.7));
    let provider = |number| format!("provider{number}").parse().expect("a name");
    (0..MANY).map(|number| Lane::new(egress.id(), &provider(number))).collect()
}

/// Every number below [`MANY`], in an order no cache foresees.
fn scattered() -> impl FnMut() -> usize {
    let mut number = 0;
    move || {
        number = (number + 61_803) % MANY;
        number
    }
}

pub(super) fn timing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("timing, 100,000 keys");
    group.throughput(Throughput::Elements(1));
    let lanes = lanes();

    let rate = Rate::new(1_000_000, Duration::from_secs(1)).and_then(|rate| rate.with_burst(1000));
    let limits = PacingLimits::default().with_rate(rate.expect("a rate"));
    let mut options = PacingOptions::default();
    options.lanes = 2 * MANY;
    let (mut pacing, mut next, mut now) = (Pacing::with_options(limits, options), scattered(), NOW);
    group.bench_function("pacing: acquire and release", |bencher| {
        bencher.iter(|| {
            now += Duration::from_micros(1);
            let verdict = lanes.get(next()).map(|lane| pacing.acquire(lane, now));
            if let Some(PacingVerdict::Go(lease)) = verdict {
                pacing.release(lease, SendFeedback::Good, now);
            }
        });
    });

    let mut options = WarmUpOptions::default();
    options.lanes = MANY;
    let (mut warm_up, mut next) = (WarmUp::new(options), scattered());
    let curve = WarmUpCurves::builtin().get("careful").expect("a curve");
    for lane in &lanes {
        warm_up.start(lane, curve.clone(), NOW).expect("room");
    }
    group.bench_function("warm-up: allow", |bencher| {
        bencher.iter(|| lanes.get(next()).map(|lane| warm_up.allow(black_box(lane), NOW)));
    });

    let keys = VolumeOptions::default().with_keys(MANY);
    let (mut guard, mut next) = (VolumeGuard::new(keys), scattered());
    group.bench_function("volume guard: offer", |bencher| {
        bencher.iter(|| guard.offer(&next(), 1, NOW));
    });

    let mut relationships = Relationships::new(RelationshipOptions::default());
    (0..MANY).for_each(|recipient| relationships.record_mail(recipient, NOW));
    let mut next = scattered();
    group.bench_function("relationships: advice", |bencher| {
        bencher.iter(|| relationships.advice(&next(), NOW));
    });

    let day = |number: u64| NOW + Duration::from_secs(number * 86_400);
    let office = (0..90).map(|number| day(number)..day(number) + Duration::from_secs(28_800));
    let (office, policy) = (SendWindows::new(office).expect("windows"), RetryPolicy::default());
    let schedule = policy.schedule(Some(ReplyClass::Greylist));
    group.bench_function("retry in one of 90 windows", |bencher| {
        bencher.iter(|| schedule.after_failure_within(black_box(&office), 3, day(40), day(41)));
    });
    group.finish();
}
