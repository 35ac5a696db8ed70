//! The next try, inside the times at which mail may be sent.

use std::time::{Duration, SystemTime};

use super::{MINUTE, NextAttempt, RetrySchedule};
use crate::timing::{SendWindows, WindowVerdict};

/// What to do with a mail that may be sent at some times only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum TimedAttempt {
    /// Try at this time.
    #[non_exhaustive]
    At {
        /// When.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        at: SystemTime,
        /// The time the schedule asked for, when that is outside every window.
        #[cfg_attr(
            feature = "serde",
            serde(serialize_with = "crate::timing::wire::maybe_unix_seconds")
        )]
        moved_from: Option<SystemTime>,
    },
    /// The time is up: tell the sender.
    GiveUp,
    /// The next window opens when the time is up: tell the sender now, or allow more time.
    #[non_exhaustive]
    OpensTooLate {
        /// The start of that window.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        opens: SystemTime,
        /// When the schedule gives up.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        give_up_at: SystemTime,
    },
    /// The last window is over before the time is up: compute more windows, or tell the sender.
    #[non_exhaustive]
    WindowsOver {
        /// The end of the last window; `None` when there was none.
        #[cfg_attr(
            feature = "serde",
            serde(serialize_with = "crate::timing::wire::maybe_unix_seconds")
        )]
        ended: Option<SystemTime>,
        /// When the schedule gives up; `None` when that is beyond the clock.
        #[cfg_attr(
            feature = "serde",
            serde(serialize_with = "crate::timing::wire::maybe_unix_seconds")
        )]
        give_up_at: Option<SystemTime>,
    },
}

impl TimedAttempt {
    /// The time of the next try, if there is one.
    #[must_use]
    pub fn at(&self) -> Option<SystemTime> {
        match self {
            Self::At { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::At { .. } => "at",
            Self::GiveUp => "give-up",
            Self::OpensTooLate { .. } => "opens-too-late",
            Self::WindowsOver { .. } => "windows-over",
        }
    }
}

impl RetrySchedule {
    /// When to try a new mail for the first time: now, or when the next window opens.
    ///
    /// ```
    /// use mailkit_route::{RetrySchedule, timing::SendWindows};
    /// use std::time::{Duration, SystemTime};
    /// let hour = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(n * 3600);
    /// let (schedule, office) = (RetrySchedule::default().without_jitter(), SendWindows::new([hour(9)..hour(17)])?);
    /// assert_eq!(schedule.first_attempt(&office, hour(7), hour(7)).at(), Some(hour(9)));
    /// assert_eq!(schedule.first_attempt(&office, hour(10), hour(10)).at(), Some(hour(10)));
    /// # Ok::<(), mailkit_route::timing::TimingError>(())
    /// ```
    #[must_use]
    pub fn first_attempt(
        &self,
        windows: &SendWindows,
        queued: SystemTime,
        now: SystemTime,
    ) -> TimedAttempt {
        if self.time_left(0, queued, now).is_zero() {
            return TimedAttempt::GiveUp;
        }
        self.fit(windows, now, 0, queued, now)
    }

    /// When to try again, inside the windows; see [`RetrySchedule::after_failure`].
    ///
    /// A try that falls outside is moved to the next opening, never to an earlier time, and by chance
    /// up to ten minutes further (at most half the window), so that what waited for one opening does
    /// not come at once. No try comes after the give-up time.
    ///
    /// ```
    /// use mailkit_route::{RetrySchedule, timing::SendWindows};
    /// use std::time::{Duration, SystemTime};
    /// let hour = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(n * 3600);
    /// let schedule = RetrySchedule::default();
    /// let office = SendWindows::new([hour(9)..hour(17), hour(33)..hour(41)])?;
    /// let next = schedule.after_failure_within(&office, 1, hour(16), hour(17)).at();
    /// assert!(next.is_some_and(|next| next >= hour(33) && next < hour(34)));
    /// assert_eq!(schedule.after_failure_within(&office, 3, hour(16), hour(41)).code(), "windows-over");
    /// # Ok::<(), mailkit_route::timing::TimingError>(())
    /// ```
    #[must_use]
    pub fn after_failure_within(
        &self,
        windows: &SendWindows,
        failures: u32,
        queued: SystemTime,
        now: SystemTime,
    ) -> TimedAttempt {
        match self.after_failure(failures, queued, now) {
            NextAttempt::At(at) => self.fit(windows, at, failures, queued, now),
            NextAttempt::GiveUp => TimedAttempt::GiveUp,
        }
    }

    fn fit(
        &self,
        windows: &SendWindows,
        at: SystemTime,
        failures: u32,
        queued: SystemTime,
        now: SystemTime,
    ) -> TimedAttempt {
        let give_up_at = now.checked_add(self.time_left(failures, queued, now));
        let opens = match windows.verdict(at) {
            WindowVerdict::Open { .. } => return TimedAttempt::At { at, moved_from: None },
            WindowVerdict::Over { ended } => {
                return TimedAttempt::WindowsOver { ended, give_up_at };
            }
            WindowVerdict::Closed { opens } => opens,
        };
        if let Some(give_up_at) = give_up_at.filter(|give_up_at| *give_up_at < opens) {
            return TimedAttempt::OpensTooLate { opens, give_up_at };
        }
        let most = self.opening_spread(windows, opens, give_up_at);
        let spread = self.draw(failures, queued, most);
        let at_opening = opens.checked_add(spread).unwrap_or(opens);
        TimedAttempt::At { at: at_opening, moved_from: Some(at) }
    }

    /// Over how long a time tries may be spread that wait for this opening: half the time that is left in it at most.
    fn opening_spread(
        &self,
        windows: &SendWindows,
        opens: SystemTime,
        give_up_at: Option<SystemTime>,
    ) -> Duration {
        if self.jitter_percent == 0 {
            return Duration::ZERO;
        }
        let closes = match windows.verdict(opens) {
            WindowVerdict::Open { until } => until,
            _ => None,
        };
        let ends = [closes, give_up_at].into_iter().flatten();
        let room = ends.map(|end| end.duration_since(opens).unwrap_or_default() / 2).min();
        room.map_or(OPENING_SPREAD, |room| room.min(OPENING_SPREAD))
    }
}

/// What waited for an opening is spread over this time, unless the jitter is off.
const OPENING_SPREAD: Duration = Duration::from_secs(10 * MINUTE.as_secs());

#[cfg(test)]
mod tests {
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
}
