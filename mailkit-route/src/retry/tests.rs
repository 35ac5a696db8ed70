use proptest::prelude::*;

use super::*;

/// The times of all tries, in minutes after the first.
fn tries(schedule: &RetrySchedule) -> Vec<u64> {
    let queued = SystemTime::UNIX_EPOCH + DAY * 20_000;
    let (mut now, mut minutes) = (queued, vec![]);
    for failures in 1.. {
        let NextAttempt::At(next) = schedule.after_failure(failures, queued, now) else {
            break;
        };
        now = next;
        minutes.push(now.duration_since(queued).unwrap().as_secs() / 60);
    }
    minutes
}

#[test]
fn r13_two_tries_in_the_first_hour_then_every_two_to_three_hours() {
    let minutes = tries(&RetrySchedule::default().without_jitter());
    assert_eq!(minutes[..4], [30, 150, 330, 510]);
    assert_eq!(minutes.last(), Some(&(5 * 24 * 60)));
}

#[test]
fn r13_presets() {
    let check = |schedule: RetrySchedule, first: &[u64], count| {
        let minutes = tries(&schedule.without_jitter());
        assert_eq!((&minutes[..first.len()], minutes.len()), (first, count));
    };
    check(RetrySchedule::thirty_minutes(), &[30, 60, 90], 240);
    check(RetrySchedule::prompt(), &[5, 15, 35, 75, 135, 195], 123);
    // Postfix' and KumoMTA's defaults.
    let doubling =
        |first, longest, days| RetrySchedule::doubling(MINUTE * first, longest, DAY * days);
    let postfix = doubling(5, Duration::from_secs(4000), 5).unwrap();
    check(postfix, &[5, 15, 35, 75, 141, 208], 111);
    check(doubling(20, DAY * 7, 7).unwrap(), &[20, 60, 140, 300, 620], 9);
    check(RetrySchedule::thirty_minutes().with_give_up_after(MINUTE * 40), &[30, 40], 2);
}

#[test]
fn what_is_no_schedule_is_refused() {
    let check = |delays: &mut dyn Iterator<Item = Duration>, expected| {
        assert_eq!(RetrySchedule::new(delays, DAY).map(drop), expected);
    };
    check(&mut std::iter::repeat(MINUTE), Err(ConfigError::RetryDelays(1000)));
    check(&mut std::iter::repeat_n(MINUTE, 1000), Ok(()));
    check(&mut std::iter::empty(), Err(ConfigError::RetryDelay(0)));
    check(&mut [MINUTE, Duration::ZERO].into_iter(), Err(ConfigError::RetryDelay(1)));
}

#[test]
fn a_clock_set_back_gives_up_by_count() {
    let schedule = RetrySchedule::thirty_minutes();
    let (queued, now) = (SystemTime::UNIX_EPOCH + DAY * 20_000, SystemTime::UNIX_EPOCH);
    assert!(matches!(schedule.after_failure(240, queued, now), NextAttempt::At(_)));
    assert_eq!(schedule.after_failure(241, queued, now), NextAttempt::GiveUp);
    assert_eq!(schedule.after_failure(u32::MAX, queued, now), NextAttempt::GiveUp);
}

proptest! {
    #[test]
    fn r13_pauses_stay_in_bounds(failures in 0_u32.., queued in 0_u64..1 << 40, waited in 0_u64..500_000, seed: u64) {
        let schedule = RetrySchedule::default().with_seed(seed);
        let queued = SystemTime::UNIX_EPOCH + Duration::from_secs(queued);
        let now = queued + Duration::from_secs(waited);
        let NextAttempt::At(next) = schedule.after_failure(failures, queued, now) else {
            prop_assert!(now >= queued + DAY * 5);
            return Ok(());
        };
        let (pause, delay) = (next.duration_since(now).unwrap(), schedule.delay(failures));
        prop_assert!(!pause.is_zero() && pause <= delay + delay / 10 && next <= queued + DAY * 5);
        prop_assert!(pause >= delay || next == queued + DAY * 5);
        prop_assert!(schedule.delay(failures.saturating_add(1)) >= delay);
    }

    #[test]
    fn no_clock_overflows(failures: u32, queued in -(1_i64 << 62)..1 << 62, now in -(1_i64 << 62)..1 << 62) {
        let at = |seconds: i64| {
            let distance = Duration::from_secs(seconds.unsigned_abs());
            let epoch = SystemTime::UNIX_EPOCH;
            if seconds < 0 { epoch.checked_sub(distance) } else { epoch.checked_add(distance) }
        };
        if let (Some(queued), Some(now)) = (at(queued), at(now)) {
            let _ = RetrySchedule::default().after_failure(failures, queued, now);
        }
    }
}
