//! What we sign, OpenDKIM and dkimpy verify; what they sign, we verify: 200 messages with odd headers and bodies.
//!
//! OpenDKIM is the program `opendkim`; dkimpy a package that `python3` finds. A peer that is absent is skipped, unless `MAILKIT_REQUIRE_PEERS=1`.
#![cfg(feature = "verify")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the test runs programs, prints its score and may panic"
)]

#[path = "interop/messages.rs"]
mod messages;
#[path = "interop/peers.rs"]
mod peers;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::sign::DkimSigner;
use mailkit_auth::verify::{DkimResult, Envelope, VerifyLimits, verify};
use peers::{DkimPy, Form, OpenDkim, Peer};
use tempfile::TempDir;

const MESSAGES: usize = 200;

#[test]
fn opendkim() {
    check(OpenDkim::find());
}

#[test]
fn dkimpy() {
    check(DkimPy::find());
}

#[track_caller]
fn check(peer: Option<impl Peer>) {
    let Some(peer) = peer else { return };
    let stage = Stage::new();
    let mut misses = stage.they_verify(&peer);
    println!("{} verifies what we sign {}/{MESSAGES}", peer.name(), MESSAGES - misses.len());
    let theirs = stage.they_sign(&peer);
    println!("we verify what {} signs {}/{MESSAGES}", peer.name(), MESSAGES - theirs.len());
    misses.extend(theirs);
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// A domain with two keys, and a folder for what the programs read.
struct Stage {
    folder: TempDir,
    keys: [(&'static str, DkimKeyPair); 2],
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = [("rsa", KeyAlgorithm::Rsa2048), ("ed", KeyAlgorithm::Ed25519)];
        let keys = keys.map(|(selector, algorithm)| {
            (selector, DkimKeyPair::generate(algorithm).expect("a key"))
        });
        let stage = Self { folder, keys };
        let records = stage.keys.iter().map(|(selector, key)| {
            format!("{selector}._domainkey.acme.test {}\n", key.key_record())
        });
        stage.write("keys", records.collect::<String>().as_bytes());
        for (selector, key) in &stage.keys {
            stage.write(&format!("{selector}.pem"), key.to_pkcs8_pem().as_bytes());
        }
        stage
    }

    fn write(&self, name: &str, octets: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, octets).expect("a file");
        path
    }

    fn they_verify(&self, peer: &impl Peer) -> Vec<String> {
        let mut files = Vec::new();
        for number in 0..MESSAGES {
            let message = peer.readable(messages::message(number));
            let (selector, key) = &self.keys[number % 2];
            let (domain, selector) = ("acme.test".parse(), selector.parse());
            let signer =
                DkimSigner::new(domain.expect("a domain"), selector.expect("a selector"), key);
            let field = signer.expect("a signer").sign(&message, now()).expect("a signature");
            let signed = [field.as_bytes(), &message].concat();
            files.push(self.write(&format!("ours-{number}.eml"), &peer.delivered(signed)));
        }
        let answers = peer.verify(&self.folder.path().join("keys"), &files);
        assert_eq!(answers.len(), MESSAGES, "an answer for each message");
        let wrong = answers.into_iter().enumerate().filter_map(|(number, answer)| {
            Some(format!("{} refuses message {number}: {}", peer.name(), answer.err()?))
        });
        wrong.collect()
    }

    /// The peer signs all messages, in turn with each key and pair of canonicalizations.
    fn they_sign(&self, peer: &impl Peer) -> Vec<String> {
        let mut zone = ZoneSnapshot::new();
        for (selector, key) in &self.keys {
            let name = format!("{selector}._domainkey.acme.test");
            zone = zone.with_txt(&name, key.key_record().to_string()).expect("a name");
        }
        let ways: Vec<_> = ways().filter(|way| peer.signs_well(way.0, way.1)).collect();
        let mut misses = Vec::new();
        for (way, (selector, header, body)) in ways.iter().copied().enumerate() {
            let numbers = (way..MESSAGES).step_by(ways.len());
            let messages: Vec<_> = numbers
                .map(|number| peer.prepared(peer.readable(messages::message(number))))
                .collect();
            let files = messages.iter().enumerate();
            let files =
                files.map(|(index, message)| self.write(&format!("{way}-{index}"), message));
            let pem = self.folder.path().join(format!("{selector}.pem"));
            let fields = peer.sign(&pem, selector, header, body, &files.collect::<Vec<_>>());
            assert_eq!(fields.len(), messages.len(), "a signature for each message");
            for (message, field) in messages.iter().zip(fields) {
                if let Err(miss) = passes(&zone, &[field.as_bytes(), message].concat()) {
                    let peer = peer.name();
                    misses.push(format!("{selector} {header}/{body} of {peer}: {miss}"));
                }
            }
        }
        misses
    }
}

/// Whether the message has one signature, and it passes.
fn passes(zone: &ZoneSnapshot, message: &[u8]) -> Result<(), String> {
    let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "");
    let report = verify(zone, message, &envelope, SystemTime::now(), VerifyLimits::default());
    let results: Vec<_> = report.dkim.iter().map(|verdict| verdict.result).collect();
    if results == [DkimResult::Pass] {
        return Ok(());
    }
    Err(format!("{:?} for {}", report.dkim, String::from_utf8_lossy(message)))
}

/// Both keys with all pairs of canonicalizations.
fn ways() -> impl Iterator<Item = (&'static str, Form, Form)> {
    let forms = [Form::Relaxed, Form::Simple];
    ["rsa", "ed"].into_iter().flat_map(move |selector| {
        forms.into_iter().flat_map(move |header| forms.map(|body| (selector, header, body)))
    })
}

/// Lately enough for peers that have their own clock.
fn now() -> SystemTime {
    SystemTime::now() - Duration::from_secs(60)
}
