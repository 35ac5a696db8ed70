use proptest::prelude::*;

use super::*;

fn at(minute: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(minute * 60)
}

#[track_caller]
fn check(windows: &[(u64, u64)], failures: u32, now: u64, expected: TimedAttempt) {
    let windows = windows.iter().map(|(start, end)| at(*start)..at(*end));
    let windows = SendWindows::new(windows).unwrap();
    let schedule = RetrySchedule::default().without_jitter();
    let schedule = schedule.with_give_up_after(Duration::from_secs(1000 * 60));
    let next = schedule.after_failure_within(&windows, failures, at(0), at(now));
    assert_eq!(next, expected, "{windows:?} after {failures} at {now}");
}

#[test]
fn a_try_in_a_closed_window_waits_for_its_opening() {
    let hours = [(0, 60), (100, 200), (900, 1000), (1001, 2000)];
    let give_up_at = at(1000);
    check(&hours, 1, 10, TimedAttempt::At { at: at(40), moved_from: None });
    check(&hours, 1, 40, TimedAttempt::At { at: at(100), moved_from: Some(at(70)) });
    check(&hours, 2, 100, TimedAttempt::At { at: at(900), moved_from: Some(at(220)) });
    // The end of a window is outside it, and the last try falls on the end of all time allowed.
    check(&hours, 9, 990, TimedAttempt::OpensTooLate { opens: at(1001), give_up_at });
    check(&[(0, 1001)], 9, 990, TimedAttempt::At { at: give_up_at, moved_from: None });
    check(&hours, 9, 1000, TimedAttempt::GiveUp);
    let over = |ended| TimedAttempt::WindowsOver { ended, give_up_at: Some(give_up_at) };
    check(&[(0, 60)], 1, 40, over(Some(at(60))));
    check(&[], 1, 40, over(None));
}

#[test]
fn a_mail_that_came_in_before_a_long_pause_is_told_so_at_once() {
    let after_the_holidays = SendWindows::new([at(12_000)..at(12_500)]).unwrap();
    let first = RetrySchedule::default().first_attempt(&after_the_holidays, at(0), at(0));
    assert_eq!(first.code(), "opens-too-late");
    assert_eq!(
        RetrySchedule::default().first_attempt(&SendWindows::always(), at(0), at(9000)),
        TimedAttempt::GiveUp
    );
}

proptest! {
    #[test]
    fn every_try_is_inside_a_window_and_in_time(
        starts in proptest::collection::vec((0_u64..9000, 1_u64..600), 0..12),
        failures in 0_u32..60, waited in 0_u64..8000, seed: u64,
    ) {
        let windows = starts.iter().map(|(start, long)| at(*start)..at(start + long));
        let (windows, schedule) = (SendWindows::new(windows).unwrap(), RetrySchedule::default().with_seed(seed));
        let (queued, now) = (at(0), at(waited));
        let plain = schedule.after_failure(failures, queued, now);
        match schedule.after_failure_within(&windows, failures, queued, now) {
            TimedAttempt::At { at: next, moved_from } => {
                prop_assert!(windows.verdict(next).is_allowed());
                prop_assert!(next <= queued + schedule.give_up_after);
                prop_assert_eq!(NextAttempt::At(moved_from.unwrap_or(next)), plain);
                prop_assert!(moved_from.is_none_or(|from| from < next));
            }
            TimedAttempt::GiveUp => prop_assert_eq!(plain, NextAttempt::GiveUp),
            TimedAttempt::OpensTooLate { opens, give_up_at } => prop_assert!(opens > give_up_at),
            TimedAttempt::WindowsOver { ended, .. } => {
                let NextAttempt::At(wanted) = plain else { panic!("gave up") };
                prop_assert!(ended.is_none_or(|ended| ended <= wanted));
            }
        }
    }
}
