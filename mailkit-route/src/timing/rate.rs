//! Rates: the generic cell rate algorithm.

use std::time::{Duration, SystemTime};

use super::{
    TimingError,
    moment::{CENTURY, far},
};

/// So many connections or mails in a time, evenly, with a burst.
///
/// ```
/// use mailkit_route::timing::Rate;
/// use std::time::Duration;
/// let rate = Rate::new(120, Duration::from_secs(60))?.with_burst(10)?;
/// assert_eq!((rate.interval(), rate.burst()), (Duration::from_millis(500), 10));
/// # Ok::<(), mailkit_route::timing::TimingError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval: Duration,
    burst: u32,
}

impl Rate {
    /// So many in this time, one after the other.
    ///
    /// # Errors
    /// When there are none, or the time between two is less than a nanosecond.
    pub fn new(count: u32, per: Duration) -> Result<Self, TimingError> {
        match per.checked_div(count) {
            Some(interval) if !interval.is_zero() => Ok(Self { interval, burst: 1 }),
            _ => Err(TimingError::Rate),
        }
    }

    /// Lets so many through at once after a rest.
    ///
    /// # Errors
    /// When the burst is zero.
    pub fn with_burst(self, burst: u32) -> Result<Self, TimingError> {
        if burst == 0 { Err(TimingError::Rate) } else { Ok(Self { burst, ..self }) }
    }

    /// The time between two, on average.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// How many may come at once after a rest.
    #[must_use]
    pub fn burst(&self) -> u32 {
        self.burst
    }

    /// The rate at a share of a thousand.
    pub(super) fn at_share(&self, permille: u32) -> Self {
        let interval = self.interval.saturating_mul(1000) / permille.clamp(1, 1000);
        Self { interval, ..*self }
    }
}

/// The state of one rate: the theoretical arrival time of the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gcra {
    arrival: Option<SystemTime>,
}

/// What [`Gcra::next`] says.
pub(super) enum Cell {
    /// Now; this is the state after it.
    Conforms(Gcra),
    /// Not before this time; this is the state until then.
    Early(Gcra, SystemTime),
}

impl Gcra {
    /// Whether one may go now.
    pub(super) fn next(self, rate: &Rate, now: SystemTime) -> Cell {
        let interval = rate.interval.min(CENTURY);
        let full = far(now, interval.saturating_mul(rate.burst));
        // An arrival beyond a spent burst comes from a clock that was set back.
        let arrival = self.arrival.map_or(now, |arrival| arrival.clamp(now, full));
        let ahead = arrival.duration_since(now).unwrap_or_default();
        let tolerance = interval.saturating_mul(rate.burst - 1);
        if ahead > tolerance {
            let until = far(now, ahead - tolerance);
            return Cell::Early(Self { arrival: Some(arrival) }, until);
        }
        let next = far(arrival, interval);
        Cell::Conforms(Self { arrival: Some(next) })
    }

    /// Whether nothing is remembered that matters.
    pub(super) fn is_at_rest(self, now: SystemTime) -> bool {
        self.arrival.is_none_or(|arrival| arrival <= now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_rate_is_refused() {
        let second = Duration::from_secs(1);
        assert_eq!(Rate::new(0, second), Err(TimingError::Rate));
        assert_eq!(Rate::new(1, Duration::ZERO), Err(TimingError::Rate));
        assert_eq!(Rate::new(1, second).unwrap().with_burst(0), Err(TimingError::Rate));
    }

    #[test]
    fn a_clock_set_back_costs_one_interval() {
        let rate = Rate::new(1, Duration::from_secs(10)).unwrap().with_burst(3).unwrap();
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let Cell::Conforms(state) = Gcra::default().next(&rate, later) else { panic!("early") };
        let now = SystemTime::UNIX_EPOCH;
        let Cell::Early(state, next) = state.next(&rate, now) else { panic!("conforms") };
        assert_eq!(next, now + Duration::from_secs(10));
        assert!(matches!(state.next(&rate, next), Cell::Conforms(_)));
    }

    proptest! {
        #[test]
        fn never_above_the_rate_in_any_window(
            count in 1_u32..50, burst in 1_u32..10, pauses in proptest::collection::vec(0_u64..400, 1..200),
        ) {
            let rate = Rate::new(count, Duration::from_secs(10)).unwrap().with_burst(burst).unwrap();
            let (mut state, mut now, mut passed) = (Gcra::default(), SystemTime::UNIX_EPOCH, vec![]);
            for pause in pauses {
                now += Duration::from_millis(pause);
                match state.next(&rate, now) {
                    Cell::Conforms(next) => { state = next; passed.push(now); }
                    Cell::Early(early, next) => {
                        state = early;
                        prop_assert!(next > now && matches!(state.next(&rate, next), Cell::Conforms(_)));
                    }
                }
            }
            for (first, start) in passed.iter().enumerate() {
                for (last, end) in passed.iter().enumerate().skip(first) {
                    let window = end.duration_since(*start).unwrap().as_nanos();
                    let most = u128::from(burst) + window / rate.interval.as_nanos();
                    prop_assert!(((last - first + 1) as u128) <= most);
                }
            }
        }
    }
}
