//! `mailkit route plan`: the way to a domain, with its reasons.

mod destination;
mod values;

use std::path::PathBuf;

use mailkit_auth::rollout::Day;
use mailkit_route::tls_policy::{HostTls, MtaStsPolicy, TlsPolicies, TlsRequirement, TlsSelection};
use mailkit_route::{
    Destination, Domain, Host, MxSet, PlannerOptions, PreferenceRule, RoutePlan, RoutePlanner, Rule,
};
use serde::Serialize;

use crate::commands::dns::DnsArguments;
use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::input::{MAX_SMALL_FILE, read_text};
use crate::commands::{moment, output};
use destination::Found;
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

/// A plan, and what TLS asks of its hosts.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    plan: RoutePlan,
    tls: Vec<HostTlsNote>,
    /// What the MTA-STS policy leaves out before anything is planned.
    tls_removed: Vec<TlsRemoved>,
}

#[derive(Debug, Serialize)]
struct HostTlsNote {
    host: Host,
    requirement: TlsRequirement,
}

#[derive(Debug, Serialize)]
struct TlsRemoved {
    host: Host,
    rule: Rule,
}

/// Plans, and prints.
pub(super) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let policies = policies(arguments)?;
    let mut planner = planner(arguments)?;
    let destination = match destination::find(&arguments.dns, &arguments.domain).await? {
        Found::Destination(destination) => destination,
        Found::NoSuchDomain => {
            output::text(&format!("{}: there is no such domain\n", arguments.domain))?;
            return Ok(Ending::Negative);
        }
    };
    let selection = policies.select(destination.mx().hosts());
    let mut destination = kept(destination, &selection);
    for place in &arguments.place {
        destination = destination.with_location(place.address, place.point);
    }
    if let Some(reply) = selection.deferral() {
        output::text(&format!("{}: {reply}\n", arguments.domain))?;
        return Ok(Ending::Negative);
    }
    let plan = planner.plan(&destination, moment::moment(arguments.now), arguments.seed);
    let ending = Ending::fine_if(plan.no_route().is_none());
    let answer = answer(plan, &policies, selection);
    if arguments.json {
        output::json(&answer)?;
    } else {
        output::text(&shown(&answer))?;
    }
    Ok(ending)
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

/// Without the hosts that the policies leave out.
fn kept(destination: Destination, selection: &TlsSelection) -> Destination {
    let Some(domain) = destination.name().as_domain() else { return destination };
    if selection.removed.is_empty() {
        return destination;
    }
    let records = selection.kept.iter().map(|(mx, _)| (mx.preference, mx.host.to_string()));
    let mut left = Destination::new(MxSet::new(domain.clone(), records.collect::<Vec<_>>()));
    for (mx, _) in &selection.kept {
        left = left.with_addresses(&mx.host, destination.addresses(&mx.host).iter().copied());
    }
    left
}

fn answer(plan: RoutePlan, policies: &TlsPolicies, selection: TlsSelection) -> Answer {
    let mut hosts: Vec<&Host> = plan.hops().iter().map(|hop| &hop.host).collect();
    hosts.dedup();
    let note = |host: &Host| match policies.for_host(host) {
        HostTls::Keep(requirement) => Some(HostTlsNote { host: host.clone(), requirement }),
        _ => None,
    };
    let tls = hosts.into_iter().filter_map(note).collect();
    let removed = selection.removed.into_iter();
    let tls_removed = removed.map(|(mx, rule)| TlsRemoved { host: mx.host, rule }).collect();
    Answer { plan, tls, tls_removed }
}

fn shown(answer: &Answer) -> String {
    let mut text = mailkit_auth::visible::escaped_lines(&answer.plan.to_string());
    for TlsRemoved { host, rule } in &answer.tls_removed {
        text.push_str(&format!("\n  -  left out {host}: {rule}"));
    }
    for HostTlsNote { host, requirement } in &answer.tls {
        text.push_str(&format!("\n  {host}: {requirement}"));
    }
    text + "\n"
}
