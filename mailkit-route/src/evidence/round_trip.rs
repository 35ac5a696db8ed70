//! The round trip over a way: a slow mean, and the last value while it is fresh.

use super::tick::Tick;

/// In natural logarithms of seconds, for round trips differ by factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundTrip {
    mean: f32,
    last: f32,
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
        Self { mean, last: mean, seen: None, count: 0 }
    }

    /// In seconds; the last value gives way to the mean within `memory` seconds.
    pub(crate) fn estimate(&self, now: Tick, memory: f32) -> f32 {
        let weight = self.seen.map_or(0.0, |seen| (-now.since(seen) / memory).exp());
        (self.mean + (self.last - self.mean) * weight).exp()
    }

    pub(crate) fn learn(&mut self, seconds: f32, now: Tick) {
        self.last = seconds.clamp(1e-4, 60.0).ln();
        let weight = f32::from(self.count) + Self::GUESS;
        self.mean += (self.last - self.mean) / (weight + 1.0);
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
