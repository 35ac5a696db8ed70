//! The policies in worlds where much breaks, for people and for programs.

use std::fmt;

use mailkit_route::sim::{Compared, Contender, Ratios, Run, compare};
use serde::Serialize;

use super::Work;
use crate::commands::error::CommandError;
use crate::commands::output;

/// The policies in worlds where much breaks.
#[derive(Serialize)]
pub(super) struct Comparison {
    #[serde(flatten)]
    setting: Setting,
    mails_per_second: f64,
    policies: Vec<PolicyRow>,
    comparisons: Vec<Lead>,
}

/// Where and how often it was tried.
#[derive(Serialize)]
pub(super) struct Setting {
    world: String,
    egresses: Vec<String>,
    seeds: Vec<u64>,
}

/// One policy: the medians over the seeds, and the greatest mean.
#[derive(Serialize)]
struct PolicyRow {
    policy: Contender,
    egresses: usize,
    mean_seconds: f64,
    p50_seconds: f64,
    p95_seconds: f64,
    p99_seconds: f64,
    mean_vs_oracle: f64,
    p50_vs_oracle: f64,
    p95_vs_oracle: f64,
    p99_vs_oracle: f64,
    worst_seed_mean_vs_oracle: f64,
    worst_seed_p50_vs_oracle: f64,
    worst_seed_p95_vs_oracle: f64,
    worst_seed_p99_vs_oracle: f64,
    within_a_minute: f64,
    exposed: f64,
    early_backups: f64,
    attempts_per_mail: f64,
    by_seed: Vec<SeedRow>,
}

#[derive(Serialize)]
struct SeedRow {
    seed: u64,
    #[serde(flatten)]
    run: Run,
    vs_oracle: Ratios,
}

/// How many times as long mail took with another policy.
#[derive(Serialize)]
struct Lead {
    policy: Contender,
    against: Contender,
    /// Whether both have the same egresses.
    like_for_like: bool,
    #[serde(flatten)]
    times: Ratios,
}

impl Comparison {
    pub(super) fn new(work: &Work<'_>) -> Result<Self, CommandError> {
        let setting = Setting::of(work);
        let compared = compare(&work.comparison()?);
        let policies = compared.iter().map(|it| PolicyRow::new(it, &setting)).collect();
        let find = |contender| compared.iter().find(|it| it.contender == contender);
        let lead = |&(policy, against): &(Contender, Contender)| {
            let times = find(policy)?.ahead_of(find(against)?);
            let (own, other) = (setting.egresses_of(policy), setting.egresses_of(against));
            Some(Lead { policy, against, like_for_like: own == other, times })
        };
        let comparisons = LEADS.iter().filter_map(lead).collect();
        let mails_per_second = work.arguments.rate.get();
        Ok(Self { setting, mails_per_second, policies, comparisons })
    }
}

impl Setting {
    pub(super) fn of(work: &Work<'_>) -> Self {
        Self {
            world: work.geography.source.clone(),
            egresses: work.geography.names(work.egresses),
            seeds: work.arguments.seeds.all(),
        }
    }

    pub(super) fn egresses_of(&self, contender: Contender) -> usize {
        if contender.is_at_home() { 1 } else { self.egresses.len() }
    }
}

impl PolicyRow {
    fn new(compared: &Compared, setting: &Setting) -> Self {
        let Compared { contender, runs, vs_oracle, median, worst, .. } = compared;
        let rows = setting.seeds.iter().zip(runs).zip(vs_oracle);
        let row = |((&seed, run), &vs_oracle): ((&u64, &Run), &Ratios)| SeedRow {
            seed,
            run: run.clone(),
            vs_oracle,
        };
        Self {
            policy: *contender,
            egresses: setting.egresses_of(*contender),
            mean_seconds: compared.figure(|run| run.mean),
            p50_seconds: compared.figure(|run| run.p50),
            p95_seconds: compared.figure(|run| run.p95),
            p99_seconds: compared.figure(|run| run.p99),
            mean_vs_oracle: median.mean,
            p50_vs_oracle: median.p50,
            p95_vs_oracle: median.p95,
            p99_vs_oracle: median.p99,
            worst_seed_mean_vs_oracle: worst.mean,
            worst_seed_p50_vs_oracle: worst.p50,
            worst_seed_p95_vs_oracle: worst.p95,
            worst_seed_p99_vs_oracle: worst.p99,
            within_a_minute: compared.figure(|run| run.within_a_minute),
            exposed: compared.figure(|run| run.exposed),
            early_backups: compared.figure(|run| run.early_backups),
            attempts_per_mail: compared.figure(|run| run.attempts_per_mail),
            by_seed: rows.map(row).collect(),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.seeds.len();
        let seeds = if count == 1 { "seed" } else { "seeds" };
        let egresses = match self.egresses.as_slice() {
            [home] => format!("one egress, {home}"),
            all => format!("egresses {}; mail starts at the first", all.join(", ")),
        };
        writeln!(f, "{count} {seeds}; {}; {egresses}", self.world)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.setting)?;
        writeln!(
            f,
            "medians over the seeds, times to acceptance in seconds and as multiples of the oracle's\n"
        )?;
        let head = [
            "policy",
            "egresses",
            "mean",
            "p50",
            "p95",
            "p99",
            "mean ×",
            "p50 ×",
            "p95 ×",
            "p99 ×",
            "worst mean ×",
            "exposed",
            "tries",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(self.policies.iter().map(cells));
        f.write_str(&output::table(&rows, &(1..head.len()).collect::<Vec<_>>()))?;
        if !self.comparisons.is_empty() {
            f.write_str("\n")?;
        }
        self.comparisons.iter().try_for_each(|lead| writeln!(f, "{}", self.sentence(lead)))
    }
}

fn cells(row: &PolicyRow) -> Vec<String> {
    let seconds = [row.mean_seconds, row.p50_seconds, row.p95_seconds, row.p99_seconds];
    let times = [
        row.mean_vs_oracle,
        row.p50_vs_oracle,
        row.p95_vs_oracle,
        row.p99_vs_oracle,
        row.worst_seed_mean_vs_oracle,
    ];
    let mut cells = vec![row.policy.to_string(), row.egresses.to_string()];
    cells.extend(seconds.map(|it| format!("{it:.2}")));
    cells.extend(times.map(|it| format!("{it:.3}")));
    cells.push(format!("{:.1} %", 100.0 * row.exposed));
    cells.push(format!("{:.3}", row.attempts_per_mail));
    cells
}

impl Comparison {
    fn sentence(&self, lead: &Lead) -> String {
        let Lead { policy, against, like_for_like, times } = lead;
        let own = self.setting.egresses_of(*policy);
        let egresses = match (like_for_like, own) {
            (true, 1) => "with the same one egress".to_owned(),
            (true, _) => format!("over the same {own} egresses"),
            (false, _) => {
                format!("owning {own} egresses instead of {}", self.setting.egresses_of(*against))
            }
        };
        let Ratios { mean, p99, .. } = times;
        format!(
            "{policy} beside {against}: a mean {mean:.1} times lower and a p99 {p99:.1} times, {egresses}"
        )
    }
}

/// Who is set against whom.
const LEADS: [(Contender, Contender); 5] = [
    (Contender::Mailkit, Contender::Static),
    (Contender::Mailkit, Contender::StaticPinned),
    (Contender::Mailkit, Contender::RoundRobin),
    (Contender::MailkitAtHome, Contender::Static),
    (Contender::OracleAtHome, Contender::Static),
];
