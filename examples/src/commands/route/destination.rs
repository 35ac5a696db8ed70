//! What the DNS says about the way to a domain.

use mailkit_auth::lookup::{Answer, Name, RecordData, RecordType};
use mailkit_route::resolver::MxResolver;
use mailkit_route::{Destination, Domain, Host, MxSet};

use crate::commands::dns::{Dns, DnsArguments};
use crate::commands::error::{CommandError, because};
use crate::commands::output::{self, Waiting};

/// What became of a search.
pub(super) enum Found {
    Destination(Destination),
    NoSuchDomain,
}

/// Asks zone files where there are any, else the network.
pub(super) async fn find(dns: &DnsArguments, host: &Host) -> Result<Found, CommandError> {
    if let Host::Address(address) = host {
        return Ok(Found::Destination(Destination::literal(*address)));
    }
    let unknown =
        || CommandError::new(format!("{host} is neither a domain nor an address literal"));
    let domain = host.as_domain().ok_or_else(unknown)?;
    if dns.has_zone() { in_zone(&dns.open()?, domain).await } else { live(dns, domain).await }
}

/// A mail host by itself, whatever its MX records.
pub(super) async fn of_host(
    arguments: &DnsArguments,
    name: &Domain,
) -> Result<Destination, CommandError> {
    let dns = arguments.open()?;
    let _waiting = Waiting::for_the("DNS");
    let destination = Destination::new(MxSet::implicit(name.clone()));
    with_addresses(&dns, destination, &name.clone().into()).await
}

async fn live(dns: &DnsArguments, domain: &Domain) -> Result<Found, CommandError> {
    let resolver = match dns.servers() {
        [] => MxResolver::system(),
        servers => MxResolver::with_name_servers(servers),
    };
    let resolver = resolver.map_err(because("cannot ask the DNS; give --server or --zone"))?;
    let _waiting = Waiting::for_the("DNS");
    match resolver.resolve(domain.as_str()).await {
        Ok(found) => Ok(Found::Destination(found)),
        Err(error) if !error.is_temporary() => Ok(Found::NoSuchDomain),
        Err(error) => Err(because(format!("cannot find the way to {domain}"))(error)),
    }
}

async fn in_zone(dns: &Dns, domain: &Domain) -> Result<Found, CommandError> {
    let answer = dns.answer(&name(domain)?, RecordType::Mx).await;
    let mx = match answer {
        Answer::NoSuchName => return Ok(Found::NoSuchDomain),
        Answer::TemporaryFailure => {
            dns.tell_unseen();
            return Err(CommandError::new(format!("the zone files hold nothing of {domain}")));
        }
        answer => MxSet::new(domain.clone(), exchangers(&answer)),
    };
    let hosts: Vec<Host> = mx.hosts().iter().map(|mx| mx.host.clone()).collect();
    let mut destination = Destination::new(mx);
    for host in &hosts {
        destination = with_addresses(dns, destination, host).await?;
    }
    announced(dns, domain).await;
    dns.tell_unseen();
    Ok(Found::Destination(destination))
}

fn exchangers(answer: &Answer) -> Vec<(u16, String)> {
    let records = answer.records().iter().filter_map(|data| match data {
        RecordData::Mx { preference, exchange } => Some((*preference, exchange.to_string())),
        _ => None,
    });
    records.collect()
}

/// Adds what is known of a host: one family of addresses is enough to deliver, and without any the failure matters.
async fn with_addresses(
    dns: &Dns,
    destination: Destination,
    host: &Host,
) -> Result<Destination, CommandError> {
    let Some(domain) = host.as_domain() else { return Ok(destination) };
    let (mut addresses, mut failed) = (Vec::new(), false);
    for of in [RecordType::A, RecordType::Aaaa] {
        let answer = dns.answer(&name(domain)?, of).await;
        failed |= answer == Answer::TemporaryFailure;
        addresses.extend(answer.addresses());
    }
    if addresses.is_empty() && failed {
        return Ok(destination.with_failed_lookup(host));
    }
    Ok(destination.with_addresses(host, addresses))
}

/// Says that the domain has an MTA-STS policy, which no zone file holds.
async fn announced(dns: &Dns, domain: &Domain) {
    let Ok(name) = Name::new(&format!("_mta-sts.{domain}")) else { return };
    let answer = dns.answer(&name, RecordType::Txt).await;
    if answer.texts().any(|text| text.starts_with(b"v=STSv1")) {
        output::note(&format!("{domain} announces an MTA-STS policy; --mta-sts FILE applies it"));
    }
}

fn name(domain: &Domain) -> Result<Name, CommandError> {
    Name::new(domain.as_str()).map_err(because(format!("cannot ask for {domain}")))
}
