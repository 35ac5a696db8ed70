//! The `OpenSPF` test suites for RFC 7208 and RFC 4408, from memory and over a DNS server.

use mailkit_auth::spf::{SpfRequest, SpfVerdict, check_host};

use crate::data::Score;
use crate::openspf::{self, Case, Scenario};

/// Runs every case of a suite and prints how many passed.
#[track_caller]
fn check_suite(name: &str, total: usize) {
    let Some(scenarios) = openspf::load(name) else { return };
    let mut score = Score::default();
    for (scenario, case) in cases(&scenarios) {
        let verdict = check_host(&scenario.zone(), &request(case));
        let name = format!("{} / {}", scenario.description, case.name);
        score.count(&name, compare(case, &verdict));
    }
    score.tell(&format!("SPF {name}"), total);
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

fn request(case: &Case) -> SpfRequest<'_> {
    SpfRequest::new(case.client_ip, case.helo.as_str(), case.mail_from.as_str())
}

/// Compares result and explanation with what the suite accepts.
fn compare(case: &Case, verdict: &SpfVerdict) -> Result<(), String> {
    let result = verdict.result.to_string();
    if !case.results.contains(&result) {
        return Err(format!("{result} ({}), expected {:?}", verdict.reason(), case.results));
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
    use std::error::Error;
    use std::net::IpAddr;

    use hickory_server::proto::ProtoError;
    use hickory_server::proto::rr::{LowerName, RData, rdata};
    use mailkit_auth::resolver::Resolver;

    use super::*;
    use crate::dns_server::{serve, txt, wire_name};
    use crate::failing_front;
    use crate::openspf::Data;

    #[tokio::test]
    async fn rfc7208_over_dns() -> Result<(), Box<dyn Error>> {
        check_over_dns("rfc7208", 203).await
    }

    #[tokio::test]
    async fn rfc4408_over_dns() -> Result<(), Box<dyn Error>> {
        check_over_dns("rfc4408", 191).await
    }

    async fn check_over_dns(name: &str, total: usize) -> Result<(), Box<dyn Error>> {
        let Some(scenarios) = openspf::load(name) else { return Ok(()) };
        let mut score = Score::default();
        for scenario in &scenarios {
            let records = scenario.records().filter_map(|(name, data)| {
                let data = rdata(data).transpose()?;
                Some(wire_name(name).and_then(|name| Ok((name, data?))))
            });
            let (address, _server) =
                serve(records.collect::<Result<Vec<_>, ProtoError>>()?).await?;
            let failing = scenario.failing().map(|name| wire_name(name).map(LowerName::from));
            let front = failing_front::start(address, failing.collect::<Result<_, _>>()?).await?;
            let resolver = Resolver::with_name_servers(&[front])?;
            for case in &scenario.cases {
                let verdict = resolver.check_host(&request(case)).await;
                score.count(&case.name, compare(case, &verdict));
            }
        }
        score.tell(&format!("SPF {name} over DNS"), total);
        Ok(())
    }

    /// What stands on the wire; nothing where the suite lets a question time out.
    fn rdata(data: &Data) -> Result<Option<RData>, ProtoError> {
        Ok(Some(match data {
            Data::Address(IpAddr::V4(address)) => RData::A(rdata::A(*address)),
            Data::Address(IpAddr::V6(address)) => RData::AAAA(rdata::AAAA(*address)),
            Data::Alias(target) => RData::CNAME(rdata::CNAME(wire_name(target)?)),
            Data::Mx(preference, host) => RData::MX(rdata::MX::new(*preference, wire_name(host)?)),
            Data::Ptr(target) => RData::PTR(rdata::PTR(wire_name(target)?)),
            Data::Txt(strings) => txt(strings),
            Data::Timeout => return Ok(None),
        }))
    }
}
