//! `mailkit spf`: an SPF record evaluated, drawn as a tree, and flattened.

mod drift;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use mailkit_auth::lookup::{Name, RecordData};
use mailkit_auth::spf::flatten::{FlattenOptions, FlattenedRecord, FlattenedSpf, flatten};
use mailkit_auth::spf::tree::{SpfTree, SpfTreeProblem, SpfTreeRequest};
use mailkit_auth::spf::{SpfRequest, SpfResult};
use mailkit_auth::zone::{Zone, ZoneRecord};
use mailkit_auth::{Domain, SpfRecord};

use super::dns::DnsArguments;
use super::ending::Ending;
use super::error::{CommandError, because};
use super::message::NO_HELO;
use super::output;

/// What `mailkit spf` is told.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 1 if the answer is negative, and with 2 if the DNS did not give what the answer rests on."
)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say whether a host may send for a domain, and by which term.
    Evaluate(Evaluate),
    /// Draw all records that a domain's record leads to, with the lookups that each branch costs.
    Tree(Tree),
    /// Replace includes and names by the networks that they stand for now.
    Flatten(Flatten),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mailkit spf evaluate acme.example --ip 192.0.2.7 --zone acme.zone")]
struct Evaluate {
    /// The domain of the envelope sender.
    domain: Domain,
    /// The address of the host that sends.
    #[arg(long)]
    ip: IpAddr,
    /// The name that the host gives in HELO.
    #[arg(long, default_value = NO_HELO)]
    helo: String,
    /// The envelope sender; by default an address of the domain.
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mailkit spf tree acme.example --zone acme.zone")]
struct Tree {
    /// The domain.
    domain: Domain,
    /// A record that is not yet published, in the place of the domain's.
    #[arg(long)]
    record: Option<SpfRecord>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit spf flatten acme.example --keep _spf.host.example --zone acme.zone
  mailkit spf flatten acme.example --json > flat.json; mailkit spf flatten acme.example --compare flat.json")]
struct Flatten {
    /// The domain.
    domain: Domain,
    /// The record as it was written, if a flattened one has taken its place.
    #[arg(long)]
    record: Option<SpfRecord>,
    /// A domain whose include or redirect stays.
    #[arg(long, value_name = "DOMAIN")]
    keep: Vec<Name>,
    /// The most octets of one record; by default 450, as many as fit one answer over UDP.
    #[arg(long)]
    octets: Option<usize>,
    /// What `flatten --json` printed earlier: say what has changed since; negative if anything has.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

/// Does it.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    match &arguments.action {
        Action::Evaluate(it) => evaluate(it).await,
        Action::Tree(it) => tree(it).await,
        Action::Flatten(it) => flat(it).await,
    }
}

async fn evaluate(arguments: &Evaluate) -> Result<Ending, CommandError> {
    let Evaluate { domain, ip, helo, from, json, .. } = arguments;
    let sender = from.clone().unwrap_or_else(|| format!("postmaster@{domain}"));
    let request = SpfRequest::new(*ip, helo.as_str(), sender).with_now(SystemTime::now());
    let dns = arguments.dns.open()?;
    dns.must_hold(domain)?;
    let verdict = dns.check_host(&request).await?;
    if *json {
        output::json(&verdict)?;
    } else {
        output::text(&format!("{verdict:#}"))?;
    }
    dns.tell_unseen();
    match verdict.result {
        SpfResult::TempError => Err(because("no verdict")(verdict.reason())),
        result => Ok(Ending::fine_if(result == SpfResult::Pass)),
    }
}

async fn tree(arguments: &Tree) -> Result<Ending, CommandError> {
    let tree = walk(&arguments.dns, &arguments.domain, arguments.record.as_ref()).await?;
    if arguments.json {
        output::json(&tree)?;
    } else {
        output::text(&tree.to_string())?;
    }
    let is_wrong = tree.exceeds_limits() || tree.problems().any(|(_, _, it)| !is_open(it));
    ending(&tree, Ending::fine_if(!is_wrong))
}

async fn flat(arguments: &Flatten) -> Result<Ending, CommandError> {
    let tree = walk(&arguments.dns, &arguments.domain, arguments.record.as_ref()).await?;
    let options = options(arguments, &tree)?;
    let what = format!("cannot flatten the record of {}", arguments.domain);
    let flat = match flatten(&tree, &options) {
        // It was found out, as `tree` finds it: there is no record, or a wrong one.
        Err(error) if tree.root.problem.as_ref().is_some_and(|it| !is_open(it)) => {
            output::error(&because(what)(error.kind().clone()));
            return Ok(Ending::Negative);
        }
        flat => flat.map_err(|error| because(what)(error.kind().clone()))?,
    };
    if let Some(octets) = arguments.octets {
        short_enough(&flat, octets)?;
    }
    if let Some(earlier) = &arguments.compare {
        return ending(&tree, drift::compare(earlier, &flat, arguments.json)?);
    }
    if arguments.json {
        output::json(&flat)?;
    } else {
        output::text(&zone_of(&flat).to_string())?;
    }
    ending(&tree, Ending::Fine)
}

/// The options, refused where what is to stay is nowhere in the tree.
fn options(arguments: &Flatten, tree: &SpfTree) -> Result<FlattenOptions, CommandError> {
    let targets = || tree.nodes().flat_map(|node| &node.terms).filter_map(|it| it.target.as_ref());
    let unknown = |kept: &&Name| tree.root.problem.is_none() && targets().all(|it| it != *kept);
    if let Some(kept) = arguments.keep.iter().find(unknown) {
        let what = format!("--keep {kept}: nothing in the record of {}", arguments.domain);
        return Err(CommandError::new(format!("{what} leads there; see `mailkit spf tree`")));
    }
    let options = FlattenOptions::default();
    let options = arguments.octets.into_iter().fold(options, FlattenOptions::with_octets);
    Ok(arguments.keep.iter().cloned().fold(options, FlattenOptions::with_kept))
}

/// Fails where a record could not be made as short as it was asked for.
fn short_enough(flat: &FlattenedSpf, octets: usize) -> Result<(), CommandError> {
    let length = |it: &FlattenedRecord| it.record.to_string().len();
    let longest = flat.records.iter().max_by_key(|it| length(it));
    let Some(longest) = longest.filter(|it| length(it) > octets) else { return Ok(()) };
    let (name, length) = (&longest.name, length(longest));
    let what = format!("--octets {octets} cannot be met: the record of {name} has {length}");
    Err(CommandError::new(what))
}

/// A tree with a part that was not seen is fine for all that is known, which is not known then.
fn ending(tree: &SpfTree, seen: Ending) -> Result<Ending, CommandError> {
    let open = tree.problems().map(|(_, _, problem)| problem).find(|it| is_open(it));
    match open.filter(|_| seen == Ending::Fine) {
        Some(problem) => Err(because("not the whole tree was seen")(problem.to_string())),
        None => Ok(seen),
    }
}

/// Whether a problem is that nobody answered, or that the walk stopped.
fn is_open(problem: &SpfTreeProblem) -> bool {
    matches!(problem, SpfTreeProblem::TemporaryFailure(_) | SpfTreeProblem::Limit { .. })
}

async fn walk(
    dns: &DnsArguments,
    domain: &Domain,
    record: Option<&SpfRecord>,
) -> Result<SpfTree, CommandError> {
    let dns = dns.open()?;
    if record.is_none() {
        dns.must_hold(domain)?;
    }
    let request = SpfTreeRequest::new(domain.clone());
    let request = match record {
        Some(record) => request.with_record(record.clone()),
        None => request,
    };
    let tree = dns.spf_tree(request).await?;
    dns.tell_unseen();
    Ok(tree)
}

/// The records to publish. An hour lets a change of a provider's networks through by noon.
fn zone_of(flat: &FlattenedSpf) -> Zone {
    let record = |name: &Name, record: &SpfRecord| {
        ZoneRecord::new(name.clone(), 3600, RecordData::Txt(record.to_string().into_bytes()))
    };
    flat.records.iter().map(|it| record(&it.name, &it.record)).collect()
}
