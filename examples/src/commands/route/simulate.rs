//! `mailkit route simulate`: the same mail by several policies, while things break.

mod answer;
mod geography;
mod matrix;
mod picture;
mod scenarios;
mod work;

use std::path::PathBuf;
use std::str::FromStr;

use mailkit_route::sim::{Contender, FaultMix, MailRate, Scenario, WorldOptions};

use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::input::{MAX_SMALL_FILE, read_text};
use crate::commands::{file, output};
use geography::Geography;
use work::Work;

/// What `mailkit route simulate` is told.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = "Examples:
  mailkit route simulate
  mailkit route simulate --seeds 101-120 --policy all --data ../shared/data/route
  mailkit route simulate --scenario blackhole --picture failure.svg
  mailkit route simulate --rtt matrix.csv --faults mix.toml --policy static,round-robin,mailkit

Without --data and --rtt, twenty cities stand for the world, and distances for round trips. A policy of one egress (static,
mailkit-at-home, oracle-at-home) stands beside those of all egresses: what owning several brings is part of their lead.")]
pub(super) struct Arguments {
    /// The worlds and mails to try, the same for all policies.
    #[arg(long, value_name = "A-B", default_value = "1-3")]
    seeds: Seeds,
    /// The policies, or all.
    #[arg(long, value_name = "all|NAME,…", default_value = "all", value_delimiter = ',')]
    policy: Vec<PolicyArgument>,
    /// A folder with azure/azure-rtt-p50-ms.csv, azure/region-coordinates.json and the Seattle trace in netlatency/.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Round trips in milliseconds between places of your own: their names in the first line and the first column.
    #[arg(long, value_name = "FILE")]
    rtt: Option<PathBuf>,
    /// Where these places are: CSV of name, latitude, longitude.
    #[arg(long, value_name = "FILE", requires = "rtt")]
    coordinates: Option<PathBuf>,
    /// What breaks, as TOML: `host_every = 7200`, `lasts = [60, 1800]`, `blackhole = 0.35` … The documentation of `FaultMix` names
    /// all; what is not given stays as usual.
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    faults: Option<PathBuf>,
    /// Mails a second.
    #[arg(long, default_value = "2", value_parser = rate, conflicts_with = "scenario")]
    rate: MailRate,
    /// Domains that mail goes to.
    #[arg(long, default_value_t = 60, conflicts_with = "scenario")]
    domains: usize,
    /// The place of an egress; the first is where mail starts. By default six that lie far apart.
    #[arg(long, value_name = "PLACE")]
    egress: Vec<String>,
    /// The first egress alone.
    #[arg(long)]
    single_egress: bool,
    /// One fault instead of many: blackhole, refuse, defer or jitter; equals or primary; steady or sparse; all; or some
    /// of these words, as in defer-primary-steady.
    #[arg(long, value_name = "NAME", value_parser = Scenario::matching)]
    scenario: Option<Scenarios>,
    /// Draw the first scenario (by default blackhole-primary-steady) with static routing and with mailkit's: SVG, or a
    /// page if the name ends in .html.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Write all figures, seed by seed, as JSON.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Put the picture and the figures in the place of files that are there.
    #[arg(long)]
    overwrite: bool,
    /// Show how far it has come, even if the standard error is no terminal.
    #[arg(long)]
    progress: bool,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

type Scenarios = Vec<Scenario>;

/// Simulates, and prints.
pub(super) fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let geography = Geography::of(arguments)?;
    let egresses = geography.egresses(&arguments.egress, arguments.single_egress)?;
    let work = Work { arguments, geography: &geography, egresses: &egresses };
    if let Some(path) = &arguments.picture {
        let page = picture::drawn(&work, path.extension().is_some_and(|it| it == "html"))?;
        file::write(path, page.as_bytes(), arguments.overwrite)?;
    }
    match &arguments.scenario {
        Some(scenarios) => told(arguments, &scenarios::Scenarios::new(&work, scenarios)?),
        None => told(arguments, &answer::Comparison::new(&work)?),
    }
}

/// Prints an answer, and keeps it where that is asked for.
fn told(
    arguments: &Arguments,
    answer: &(impl serde::Serialize + std::fmt::Display),
) -> Result<Ending, CommandError> {
    if let Some(path) = &arguments.save {
        let json = serde_json::to_string_pretty(answer).map_err(because("cannot write"))?;
        file::write(path, format!("{json}\n").as_bytes(), arguments.overwrite)?;
    }
    if arguments.json {
        output::json(answer)?;
    } else {
        output::text(&mailkit_auth::visible::escaped_lines(&answer.to_string()))?;
    }
    Ok(Ending::Fine)
}

impl Arguments {
    /// The policies asked for, each once. With one egress there is nothing to choose from for those that differ by
    /// the egress alone.
    fn contenders(&self) -> Vec<Contender> {
        let doubles = |it: &Contender| it.is_at_home() && *it != Contender::Static;
        let all = Contender::ALL.iter().copied();
        let all = all
            .filter(|it| !self.single_egress || !(doubles(it) || *it == Contender::StaticPinned));
        let asked = |it: &Contender| {
            self.policy.iter().any(|policy| match policy {
                PolicyArgument::All => true,
                PolicyArgument::One(one) => one == it,
            })
        };
        all.filter(asked).collect()
    }

    fn options(&self, egresses: &[usize]) -> Result<WorldOptions, CommandError> {
        let mut options = WorldOptions::new(egresses.to_vec());
        options.domains = self.domains;
        if let Some(path) = &self.faults {
            let text = read_text(path, MAX_SMALL_FILE)?;
            let what = || format!("{} is no mix of faults", path.display());
            let mix: FaultMix = toml::from_str(&text).map_err(because(what()))?;
            mix.check().map_err(because(what()))?;
            options.faults = mix;
        }
        Ok(options)
    }
}

#[derive(Clone, Copy, Debug)]
enum PolicyArgument {
    All,
    One(Contender),
}

impl FromStr for PolicyArgument {
    type Err = mailkit_route::sim::UnknownContender;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" { Ok(Self::All) } else { text.parse().map(Self::One) }
    }
}

/// Seeds as `101-120`, or one.
#[derive(Clone, Copy, Debug)]
struct Seeds {
    first: u64,
    last: u64,
}

impl Seeds {
    fn all(self) -> Vec<u64> {
        (self.first..=self.last).collect()
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "write it as 101-120, at most a thousand".to_owned();
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| form());
        let (first, last) = (number(first)?, number(last)?);
        let fits = first <= last && last - first < 1_000;
        if fits { Ok(Self { first, last }) } else { Err(form()) }
    }
}

fn rate(text: &str) -> Result<MailRate, String> {
    let number = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    MailRate::per_second(number).map_err(|error| error.to_string())
}
