use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{Egress, GeoPoint, timing::Rate};

const START: SystemTime = SystemTime::UNIX_EPOCH;

fn lane(provider: &str) -> Lane {
    let egress = Egress::new("fra", "eu", GeoPoint::new(50.0, 8.0).unwrap());
    Lane::new(egress.id(), &provider.parse().unwrap())
}

fn seconds(count: u64) -> SystemTime {
    START + Duration::from_secs(count)
}

fn go(pacing: &mut Pacing, lane: &Lane, now: SystemTime) -> PacingLease {
    match pacing.acquire(lane, now) {
        PacingVerdict::Go(lease) => lease,
        other => panic!("{}", other.code()),
    }
}

/// Rounds against a host that takes `capacity` connections and throttles those beyond; gives the mean
/// of the limit over the second half, and the part of all connections that was throttled.
fn converge(capacity: usize, rounds: u64) -> (f64, f64) {
    let mut pacing = Pacing::new(PacingLimits::new(1, 100).unwrap());
    let (lane, mut limits, mut sent, mut throttled) = (lane("google"), 0, 0, 0);
    for round in 0..rounds {
        let mut leases = vec![];
        while let PacingVerdict::Go(lease) = pacing.acquire(&lane, seconds(round)) {
            leases.push(lease);
        }
        sent += leases.len();
        throttled += leases.len().saturating_sub(capacity);
        limits += if round >= rounds / 2 { leases.len() } else { 0 };
        for (index, lease) in leases.into_iter().enumerate() {
            let good = index < capacity;
            let feedback = if good { SendFeedback::Good } else { SendFeedback::Throttled };
            pacing.release(lease, feedback, seconds(round));
        }
    }
    (limits as f64 / (rounds - rounds / 2) as f64, throttled as f64 / sent as f64)
}

#[test]
fn converges_to_what_the_host_takes() {
    for capacity in [4, 8, 16, 40] {
        let (mean, throttled) = converge(capacity, 2000);
        println!("capacity {capacity}: {mean:.1} on average, {:.1} % throttled", throttled * 100.0);
        let most = capacity as f64;
        assert!((most * 0.6..=most + 1.0).contains(&mean), "{capacity}: {mean}");
        assert!(throttled < 0.08, "{capacity}: {throttled}");
    }
}

#[test]
fn recovers_after_an_outage() {
    let mut pacing = Pacing::new(PacingLimits::default());
    let (lane, mut now, mut pauses) = (lane("google"), START, vec![]);
    for _ in 0..30 {
        match pacing.acquire(&lane, now) {
            PacingVerdict::Go(lease) => pacing.release(lease, SendFeedback::Trouble, now),
            PacingVerdict::Pausing { until, .. } => {
                pauses.push(until.duration_since(now).unwrap().as_secs());
                now = until;
            }
            other => panic!("{}", other.code()),
        }
    }
    assert_eq!(pauses[..7], [60, 120, 240, 480, 960, 1800, 1800]);
    let mut rounds = 0;
    while pacing.usage(&lane).unwrap().limit < 20 {
        let leases: Vec<_> =
            (0..pacing.usage(&lane).unwrap().limit).map(|_| go(&mut pacing, &lane, now)).collect();
        leases.into_iter().for_each(|lease| pacing.release(lease, SendFeedback::Good, now));
        rounds += 1;
    }
    assert!(rounds <= 25, "{rounds}");
}

#[test]
fn what_was_under_way_halves_only_once() {
    let mut pacing = Pacing::new(PacingLimits::new(16, 16).unwrap());
    let lane = lane("google");
    let leases: Vec<_> = (0..16).map(|_| go(&mut pacing, &lane, START)).collect();
    for lease in leases {
        pacing.release(lease, SendFeedback::Throttled, START);
    }
    let usage = pacing.usage(&lane).unwrap();
    assert_eq!((usage.limit, usage.rate_permille, usage.in_use), (8, 500, 0));
}

#[test]
fn a_throttled_rate_comes_back() {
    let rate = Rate::new(10, Duration::from_secs(10)).unwrap();
    let mut pacing = Pacing::new(PacingLimits::new(5, 5).unwrap().with_rate(rate));
    let lane = lane("google");
    let lease = go(&mut pacing, &lane, START);
    pacing.release(lease, SendFeedback::Throttled, START);
    let verdict = pacing.acquire(&lane, START);
    assert_eq!(verdict, PacingVerdict::RateReached { permille: 500, until: seconds(1) });
    for second in 1..=100 {
        let lease = go(&mut pacing, &lane, seconds(second * 2));
        pacing.release(lease, SendFeedback::Good, seconds(second * 2));
    }
    assert_eq!(pacing.usage(&lane).unwrap().rate_permille, 1000);
}

#[test]
fn a_lost_lease_runs_out_also_when_the_clock_is_set_back() {
    let mut pacing = Pacing::new(PacingLimits::new(1, 1).unwrap());
    let lane = lane("google");
    let lost = go(&mut pacing, &lane, seconds(1_000_000));
    let full = PacingVerdict::ConcurrencyFull { limit: 1, runs_out: seconds(3600) };
    assert_eq!(pacing.refusal(&lane, START), Some(full));
    assert_eq!(pacing.acquire(&lane, START).code(), "pacing-full");
    let next = go(&mut pacing, &lane, seconds(3600));
    // Late news of the lost one neither frees nor teaches anything.
    pacing.release(lost, SendFeedback::Throttled, seconds(3600));
    assert_eq!(pacing.acquire(&lane, seconds(3601)).code(), "pacing-full");
    pacing.release(next, SendFeedback::Good, seconds(3602));
}

#[test]
fn a_table_of_lanes_in_use_takes_no_more_and_forgets_no_lease() {
    let options = PacingOptions { lanes: 8, ..Default::default() };
    let mut pacing = Pacing::with_options(PacingLimits::new(1, 1).unwrap(), options);
    let lanes: Vec<_> = (0..16).map(|n| lane(&format!("p{n}"))).collect();
    let leases: Vec<_> = lanes[..8].iter().map(|lane| go(&mut pacing, lane, START)).collect();
    assert_eq!(pacing.acquire(&lanes[8], START), PacingVerdict::TableFull { lanes: 8 });
    assert_eq!(pacing.acquire(&lanes[0], START).code(), "pacing-full");
    for lease in leases {
        pacing.release(lease, SendFeedback::Good, START);
    }
    let _ = pacing.acquire(&lanes[9], START);
    assert!(pacing.acquire(&lanes[9], START).code() != "pacing-table-full" && pacing.lanes() <= 8);
}

#[test]
fn asking_lends_and_spends_nothing() {
    let limits = PacingLimits::new(1, 1).unwrap();
    let rate = Rate::new(1, Duration::from_secs(10)).unwrap();
    let (mut pacing, lane) = (Pacing::new(limits.with_rate(rate)), lane("google"));
    let check = |expected: Option<&str>, now: SystemTime, pacing: &Pacing| {
        for _ in 0..1000 {
            assert_eq!(pacing.refusal(&lane, now).map(|wait| wait.code()), expected);
        }
    };
    check(None, START, &pacing);
    assert_eq!(pacing.usage(&lane), None);
    let lease = go(&mut pacing, &lane, START);
    let usage = pacing.usage(&lane);
    check(Some("pacing-full"), START, &pacing);
    assert_eq!(pacing.usage(&lane), usage);
    pacing.release(lease, SendFeedback::Neutral, START);
    check(Some("pacing-rate"), START, &pacing);
    check(None, seconds(10), &pacing);
    assert!(pacing.acquire(&lane, seconds(10)).is_allowed());
}

#[test]
fn for_ever_is_no_limit_that_is_over() {
    let options = PacingOptions {
        lease: Duration::MAX,
        first_pause: Duration::MAX,
        longest_pause: Duration::MAX,
        ..Default::default()
    };
    let mut pacing = Pacing::with_options(PacingLimits::new(1, 1).unwrap(), options);
    let lease = go(&mut pacing, &lane("google"), START);
    assert_eq!(pacing.acquire(&lane("google"), seconds(1)).code(), "pacing-full");
    pacing.release(lease, SendFeedback::Trouble, START);
    assert_eq!(pacing.acquire(&lane("google"), seconds(1)).code(), "pacing-pause");

    let once = PacingLimits::default().with_rate(Rate::new(1, Duration::MAX).unwrap());
    let mut pacing = Pacing::new(once);
    let _lease = go(&mut pacing, &lane("google"), START);
    assert_eq!(pacing.acquire(&lane("google"), seconds(1_000_000)).code(), "pacing-rate");
}

#[test]
fn a_held_lane_opens_at_its_time_and_not_by_a_good_delivery() {
    let (mut pacing, lane) = (Pacing::new(PacingLimits::default()), lane("google"));
    let lease = go(&mut pacing, &lane, START);
    assert!(pacing.hold(&lane, seconds(100), START));
    pacing.release(lease, SendFeedback::Good, seconds(1));
    let held = PacingVerdict::Pausing { failures: 0, until: seconds(100) };
    assert_eq!(pacing.acquire(&lane, seconds(99)), held);
    assert!(pacing.acquire(&lane, seconds(100)).is_allowed());
    assert!(pacing.hold(&lane, seconds(200), START) && pacing.hold(&lane, START, START));
    assert!(pacing.acquire(&lane, START).is_allowed());

    let options = PacingOptions { lanes: 1, ..Default::default() };
    let mut pacing = Pacing::with_options(PacingLimits::default(), options);
    assert!(pacing.hold(&lane, seconds(100), START));
    assert!(!pacing.hold(&Lane::new(&lane.egress, &Provider::others()), seconds(100), START));
}

#[test]
fn other_limits_hold_for_lanes_in_use() {
    let options = PacingOptions { lanes: 1, ..Default::default() };
    let mut pacing = Pacing::with_options(PacingLimits::default(), options);
    let (lane, rest) = (lane("google"), Provider::others());
    let _lease = go(&mut pacing, &lane, START);
    assert!(pacing.set_limits(&lane.provider, PacingLimits::new(1, 2).unwrap()));
    assert_eq!(pacing.usage(&lane).map(|usage| usage.limit), Some(2));
    // There is room for the limits of one provider; the default ones make it again.
    assert!(!pacing.set_limits(&rest, PacingLimits::new(1, 1).unwrap()));
    assert!(pacing.set_limits(&lane.provider, PacingLimits::default()));
    assert!(pacing.set_limits(&rest, PacingLimits::new(1, 1).unwrap()));
}

proptest! {
    #[test]
    fn never_above_the_limit(
        most in 1_u32..12,
        steps in proptest::collection::vec((0_u8..5, 0_usize..16, 0_u64..300), 1..400),
    ) {
        let mut pacing = Pacing::new(PacingLimits::new(1, most).unwrap());
        let (lane, mut now, mut out) = (lane("google"), START, Vec::new());
        for (kind, which, pause) in steps {
            now += Duration::from_secs(pause);
            // A lease counts until it runs out; the host here drops its connection then, too.
            out.retain(|(_, since): &(PacingLease, SystemTime)| now.duration_since(*since).unwrap() < Duration::from_secs(3600));
            match kind {
                0 | 1 => if let PacingVerdict::Go(lease) = pacing.acquire(&lane, now) { out.push((lease, now)) },
                _ if out.is_empty() => {}
                _ => {
                    let (lease, _) = out.swap_remove(which % out.len());
                    let feedback = [SendFeedback::Good, SendFeedback::Throttled, SendFeedback::Trouble];
                    pacing.release(lease, feedback[usize::from(kind) - 2], now);
                }
            }
            let limit = pacing.usage(&lane).map_or(1, |usage| usage.limit);
            prop_assert!((1..=most).contains(&limit));
            prop_assert!(out.len() <= most as usize);
        }
    }
}
