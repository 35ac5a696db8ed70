mod author;
mod dkim;
mod keys;
mod limits;
mod report;
mod steps;

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::keys::{DkimKeyPair, KeyAlgorithm};
use crate::lookup::ZoneSnapshot;
use crate::sign::DkimSigner;

type TestResult = Result<(), Box<dyn std::error::Error>>;

const MESSAGE: &str = "From: Ann <ann@acme.test>\r\nTo: bob@corp.test\r\nSubject: Order 7\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nDear Bob,\r\n\r\nthe goods  are here.\r\n";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

fn envelope() -> Envelope {
    Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test")
}

fn key() -> DkimKeyPair {
    DkimKeyPair::generate(KeyAlgorithm::Ed25519).unwrap()
}

fn zone(key_record: &str) -> ZoneSnapshot {
    let zone = ZoneSnapshot::new().with_txt("s1._domainkey.acme.test", key_record).unwrap();
    zone.with_txt("_dmarc.acme.test", "v=DMARC1; p=reject").unwrap()
}

fn check_zone(zone: &ZoneSnapshot, message: &str) -> AuthReport {
    verify(zone, message.as_bytes(), &envelope(), now(), VerifyLimits::default())
}

/// The result and the reason of the only signature of `message`.
fn outcome(zone: &ZoneSnapshot, message: &str) -> (DkimResult, String) {
    let report = check_zone(zone, message);
    assert_eq!(report.dkim.len(), 1);
    (report.dkim[0].result, report.dkim[0].reason.clone())
}

fn sign(key: &DkimKeyPair, message: &str) -> String {
    let signer = DkimSigner::new("acme.test".parse().unwrap(), "s1".parse().unwrap(), key).unwrap();
    format!("{}{message}", signer.sign(message.as_bytes(), now()).unwrap())
}

/// Signs From alone with simple forms and these tags, canonical by hand: independent of `sign`.
fn sign_simple(key: &DkimKeyPair, tags: &str, signed_body: &str, message: &str) -> String {
    sign_simple_fields(key, &["From"], tags, signed_body, message)
}

/// Signs these fields, each of which `tags` names and `message` has once.
fn sign_simple_fields(
    key: &DkimKeyPair,
    names: &[&str],
    tags: &str,
    signed_body: &str,
    message: &str,
) -> String {
    let hash = STANDARD.encode(digest(&SHA256, signed_body.as_bytes()));
    let field =
        format!("DKIM-Signature: v=1; a=ed25519-sha256; d=acme.test; s=s1;{tags} bh={hash}; b=");
    let line = |name: &&str| message.lines().find(|line| line.starts_with(&format!("{name}:")));
    let mut signed: Vec<&str> = names.iter().filter_map(line).collect();
    signed.push(&field);
    let signature = key.sign(signed.join("\r\n").as_bytes()).unwrap();
    format!("{field}{}\r\n{message}", STANDARD.encode(signature))
}
