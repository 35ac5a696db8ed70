//! `mailkit rollout`: whether the evidence allows a stricter DMARC policy.

use std::path::PathBuf;

use mailkit_auth::rollout::simulate::{Rule, Simulation};
use mailkit_auth::rollout::{
    CurrentRecord, Day, Evidence, Remedy, RolloutPolicy, RolloutStep, advise,
};
use mailkit_auth::{DmarcRecord, Domain};

use super::ending::Ending;
use super::error::CommandError;
use super::output::Progress;
use super::reports::{Collected, SourceArguments, read_evidence};
use super::{moment, output};

/// What `mailkit rollout` is told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say what to publish next, and why, or why not yet.
    Advise(Box<Advise>),
    /// Follow the advice in thousands of made-up domains, and a calendar beside it.
    Simulate(Simulate),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit rollout advise --domain acme.example --record 'v=DMARC1; p=none; rua=mailto:d@acme.example' \\
      --since 2026-09-01 --reports ~/dmarc-mails --results-of mx.acme.example \\
      --legitimate 192.0.2.0/24=own-hosts
  mailkit rollout advise --record 'v=DMARC1; p=none' --since 2026-09-01 --evidence evidence.json

Only reports of receivers count that are known: `mailkit reports --help` says which, and how to make others count.
Ends with 0 if a step forward is due, or none is left; with 1 if it is not yet time, or time to go back.")]
struct Advise {
    /// The DMARC record that is published.
    #[arg(long)]
    record: DmarcRecord,
    /// The day on which its stage began.
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Day,
    /// The domain whose reports count.
    #[arg(long)]
    domain: Option<Domain>,
    /// Reports, and folders of reports.
    #[arg(long, value_name = "FILE|FOLDER", num_args = 1..)]
    reports: Vec<PathBuf>,
    /// What `mailkit reports --domain D --evidence` wrote, in the place of the reports. It holds one
    /// domain.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["domain", "reports", "legitimate", "results_of", "verify_mails", "trust_reporters", "reporter", "zone", "server"])]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    sources: SourceArguments,
    #[command(flatten)]
    policy: PolicyArguments,
    /// The day of the advice; by default today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    /// Show how far it has come, even if the standard error is no terminal.
    #[arg(long)]
    progress: bool,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mailkit rollout simulate --domains 10000 --seed 1

Ends with 0 if no legitimate stream was broken by following the advice.")]
struct Simulate {
    /// How many domains.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    domains: u32,
    /// What they are made from; the same seed makes the same domains.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    policy: PolicyArguments,
    /// Show how far it has come, even if the standard error is no terminal.
    #[arg(long)]
    progress: bool,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// What the owner decides beforehand.
#[derive(Clone, Copy, Debug, clap::Args)]
struct PolicyArguments {
    /// Take unknown sources for forged that pass nothing and send at most this share of the domain's mail; by default each
    /// must be classified. Mail of a forgotten device that sends as little breaks then.
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "0 %")]
    forged_below: f64,
}

impl PolicyArguments {
    fn policy(self) -> RolloutPolicy {
        let mut policy = RolloutPolicy::default();
        policy.unknown_share = self.forged_below;
        policy
    }
}

/// A percentage as a share.
fn percent(text: &str) -> Result<f64, String> {
    let form = "write it as 0.1%, at most 100%";
    let number: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| form)?;
    if (0.0..=100.0).contains(&number) { Ok(number / 100.0) } else { Err(form.to_owned()) }
}

/// Does it.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    match &arguments.action {
        Action::Advise(arguments) => run_advise(arguments).await,
        Action::Simulate(arguments) => simulate(arguments),
    }
}

async fn run_advise(arguments: &Advise) -> Result<Ending, CommandError> {
    let (since, now) = (arguments.since, moment::moment(arguments.now));
    if since > Day::of(now) {
        return Err(CommandError::new(format!("--since {since} is a day to come")));
    }
    let evidence = evidence(arguments).await?;
    let current = CurrentRecord::new(arguments.record.clone(), since);
    let advice = advise(&evidence, &current, &arguments.policy.policy(), now);
    if arguments.json {
        output::json(&advice)?;
    } else {
        let classify = Remedy::Classify.to_string();
        let how = if arguments.evidence.is_some() { "--class" } else { "--legitimate or --class" };
        let advice = advice.to_string().replace(&classify, &format!("{classify} ({how})"));
        output::text(&format!("{advice}\n"))?;
    }
    let done = advice.step == RolloutStep::Hold && advice.stage.next().is_none();
    Ok(Ending::fine_if(advice.step == RolloutStep::Advance || done))
}

async fn evidence(arguments: &Advise) -> Result<Evidence, CommandError> {
    match (&arguments.evidence, &arguments.domain) {
        (Some(path), _) => {
            let mut evidence = read_evidence(path)?;
            arguments.sources.classify(&mut evidence)?;
            Ok(evidence)
        }
        (None, Some(domain)) if !arguments.reports.is_empty() => {
            let Advise { reports, sources, progress, .. } = arguments;
            let collected = Collected::read(reports, sources, Some(domain), *progress).await?;
            collected.tell_skipped();
            collected.require(domain)?;
            Ok(collected.sources.evidence(domain))
        }
        _ => Err(CommandError::new("advice needs --domain with --reports, or --evidence")),
    }
}

fn simulate(arguments: &Simulate) -> Result<Ending, CommandError> {
    let of = usize::try_from(arguments.domains).ok();
    let progress = Progress::new("domains", arguments.progress);
    let mut simulation = Simulation::new(arguments.domains, arguments.seed);
    simulation.policy = arguments.policy.policy();
    let report = simulation.run(|done| {
        if done % STRIDE == 0 || done == arguments.domains {
            progress.tell(usize::try_from(done).unwrap_or_default(), of);
        }
    });
    drop(progress);
    if arguments.json {
        output::json(&report)?;
    } else {
        output::text(&format!("{}\n", report.to_string().trim_end()))?;
    }
    let advised = report.rules.iter().find(|it| it.rule == Rule::Advised);
    Ok(Ending::fine_if(advised.is_some_and(|it| it.broken_streams == 0)))
}

/// Domains between two signs of life.
const STRIDE: u32 = 10;
