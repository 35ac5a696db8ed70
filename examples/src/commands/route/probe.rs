//! `mailkit route probe`: what a mail host says before there is mail.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use mailkit_auth::visible::escaped_lines;
use mailkit_route::probe::{ProbeLimits, ProbeReport, ProbeRequest, Prober};
use mailkit_route::{Destination, Domain, Host};

use super::destination::{self, Found};
use crate::commands::dns::DnsArguments;
use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::output::Waiting;
use crate::commands::{moment, output};

/// What `mailkit route probe` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit route probe mx1.buyer.example
  mailkit route probe --mx buyer.example --from 192.0.2.9 --from 2001:db8::9 --json
  mailkit route probe 203.0.113.10 --port 2525 --timeout 10

Sends no mail: greeting, EHLO, STARTTLS, handshake, EHLO, QUIT. Any certificate will do, and is judged beside it.
Ends with 1 if a host cannot be reached, refuses, or breaks off.")]
pub(super) struct Arguments {
    /// A mail host, by name or address; all its addresses are probed.
    #[arg(required = true)]
    host: Vec<String>,
    /// The hosts are domains: probe the mail hosts of their MX records.
    #[arg(long)]
    mx: bool,
    /// The port.
    #[arg(long, default_value_t = 25)]
    port: u16,
    /// The address to connect from; given, only hosts of its family are probed. One of each family.
    #[arg(long, value_name = "ADDRESS")]
    from: Vec<IpAddr>,
    /// What to call ourselves in EHLO; by default the address that connects.
    #[arg(long, value_name = "NAME")]
    helo: Option<Host>,
    /// The seconds that each address is given.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

/// Probes, and prints.
pub(super) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let prober = prober(arguments)?;
    let mut requests = Vec::new();
    for host in &arguments.host {
        requests.extend(requests_of(arguments, host).await?);
    }
    if requests.is_empty() {
        return Err(CommandError::new("there is no address to probe"));
    }
    let reports = {
        let _waiting = Waiting::for_the("mail hosts");
        prober.look_at_all(requests, moment::moment(None)).await
    };
    if arguments.json {
        output::json(&reports)?;
    } else {
        let shown: Vec<String> = reports.iter().map(ToString::to_string).collect();
        output::text(&escaped_lines(&(shown.join("\n\n") + "\n")))?;
    }
    let is_well = |report: &ProbeReport| report.failure.is_none();
    Ok(Ending::fine_if(reports.iter().all(is_well)))
}

fn prober(arguments: &Arguments) -> Result<Prober, CommandError> {
    let mut limits = ProbeLimits::default();
    limits.total = Duration::from_secs(arguments.timeout);
    for stage in
        [&mut limits.connect, &mut limits.greeting, &mut limits.command, &mut limits.handshake]
    {
        *stage = limits.total.min(*stage);
    }
    let prober = Prober::new().map_err(because("cannot probe"))?.with_limits(limits);
    let prober = match &arguments.helo {
        Some(name) => prober.with_hello(name.clone()),
        None => prober,
    };
    Ok(prober.clone().with_system_verifier().unwrap_or_else(|_| {
        output::note("this host has no certificate authorities: certificates are not judged");
        prober
    }))
}

/// A probe for each address of a host, or of the mail hosts of a domain.
async fn requests_of(arguments: &Arguments, host: &str) -> Result<Vec<ProbeRequest>, CommandError> {
    let found = match read(host)? {
        Host::Address(address) => Destination::literal(address),
        Host::Name(name) if arguments.mx => exchangers(arguments, &name).await?,
        Host::Name(name) => destination::of_host(&arguments.dns, &name).await?,
        _ => Err(CommandError::new(format!("{host} is neither a name nor an address")))?,
    };
    let mut requests = Vec::new();
    for mx in found.mx().hosts() {
        let addresses = found.addresses(&mx.host);
        if addresses.is_empty() {
            output::note(&format!("{} has no address", mx.host));
        }
        let name = mx.host.as_domain();
        requests.extend(addresses.iter().filter_map(|it| request(arguments, name, *it)));
    }
    Ok(requests)
}

/// A name, an address, or an address literal.
fn read(host: &str) -> Result<Host, CommandError> {
    if let Ok(address) = host.parse() {
        return Ok(Host::Address(address));
    }
    host.parse().map_err(because(format!("{host:?} is neither a name nor an address")))
}

async fn exchangers(arguments: &Arguments, name: &Domain) -> Result<Destination, CommandError> {
    match destination::find(&arguments.dns, &name.clone().into()).await? {
        Found::Destination(found) => Ok(found),
        Found::NoSuchDomain => Err(CommandError::new(format!("{name}: there is no such domain"))),
    }
}

fn request(arguments: &Arguments, name: Option<&Domain>, address: IpAddr) -> Option<ProbeRequest> {
    let source = arguments.from.iter().find(|from| from.is_ipv4() == address.is_ipv4()).copied();
    if source.is_none() && !arguments.from.is_empty() {
        output::note(&format!("{address} is not probed: --from names no address of its family"));
        return None;
    }
    let request = ProbeRequest::new(SocketAddr::new(address, arguments.port)).with_source(source);
    Some(match name {
        Some(name) => request.with_name(name.clone()),
        None => request,
    })
}
