//! The round trip over a way: a slow mean, and the last value while it is fresh.

use super::share::Timing;
use super::tick::Tick;

/// A mean of logarithms, for round trips differ by factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundTrip {
    /// In seconds.
    mean: f32,
    /// The logarithm of the last value over the mean, in 1/2048ths: half a thousandth of the round trip.
    last: i16,
    seen: Option<Tick>,
    /// Observations, at most [`RoundTrip::MOST`].
    count: u8,
}

impl RoundTrip {
    /// More observations than that do not make the mean slower.
    const MOST: u8 = 30;
    /// How many observations a guess is worth.
    const GUESS: f32 = 0.3;

    /// A guess, in seconds.
    pub(crate) fn guess(seconds: f32) -> Self {
        Self { mean: possible(seconds), last: 0, seen: None, count: 0 }
    }

    /// In seconds; the last value gives way to the mean within `memory` seconds.
    pub(crate) fn estimate(&self, now: Tick, memory: f32) -> f32 {
        let age = self.age(now) / memory;
        if age > FORGOTTEN {
            return self.mean;
        }
        let last = f32::from(self.last) / STEPS;
        self.mean * (last * (-age).exp()).exp()
    }

    pub(crate) fn learn(&mut self, seconds: f32, now: Tick) {
        let seconds = possible(seconds);
        let weight = f32::from(self.count) + Self::GUESS + 1.0;
        self.mean *= ((seconds / self.mean).ln() / weight).exp();
        self.last = steps(seconds / self.mean);
        self.count = (self.count + 1).min(Self::MOST);
        self.seen = Some(now);
    }

    /// What is known, to be told to other planners.
    pub(super) fn timing(&self) -> Option<(Tick, Timing)> {
        let (count, mean) = (self.count, self.mean);
        Some((self.seen?, Timing { count, mean, last: self.last() }))
    }

    /// Takes in what another planner saw: its last value, if that is later, and its mean, if it saw more.
    pub(super) fn adopt(&mut self, timing: Timing, at: Tick) -> bool {
        let mut last = self.last();
        let is_later = self.seen.is_none_or(|seen| seen < at);
        if is_later {
            (last, self.seen) = (possible(timing.last), Some(at));
        }
        let count = timing.count.min(Self::MOST);
        let saw_more = self.count < count;
        if saw_more {
            (self.mean, self.count) = (possible(timing.mean), count);
        }
        if is_later || saw_more {
            self.last = steps(last / self.mean);
        }
        is_later || saw_more
    }

    /// In seconds.
    fn last(&self) -> f32 {
        self.mean * (f32::from(self.last) / STEPS).exp()
    }

    /// Seconds since the last observation; infinite without one.
    pub(crate) fn age(&self, now: Tick) -> f32 {
        self.seen.map_or(f32::INFINITY, |seen| now.age(seen))
    }

    pub(crate) fn observations(&self) -> u8 {
        self.count
    }
}

/// No round trip is shorter or longer.
fn possible(seconds: f32) -> f32 {
    seconds.clamp(1e-4, 60.0)
}

#[expect(clippy::cast_possible_truncation, reason = "from -13.4 to 13.4 times 2048")]
fn steps(factor: f32) -> i16 {
    (factor.ln() * STEPS).round() as i16
}

/// Of a logarithm.
const STEPS: f32 = 2_048.0;
/// After so many memories the last value counts for less than its 3,000th part.
const FORGOTTEN: f32 = 8.0;

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn tick(seconds: u64) -> Tick {
        let began = SystemTime::UNIX_EPOCH;
        Tick::new(began, began + Duration::from_secs(seconds))
    }

    #[test]
    fn the_last_value_counts_while_it_is_fresh_and_then_the_mean() {
        let mut way = RoundTrip::guess(0.1);
        assert!((way.estimate(tick(0), 45.0) - 0.1).abs() < 1e-6);
        for second in 0..40 {
            way.learn(0.2, tick(second));
        }
        way.learn(0.4, tick(40));
        assert!((way.estimate(tick(40), 45.0) - 0.4).abs() < 4e-4);
        let later = way.estimate(tick(4_000), 45.0);
        assert!((0.2..0.22).contains(&later), "{later}");
        assert_eq!((way.observations(), way.age(tick(50))), (30, 10.0));
    }

    #[test]
    fn a_way_takes_twelve_octets() {
        assert_eq!(size_of::<RoundTrip>(), 12);
    }
}
