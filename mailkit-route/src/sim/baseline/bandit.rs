//! Bandits over the logarithm of the latency, forgetting over ten minutes.

use std::collections::HashMap;

use super::{FAILURE, classic_pause, lowest, next_tier};
use crate::seed::Dice;
use crate::sim::policy::{End, Policy, Recovered, Try};
use crate::sim::world::{Ending, Path, World};

/// What was seen of the paths.
#[derive(Clone, Debug, Default)]
struct Memory {
    seen: HashMap<Path, Seen>,
    of_domain: HashMap<usize, f64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    count: f64,
    mean: f64,
    time: f64,
}

impl Seen {
    fn count_at(&self, now: f64) -> f64 {
        self.count * (-(now - self.time) / 600.0).exp()
    }
}

impl Memory {
    fn of(&self, path: Path) -> Seen {
        self.seen.get(&path).copied().unwrap_or_default()
    }

    fn learn(&mut self, end: &End, domain: usize, now: f64) {
        let log = if end.ending == Ending::Accepted { end.took } else { FAILURE }.ln();
        let before = self.of(end.path);
        let count = before.count_at(now);
        let mean = (before.mean * count + log) / (count + 1.0);
        self.seen.insert(end.path, Seen { count: count + 1.0, mean, time: now });
        *self.of_domain.entry(domain).or_default() += 1.0;
    }
}

/// The lower confidence bound (UCB1, discounted).
#[derive(Clone, Debug)]
pub struct Ucb<'a> {
    world: &'a World<'a>,
    dice: Dice,
    memory: Memory,
}

impl<'a> Ucb<'a> {
    /// The policy in a world, with dice of that seed.
    #[must_use]
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self { world, dice: Dice::keyed(seed, &[15]), memory: Memory::default() }
    }
}

impl Policy for Ucb<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], now: f64) -> Option<Try> {
        let paths = next_tier(self.world, domain, tried, self.world.egresses());
        let total = self.memory.of_domain.get(&domain).copied().unwrap_or(1.0) + 1.0;
        let score = |path| {
            let seen = self.memory.of(path);
            let count = seen.count_at(now);
            let bound = 0.5 * (2.0 * total.ln() / (count + 0.01)).sqrt();
            if count < 1e-9 { f64::NEG_INFINITY } else { seen.mean - bound }
        };
        lowest(&paths, &mut self.dice, score).map(Try::new)
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }

    fn ended(&mut self, _mail: usize, end: &End, now: f64) -> Recovered {
        let domain = self.world.hosts().get(end.path.host).map_or(0, |host| host.domain);
        self.memory.learn(end, domain, now);
        Recovered::Nothing
    }
}

/// Thompson sampling, discounted, with a prior of two seconds.
#[derive(Clone, Debug)]
pub struct Thompson<'a> {
    world: &'a World<'a>,
    dice: Dice,
    memory: Memory,
}

impl<'a> Thompson<'a> {
    /// The policy in a world, with dice of that seed.
    #[must_use]
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self { world, dice: Dice::keyed(seed, &[16]), memory: Memory::default() }
    }
}

impl Policy for Thompson<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], now: f64) -> Option<Try> {
        let paths = next_tier(self.world, domain, tried, self.world.egresses());
        let mut draws = self.dice.clone();
        let score = |path| {
            let seen = self.memory.of(path);
            let count = seen.count_at(now);
            let mean = (seen.mean * count + 0.2 * 2.0_f64.ln()) / (count + 0.2);
            mean + draws.normal() * 0.5 / (count + 0.2).sqrt()
        };
        let chosen = lowest(&paths, &mut self.dice, score).map(Try::new);
        self.dice = draws;
        chosen
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }

    fn ended(&mut self, _mail: usize, end: &End, now: f64) -> Recovered {
        let domain = self.world.hosts().get(end.path.host).map_or(0, |host| host.domain);
        self.memory.learn(end, domain, now);
        Recovered::Nothing
    }
}
