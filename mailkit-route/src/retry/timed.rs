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
mod tests;
