//! A circuit breaker: what failed is left alone for a while, then tried once.

use std::time::{Duration, SystemTime};

/// How long a [`Breaker`] stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerOptions {
    /// The first pause; each failed trial doubles it.
    pub first_pause: Duration,
    /// No pause is longer, unless the attempt itself took longer.
    pub longest_pause: Duration,
    /// So many failures in a row open it.
    pub failures_to_open: u32,
}

impl Default for BreakerOptions {
    /// 20 seconds, then 40, then a minute, from the first failure on: a plan has other hops, so that a
    /// pause costs less than a second time-out, and a repaired host is found within a minute.
    fn default() -> Self {
        Self {
            first_pause: Duration::from_secs(20),
            longest_pause: Duration::from_secs(60),
            failures_to_open: 1,
        }
    }
}

/// Closed, open until a time, then half-open: one trial, whose result closes it or opens it again.
///
/// ```
/// use mailkit_route::breaker::{Breaker, BreakerOptions, BreakerState};
/// use std::time::{Duration, SystemTime};
/// let (now, attempt) = (SystemTime::UNIX_EPOCH, Duration::from_secs(10));
/// let mut breaker = Breaker::default();
/// breaker.fail(now, attempt, &BreakerOptions::default());
/// assert_eq!(breaker.state(now), BreakerState::Open { until: now + Duration::from_secs(20) });
/// assert_eq!(breaker.state(now + Duration::from_secs(20)), BreakerState::HalfOpen);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    pause: Option<Pause>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pause {
    since: SystemTime,
    until: SystemTime,
    /// Somebody is trying: the result counts although the breaker is shut for all others.
    trial: bool,
}

/// What a [`Breaker`] says at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerState {
    /// Use it.
    Closed,
    /// Use it once.
    HalfOpen,
    /// Leave it alone.
    Open {
        /// The end of the pause.
        until: SystemTime,
    },
}

impl Breaker {
    /// Whether it may be used. A clock that stands before the start of the pause ends the pause.
    #[must_use]
    pub fn state(&self, now: SystemTime) -> BreakerState {
        match self.pause {
            None => BreakerState::Closed,
            Some(pause) if pause.since <= now && now < pause.until => {
                BreakerState::Open { until: pause.until }
            }
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// Failures in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Notes a success, and closes.
    pub fn succeed(&mut self) {
        *self = Self::default();
    }

    /// Notes a failure. The pause is always longer than `attempt`, the time a client may need to walk
    /// its whole plan: otherwise it would come back here before it has tried the last host.
    pub fn fail(&mut self, now: SystemTime, attempt: Duration, options: &BreakerOptions) {
        let late = self.pause.is_some_and(|pause| !pause.trial);
        if late && matches!(self.state(now), BreakerState::Open { .. }) {
            // An attempt that began before the pause tells nothing new.
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= options.failures_to_open {
            let opened = self.failures - options.failures_to_open;
            let pause = pause_after(opened, options).max(attempt.saturating_add(MARGIN));
            self.open(now, pause, false);
        }
    }

    /// Lets the caller make the one trial of a half-open breaker; for all others it is open until the
    /// trial must have ended.
    pub fn begin_trial(&mut self, now: SystemTime, attempt: Duration) {
        if self.state(now) == BreakerState::HalfOpen {
            self.open(now, attempt.saturating_add(MARGIN), true);
        }
    }

    fn open(&mut self, now: SystemTime, pause: Duration, trial: bool) {
        let until = now.checked_add(pause).unwrap_or(now);
        self.pause = Some(Pause { since: now, until, trial });
    }
}

fn pause_after(opened_before: u32, options: &BreakerOptions) -> Duration {
    let factor = 1_u32.checked_shl(opened_before).unwrap_or(u32::MAX);
    options.first_pause.saturating_mul(factor).min(options.longest_pause)
}

const MARGIN: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: SystemTime = SystemTime::UNIX_EPOCH;
    const ATTEMPT: Duration = Duration::from_secs(4);

    fn pause(breaker: &Breaker, now: SystemTime) -> Option<u64> {
        match breaker.state(now) {
            BreakerState::Open { until } => Some(until.duration_since(now).unwrap().as_secs()),
            _ => None,
        }
    }

    #[test]
    fn r14_each_failed_trial_doubles_the_pause() {
        let (mut breaker, mut now) = (Breaker::default(), START);
        for expected in [20, 40, 60, 60] {
            breaker.begin_trial(now, ATTEMPT);
            breaker.fail(now, ATTEMPT, &BreakerOptions::default());
            assert_eq!(pause(&breaker, now), Some(expected));
            now += Duration::from_secs(expected);
            assert_eq!(breaker.state(now), BreakerState::HalfOpen);
        }
        breaker.succeed();
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn failures_of_attempts_under_way_do_not_add_up() {
        let mut breaker = Breaker::default();
        for second in 0..10 {
            breaker.fail(START + Duration::from_secs(second), ATTEMPT, &BreakerOptions::default());
        }
        assert_eq!((breaker.failures(), pause(&breaker, START)), (1, Some(20)));
    }

    #[test]
    fn one_trial_at_a_time() {
        let mut breaker = Breaker::default();
        breaker.fail(START, ATTEMPT, &BreakerOptions::default());
        let now = START + Duration::from_secs(20);
        breaker.begin_trial(now, ATTEMPT);
        assert_eq!(pause(&breaker, now), Some(5));
        assert_eq!(breaker.state(now + Duration::from_secs(5)), BreakerState::HalfOpen);
    }

    #[test]
    fn a_clock_set_back_ends_the_pause() {
        let mut breaker = Breaker::default();
        breaker.fail(START + Duration::from_secs(10_000), ATTEMPT, &BreakerOptions::default());
        assert_eq!(breaker.state(START), BreakerState::HalfOpen);
    }

    proptest! {
        #[test]
        fn the_pause_outlasts_the_attempt(failures in 1_u32..200, attempt in 0_u64..100_000, since in 0_u64..1 << 60) {
            let (mut breaker, attempt) = (Breaker::default(), Duration::from_secs(attempt));
            let mut now = START + Duration::from_secs(since);
            for _ in 0..failures {
                breaker.fail(now, attempt, &BreakerOptions::default());
                let BreakerState::Open { until } = breaker.state(now) else { panic!("closed") };
                prop_assert!(until > now + attempt);
                prop_assert!(until <= now + attempt.max(Duration::from_secs(59)) + Duration::from_secs(1));
                now = until;
            }
        }

        #[test]
        fn no_count_and_no_clock_overflows(steps in proptest::collection::vec((any::<i64>(), any::<u64>(), 0_u8..3), 0..40)) {
            let mut breaker = Breaker { failures: u32::MAX - 3, pause: None };
            for (seconds, attempt, kind) in steps {
                let distance = Duration::from_secs(seconds.unsigned_abs());
                let now = if seconds < 0 { START.checked_sub(distance) } else { START.checked_add(distance) };
                let (now, attempt) = (now.unwrap_or(START), Duration::from_secs(attempt));
                match kind {
                    0 => breaker.begin_trial(now, attempt),
                    1 => breaker.fail(now, attempt, &BreakerOptions::default()),
                    _ => { let _ = breaker.state(now); }
                }
            }
        }
    }
}
