//! The round trip over a way: a slow mean, and the last value while it is fresh.

use super::tick::Tick;

/// In natural logarithms of seconds, for round trips differ by factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundTrip {
    mean: f32,
    /// In 1/2048ths, which is half a thousandth of the round trip.
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
        let mean = seconds.clamp(1e-4, 60.0).ln();
        Self { mean, last: 0, seen: None, count: 0 }
    }

    /// In seconds; the last value gives way to the mean within `memory` seconds.
    pub(crate) fn estimate(&self, now: Tick, memory: f32) -> f32 {
        let Some(seen) = self.seen else { return self.mean.exp() };
        let weight = (-now.since(seen) / memory).exp();
        let last = f32::from(self.last) / STEPS;
        (self.mean + (last - self.mean) * weight).exp()
    }

    pub(crate) fn learn(&mut self, seconds: f32, now: Tick) {
        let last = seconds.clamp(1e-4, 60.0).ln();
        let weight = f32::from(self.count) + Self::GUESS;
        self.mean += (last - self.mean) / (weight + 1.0);
        #[expect(clippy::cast_possible_truncation, reason = "from -9.3 to 4.1 times 2048")]
        let steps = (last * STEPS).round() as i16;
        self.last = steps;
        self.count = (self.count + 1).min(Self::MOST);
        self.seen = Some(now);
    }

    /// Seconds since the last observation; infinite without one.
    pub(crate) fn age(&self, now: Tick) -> f32 {
        self.seen.map_or(f32::INFINITY, |seen| now.since(seen))
    }

    pub(crate) fn observations(&self) -> u8 {
        self.count
    }
}

/// Of the logarithm of one second.
const STEPS: f32 = 2_048.0;

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
