//! Without a memory.

use super::{any, classic_pause, lowest, next_tier};
use crate::seed::Dice;
use crate::sim::policy::{Policy, Try};
use crate::sim::world::{MAIL_ROUND_TRIPS, Path, World};

/// RFC 5321 by the letter: preferences in order, equals by chance, one egress a domain, 30 seconds for a connection.
#[derive(Clone, Debug)]
pub struct Static<'a> {
    world: &'a World<'a>,
    dice: Dice,
    /// The egress of each domain.
    pins: Vec<usize>,
}

impl<'a> Static<'a> {
    /// The policy in a world, with dice of that seed: all mail leaves where it starts.
    #[must_use]
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self { world, dice: Dice::keyed(seed, &[10]), pins: vec![0; world.domains()] }
    }

    /// The same over all egresses: a table gives each domain one of them, whatever happens.
    #[must_use]
    pub fn pinned(world: &'a World<'a>, seed: u64) -> Self {
        let mut table = Dice::keyed(seed, &[19]);
        let pins = (0..world.domains()).map(|_| table.below(world.egresses())).collect();
        Self { pins, ..Self::new(world, seed) }
    }
}

impl Policy for Static<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], _now: f64) -> Option<Try> {
        let egress = self.pins.get(domain).copied().unwrap_or_default();
        let hosts = next_tier(self.world, domain, tried, 1);
        let paths: Vec<Path> = hosts.iter().map(|path| Path { egress, ..*path }).collect();
        any(&paths, &mut self.dice).map(Try::new)
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }
}

/// The same from an egress drawn by chance, as pools of addresses do.
#[derive(Clone, Debug)]
pub struct RoundRobin<'a> {
    world: &'a World<'a>,
    dice: Dice,
}

impl<'a> RoundRobin<'a> {
    /// The policy in a world, with dice of that seed.
    #[must_use]
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self { world, dice: Dice::keyed(seed, &[11]) }
    }
}

impl Policy for RoundRobin<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], _now: f64) -> Option<Try> {
        let paths = next_tier(self.world, domain, tried, self.world.egresses());
        any(&paths, &mut self.dice).map(Try::new)
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }
}

/// The egress and host that the map says are nearest.
#[derive(Clone, Debug)]
pub struct Nearest<'a> {
    world: &'a World<'a>,
    dice: Dice,
}

impl<'a> Nearest<'a> {
    /// The policy in a world, with dice of that seed.
    #[must_use]
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self { world, dice: Dice::keyed(seed, &[12]) }
    }
}

impl Policy for Nearest<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], _now: f64) -> Option<Try> {
        let paths = next_tier(self.world, domain, tried, self.world.egresses());
        lowest(&paths, &mut self.dice, |path| by_map(self.world, path)).map(Try::new)
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }
}

/// The seconds that a mail takes by the distances; by the median round trips where places are unknown.
fn by_map(world: &World<'_>, path: Path) -> f64 {
    let site = world.hosts().get(path.host).map_or(0, |host| host.site);
    let egress = world.egress_site(path.egress);
    let point = |site: usize| world.topology().sites().get(site).and_then(|site| site.point);
    let guess = |from: usize, to: usize| match (point(from), point(to)) {
        (Some(from), Some(to)) => from.expected_round_trip(to).as_secs_f64(),
        _ => world.topology().round_trip(from, to),
    };
    2.0 * guess(world.egress_site(0), egress) + MAIL_ROUND_TRIPS * guess(egress, site)
}
