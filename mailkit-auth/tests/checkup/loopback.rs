//! The same check-ups over a real DNS server of this host.

use std::error::Error;

use hickory_server::proto::rr::{Name, RData, rdata};
use mailkit_auth::checkup::{CheckupRequest, DnssecState, check};
use mailkit_auth::lookup::RecordData;
use mailkit_auth::record::tlsa::TlsaData;
use mailkit_auth::resolver::Resolver;

use crate::case::{Case, shapes};
use crate::dns_server::{serve, txt, wire_name};
use crate::seeds::{DKIM, SPF, TRANSPORT};

/// The record as the server holds it; `None` for the delegations and keys of a zone, which would make
/// the server send its clients elsewhere.
fn wire(data: &RecordData) -> Result<Option<RData>, Box<dyn Error>> {
    let name = |name: &mailkit_auth::lookup::Name| -> Result<Name, Box<dyn Error>> {
        Ok(wire_name(name.as_str())?)
    };
    Ok(Some(match data {
        RecordData::A(address) => RData::A((*address).into()),
        RecordData::Aaaa(address) => RData::AAAA((*address).into()),
        RecordData::Cname(target) => RData::CNAME(rdata::CNAME(name(target)?)),
        RecordData::Mx { preference, exchange } => {
            RData::MX(rdata::MX::new(*preference, name(exchange)?))
        }
        RecordData::Ptr(target) => RData::PTR(rdata::PTR(name(target)?)),
        RecordData::Txt(text) => txt(&[text]),
        RecordData::Tlsa(TlsaData { usage, selector, matching, data }) => {
            let numbers = ((*usage).into(), (*selector).into(), (*matching).into());
            RData::TLSA(rdata::TLSA::new(numbers.0, numbers.1, numbers.2, data.clone()))
        }
        _ => return Ok(None),
    }))
}

/// What the memory and the network lead to is the same, in good health and with faults.
#[tokio::test]
async fn the_network_finds_what_the_memory_finds() -> Result<(), Box<dyn Error>> {
    let faults = [SPF, DKIM, TRANSPORT].into_iter().flatten().step_by(4);
    for (index, (code, fits, plant)) in faults.enumerate() {
        let shape = shapes().filter(|shape| fits(*shape)).nth(index * 3 % 20).ok_or("no shape")?;
        let mut case = Case::clean(shape);
        plant(&mut case);
        let mut request: CheckupRequest = case.request.clone();
        for name in ["test", "uk", "com"] {
            request = request.with_dnssec(name.parse()?, DnssecState::Secure);
        }
        let mut records = Vec::new();
        for (name, data) in case.records() {
            records.extend(wire(data)?.map(|data| (wire_name(name), data)));
        }
        let records: Result<Vec<(Name, RData)>, _> =
            records.into_iter().map(|(name, data)| name.map(|name| (name, data))).collect();
        let (address, _server) = serve(records?).await?;
        let report = Resolver::with_name_servers(&[address])?.check_up(&request).await;
        assert!(report.codes().contains(code) || *code == "SPF044", "{code}: {report}");
        let offline = check(&case.zone(), &request);
        let ignored = |code: &&str| *code == "SPF044";
        let codes = |codes: Vec<&'static str>| -> Vec<&'static str> {
            codes.into_iter().filter(|code| !ignored(code)).collect()
        };
        assert_eq!(codes(report.codes()), codes(offline.codes()), "{code} {shape:?}");
        assert_eq!(report.grade, offline.grade);
    }
    Ok(())
}

/// A server that does not answer is no domain without records.
#[tokio::test]
async fn silence_is_not_absence() -> Result<(), Box<dyn Error>> {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await?;
    let resolver = Resolver::with_name_servers(&[silent.local_addr()?])?
        .with_time_limit(std::time::Duration::from_millis(50));
    let report = resolver.check_up(&CheckupRequest::new("acme.test".parse()?)).await;
    assert_eq!(report.grade, None);
    assert!(report.findings.is_empty(), "{report}");
    Ok(())
}
