//! The policies in worlds with one fault, for people and for programs.

use std::fmt;

use mailkit_route::sim::{Contender, Pace, Scenario, ScenarioOutcome, ScenarioSummary};
use serde::Serialize;

use super::Work;
use super::answer::Setting;
use crate::commands::error::CommandError;
use crate::commands::output;

/// What came of each scenario with each policy.
#[derive(Serialize)]
pub(super) struct Scenarios {
    #[serde(flatten)]
    setting: Setting,
    scenarios: Vec<ScenarioRow>,
}

#[derive(Serialize)]
struct ScenarioRow {
    scenario: Scenario,
    policy: Contender,
    egresses: usize,
    #[serde(flatten)]
    summary: ScenarioSummary,
    by_seed: Vec<ScenarioOutcome>,
}

impl Scenarios {
    pub(super) fn new(work: &Work<'_>, scenarios: &[Scenario]) -> Result<Self, CommandError> {
        let setting = Setting::of(work);
        let contenders = work.arguments.contenders();
        let pairs = scenarios.iter().flat_map(|&it| contenders.iter().map(move |&by| (it, by)));
        let tasks: Vec<(Scenario, Contender)> = pairs.collect();
        let outcomes = work.scenarios(&tasks)?;
        let row = |(&(scenario, policy), by_seed): (&(Scenario, Contender), Vec<_>)| {
            let egresses = setting.egresses_of(policy);
            let summary = ScenarioSummary::new(&by_seed);
            ScenarioRow { scenario, policy, egresses, summary, by_seed }
        };
        let scenarios = tasks.iter().zip(outcomes).map(row).collect();
        Ok(Self { setting, scenarios })
    }
}

impl fmt::Display for Scenarios {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{EXPLAINED}", self.setting)?;
        let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
        rows.extend(self.scenarios.iter().map(cells));
        f.write_str(&output::table(&rows, &(3..HEAD.len()).collect::<Vec<_>>()))
    }
}

fn cells(row: &ScenarioRow) -> Vec<String> {
    let it = &row.summary;
    let never = || "never".to_owned();
    let seconds = |time: Option<f64>| time.map_or_else(never, |it| format!("{it:.1}"));
    let times = [
        it.failover_median,
        it.failover_p95,
        it.left_after_p95,
        it.fail_back_median,
        it.fail_back_worst,
    ];
    let mut cells = vec![row.scenario.to_string(), row.policy.to_string()];
    cells.push(row.egresses.to_string());
    cells.push(format!("{:.1} %", 100.0 * it.hits));
    cells.extend(times.map(|time| match row.scenario.pace {
        Pace::Sparse => "–".to_owned(),
        _ => seconds(time),
    }));
    cells.push(seconds(it.slowest));
    cells
}

const HEAD: [&str; 10] = [
    "scenario",
    "policy",
    "egresses",
    "hits",
    "leaves p50",
    "p95",
    "after a hit p95",
    "comes back p50",
    "worst",
    "slowest mail",
];

const EXPLAINED: &str = "hits: of the mails posted during the fault, those that tried what had failed; leaves: seconds until 20 mails in a row
avoid it, from the start of the fault or from the first mail that met it; slowest: seconds until a mail was taken.
With one mail in ten minutes, when it leaves and comes back is a matter of when mail comes.

";
