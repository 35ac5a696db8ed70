//! Moving averages of the latency.

use std::collections::HashMap;

use super::{FAILURE, any, classic_pause, lowest, next_tier};
use crate::seed::Dice;
use crate::sim::policy::{End, Policy, Recovered, Try};
use crate::sim::world::{Ending, Path, World};

/// The path with the lowest moving average, over all egresses; each unknown path is tried once.
#[derive(Clone, Debug)]
pub struct Ewma<'a> {
    world: &'a World<'a>,
    dice: Dice,
    means: HashMap<Path, f64>,
}

impl<'a> Ewma<'a> {
    /// The policy in a world, with dice of that seed.
    #[must_use]
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self { world, dice: Dice::keyed(seed, &[13]), means: HashMap::new() }
    }
}

impl Policy for Ewma<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], _now: f64) -> Option<Try> {
        let paths = next_tier(self.world, domain, tried, self.world.egresses());
        let score = |path| self.means.get(&path).copied().unwrap_or_default();
        lowest(&paths, &mut self.dice, score).map(Try::new)
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }

    fn ended(&mut self, _mail: usize, end: &End, _now: f64) -> Recovered {
        let seen = if end.ending == Ending::Accepted { end.took } else { FAILURE };
        let mean = self.means.entry(end.path).or_insert(seen);
        *mean += 0.3 * (seen - *mean);
        Recovered::Nothing
    }
}

/// Peak EWMA with the better of two paths drawn by chance, as finagle and tower balance requests: a decay of ten seconds, times
/// the mails under way.
#[derive(Clone, Debug)]
pub struct PeakEwma<'a> {
    world: &'a World<'a>,
    dice: Dice,
    paths: HashMap<Path, Peak>,
}

#[derive(Clone, Copy, Debug)]
struct Peak {
    value: f64,
    time: f64,
    pending: u32,
}

impl Default for Peak {
    fn default() -> Self {
        Self { value: 1.0, time: 0.0, pending: 0 }
    }
}

impl Peak {
    const DECAY: f64 = 10.0;

    fn score(&self, now: f64) -> f64 {
        let decayed = self.value * (-(now - self.time) / Self::DECAY).exp();
        decayed * f64::from(self.pending + 1)
    }

    fn learn(&mut self, seen: f64, now: f64) {
        let weight = (-(now - self.time) / Self::DECAY).exp();
        self.value =
            if seen > self.value { seen } else { self.value * weight + seen * (1.0 - weight) };
        self.time = now;
        self.pending = self.pending.saturating_sub(1);
    }
}

impl<'a> PeakEwma<'a> {
    /// The policy in a world, with dice of that seed.
    #[must_use]
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self { world, dice: Dice::keyed(seed, &[14]), paths: HashMap::new() }
    }
}

impl Policy for PeakEwma<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], now: f64) -> Option<Try> {
        let paths = next_tier(self.world, domain, tried, self.world.egresses());
        let two = [any(&paths, &mut self.dice)?, any(&paths, &mut self.dice)?];
        let score = |path| self.paths.get(&path).copied().unwrap_or_default().score(now);
        lowest(&two, &mut self.dice, score).map(Try::new)
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }

    fn began(&mut self, _mail: usize, path: Path, now: f64) {
        let peak = self.paths.entry(path).or_insert_with(|| Peak { time: now, ..Peak::default() });
        peak.pending += 1;
    }

    fn ended(&mut self, _mail: usize, end: &End, now: f64) -> Recovered {
        let seen = if end.ending == Ending::Accepted { end.took } else { FAILURE };
        self.paths.entry(end.path).or_default().learn(seen, now);
        Recovered::Nothing
    }
}
