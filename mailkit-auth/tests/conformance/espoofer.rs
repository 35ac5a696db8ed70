//! The 22 messages of espoofer, "Composition Kills" (USENIX Security 2020): none passes for the domain it pretends to be from.

use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mailkit_auth::Domain;
use mailkit_auth::auth_results::AuthenticationResults;
use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::spf::SpfResult;
use mailkit_auth::verify::{AuthReport, DkimResult, Envelope, VerifyLimits, verify, verify_dkim};
use serde_json::Value;

use crate::data::{self, Score};

#[test]
fn composition_kills() {
    let Some(cases) = data::read("reliability/espoofer/cases.json") else { return };
    let cases: Value = serde_json::from_slice(&cases).expect("the cases are JSON");
    let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519).expect("a key");
    let zone = zone(&key);
    let mut score = Score::default();
    for case in cases["cases"].as_array().expect("a list") {
        let id = case["id"].as_str().expect("a text");
        let message = data::read(&format!("reliability/espoofer/{id}.eml")).expect("its message");
        let message = [signature(case, &message, &key), message].concat();
        let report = verify(
            &zone,
            &message,
            &envelope(case),
            SystemTime::UNIX_EPOCH + NOW,
            VerifyLimits::default(),
        );
        score.count(id, check(&report));
    }
    score.tell("espoofer refused", 22);
}

/// No result speaks for a victim, in the report or in the header that is made of it.
fn check(report: &AuthReport) -> Result<(), String> {
    let victim = |domain: &Domain| VICTIMS.iter().any(|victim| domain.as_str().ends_with(victim));
    if report.dmarc.result == DmarcResult::Pass && report.dmarc.from_domain.iter().any(victim) {
        return Err(format!("DMARC passes: {:?}", report.dmarc));
    }
    if report.spf.result == SpfResult::Pass && report.spf.domain.iter().any(victim) {
        return Err(format!("SPF passes: {:?}", report.spf));
    }
    if report.dkim.iter().any(|verdict| verdict.result == DkimResult::Pass) {
        return Err(format!("a signature passes: {:?}", report.dkim));
    }
    // What a reader of the header is told is what was found, once for each method.
    let results = report.authentication_results("mx.victim.com").map_err(|it| it.to_string())?;
    let header = results.to_header();
    let (_, value) = header.split_once(':').ok_or("no field")?;
    let read: AuthenticationResults = value.parse().map_err(|it| format!("{header}: {it}"))?;
    if read == results { Ok(()) } else { Err(format!("{header} reads as {read:?}")) }
}

/// The victims let their own hosts send and reject the rest; the attacker lets everybody.
fn zone(key: &DkimKeyPair) -> ZoneSnapshot {
    let key = key.key_record().to_string();
    let mut zone = ZoneSnapshot::new();
    for victim in VICTIMS {
        zone = zone
            .with_txt(victim, "v=spf1 ip4:192.0.2.1 -all")
            .and_then(|zone| zone.with_txt(&format!("_dmarc.{victim}"), "v=DMARC1; p=reject"))
            .expect("names");
    }
    for attacker in
        ["attack.com", "33.attack.com", "any.attack.com", "a.attack.com", "helo.attack.com"]
    {
        zone = zone
            .with_txt(attacker, "v=spf1 +all")
            .and_then(|zone| {
                zone.with_txt(&format!("selector._domainkey.{attacker}"), key.as_str())
            })
            .expect("names");
    }
    zone
}

/// The signature of the attacker, with a key that the zone has, for the cases that are signed: over
/// the names of `dkim_para`, octet by octet as they stand there.
fn signature(case: &Value, message: &[u8], key: &DkimKeyPair) -> Vec<u8> {
    let Some(parts) = case["dkim_para"].as_object() else { return Vec::new() };
    let part = |name: &str| parts[name].as_str().expect("a text");
    let message = String::from_utf8(message.to_vec()).expect("the signed messages are ASCII");
    let (header, body) = message.split_once("\r\n\r\n").expect("an empty line");
    assert!(header.contains(part("sign_header")), "the signed field is in the message");
    let hash = STANDARD.encode(digest(&SHA256, body.as_bytes()));
    let field = format!(
        "DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d={}; s={}; h=From; bh={hash}; b=",
        part("d"),
        part("s"),
    );
    let signed = format!("{}\r\n{field}", part("sign_header"));
    let signature = STANDARD.encode(key.sign(signed.as_bytes()).expect("a signature"));
    format!("{field}{signature}\r\n").into_bytes()
}

/// The way in which the two signed cases are signed is one that passes where the names are plain.
#[test]
fn the_attacker_signs_well() {
    let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519).expect("a key");
    let case = serde_json::json!({ "dkim_para": {
        "d": "attack.com", "s": "selector", "sign_header": "From: <admin@attack.com>",
    } });
    let message = b"From: <admin@attack.com>\r\nSubject: A4\r\n\r\nHi\r\n";
    let signed = [signature(&case, message, &key), message.to_vec()].concat();
    let now = SystemTime::UNIX_EPOCH + NOW;
    let verdicts = verify_dkim(&zone(&key), &signed, now, VerifyLimits::default());
    let results: Vec<DkimResult> = verdicts.expect("a header").iter().map(|it| it.result).collect();
    assert_eq!(results, [DkimResult::Pass]);
}

fn envelope(case: &Value) -> Envelope {
    let sender = case["mailfrom"].as_str().expect("a text");
    let sender = sender.strip_prefix('<').and_then(|it| it.strip_suffix('>')).expect("brackets");
    Envelope::new([203, 0, 113, 66], case["helo"].as_str().expect("a text"), sender)
}

const VICTIMS: [&str; 2] = ["legitimate.com", "example.com"];

const NOW: Duration = Duration::from_secs(1_767_600_000);
