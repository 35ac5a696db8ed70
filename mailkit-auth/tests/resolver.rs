//! The resolver against servers of this host: good, silent, refusing, and with long answers.
#![cfg(feature = "resolver")]

#[path = "support/dns_server.rs"]
mod dns_server;

use std::error::Error;
use std::time::Duration;

use dns_server::{serve, start, txt, wire_name};
use hickory_server::proto::rr::{RData, rdata};
use hickory_server::zone_handler::Catalog;
use mailkit_auth::dmarc::{DmarcRequest, DmarcResult};
use mailkit_auth::lookup::{Answer, Name, Question, RecordData, RecordType};
use mailkit_auth::record::tlsa::{TlsaData, TlsaRecord};
use mailkit_auth::resolver::Resolver;
use mailkit_auth::spf::{SpfEvaluation, SpfRequest, SpfResult};

fn request() -> SpfRequest<'static> {
    SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test")
}

#[tokio::test]
async fn answers_by_kind() -> Result<(), Box<dyn Error>> {
    let long = "x".repeat(4000);
    let tlsa =
        |octets| RData::TLSA(rdata::TLSA::new(3.into(), 1.into(), 1.into(), vec![7; octets]));
    let spf = rdata::NULL::with(b"\x06v=spf1\x05 -all".to_vec());
    let spf = RData::Unknown { code: 99.into(), rdata: spf };
    let (address, _server) = serve([
        (wire_name("long.test")?, txt(&[&long])),
        (wire_name("odd name.test")?, RData::A(rdata::A::new(192, 0, 2, 1))),
        (wire_name("alias.test")?, RData::CNAME(rdata::CNAME(wire_name("odd name.test")?))),
        (wire_name("null.test")?, RData::MX(rdata::MX::new(0, wire_name("")?))),
        (wire_name("tlsa.test")?, tlsa(32)),
        (wire_name("cut.tlsa.test")?, tlsa(31)),
        (wire_name("old.test")?, spf),
        (wire_name("acme.test")?, RData::NS(rdata::NS(wire_name("ns.test")?))),
    ])
    .await?;
    let resolver = Resolver::with_name_servers(&[address])?;
    let ask = async |name, record_type| {
        let name = Name::new(name).expect("a name");
        resolver.answer(&Question::new(name, record_type)).await
    };
    let found = |data| Answer::from(vec![data]);
    let host = || found(RecordData::A([192, 0, 2, 1].into()));
    assert_eq!(ask("long.test", RecordType::Txt).await, found(RecordData::Txt(long.into())));
    assert_eq!(ask("odd name.test", RecordType::A).await, host());
    assert_eq!(ask("alias.test", RecordType::A).await, host());
    assert_eq!(ask("alias.test", RecordType::Aaaa).await, Answer::NoRecords);
    assert_eq!(ask("nobody.test", RecordType::A).await, Answer::NoSuchName);
    let null = RecordData::Mx { preference: 0, exchange: Name::new(".")? };
    assert_eq!(ask("null.test", RecordType::Mx).await, found(null));
    let alias = RecordData::Cname(Name::new("odd name.test")?);
    assert_eq!(ask("alias.test", RecordType::Cname).await, found(alias));
    let tlsa = TlsaRecord::of_sha256(3.into(), 1.into(), [7; 32]);
    assert_eq!(ask("tlsa.test", RecordType::Tlsa).await, found(RecordData::Tlsa(tlsa.into())));
    let cut = TlsaData { usage: 3, selector: 1, matching: 1, data: vec![7; 31] };
    assert_eq!(ask("cut.tlsa.test", RecordType::Tlsa).await, found(RecordData::Tlsa(cut)));
    let spf = RecordData::Spf(b"v=spf1 -all".to_vec());
    assert_eq!(ask("old.test", RecordType::Spf).await, found(spf));
    let server = RecordData::Ns(Name::new("ns.test")?);
    assert_eq!(ask("acme.test", RecordType::Ns).await, found(server));
    Ok(())
}

#[tokio::test]
async fn checks_over_dns() -> Result<(), Box<dyn Error>> {
    let (address, _server) = serve([
        (wire_name("acme.test")?, txt(&["v=spf1 ip4:192.0.2.0/24 -all"])),
        (wire_name("_dmarc.acme.test")?, txt(&["v=DMARC1; p=reject; np=none"])),
    ])
    .await?;
    let resolver = Resolver::with_name_servers(&[address])?;
    let spf = resolver.check_host(&request()).await;
    assert_eq!(spf.result, SpfResult::Pass);
    let dmarc = DmarcRequest::new(["mail.acme.test".parse()?]);
    let forged = resolver.evaluate_dmarc(&dmarc).await;
    assert_eq!((forged.result, forged.policy), (DmarcResult::Fail, mailkit_auth::Policy::None));
    let own = dmarc.with_spf(spf.result, spf.domain.ok_or("no domain")?);
    assert_eq!(resolver.evaluate_dmarc(&own).await.result, DmarcResult::Pass);
    Ok(())
}

#[tokio::test]
async fn a_refusing_server_is_a_temporary_error() -> Result<(), Box<dyn Error>> {
    let (address, _server) = start(Catalog::new()).await?;
    let verdict = Resolver::with_name_servers(&[address])?.check_host(&request()).await;
    assert_eq!(verdict.result, SpfResult::TempError);
    Ok(())
}

#[tokio::test]
async fn a_limit_may_be_endless() -> Result<(), Box<dyn Error>> {
    let (address, _server) = start(Catalog::new()).await?;
    let resolver = Resolver::with_name_servers(&[address])?.with_time_limit(Duration::MAX);
    assert_eq!(resolver.check_host(&request()).await.result, SpfResult::TempError);
    Ok(())
}

#[tokio::test]
async fn a_silent_server_is_a_temporary_error() -> Result<(), Box<dyn Error>> {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await?;
    let resolver = Resolver::with_name_servers(&[silent.local_addr()?])?
        .with_time_limit(Duration::from_millis(50));
    let verdict = resolver.check_host(&request()).await;
    assert_eq!(verdict.result, SpfResult::TempError);
    assert_eq!(verdict.reason(), "no answer to acme.test TXT");
    Ok(())
}

#[tokio::test]
async fn checks_move_between_threads() -> Result<(), Box<dyn Error>> {
    fn is_shareable<T: Send + Sync + std::fmt::Debug + 'static>(value: T) -> T {
        value
    }
    let (address, _server) = start(Catalog::new()).await?;
    let resolver = is_shareable(Resolver::with_name_servers(&[address])?);
    let evaluation = is_shareable(SpfEvaluation::new(&request()));
    assert_eq!(format!("{evaluation:?}").matches("Running").count(), 1);
    let dmarc = DmarcRequest::new(["acme.test".parse()?]);
    let check = async move { resolver.evaluate_dmarc(&dmarc).await };
    let verdict = is_shareable(tokio::spawn(check).await?);
    assert_eq!(verdict.result, DmarcResult::TempError);
    Ok(())
}
