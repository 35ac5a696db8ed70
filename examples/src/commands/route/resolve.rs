//! `mailkit route resolve`: what the resolvers of several regions say of a domain, and after how long.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use mailkit_auth::visible::escaped_lines;
use mailkit_route::Domain;
use mailkit_route::resolver::{MxResolver, RegionalResolvers};

use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::output::{self, Waiting};

/// What `mailkit route resolve` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit route resolve buyer.example --resolver eu=192.0.2.53 --resolver asia=198.51.100.53:5353
  mailkit route resolve buyer.example --resolver eu=[2001:db8::53]:53 --json

A resolver knows what it was asked before: a second run may be faster than the first one.
Ends with 1 if a region could not find the way to the domain, and with 2 if none could.")]
pub(super) struct Arguments {
    /// The domain.
    domain: Domain,
    /// The resolver of a region; given twice for a region, both are its name servers.
    #[arg(long, required = true, value_name = "REGION=ADDRESS[:PORT]")]
    resolver: Vec<Resolver>,
    /// The seconds that each region is given.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// A name server of a region.
#[derive(Clone, Debug)]
struct Resolver {
    region: String,
    server: SocketAddr,
}

impl FromStr for Resolver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write it as eu=192.0.2.53 or eu=192.0.2.53:5353";
        let (region, server) = text.split_once('=').ok_or(form)?;
        let with_port = |address: IpAddr| SocketAddr::new(address, 53);
        let server = server.parse().or_else(|_| server.parse().map(with_port));
        let server = server.map_err(|error| format!("{error}: {form}"))?;
        if region.is_empty() {
            return Err(form.to_owned());
        }
        Ok(Self { region: region.to_owned(), server })
    }
}

/// Asks, and prints.
pub(super) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let resolvers = resolvers(arguments)?;
    let report = {
        let _waiting = Waiting::for_the("DNS");
        resolvers.compare(arguments.domain.as_str()).await
    };
    if arguments.json {
        output::json(&report)?;
    } else {
        output::text(&escaped_lines(&format!("{report}\n")))?;
    }
    let found = report.regions.iter().filter(|it| it.found.outcome.is_ok()).count();
    let answered = |it: &mailkit_route::resolver::RegionResolution| match &it.found.outcome {
        Ok(_) => true,
        Err(error) => !error.is_temporary(),
    };
    if !report.regions.iter().any(answered) {
        let what = format!("no region found the way to {}", arguments.domain);
        return Err(CommandError::new(what));
    }
    Ok(Ending::fine_if(found == report.regions.len()))
}

fn resolvers(arguments: &Arguments) -> Result<RegionalResolvers, CommandError> {
    let mut servers = BTreeMap::<&str, Vec<SocketAddr>>::new();
    for Resolver { region, server } in &arguments.resolver {
        servers.entry(region).or_default().push(*server);
    }
    let mut resolvers = RegionalResolvers::default();
    for (region, servers) in servers {
        let resolver = MxResolver::with_name_servers(&servers).map_err(because("cannot ask"))?;
        let limit = Duration::from_secs(arguments.timeout);
        resolvers = resolvers.with_region(region, resolver.with_time_limit(limit));
    }
    Ok(resolvers)
}
