//! Made-up domains that follow the advice, or a calendar instead.
//!
//! A simulation makes domains with one to eight legitimate streams, some of them misconfigured,
//! some monthly, some that come later; with forwarders, spoofers, receivers that report or not, know
//! `t=y` or not; with lost reports, failed key rotations and new providers. Each domain is lived
//! through under each [`Rule`] with the same mail. Nothing but the seed decides what happens.

mod dice;
mod operator;
mod outcome;
mod report;
mod run;
mod state;
mod stream;
mod world;

use std::fmt;

pub use report::{MailCounts, RuleOutcome, SimulationReport};

use super::RolloutPolicy;
use run::Run;
use world::World;

/// Which domains to simulate.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Simulation {
    /// How many domains.
    pub domains: u32,
    /// What they are made from.
    pub seed: u64,
    /// What the advice follows.
    pub policy: RolloutPolicy,
    /// The rules to try on them.
    pub rules: Vec<Rule>,
}

impl Simulation {
    /// So many domains made from a seed, under the default policy and under calendars of two and
    /// four weeks a stage.
    #[must_use]
    pub fn new(domains: u32, seed: u64) -> Self {
        let rules = vec![Rule::Advised, Rule::Calendar { days: 14 }, Rule::Calendar { days: 28 }];
        Self { domains, seed, policy: RolloutPolicy::default(), rules }
    }

    /// Lets the domains live, and tells `progress` after each how many are done.
    ///
    /// ```
    /// use mailkit_auth::rollout::simulate::Simulation;
    ///
    /// let report = Simulation::new(3, 1).run(|_done| {});
    /// assert_eq!(report.rules[0].broken_streams, 0);
    /// ```
    pub fn run(&self, mut progress: impl FnMut(u32)) -> SimulationReport {
        let mut outcomes = vec![Vec::new(); self.rules.len()];
        for number in 0..self.domains {
            let world = World::new(self.seed, number);
            for (rule, outcomes) in self.rules.iter().zip(&mut outcomes) {
                outcomes.push(Run::new(&world, &self.policy, *rule).finish());
            }
            progress(number + 1);
        }
        let rules = self.rules.iter().zip(&outcomes);
        SimulationReport {
            domains: self.domains,
            seed: self.seed,
            rules: rules.map(|(rule, outcomes)| RuleOutcome::new(*rule, outcomes)).collect(),
        }
    }
}

/// When a simulated operator publishes the next stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Rule {
    /// When [`advise`](super::advise) says so, and back when it says so.
    Advised,
    /// After so many days at each stage, whatever the reports say.
    Calendar {
        /// The days at each stage.
        days: u32,
    },
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Advised => f.write_str("as advised"),
            Self::Calendar { days } => write!(f, "by the calendar, {days} days a stage"),
        }
    }
}

/// Half a year is simulated.
const HORIZON_DAYS: u32 = 182;
