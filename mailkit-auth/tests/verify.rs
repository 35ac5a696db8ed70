//! Verifying over a DNS server on this host: what is signed passes, what is forged does not.
#![cfg(all(feature = "resolver", feature = "verify"))]

#[path = "support/dns_server.rs"]
mod dns_server;

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use dns_server::{serve, txt, wire_name};
use hickory_server::Server;
use hickory_server::zone_handler::Catalog;
use mailkit_auth::Policy;
use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::resolver::Resolver;
use mailkit_auth::sign::DkimSigner;
use mailkit_auth::spf::SpfResult;
use mailkit_auth::verify::{AuthReport, DkimResult, Envelope, Verifier};
use tokio::net::UdpSocket;

const MESSAGE: &str = "From: Ann <ann@acme.test>\r\nTo: bob@corp.test\r\nSubject: Order 7\r\n\r\nThe goods are here.\r\n";

/// A sending domain with one key of each kind, on a server of its own.
struct Domain {
    verifier: Verifier,
    signers: Vec<DkimSigner>,
    address: SocketAddr,
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
        let mut zone = Vec::new();
        for (name, text) in &records {
            zone.push((wire_name(name)?, txt(&[text])));
        }
        let (address, server) = serve(zone).await?;
        let verifier = Verifier::new(Resolver::with_name_servers(&[address])?);
        Ok(Self { verifier, signers, address, _server: server })
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

/// SPF and the keys are asked for at once, within one time: a key that never comes holds up no other.
#[tokio::test]
async fn a_key_that_never_comes_holds_up_no_other() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let resolver = Resolver::with_name_servers(&[silent_about("ed", domain.address).await?])?;
    let verifier = Verifier::new(resolver.with_time_limit(Duration::from_secs(2)));
    let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test");
    let report = verifier.verify(domain.sign(MESSAGE)?.as_bytes(), &envelope, now()).await;
    assert_eq!(dkim(&report), [DkimResult::TempError, DkimResult::Pass], "{:?}", report.dkim);
    assert_eq!((report.spf.result, report.dmarc.result), (SpfResult::Pass, DmarcResult::Pass));
    Ok(())
}

/// Who sends with the name of a domain that never answers uses up the time of SPF, and takes none from
/// the record of the author: what the author asks for is known all the same.
#[tokio::test]
async fn a_slow_sender_hides_no_policy() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new().await?;
    let resolver = Resolver::with_name_servers(&[silent_about("slow", domain.address).await?])?;
    let verifier = Verifier::new(resolver.with_time_limit(Duration::from_secs(1)));
    let envelope = Envelope::new([198, 51, 100, 9], "slow.test", "x@slow.test");
    let report = verifier.verify(MESSAGE.as_bytes(), &envelope, now()).await;
    assert_eq!(report.spf.result, SpfResult::TempError);
    let author = report.dmarc.record_domain.as_ref().map(ToString::to_string);
    assert_eq!(author.as_deref(), Some("acme.test"));
    assert_eq!(report.dmarc.policy, Policy::Reject);
    assert_ne!(report.dmarc.result, DmarcResult::Pass);
    Ok(())
}

/// A front of the server that drops every question about a name with this first label.
async fn silent_about(label: &str, server: SocketAddr) -> std::io::Result<SocketAddr> {
    let (address, tcp, udp) = dns_server::bind().await?;
    // On the wire a label stands behind its length.
    let label = [&[u8::try_from(label.len()).unwrap_or_default()], label.as_bytes()].concat();
    tokio::spawn(async move {
        // Bound and never accepting: what comes over TCP waits as well.
        let _tcp = tcp;
        let mut question = [0; 512];
        let mut answer = [0; 4096];
        loop {
            let (length, client) = udp.recv_from(&mut question).await?;
            let question = question.get(..length).unwrap_or_default();
            if question.get(12..).is_some_and(|name| name.starts_with(&label)) {
                continue;
            }
            let socket = UdpSocket::bind("127.0.0.1:0").await?;
            socket.send_to(question, server).await?;
            let length = socket.recv(&mut answer).await?;
            udp.send_to(answer.get(..length).unwrap_or_default(), client).await?;
        }
        #[expect(unreachable_code, reason = "it gives the block its type")]
        std::io::Result::Ok(())
    });
    Ok(address)
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
