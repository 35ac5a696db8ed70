//! What policies ask of TLS, and what the outbox does about hosts that have none.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use mailkit_examples::smtp::{Identity, ServerConfig};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::stage::{Host, Stage, loopback, mail, nobody};

const NAMES: [&str; 3] = ["mx1.buyer.example", "mx2.buyer.example", "mta-sts.buyer.example"];

/// A certificate for these names in files of this name.
fn identity(folder: &Path, file: &str, names: &[&str]) -> Identity {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let [chain, key] = ["pem", "key"].map(|kind| folder.join(file).with_extension(kind));
    fs::write(&chain, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    Identity::from_pem_files(&chain, &key).unwrap()
}

/// Mail hosts with these certificates, in the order of their preference, whose domain has a policy of this mode. The
/// certificate `ours` is the one that is believed in.
async fn stage(mode: &str, identities: &[Option<&str>]) -> (Stage, Vec<Arc<Host>>) {
    let folder = tempfile::tempdir().unwrap();
    let policy = format!("version: STSv1\nmode: {mode}\nmx: *.buyer.example\nmax_age: 604800\n");
    let certificate = identity(folder.path(), "ours", &NAMES);
    let port = policy_host(certificate, policy).await.port();
    let (mut hosts, mut addresses) = (Vec::new(), Vec::new());
    for name in identities {
        let config = ServerConfig::new("mx.buyer.example".parse().unwrap());
        let config = match name {
            Some("ours") => {
                let files = ["ours.pem", "ours.key"].map(|file| folder.path().join(file));
                let identity = Identity::from_pem_files(&files[0], &files[1]).unwrap();
                config.with_tls(identity.acceptor().unwrap())
            }
            Some(other) => {
                let identity = identity(folder.path(), "other", &[other]);
                config.with_tls(identity.acceptor().unwrap())
            }
            None => config,
        };
        let (host, address) = Host::default().start_at(loopback(0), config).await;
        hosts.push(host);
        addresses.push(address);
    }
    let zone = "@ 60 IN MX 10 mx1\n@ 60 IN MX 20 mx2\nmta-sts 60 IN A 127.0.0.1\n\
                _mta-sts 60 IN TXT \"v=STSv1; id=1\"\n";
    let zone = if hosts.len() == 1 { zone.replace("@ 60 IN MX 20 mx2\n", "") } else { zone.into() };
    let settings = format!(
        "[outbound.tls]\npolicy_port = {port}\nauthorities = \"ours.pem\"\n\
         [outbound.retry]\npauses = [\"100ms\"]\n"
    );
    let mut stage = Stage::new(&zone, &addresses, &settings).await;
    stage.folder = folder;
    (stage, hosts)
}

/// Answers every HTTPS request with a policy.
async fn policy_host(identity: Identity, policy: String) -> SocketAddr {
    let listener = TcpListener::bind(loopback(0)).await.unwrap();
    let (address, acceptor) = (listener.local_addr().unwrap(), identity.acceptor().unwrap());
    let fields = format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", policy.len());
    let response = format!("HTTP/1.1 200 OK\r\n{fields}\r\n{policy}");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(response.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

#[tokio::test]
async fn an_enforced_policy_lets_mail_go_to_a_host_that_proves_its_name() {
    let (stage, hosts) = stage("enforce", &[Some("ours")]).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;
    let attempted = &stage.events.attempted()[0];
    assert_eq!(attempted.tls_policy, "TLS with a valid certificate (MTA-STS)");
    assert_eq!(attempted.tls_failure, None);
    assert!(hosts[0].seen().mails[0].1, "over TLS");
}

#[tokio::test]
async fn a_host_without_tls_gets_no_mail_in_clear_where_a_policy_is_enforced() {
    let (stage, hosts) = stage("enforce", &[None]).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| it.deferred().len() >= 3).await;
    let failure = stage.events.attempted()[0].tls_failure.clone();
    assert_eq!(failure.as_deref(), Some("starttls-not-supported at mx1.buyer.example (sts)"));
    assert_eq!(stage.events.deferred()[0].because, "the host does not offer STARTTLS");
    assert_eq!((hosts[0].seen().peers.len(), stage.events.given_up().len()), (0, 0));
}

#[tokio::test]
async fn where_one_host_fails_the_policy_the_next_one_is_tried() {
    let (stage, hosts) = stage("enforce", &[Some("mx.elsewhere.example"), Some("ours")]).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;
    assert_eq!(stage.events.delivered(), ["mx2.buyer.example"]);
    assert_eq!((hosts[0].seen().peers.len(), hosts[1].seen().mails.len()), (0, 1));
    let failure = stage.events.attempted()[0].tls_failure.clone();
    assert_eq!(failure.as_deref(), Some("certificate-not-trusted at mx1.buyer.example (sts)"));
}

#[tokio::test]
async fn a_policy_that_is_tested_delivers_and_reports() {
    let (stage, hosts) = stage("testing", &[Some("mx.elsewhere.example")]).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;
    let failure = stage.events.attempted()[0].tls_failure.clone();
    assert_eq!(failure.as_deref(), Some("certificate-not-trusted at mx1.buyer.example (sts)"));
    assert!(hosts[0].seen().mails[0].1, "over TLS all the same");
}

#[tokio::test]
async fn a_policy_outlives_a_restart_its_record_and_its_host() {
    let (before, _) = stage("enforce", &[Some("ours")]).await;
    let outbox = before.outbox();
    outbox.send(mail("1")).unwrap();
    before.events.until(|it| !it.delivered().is_empty()).await;
    outbox.drain().await;

    // Somebody in the way takes away the record, the policy host, and the TLS of the mail host.
    let (host, address) = Host::default().start().await;
    let after = Stage::new("@ 60 IN MX 10 mx1\n", &[address], &before.settings).await;
    fs::copy(before.spool().join("ours.pem"), after.spool().join("ours.pem")).unwrap();
    let mut config = after.config();
    config.spool = before.spool().join("spool");
    config.outbound.tls.policy_port = nobody().port();
    let outbox = after.outbox_with(&config);
    outbox.send(mail("2")).unwrap();
    after.events.until(|it| !it.deferred().is_empty()).await;
    assert_eq!(after.events.deferred()[0].because, "the host does not offer STARTTLS");
    assert_eq!(host.seen().peers.len(), 0);
}

/// It offers TLS and cannot do it, as old hosts do.
#[tokio::test]
async fn without_a_policy_a_broken_handshake_is_no_reason_to_wait() {
    let listener = TcpListener::bind(loopback(0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut said = "220 mx1\r\n";
            while stream.write_all(said.as_bytes()).await.is_ok() {
                let end = if said.starts_with("354") { "\r\n.\r\n" } else { "\n" };
                let mut line = String::new();
                while !line.ends_with(end)
                    && stream.read_line(&mut line).await.is_ok_and(|read| read > 0)
                {
                }
                said = match line.split([' ', '\r']).next() {
                    Some("EHLO") => "250-mx1\r\n250 STARTTLS\r\n",
                    Some("STARTTLS") => {
                        let _ = stream.write_all(b"220 go\r\n").await;
                        break;
                    }
                    Some("DATA") => "354 go on\r\n",
                    Some("") | None => break,
                    _ => "250 ok\r\n",
                };
            }
        }
    });
    let stage = Stage::new("@ 60 IN MX 10 mx1\n", &[address], "").await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;
    let attempted = stage.events.attempted();
    assert_eq!(attempted.len(), 2, "{attempted:#?}");
    assert!(attempted.iter().all(|it| !it.tls && it.tls_failure.is_none()), "{attempted:#?}");
}
