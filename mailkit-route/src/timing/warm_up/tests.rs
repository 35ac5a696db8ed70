use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{Egress, GeoPoint};

const START: SystemTime = SystemTime::UNIX_EPOCH;

fn lane(provider: &str) -> Lane {
    let egress = Egress::new("fra", "eu", GeoPoint::new(50.0, 8.0).unwrap());
    Lane::new(egress.id(), &provider.parse().unwrap())
}

fn hours(count: u64) -> SystemTime {
    START + Duration::from_secs(count * 3600)
}

fn started(budgets: &[u32]) -> (WarmUp, Lane) {
    let (mut warm_up, lane) = (WarmUp::new(WarmUpOptions::default()), lane("google"));
    warm_up.start(&lane, WarmUpCurve::new(budgets.iter().copied()).unwrap(), START).unwrap();
    (warm_up, lane)
}

/// Sends up to so many; how many went.
fn send(warm_up: &mut WarmUp, lane: &Lane, most: u32, now: SystemTime) -> usize {
    (0..most).filter(|_| warm_up.take(lane, now).is_allowed()).count()
}

#[test]
fn each_day_that_was_used_brings_the_next_budget() {
    let (mut warm_up, lane) = started(&[10, 20, 40]);
    assert_eq!(send(&mut warm_up, &lane, 100, hours(0)), 10);
    assert_eq!(send(&mut warm_up, &lane, 9, hours(24)), 9);
    // Nine of twenty is less than half: the budget stays.
    assert_eq!(send(&mut warm_up, &lane, 100, hours(48)), 20);
    assert_eq!(send(&mut warm_up, &lane, 100, hours(72)), 40);
    assert_eq!(warm_up.allow(&lane, hours(96)), WarmUpVerdict::Complete);
    assert_eq!(send(&mut warm_up, &lane, 1000, hours(96)), 1000);
}

#[test]
fn a_long_rest_starts_again() {
    let (mut warm_up, lane) = started(&[10, 20, 40]);
    send(&mut warm_up, &lane, 10, hours(0));
    let day = |day, budget| WarmUpVerdict::Allowed { day, budget, left: budget };
    assert_eq!(warm_up.allow(&lane, hours(30 * 24)), day(2, 20));
    assert_eq!(warm_up.allow(&lane, hours(31 * 24)), day(1, 10));
}

#[test]
fn replies_that_ask_for_less_bring_a_pause_and_the_budget_before() {
    let (mut warm_up, lane) = started(&[100, 200, 400]);
    send(&mut warm_up, &lane, 100, hours(0));
    send(&mut warm_up, &lane, 20, hours(24));
    for number in 0..10 {
        let bad = number >= 8;
        let feedback = if bad { SendFeedback::Throttled } else { SendFeedback::Good };
        warm_up.record(&lane, feedback, hours(24));
    }
    let backed_off = |hour| WarmUpVerdict::BackedOff { until: hours(hour) };
    assert_eq!(warm_up.allow(&lane, hours(24)), backed_off(25));
    let rest = WarmUpVerdict::Allowed { day: 1, budget: 100, left: 80 };
    assert_eq!(warm_up.allow(&lane, hours(25)), rest);
    for _ in 0..10 {
        warm_up.record(&lane, SendFeedback::Throttled, hours(25));
    }
    assert_eq!(warm_up.take(&lane, hours(26)), backed_off(27));
    // The day of a back-off earns nothing, however much was sent.
    assert_eq!(send(&mut warm_up, &lane, 1000, hours(27)), 80);
    assert_eq!(send(&mut warm_up, &lane, 1000, hours(48)), 100);
    assert_eq!(send(&mut warm_up, &lane, 1000, hours(72)), 200);
}

#[test]
fn few_or_unrelated_replies_prove_nothing() {
    let (mut warm_up, lane) = started(&[100]);
    for _ in 0..9 {
        warm_up.record(&lane, SendFeedback::Throttled, hours(0));
    }
    for hour in 1..200 {
        warm_up.record(&lane, SendFeedback::Neutral, hours(hour));
        warm_up.record(&lane, SendFeedback::Trouble, hours(hour));
    }
    assert!(warm_up.allow(&lane, hours(200)).is_allowed());
}

#[test]
fn a_complete_lane_that_is_deferred_warms_again() {
    let (mut warm_up, lane) = started(&[1, 2]);
    send(&mut warm_up, &lane, 1, hours(0));
    send(&mut warm_up, &lane, 2, hours(24));
    assert_eq!(warm_up.take(&lane, hours(48)), WarmUpVerdict::Complete);
    for _ in 0..10 {
        warm_up.record(&lane, SendFeedback::Throttled, hours(48));
    }
    assert_eq!(
        warm_up.allow(&lane, hours(49)),
        WarmUpVerdict::Allowed { day: 2, budget: 2, left: 1 }
    );
}

#[test]
fn a_person_holds_and_resumes() {
    let (mut warm_up, lane) = started(&[10]);
    warm_up.pause(&lane).unwrap();
    assert_eq!(warm_up.take(&lane, hours(0)), WarmUpVerdict::Paused);
    warm_up.resume(&lane).unwrap();
    assert!(warm_up.take(&lane, hours(0)).is_allowed());
    warm_up.give_back(&lane, hours(0));
    assert_eq!(send(&mut warm_up, &lane, 100, hours(0)), 10);
}

#[test]
fn everybody_else_shares_one_budget() {
    let (mut warm_up, google) = started(&[10]);
    let rest = Lane::new(&google.egress, &Provider::others());
    assert_eq!(warm_up.allow(&lane("small.example"), hours(0)), WarmUpVerdict::NotWarming);
    warm_up.start(&rest, WarmUpCurve::new([3]).unwrap(), START).unwrap();
    let tail = (0..100).map(|n| lane(&format!("small{n}.example")));
    assert_eq!(tail.filter(|lane| warm_up.take(lane, hours(0)).is_allowed()).count(), 3);
    assert_eq!(warm_up.counters(&google).map(WarmUpCounters::sent), Some(0));
}

#[test]
fn counters_survive_a_restart_and_are_shared() {
    let (mut here, lane) = started(&[10, 20]);
    send(&mut here, &lane, 10, hours(0));
    send(&mut here, &lane, 5, hours(24));
    let kept = here.counters(&lane).unwrap().to_string();
    let (mut there, _) = started(&[10, 20]);
    there.restore(&lane, &kept.parse().unwrap()).unwrap();
    assert_eq!(send(&mut there, &lane, 100, hours(25)), 15);
    assert_eq!(there.lanes().len(), 1);
}

#[test]
fn a_restart_keeps_a_back_off_and_a_pause() {
    let restarted = |before: &WarmUp, lane: &Lane| {
        let kept = before.counters(lane).unwrap().to_string().parse().unwrap();
        let (mut after, _) = started(&[100, 200, 400]);
        after.restore(lane, &kept).unwrap();
        after
    };
    let (mut before, lane) = started(&[100, 200, 400]);
    send(&mut before, &lane, 100, hours(0));
    send(&mut before, &lane, 150, hours(24));
    for _ in 0..10 {
        before.record(&lane, SendFeedback::Throttled, hours(24));
    }
    // The day of a back-off earns nothing, also when the process began again on it.
    let mut after = restarted(&before, &lane);
    assert_eq!(send(&mut after, &lane, 1000, hours(48)), 100);
    // And the next back-off is longer: the day between was none that was good.
    for _ in 0..10 {
        after.record(&lane, SendFeedback::Throttled, hours(48));
    }
    assert_eq!(after.allow(&lane, hours(48)), WarmUpVerdict::BackedOff { until: hours(50) });

    before.pause(&lane).unwrap();
    assert_eq!(restarted(&before, &lane).allow(&lane, hours(72)), WarmUpVerdict::Paused);
    // What another node holds is no pause of this one.
    let (mut other, _) = started(&[100, 200, 400]);
    other.merge(&lane, before.counters(&lane).unwrap()).unwrap();
    assert!(other.allow(&lane, hours(72)).is_allowed());
}

#[test]
fn a_lane_that_was_not_started_is_told() {
    let (mut warm_up, _) = started(&[10]);
    let stranger = lane("small.example");
    let told = Err(TimingError::NotStarted(Box::new(stranger.clone())));
    assert_eq!(warm_up.merge(&stranger, &WarmUpCounters::default()), told);
    assert_eq!(warm_up.restore(&stranger, &WarmUpCounters::default()), told);
    assert_eq!(warm_up.pause(&stranger), told);
    assert_eq!(warm_up.resume(&stranger), told);
}

#[test]
fn a_clock_that_steps_over_the_edge_of_a_day_earns_it_once() {
    let (mut warm_up, lane) = started(&[10, 20, 40, 80]);
    let (edge, second) = (hours(24), Duration::from_secs(1));
    assert_eq!(send(&mut warm_up, &lane, 100, hours(0)), 10);
    assert_eq!(send(&mut warm_up, &lane, 100, edge), 20);
    for now in [edge - second, edge, edge + second] {
        assert_eq!(warm_up.take(&lane, now).code(), "warm-up-spent");
        warm_up.give_back(&lane, now);
        assert!(warm_up.take(&lane, now).is_allowed());
    }
    // A clock that was days ahead is not waited for.
    assert_eq!(send(&mut warm_up, &lane, 100, hours(10 * 24)), 40);
    assert_eq!(send(&mut warm_up, &lane, 100, hours(26)), 0);
    assert_eq!(send(&mut warm_up, &lane, 100, hours(48)), 80);
}

#[test]
fn no_more_lanes_than_the_limit() {
    let options = WarmUpOptions { lanes: 2, ..Default::default() };
    let (mut warm_up, curve) = (WarmUp::new(options), WarmUpCurve::new([1]).unwrap());
    for name in ["a", "b"] {
        warm_up.start(&lane(name), curve.clone(), START).unwrap();
    }
    assert_eq!(warm_up.start(&lane("c"), curve, START), Err(TimingError::TooManyLanes(2)));
}

proptest! {
    #[test]
    fn never_above_the_budget_of_a_day(
        steps in proptest::collection::vec((0_u64..80_000, 1_u32..40, 0_u8..4), 1..150),
    ) {
        let (mut warm_up, lane) = started(&[5, 10, 20, 40]);
        let (mut now, mut sent) = (START, std::collections::BTreeMap::new());
        for (pause, mails, kind) in steps {
            now += Duration::from_secs(pause);
            let day = now.duration_since(START).unwrap().as_secs() / 86_400;
            for _ in 0..mails {
                let WarmUpVerdict::Allowed { budget, .. } = warm_up.take(&lane, now) else { break };
                let count = sent.entry(day).or_insert(0);
                *count += 1;
                prop_assert!(*count <= budget && u64::from(budget) <= 5 << day.min(30));
            }
            let feedback = [SendFeedback::Good, SendFeedback::Good, SendFeedback::Neutral, SendFeedback::Throttled];
            warm_up.record(&lane, feedback[usize::from(kind)], now);
            if let Some(next) = warm_up.allow(&lane, now).not_before() {
                prop_assert!(next > now);
            }
        }
    }

    #[test]
    fn no_clock_breaks_it(times in proptest::collection::vec(any::<u64>(), 1..40)) {
        let (mut warm_up, lane) = started(&[5, 10]);
        for time in times {
            let now = START.checked_add(Duration::from_secs(time)).unwrap_or(START);
            let _ = warm_up.take(&lane, now);
            for _ in 0..10 {
                warm_up.record(&lane, SendFeedback::Throttled, now);
            }
            let _ = warm_up.allow(&lane, now);
        }
    }
}
