use std::time::Duration;

use proptest::prelude::*;

use super::{habit::DAY, *};
use crate::timing::TimingError;

fn on(day: u32) -> SystemTime {
    SystemTime::UNIX_EPOCH + DAY * (20_000 + day)
}

/// A guard that saw so many mails a day, for so many days.
fn after(mails: u32, days: u32) -> VolumeGuard<&'static str> {
    let mut guard = VolumeGuard::new(VolumeOptions::default());
    for day in 0..days {
        guard.offer(&"anna", mails, on(day));
    }
    guard
}

#[test]
fn a_jump_above_the_habit_is_asked_about_then_held() {
    let check = |mails: u32, code: &str| {
        let verdict = after(100, 60).offer(&"anna", mails, on(60));
        assert_eq!(verdict.code(), code, "{mails}: {verdict:?}");
    };
    assert!((95..=100).contains(&after(100, 60).habit(&"anna").unwrap()));
    check(100, "volume-allowed");
    check(280, "volume-allowed");
    check(301, "volume-ask");
    check(950, "volume-ask");
    check(1001, "volume-hold");
    check(u32::MAX, "volume-hold");
}

#[test]
fn a_stolen_account_sends_no_more_than_the_floor() {
    let mut guard = after(4, 90);
    let sent = (0..5000).filter(|_| guard.offer(&"anna", 1, on(90)).is_allowed()).count();
    assert_eq!(sent, 50);
    assert_eq!(guard.offer(&"anna", 1, on(90)).code(), "volume-hold");
    // The jump is no habit the day after.
    let next = (0..5000).filter(|_| guard.offer(&"anna", 1, on(91)).is_allowed()).count();
    assert_eq!(next, 50);
}

#[test]
fn growth_and_weekends_pass() {
    let (mut guard, mut day) = (after(40, 30), 30);
    for week in 0..8 {
        let mails = 40 + 20 * week;
        for _ in 0..5 {
            assert!(guard.offer(&"anna", mails, on(day)).is_allowed(), "week {week}");
            day += 1;
        }
        day += 2;
    }
}

#[test]
fn habits_fade_and_come_back_from_the_host() {
    let mut guard = after(1000, 1);
    assert!(guard.restore(&"bert", 1000, on(0)));
    assert!(guard.offer(&"bert", 2500, on(1)).is_allowed());
    let bert = guard.habits().find(|(key, _)| **key == "bert").map(|(_, habit)| habit);
    assert_eq!((guard.habits().count(), bert), (2, Some(875)));
    assert_eq!(guard.offer(&"bert", 2500, on(100)).code(), "volume-hold");
    // A clock set back goes on with the same day and the same count.
    assert_eq!(guard.offer(&"bert", 1, on(0)).code(), "volume-hold");
}

#[test]
fn an_approval_comes_before_the_mails_and_lasts_for_the_day() {
    let mut guard = VolumeGuard::new(VolumeOptions::default());
    assert!(guard.approve(&"anna", 5000, on(0)));
    assert_eq!(guard.offer(&"anna", 5000, on(0)).code(), "volume-allowed");
    // What was approved is part of the habit the day after, as a day like the others.
    assert_eq!(guard.habit(&"anna"), Some(0));
    assert_eq!(guard.offer(&"anna", 5000, on(1)).code(), "volume-ask");
    assert_eq!(guard.habit(&"anna"), Some(625));
}

#[test]
fn a_clock_that_steps_over_midnight_gives_nothing_twice() {
    let mut guard = VolumeGuard::new(VolumeOptions::default());
    assert!(guard.offer(&"anna", 50, on(1)).is_allowed());
    assert!(!guard.offer(&"anna", 1, on(1) - Duration::from_secs(1)).is_allowed());
    assert!(!guard.offer(&"anna", 1, on(1)).is_allowed());
}

#[test]
fn a_full_table_asks_and_forgets_only_old_habits() {
    let mut guard = VolumeGuard::new(VolumeOptions::default().with_keys(8));
    for key in 0..8 {
        guard.offer(&key, 1, on(0));
    }
    assert_eq!(guard.offer(&8, 1, on(59)), VolumeVerdict::TableFull { keys: 8 });
    assert!(!guard.approve(&9, 1, on(59)) && !guard.restore(&9, 1, on(59)));
    guard.offer(&8, 1, on(60));
    assert!(guard.offer(&8, 1, on(60)).is_allowed());
}

#[test]
fn factors_that_ask_after_holding_are_refused() {
    let check = |options: Result<VolumeOptions, TimingError>| {
        assert_eq!(options, Err(TimingError::VolumeFactors));
    };
    check(VolumeOptions::new(50, 0));
    check(VolumeOptions::new(50, 3).and_then(|ask| ask.with_hold(49, 9)));
    check(VolumeOptions::new(50, 3).and_then(|ask| ask.with_hold(99, 2)));
}

proptest! {
    #[test]
    fn more_mails_never_bring_a_milder_verdict(habit in 0_u32..5000, few: u32, more: u32) {
        let severity = |mails| {
            let mut guard = VolumeGuard::new(VolumeOptions::default());
            assert!(guard.restore(&1, habit, on(0)));
            ["volume-allowed", "volume-ask", "volume-hold"].iter().position(|code| *code == guard.offer(&1, mails, on(0)).code())
        };
        prop_assert!(severity(few.min(more)) <= severity(few.max(more)));
    }

    #[test]
    fn no_clock_breaks_it(steps in proptest::collection::vec((any::<u64>(), any::<u32>()), 1..60)) {
        let mut guard = VolumeGuard::new(VolumeOptions::default());
        for (time, mails) in steps {
            let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(time));
            let _ = guard.offer(&1, mails, now.unwrap_or(SystemTime::UNIX_EPOCH));
        }
    }
}
