//! When to try again: RFC 5321 section 4.5.4.1.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{ConfigError, seed::Dice};

mod policy;
mod timed;

pub use policy::RetryPolicy;
pub use timed::TimedAttempt;

/// The pauses between tries, and when to give up.
///
/// The default keeps to the RFC's advice: two tries in the first hour, then one every two to three
/// hours, for five days. Each pause grows by up to a tenth, drawn from the seed and the time the
/// mail came in, so that mails queued one after the other part. For mails with one and the same time give each a
/// seed of its own, such as a hash of its id; a clone shares the delays.
///
/// ```
/// use mailkit_route::{NextAttempt, RetrySchedule};
/// use std::time::{Duration, SystemTime};
/// let (schedule, queued) = (RetrySchedule::default().without_jitter(), SystemTime::UNIX_EPOCH);
/// let half_an_hour = Duration::from_secs(30 * 60);
/// assert_eq!(schedule.after_failure(1, queued, queued), NextAttempt::At(queued + half_an_hour));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrySchedule {
    delays: Arc<[Duration]>,
    give_up_after: Duration,
    jitter_percent: u8,
    seed: u64,
}

impl RetrySchedule {
    /// The most delays of one schedule.
    pub const MAX_DELAYS: usize = 1000;

    /// A schedule of one's own; the last delay repeats.
    ///
    /// # Errors
    /// When there is no delay or too many, one is zero, or one is shorter than the one before it.
    ///
    /// ```
    /// use mailkit_route::RetrySchedule;
    /// let minutes = |n: u64| std::time::Duration::from_secs(n * 60);
    /// assert!(RetrySchedule::new([minutes(5), minutes(60)], minutes(7200)).is_ok());
    /// assert!(RetrySchedule::new([minutes(60), minutes(5)], minutes(7200)).is_err());
    /// ```
    pub fn new(
        delays: impl IntoIterator<Item = Duration>,
        give_up_after: Duration,
    ) -> Result<Self, ConfigError> {
        let delays: Vec<_> = delays.into_iter().take(Self::MAX_DELAYS + 1).collect();
        if delays.len() > Self::MAX_DELAYS {
            return Err(ConfigError::RetryDelays(Self::MAX_DELAYS));
        }
        let mut before = Duration::from_nanos(1);
        for (index, &delay) in delays.iter().enumerate() {
            if delay < before {
                return Err(ConfigError::RetryDelay(index));
            }
            before = delay;
        }
        if delays.is_empty() {
            return Err(ConfigError::RetryDelay(0));
        }
        Ok(Self::unchecked(delays, give_up_after))
    }

    /// A try every 30 minutes, for five days.
    #[must_use]
    pub fn thirty_minutes() -> Self {
        Self::unchecked([MINUTE * 30], DAY * 5)
    }

    /// 5, 10, 20 and 40 minutes, then every hour, for five days. For causes known to pass soon, such
    /// as greylisting; the RFC asks for 30 minutes where the cause is not known.
    #[must_use]
    pub fn prompt() -> Self {
        Self::unchecked([5, 10, 20, 40, 60].map(|minutes| MINUTE * minutes), DAY * 5)
    }

    /// The first delay, twice that, and so on up to the longest: what most mail servers do.
    ///
    /// # Errors
    /// When the first delay is zero or longer than the longest.
    ///
    /// ```
    /// use mailkit_route::{NextAttempt, RetrySchedule};
    /// use std::time::{Duration, SystemTime};
    /// // As Postfix with its default settings: 5, 10, 20, 40, then every 67 minutes, for five days.
    /// let [first, longest, days] = [300, 4000, 432_000].map(Duration::from_secs);
    /// let schedule = RetrySchedule::doubling(first, longest, days)?.without_jitter();
    /// let now = SystemTime::UNIX_EPOCH;
    /// assert_eq!(schedule.after_failure(5, now, now), NextAttempt::At(now + longest));
    /// # Ok::<(), mailkit_route::ConfigError>(())
    /// ```
    pub fn doubling(
        first: Duration,
        longest: Duration,
        give_up_after: Duration,
    ) -> Result<Self, ConfigError> {
        if first.is_zero() || first > longest {
            return Err(ConfigError::RetryDelay(0));
        }
        let doubled = |delay: &Duration| Some(delay.saturating_mul(2));
        let delays = std::iter::successors(Some(first), doubled);
        let delays = delays.take_while(|delay| *delay < longest).chain([longest]);
        Ok(Self::unchecked(delays.collect::<Vec<_>>(), give_up_after))
    }

    fn unchecked(delays: impl Into<Arc<[Duration]>>, give_up_after: Duration) -> Self {
        Self { delays: delays.into(), give_up_after, jitter_percent: 10, seed: 0 }
    }

    /// Gives up this long after the mail came in. The RFC asks for four to five days at least.
    #[must_use]
    pub fn with_give_up_after(self, give_up_after: Duration) -> Self {
        Self { give_up_after, ..self }
    }

    /// Draws the jitter from this seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Keeps exactly to the delays.
    #[must_use]
    pub fn without_jitter(self) -> Self {
        Self { jitter_percent: 0, ..self }
    }

    /// When to try again after so many failed tries of a mail that came in at `queued`.
    ///
    /// The last try falls on the end of the time allowed, however soon after the one before. When the clock stands before `queued` the
    /// number of failures decides alone, so that a clock set back keeps no mail for ever.
    #[must_use]
    pub fn after_failure(&self, failures: u32, queued: SystemTime, now: SystemTime) -> NextAttempt {
        let left = self.time_left(failures, queued, now);
        if left.is_zero() {
            return NextAttempt::GiveUp;
        }
        let pause = self.delay(failures).saturating_add(self.jitter(failures, queued)).min(left);
        now.checked_add(pause).map_or(NextAttempt::GiveUp, NextAttempt::At)
    }

    fn time_left(&self, failures: u32, queued: SystemTime, now: SystemTime) -> Duration {
        let waited = now.duration_since(queued).unwrap_or_else(|_| self.shortest_wait(failures));
        self.give_up_after.saturating_sub(waited)
    }

    /// The pause after so many failures, without jitter.
    fn delay(&self, failures: u32) -> Duration {
        let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
        self.delays.get(index).or_else(|| self.delays.last()).copied().unwrap_or(DAY)
    }

    fn jitter(&self, failures: u32, queued: SystemTime) -> Duration {
        let most = self.delay(failures) / 100 * u32::from(self.jitter_percent);
        self.draw(failures, queued, most)
    }

    /// A time below `most`, the same for the same seed, mail and count of failures.
    fn draw(&self, failures: u32, queued: SystemTime, most: Duration) -> Duration {
        let since = queued.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mail = since.as_secs().rotate_left(32) ^ u64::from(since.subsec_nanos());
        let mut dice = Dice::new(self.seed ^ mail.wrapping_add(u64::from(failures)));
        let nanos = usize::try_from(most.as_nanos()).unwrap_or(usize::MAX);
        Duration::from_nanos(u64::try_from(dice.below(nanos)).unwrap_or(0))
    }

    /// The time that so many failures take when no pause is lengthened.
    fn shortest_wait(&self, failures: u32) -> Duration {
        let pauses = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
        let listed = self.delays.iter().take(pauses);
        let sum = listed.fold(Duration::ZERO, |sum, delay| sum.saturating_add(*delay));
        let repeats = u32::try_from(pauses.saturating_sub(self.delays.len())).unwrap_or(u32::MAX);
        sum.saturating_add(self.delay(u32::MAX).saturating_mul(repeats))
    }
}

impl Default for RetrySchedule {
    fn default() -> Self {
        Self::unchecked([30, 120, 180].map(|minutes| MINUTE * minutes), DAY * 5)
    }
}

/// What to do with a mail that was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", content = "at", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum NextAttempt {
    /// Try again at this time.
    At(
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        SystemTime,
    ),
    /// Tell the sender.
    GiveUp,
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests;
