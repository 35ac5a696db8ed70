//! Policies beside the best that could be done, over several seeds.

use thiserror::Error;

use super::{Contender, MailRate, Run, World, WorldError, run};
use crate::ConfigError;

/// What came of the same mail in the same world with several policies.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SeedRuns {
    /// The seed of the mail and of the dice of the policies.
    pub seed: u64,
    /// What the [oracle](super::Oracle) made of it.
    pub oracle: Run,
    /// The policies, in the order they were asked for.
    pub runs: Vec<ContenderRun>,
}

/// What a policy made of the mail.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ContenderRun {
    /// The policy.
    pub contender: Contender,
    /// What came of it.
    pub run: Run,
}

impl SeedRuns {
    /// Sends the same mail with each policy, and with the oracle.
    ///
    /// # Errors
    /// When the world has more egresses than a planner may have.
    pub fn new(
        world: &World<'_>,
        contenders: &[Contender],
        rate: MailRate,
        seed: u64,
    ) -> Result<Self, ConfigError> {
        let send = |it: Contender| Ok(run(world, it.policy(world, seed)?.as_mut(), rate, seed));
        let oracle = send(Contender::Oracle)?;
        let runs = contenders.iter().map(|&contender| match contender {
            Contender::Oracle => Ok(ContenderRun { contender, run: oracle.clone() }),
            _ => Ok(ContenderRun { contender, run: send(contender)? }),
        });
        let runs = runs.collect::<Result<_, ConfigError>>()?;
        Ok(Self { seed, oracle, runs })
    }

    fn run(&self, contender: Contender) -> Option<&Run> {
        self.runs.iter().find(|it| it.contender == contender).map(|it| &it.run)
    }
}

/// How many times as long mail took: 1 is as fast.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Ratios {
    /// In the mean.
    pub mean: f64,
    /// At the median.
    pub p50: f64,
    /// At the 95th of a hundred.
    pub p95: f64,
    /// At the 99th of a hundred.
    pub p99: f64,
}

impl Ratios {
    /// The times of one run as multiples of those of another.
    #[must_use]
    pub fn of(run: &Run, other: &Run) -> Self {
        Self {
            mean: run.mean / other.mean,
            p50: run.p50 / other.p50,
            p95: run.p95 / other.p95,
            p99: run.p99 / other.p99,
        }
    }

    /// Each ratio by itself, put together by a function of sorted numbers.
    fn fold(all: &[Self], together: impl Fn(&[f64]) -> f64) -> Self {
        let fold = |of: fn(&Self) -> f64| together(&sorted(all.iter().map(of)));
        Self {
            mean: fold(|it| it.mean),
            p50: fold(|it| it.p50),
            p95: fold(|it| it.p95),
            p99: fold(|it| it.p99),
        }
    }
}

/// One policy over several seeds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Compared {
    /// The policy.
    pub contender: Contender,
    /// What came of each seed, in the order of the seeds.
    pub runs: Vec<Run>,
    /// The same as multiples of the oracle's, with all egresses.
    pub vs_oracle: Vec<Ratios>,
    /// The medians of these multiples.
    pub median: Ratios,
    /// The greatest of these multiples, each by itself.
    pub worst: Ratios,
}

impl Compared {
    /// The median over the seeds of one figure of the runs.
    ///
    /// ```
    /// # use mailkit_route::sim::{Contender, MailRate, SeedRuns, Site, Topology, Weather, World, WorldOptions, compare};
    /// # let sites = ["Hong Kong", "Frankfurt"].map(|name| Site::new(name, None));
    /// # let topology = Topology::new(sites.into(), |_, _| Some(0.183))?;
    /// # let weather = Weather::calm();
    /// # let mut options = WorldOptions::new(vec![0, 1]);
    /// # options.length = 600.0;
    /// # let world = World::new(&topology, &weather, &options, 1)?;
    /// # let runs = SeedRuns::new(&world, &[Contender::Oracle], MailRate::per_second(1.0)?, 1)?;
    /// let oracle = &compare(&[runs])[0];
    /// assert_eq!(oracle.figure(|run| run.exposed), 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn figure(&self, of: impl Fn(&Run) -> f64) -> f64 {
        median(&sorted(self.runs.iter().map(of)))
    }

    /// How many times as long mail took with another policy: the medians over the seeds that both have.
    #[must_use]
    pub fn ahead_of(&self, other: &Self) -> Ratios {
        let pairs = other.runs.iter().zip(&self.runs);
        let ratios: Vec<Ratios> = pairs.map(|(other, own)| Ratios::of(other, own)).collect();
        Ratios::fold(&ratios, median)
    }
}

/// Sets each policy beside the oracle: the ratios for each seed, and their medians.
///
/// A policy that is not in the runs of every seed is left out.
///
/// ```
/// use mailkit_route::sim::{Contender, MailRate, SeedRuns, Site, Topology, Weather, World, WorldOptions, compare};
/// let sites = ["Hong Kong", "Frankfurt", "Dallas"].map(|name| Site::new(name, None));
/// let topology = Topology::new(sites.into(), |from, to| Some(0.1 * (from + to) as f64))?;
/// let weather = Weather::calm();
/// let mut options = WorldOptions::new(vec![0, 1]);
/// options.length = 1_800.0;
/// let world = World::new(&topology, &weather, &options, 7)?;
/// let contenders = [Contender::Static, Contender::Mailkit];
/// let runs = SeedRuns::new(&world, &contenders, MailRate::per_second(1.0)?, 7)?;
/// let compared = compare(&[runs]);
/// assert!(compared[1].median.mean < compared[0].median.mean);
/// assert!(compared[1].ahead_of(&compared[0]).mean > 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn compare(seeds: &[SeedRuns]) -> Vec<Compared> {
    let asked = seeds.first().map_or(&[][..], |first| first.runs.as_slice()).iter();
    asked.filter_map(|it| compared(it.contender, seeds)).collect()
}

fn compared(contender: Contender, seeds: &[SeedRuns]) -> Option<Compared> {
    let runs: Option<Vec<Run>> = seeds.iter().map(|seed| seed.run(contender).cloned()).collect();
    let runs = runs?;
    let vs_oracle = runs.iter().zip(seeds).map(|(run, seed)| Ratios::of(run, &seed.oracle));
    let vs_oracle: Vec<Ratios> = vs_oracle.collect();
    let median = Ratios::fold(&vs_oracle, median);
    let worst = Ratios::fold(&vs_oracle, |all| all.last().copied().unwrap_or(f64::NAN));
    Some(Compared { contender, runs, vs_oracle, median, worst })
}

/// Why a policy could not be tried.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum RunError {
    /// There is no such world.
    #[error("there is no such world")]
    World(#[from] WorldError),
    /// The planner does not take the egresses of the world.
    #[error("the planner does not take these egresses")]
    Planner(#[from] ConfigError),
}

fn sorted(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The middle of sorted numbers.
pub(super) fn median(sorted: &[f64]) -> f64 {
    quantile(sorted, 0.5)
}

/// The quantile of sorted numbers, between its neighbours; 0 of none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
    let below = place as usize;
    let at =
        |place: usize| sorted.get(place).or_else(|| sorted.last()).copied().unwrap_or_default();
    let (low, high, part) = (at(below), at(below + 1), place - below as f64);
    // Between equals nothing is added, which matters where both are infinite.
    if part == 0.0 || low == high { low } else { low + (high - low) * part }
}
