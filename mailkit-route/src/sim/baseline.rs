//! What others do, and what the best could do.

mod bandit;
mod ewma;
mod oracle;
mod plain;

pub use bandit::{Thompson, Ucb};
pub use ewma::{Ewma, PeakEwma};
pub use oracle::Oracle;
pub use plain::{Nearest, RoundRobin, Static};

use super::World;
use super::world::Path;
use crate::seed::Dice;

/// The paths to the hosts of the best preference that this attempt has not tried: one try a host.
fn next_tier<'a>(
    world: &'a World<'_>,
    domain: usize,
    tried: &'a [Path],
    egresses: usize,
) -> Vec<Path> {
    if tried.len() >= MOST_TRIES {
        return Vec::new();
    }
    let fresh = |host: &&usize| !tried.iter().any(|path| path.host == **host);
    let preference = |host: usize| world.hosts().get(host).map_or(0, |host| host.preference);
    let hosts: Vec<usize> = world.hosts_of(domain).iter().filter(fresh).copied().collect();
    let Some(best) = hosts.iter().map(|&host| preference(host)).min() else { return Vec::new() };
    let tier = hosts.into_iter().filter(|&host| preference(host) == best);
    tier.flat_map(|host| (0..egresses).map(move |egress| Path { egress, host })).collect()
}

/// The path with the lowest score, by chance among equals.
fn lowest(paths: &[Path], dice: &mut Dice, mut score: impl FnMut(Path) -> f64) -> Option<Path> {
    let scored = paths.iter().map(|&path| (score(path), dice.unit(), path));
    let best = scored.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    best.map(|(_, _, path)| path)
}

/// One of the paths, by chance.
fn any(paths: &[Path], dice: &mut Dice) -> Option<Path> {
    paths.get(dice.below(paths.len())).copied()
}

/// 5, 10, 20, 40 and then 67 minutes, a tenth more or less, as Postfix has it.
pub(super) fn classic_pause(times: u32, dice: &mut Dice) -> f64 {
    let minutes = match times {
        0 => 5.0,
        1 => 10.0,
        2 => 20.0,
        3 => 40.0,
        _ => 66.7,
    };
    minutes * 60.0 * dice.uniform(0.9, 1.1)
}

const MOST_TRIES: usize = 5;
/// What a failure counts for with policies that know latency alone, in seconds.
const FAILURE: f64 = 30.0;
