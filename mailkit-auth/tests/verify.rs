//! Verifying over a DNS server on this host: what is signed passes, what is forged does not.
#![cfg(feature = "verify")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hickory_server::Server;
use hickory_server::proto::rr::{LowerName, Name, RData, Record, rdata};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType};
use mailkit_auth::Policy;
use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::resolver::Resolver;
use mailkit_auth::sign::DkimSigner;
use mailkit_auth::spf::SpfResult;
use mailkit_auth::verify::{AuthReport, DkimResult, Envelope, Verifier};

const MESSAGE: &str = "From: Ann <ann@acme.test>\r\nTo: bob@corp.test\r\nSubject: Order 7\r\n\r\nThe goods are here.\r\n";

/// A sending domain with one key of each kind, on a server of its own.
struct Domain {
    verifier: Verifier,
    signers: Vec<DkimSigner>,
    _server: Server<Catalog>,
}

impl Domain {
    async fn new() -> Result<Self, Box<dyn Error>> {
        let mut records = vec![
            ("acme.test".to_owned(), "v=spf1 ip4:192.0.2.1 -all".to_owned()),
            ("_dmarc.acme.test".to_owned(), "v=DMARC1; p=reject".to_owned()),
            ("evil.test".to_owned(), "v=spf1 +all".to_owned()),
        ];
        let mut signers = Vec::new();
        for (selector, algorithm) in [("rsa", KeyAlgorithm::Rsa2048), ("ed", KeyAlgorithm::Ed25519)]
        {
            let key = DkimKeyPair::generate(algorithm)?;
            records
                .push((format!("{selector}._domainkey.acme.test"), key.key_record().to_string()));
            signers.push(DkimSigner::new("acme.test".parse()?, selector.parse()?, &key)?);
        }
        let (resolver, server) = serve(&records).await?;
        Ok(Self { verifier: Verifier::new(resolver), signers, _server: server })
    }

    /// The message with a signature of each key in front.
    fn sign(&self, message: &str) -> Result<String, Box<dyn Error>> {
        let mut signed = message.to_owned();
        for signer in &self.signers {
            signed.insert_str(0, &signer.sign(message.as_bytes(), now())?);
        }
        Ok(signed)
    }

    async fn verify(&self, message: &str, envelope: &Envelope) -> AuthReport {
        self.verifier.verify(message.as_bytes(), envelope, now()).await
    }
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

fn dkim(report: &AuthReport) -> Vec<DkimResult> {
    report.dkim.iter().map(|verdict| verdict.result).collect()
}

#[tokio::test]
async fn what_the_domain_sent_passes() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test");
    let report = domain.verify(&domain.sign(MESSAGE)?, &envelope).await;
    assert_eq!(dkim(&report), [DkimResult::Pass, DkimResult::Pass], "{:?}", report.dkim);
    assert_eq!(report.spf.result, SpfResult::Pass);
    assert_eq!(report.dmarc.result, DmarcResult::Pass);
    assert!(report.dmarc.spf_aligned && report.dmarc.dkim_aligned);
    Ok(())
}

#[tokio::test]
async fn a_forwarded_message_passes_by_dkim_alone() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let envelope = Envelope::new([198, 51, 100, 9], "mx.list.test", "");
    let report = domain.verify(&domain.sign(MESSAGE)?, &envelope).await;
    assert_eq!(report.spf.result, SpfResult::None);
    assert_eq!(report.dmarc.result, DmarcResult::Pass);
    assert!(!report.dmarc.spf_aligned && report.dmarc.dkim_aligned);
    Ok(())
}

#[tokio::test]
async fn an_altered_message_fails() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let envelope = Envelope::new([198, 51, 100, 9], "mx.evil.test", "x@evil.test");
    let altered = domain.sign(MESSAGE)?.replace("goods", "bads");
    let report = domain.verify(&altered, &envelope).await;
    assert_eq!(dkim(&report), [DkimResult::Fail, DkimResult::Fail]);
    assert_eq!((report.dmarc.result, report.dmarc.policy), (DmarcResult::Fail, Policy::Reject));
    Ok(())
}

#[tokio::test]
async fn a_forged_message_fails_though_spf_passes() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let envelope = Envelope::new([198, 51, 100, 9], "mx.evil.test", "x@evil.test");
    let report = domain.verify(MESSAGE, &envelope).await;
    assert_eq!(report.spf.result, SpfResult::Pass);
    assert_eq!((report.dmarc.result, report.dmarc.policy), (DmarcResult::Fail, Policy::Reject));
    let header = report.authentication_results("mx.corp.test")?.to_header();
    assert!(header.starts_with("Authentication-Results: mx.corp.test;"), "{header}");
    assert!(header.contains("dkim=none;") && header.contains("policy.dmarc=reject"), "{header}");
    Ok(())
}

#[tokio::test]
async fn a_verification_may_be_spawned() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let verifier = domain.verifier.clone();
    let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test");
    let task = async move { verifier.verify(MESSAGE.as_bytes(), &envelope, now()).await };
    assert_eq!(tokio::spawn(task).await?.dmarc.result, DmarcResult::Pass);
    Ok(())
}

#[cfg(feature = "serde")]
#[tokio::test]
async fn a_report_becomes_json() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test");
    let report = domain.verify(&domain.sign(MESSAGE)?, &envelope).await;
    let json = serde_json::to_value(&report)?;
    assert_eq!(json["spf"]["result"], "pass");
    assert_eq!(json["dkim"][0]["selector"], "ed");
    assert_eq!(json["dmarc"]["from_domain"], "acme.test");
    assert_eq!(json["envelope"]["client_ip"], "192.0.2.1");
    Ok(())
}

#[test]
fn results_may_cross_threads() {
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<AuthReport>();
    check::<Verifier>();
    check::<DkimSigner>();
    check::<DkimKeyPair>();
}

/// A server on a free port of this host that knows these texts, and a resolver that asks it.
async fn serve(
    records: &[(String, String)],
) -> Result<(Resolver, Server<Catalog>), Box<dyn Error>> {
    let mut zone: InMemoryZoneHandler =
        InMemoryZoneHandler::empty(Name::root(), ZoneType::Primary, AxfrPolicy::Deny);
    let soa = rdata::SOA::new(Name::root(), Name::root(), 1, 60, 60, 60, 60);
    zone.upsert_mut(Record::from_rdata(Name::root(), 60, RData::SOA(soa)), 0);
    for (name, text) in records {
        let strings = text.as_bytes().chunks(255).collect();
        let data = RData::TXT(rdata::TXT::from_bytes(strings));
        zone.upsert_mut(Record::from_rdata(Name::from_ascii(format!("{name}."))?, 60, data), 0);
    }
    let mut catalog = Catalog::new();
    let zones: Vec<Arc<dyn ZoneHandler>> = vec![Arc::new(zone)];
    catalog.upsert(LowerName::from(Name::root()), zones);
    let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await?;
    let address = udp.local_addr()?;
    let mut server = Server::new(catalog);
    server.register_socket(udp);
    Ok((Resolver::with_name_servers(&[address])?, server))
}
