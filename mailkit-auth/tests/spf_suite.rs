//! The OpenSPF test suites for RFC 7208 and RFC 4408, from memory and over a DNS server.
#![allow(clippy::disallowed_methods, reason = "tests find their data by the environment")]

#[path = "spf_suite/openspf.rs"]
mod openspf;

use mailkit_auth::spf::{SpfRequest, SpfVerdict, check_host};
use openspf::{Case, Scenario};

/// Runs every case of a suite and prints how many passed.
#[track_caller]
fn check_suite(name: &str, total: usize) {
    let Some(scenarios) = openspf::load(name) else { return };
    let mut misses = Vec::new();
    for (scenario, case) in cases(&scenarios) {
        let verdict = check_host(&scenario.zone(), &request(case));
        if let Err(miss) = compare(case, &verdict) {
            misses.push(format!("{} / {}: {miss}", scenario.description, case.name));
        }
    }
    println!("{name} {}/{total}", total - misses.len());
    assert_eq!(cases(&scenarios).count(), total, "the suite has changed");
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn rfc7208() {
    check_suite("rfc7208", 203);
}

#[test]
fn rfc4408() {
    check_suite("rfc4408", 191);
}

fn cases(scenarios: &[Scenario]) -> impl Iterator<Item = (&Scenario, &Case)> {
    scenarios.iter().flat_map(|scenario| scenario.cases.iter().map(move |case| (scenario, case)))
}

fn request(case: &Case) -> SpfRequest {
    SpfRequest::new(case.client_ip, case.helo.clone(), case.mail_from.clone())
}

/// Compares result and explanation with what the suite accepts.
fn compare(case: &Case, verdict: &SpfVerdict) -> Result<(), String> {
    let result = verdict.result.to_string();
    if !case.results.contains(&result) {
        return Err(format!("{result} ({}), expected {:?}", verdict.reason, case.results));
    }
    let explanation = verdict.explanation.as_deref().unwrap_or("DEFAULT");
    match &case.explanation {
        Some(expected) if expected != explanation => {
            Err(format!("explanation {explanation:?}, expected {expected:?}"))
        }
        _ => Ok(()),
    }
}

/// The same suite with every record on the wire: what a server and hickory make of odd names,
/// octets and aliases must not change a verdict.
#[cfg(feature = "resolver")]
mod network {
    use std::sync::Arc;

    use hickory_server::Server;
    use hickory_server::proto::rr::{LowerName, Name, RData, Record, rdata};
    use hickory_server::store::in_memory::InMemoryZoneHandler;
    use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType};
    use mailkit_auth::resolver::Resolver;

    use super::openspf::Data;
    use super::*;

    #[tokio::test]
    async fn rfc7208_over_dns() -> Result<(), Box<dyn std::error::Error>> {
        let Some(scenarios) = openspf::load("rfc7208") else { return Ok(()) };
        let (mut passed, mut total, mut misses) = (0, 0, Vec::new());
        for scenario in scenarios.iter().filter(|scenario| !scenario.has_timeouts()) {
            let (resolver, _server) = serve(scenario).await?;
            for case in &scenario.cases {
                total += 1;
                match compare(case, &resolver.check_host(&request(case)).await) {
                    Ok(()) => passed += 1,
                    Err(miss) => misses.push(format!("{}: {miss}", case.name)),
                }
            }
        }
        println!("rfc7208 over DNS {passed}/{total}");
        assert!(total > 100 && misses.is_empty(), "{}", misses.join("\n"));
        Ok(())
    }

    #[tokio::test]
    async fn a_silent_server_is_a_temporary_error() -> Result<(), Box<dyn std::error::Error>> {
        let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await?;
        let resolver = Resolver::with_name_servers(&[silent.local_addr()?])?
            .with_deadline(std::time::Duration::from_millis(50));
        let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
        let verdict = resolver.check_host(&request).await;
        assert_eq!(verdict.result.to_string(), "temperror");
        assert_eq!(verdict.reason, "no answer to acme.test TXT");
        Ok(())
    }

    /// A server on a free port of this host that knows one scenario, and a resolver that asks it.
    async fn serve(
        scenario: &Scenario,
    ) -> Result<(Resolver, Server<Catalog>), Box<dyn std::error::Error>> {
        let mut zone: InMemoryZoneHandler =
            InMemoryZoneHandler::empty(Name::root(), ZoneType::Primary, AxfrPolicy::Deny);
        let soa = rdata::SOA::new(Name::root(), Name::root(), 1, 60, 60, 60, 60);
        zone.upsert_mut(Record::from_rdata(Name::root(), 60, RData::SOA(soa)), 0);
        for (name, data) in scenario.records() {
            if let (Ok(name), Some(data)) = (wire_name(name), rdata_of(data)) {
                zone.upsert_mut(Record::from_rdata(name, 60, data), 0);
            }
        }
        let mut catalog = Catalog::new();
        let zones: Vec<Arc<dyn ZoneHandler>> = vec![Arc::new(zone)];
        catalog.upsert(LowerName::from(Name::root()), zones);
        let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await?;
        let address = udp.local_addr()?;
        let tcp = tokio::net::TcpListener::bind(address).await?;
        let mut server = Server::new(catalog);
        server.register_socket(udp);
        server.register_listener(tcp, std::time::Duration::from_secs(5), 64);
        Ok((Resolver::with_name_servers(&[address])?, server))
    }

    fn wire_name(name: &str) -> Result<Name, hickory_server::proto::ProtoError> {
        Name::from_labels(name.split('.').filter(|label| !label.is_empty()).map(str::as_bytes))
    }

    fn rdata_of(data: &Data) -> Option<RData> {
        Some(match data {
            Data::Address(std::net::IpAddr::V4(address)) => RData::A(rdata::A(*address)),
            Data::Address(std::net::IpAddr::V6(address)) => RData::AAAA(rdata::AAAA(*address)),
            Data::Alias(target) => RData::CNAME(rdata::CNAME(wire_name(target).ok()?)),
            Data::Mx(preference, host) => {
                RData::MX(rdata::MX::new(*preference, wire_name(host).ok()?))
            }
            Data::Ptr(target) => RData::PTR(rdata::PTR(wire_name(target).ok()?)),
            Data::Txt(strings) => {
                let pieces = strings.iter().flat_map(|text| text.chunks(255)).collect();
                RData::TXT(rdata::TXT::from_bytes(pieces))
            }
            Data::Timeout => return None,
        })
    }
}
