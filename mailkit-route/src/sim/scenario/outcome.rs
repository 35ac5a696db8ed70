//! What a policy did about one fault.

use super::{Fails, Scenario};
use crate::sim::compare::{median, quantile};
use crate::sim::run::MailTrace;
use crate::sim::{Contender, Path, RunError, Topology, Trace, Weather, World, trace};

/// What a policy did about the fault of a [`Scenario`], with one seed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ScenarioOutcome {
    /// The seed.
    pub seed: u64,
    /// Mails posted during the fault.
    pub mails: usize,
    /// Those of them that tried what had failed, while it did.
    pub hits: usize,
    /// Seconds from the start of the fault to the first of [`Self::IN_A_ROW`] mails in a row whose first
    /// choice avoids what failed; `None` if they never did, or if too few mails came.
    pub failover: Option<f64>,
    /// The same from the first mail on whose first choice was what had failed: before it, nothing tells a
    /// policy that there is a fault. 0 if there was none.
    pub left_after: Option<f64>,
    /// Seconds from its end to the first mail whose first choice it is again; `None` if it never was.
    pub fail_back: Option<f64>,
    /// The longest time to acceptance of a mail posted during the fault, in seconds; `None` if one was never
    /// taken, or none posted.
    pub slowest: Option<f64>,
}

impl ScenarioOutcome {
    /// So many mails in a row count as having left.
    pub const IN_A_ROW: usize = 20;

    /// Runs a scenario with a policy.
    ///
    /// ```
    /// use mailkit_route::sim::{Contender, Scenario, ScenarioOutcome, Site, Topology, Weather};
    /// let sites = ["Hong Kong", "Frankfurt", "Dallas"].map(|name| Site::new(name, None));
    /// let topology = Topology::new(sites.into(), |from, to| Some(0.1 * (from + to) as f64))?;
    /// let scenario: Scenario = "blackhole-primary-steady".parse()?;
    /// let run = |policy| ScenarioOutcome::of(&topology, &Weather::calm(), &[0, 1], scenario, policy, 1);
    /// let (ours, plain) = (run(Contender::Mailkit)?, run(Contender::Static)?);
    /// assert!(ours.failover.is_some_and(|seconds| seconds < 10.0));
    /// assert_eq!((plain.failover, plain.hits), (None, plain.mails));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no egress, there are too many, or one stands nowhere.
    pub fn of(
        topology: &Topology,
        weather: &Weather,
        egresses: &[usize],
        scenario: Scenario,
        contender: Contender,
        seed: u64,
    ) -> Result<Self, RunError> {
        let world = World::of_scenario(topology, weather, egresses, scenario, seed)?;
        let mut policy = contender.policy(&world, seed)?;
        let Trace { mails, .. } = trace(&world, policy.as_mut(), scenario.rate(), seed);
        Ok(Self::seen(&world, scenario, &mails, seed))
    }

    fn seen(world: &World<'_>, scenario: Scenario, mails: &[MailTrace], seed: u64) -> Self {
        let (from, until) = scenario.fault();
        let best = world.best_egress(0);
        let failed = |path: Path| match scenario.fails() {
            Fails::Host(_) => path.host == 0,
            // Another host at the same place has the same way.
            Fails::BestWay(_) => path.egress == best && place(world, path) == place(world, FIRST),
        };
        let hit = |mail: &&MailTrace| {
            mail.tries.iter().any(|it| it.at >= from && it.at < until && failed(it.path))
        };
        let avoids = |mail: &MailTrace| !mail.tries.first().is_some_and(|it| failed(it.path));
        let (_, later) = at_time(mails, from);
        let (during, after) = at_time(later, until);
        let left = |mails: &[MailTrace]| {
            let mut rows = mails.windows(Self::IN_A_ROW);
            rows.find(|row| row.iter().all(avoids))?.first().map(|mail| mail.posted)
        };
        let met = during.iter().position(|mail| !avoids(mail)).and_then(|at| during.get(at..));
        let left_after = |met: &[MailTrace]| Some(left(met)? - met.first()?.posted);
        let back = after.iter().find(|mail| !avoids(mail));
        Self {
            seed,
            mails: during.len(),
            hits: during.iter().filter(hit).count(),
            failover: left(during).map(|time| time - from),
            left_after: met.map_or(Some(0.0), left_after),
            fail_back: back.map(|mail| mail.posted - until),
            slowest: slowest(during),
        }
    }
}

/// The mails that were posted before a time, and the others.
fn at_time(mails: &[MailTrace], time: f64) -> (&[MailTrace], &[MailTrace]) {
    mails.split_at(mails.partition_point(|mail| mail.posted < time))
}

/// The longest time of a mail, if all were taken.
fn slowest(mails: &[MailTrace]) -> Option<f64> {
    let times: Option<Vec<f64>> =
        mails.iter().map(|mail| Some(mail.taken? - mail.posted)).collect();
    times?.into_iter().max_by(f64::total_cmp)
}

/// What a policy did about the fault over several seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ScenarioSummary {
    /// Seeds.
    pub seeds: usize,
    /// Of the mails posted during the fault, the share that tried what had failed.
    pub hits: f64,
    /// The median time to leave, in seconds; `None` if most never left. See [`ScenarioOutcome::failover`].
    pub failover_median: Option<f64>,
    /// The time within which 95 of 100 seeds left.
    pub failover_p95: Option<f64>,
    /// The same from the first mail on that met the fault; see [`ScenarioOutcome::left_after`].
    pub left_after_p95: Option<f64>,
    /// The median time to come back; see [`ScenarioOutcome::fail_back`].
    pub fail_back_median: Option<f64>,
    /// The longest time to come back.
    pub fail_back_worst: Option<f64>,
    /// The longest time to acceptance of a mail; `None` if one was never taken.
    pub slowest: Option<f64>,
}

impl ScenarioSummary {
    /// The summary of outcomes; one that never happened is longer than any that did.
    #[must_use]
    pub fn new(outcomes: &[ScenarioOutcome]) -> Self {
        let sum = |of: fn(&ScenarioOutcome) -> usize| outcomes.iter().map(of).sum::<usize>();
        let sorted = |of: fn(&ScenarioOutcome) -> Option<f64>| {
            let times = outcomes.iter().map(|it| of(it).unwrap_or(f64::INFINITY));
            let mut times: Vec<f64> = times.collect();
            times.sort_by(f64::total_cmp);
            times
        };
        let finite = |time: f64| time.is_finite().then_some(time);
        let worst = |times: &[f64]| times.last().copied().and_then(finite);
        let (failover, fail_back) = (sorted(|it| it.failover), sorted(|it| it.fail_back));
        let waited = outcomes.iter().filter(|it| it.mails > 0);
        let slowest = waited.map(|it| it.slowest.unwrap_or(f64::INFINITY)).max_by(f64::total_cmp);
        Self {
            seeds: outcomes.len(),
            hits: sum(|it| it.hits) as f64 / sum(|it| it.mails).max(1) as f64,
            failover_median: finite(median(&failover)),
            failover_p95: finite(quantile(&failover, 0.95)),
            left_after_p95: finite(quantile(&sorted(|it| it.left_after), 0.95)),
            fail_back_median: finite(median(&fail_back)),
            fail_back_worst: worst(&fail_back),
            slowest: slowest.and_then(finite),
        }
    }
}

fn place(world: &World<'_>, path: Path) -> Option<usize> {
    world.hosts().get(path.host).map(|host| host.site)
}

const FIRST: Path = Path { egress: 0, host: 0 };
