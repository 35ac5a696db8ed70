//! `mailkit route plan`: the way to a domain, with its reasons.

mod values;

use std::path::PathBuf;

use mailkit_auth::rollout::Day;
use mailkit_auth::visible::escaped_lines;
use mailkit_route::tls_policy::{MtaStsPolicy, TlsPolicies};
use mailkit_route::{
    Demand, Domain, Host, PlannerOptions, PreferenceRule, RoutePlan, RoutePlanner,
};

use super::destination::{self, Found};
use crate::commands::dns::DnsArguments;
use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::input::{MAX_SMALL_FILE, read_text};
use crate::commands::{moment, output};
use values::{EgressArgument, Place};

/// What `mailkit route plan` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit route plan buyer.example
  mailkit route plan buyer.example --egress hk,ap-east,22.3,114.2 --egress fra,eu-central,50.1,8.7,192.0.2.9
  mailkit route plan buyer.example --zone buyer.zone --place 203.0.113.10=53.6,10.0 --json

Ends with 1 if there is no way.")]
pub(super) struct Arguments {
    /// The domain, or an address literal such as [203.0.113.1].
    domain: Host,
    /// An egress of ours; without any, three are made up: hk, fra and iad. With addresses it reaches only hosts of
    /// their family.
    #[arg(long, value_name = "ID,REGION,LAT,LON[,ADDRESS]…")]
    egress: Vec<EgressArgument>,
    /// Where an address of a mail host stands; of others a round trip is assumed.
    #[arg(long, value_name = "ADDRESS=LAT,LON")]
    place: Vec<Place>,
    /// The name of a mail host of our own: mail is not sent to it, nor to one that is no better.
    #[arg(long, value_name = "HOST")]
    own: Vec<Domain>,
    /// The domain's MTA-STS policy, as its policy host gives it: hosts that it does not name are left out.
    #[arg(long, value_name = "FILE")]
    mta_sts: Option<PathBuf>,
    /// What shuffles hosts of equal preference.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day of the plan; by default today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    /// Never skip a preference, whatever failed before.
    #[arg(long)]
    strict: bool,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

/// Plans, and prints.
pub(super) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let demand = Demand::default().with_tls(policies(arguments)?);
    let mut planner = planner(arguments)?;
    let mut destination = match destination::find(&arguments.dns, &arguments.domain).await? {
        Found::Destination(destination) => destination,
        Found::NoSuchDomain => {
            output::text(&format!("{}: there is no such domain\n", arguments.domain))?;
            return Ok(Ending::Negative);
        }
    };
    for place in &arguments.place {
        destination = destination.with_location(place.address, place.point);
    }
    let now = moment::moment(arguments.now);
    let plan = planner.plan_with(&destination, &demand, now, arguments.seed);
    if arguments.json {
        output::json(&plan)?;
    } else {
        output::text(&shown(&plan))?;
    }
    Ok(Ending::fine_if(plan.no_route().is_none()))
}

fn policies(arguments: &Arguments) -> Result<TlsPolicies, CommandError> {
    let Some(path) = &arguments.mta_sts else { return Ok(TlsPolicies::default()) };
    let text = read_text(path, MAX_SMALL_FILE)?;
    let what = format!("{} is no MTA-STS policy", path.display());
    let policy: MtaStsPolicy = text.parse().map_err(because(what))?;
    Ok(TlsPolicies::default().with_mta_sts(policy))
}

fn planner(arguments: &Arguments) -> Result<RoutePlanner, CommandError> {
    let mut options = PlannerOptions::default();
    options.own_names.clone_from(&arguments.own);
    if arguments.strict {
        options.preference_rule = PreferenceRule::Strict;
    }
    let egresses = values::egresses(&arguments.egress)?;
    RoutePlanner::with_options(egresses, options)
        .map_err(because("cannot plan from these egresses"))
}

/// The plan, and what the connections to each host must do about TLS.
fn shown(plan: &RoutePlan) -> String {
    let mut text = escaped_lines(&plan.to_string());
    let mut hosts: Vec<&Host> = Vec::new();
    for hop in plan.hops() {
        if !hosts.contains(&&hop.host) {
            text.push_str(&format!("\n  {}: {}", hop.host, hop.tls));
            hosts.push(&hop.host);
        }
    }
    text + "\n"
}
