//! The `OpenSPF` test suites for RFC 7208 and RFC 4408, from memory and over a DNS server.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the suite finds its data by the environment, prints its score and may panic"
)]

#[cfg(feature = "resolver")]
#[path = "support/dns_server.rs"]
mod dns_server;
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
/// octets and aliases must not change a verdict. Scenarios with names that time out stay out.
#[cfg(feature = "resolver")]
mod network {
    use std::error::Error;
    use std::net::IpAddr;

    use hickory_server::proto::ProtoError;
    use hickory_server::proto::rr::{RData, rdata};
    use mailkit_auth::resolver::Resolver;

    use super::dns_server::{serve, txt, wire_name};
    use super::openspf::Data;
    use super::*;

    #[tokio::test]
    async fn rfc7208_over_dns() -> Result<(), Box<dyn Error>> {
        let Some(scenarios) = openspf::load("rfc7208") else { return Ok(()) };
        let (mut total, mut misses) = (0, Vec::new());
        for scenario in scenarios.iter().filter(|scenario| !scenario.has_timeouts()) {
            let records =
                scenario.records().map(|(name, data)| Ok((wire_name(name)?, rdata(data)?)));
            let records = records.collect::<Result<Vec<_>, ProtoError>>()?;
            let (address, _server) = serve(records).await?;
            let resolver = Resolver::with_name_servers(&[address])?;
            for case in &scenario.cases {
                total += 1;
                if let Err(miss) = compare(case, &resolver.check_host(&request(case)).await) {
                    misses.push(format!("{}: {miss}", case.name));
                }
            }
        }
        println!("rfc7208 over DNS {}/{total}", total - misses.len());
        assert_eq!(total, 140, "the suite has changed");
        assert!(misses.is_empty(), "{}", misses.join("\n"));
        Ok(())
    }

    fn rdata(data: &Data) -> Result<RData, ProtoError> {
        Ok(match data {
            Data::Address(IpAddr::V4(address)) => RData::A(rdata::A(*address)),
            Data::Address(IpAddr::V6(address)) => RData::AAAA(rdata::AAAA(*address)),
            Data::Alias(target) => RData::CNAME(rdata::CNAME(wire_name(target)?)),
            Data::Mx(preference, host) => RData::MX(rdata::MX::new(*preference, wire_name(host)?)),
            Data::Ptr(target) => RData::PTR(rdata::PTR(wire_name(target)?)),
            Data::Txt(strings) => txt(strings),
            Data::Timeout => return Err("a scenario that times out".into()),
        })
    }
}
