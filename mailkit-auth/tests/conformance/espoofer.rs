//! The 22 messages of espoofer, "Composition Kills" (USENIX Security 2020): none passes for the domain it pretends to be from.

use std::time::{Duration, SystemTime};

use mailkit_auth::Domain;
use mailkit_auth::auth_results::AuthenticationResults;
use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::spf::SpfResult;
use mailkit_auth::verify::{AuthReport, DkimResult, Envelope, VerifyLimits, verify};
use serde_json::Value;

use crate::data::{self, Score};

#[test]
fn composition_kills() {
    let Some(cases) = data::read("reliability/espoofer/cases.json") else { return };
    let cases: Value = serde_json::from_slice(&cases).expect("the cases are JSON");
    let zone = zone();
    let mut score = Score::default();
    for case in cases["cases"].as_array().expect("a list") {
        let id = case["id"].as_str().expect("a text");
        let message = data::read(&format!("reliability/espoofer/{id}.eml")).expect("its message");
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
fn zone() -> ZoneSnapshot {
    let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519).expect("a key").key_record().to_string();
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

fn envelope(case: &Value) -> Envelope {
    let sender = case["mailfrom"].as_str().expect("a text");
    let sender = sender.strip_prefix('<').and_then(|it| it.strip_suffix('>')).expect("brackets");
    Envelope::new([203, 0, 113, 66], case["helo"].as_str().expect("a text"), sender)
}

const VICTIMS: [&str; 2] = ["legitimate.com", "example.com"];

const NOW: Duration = Duration::from_secs(1_767_600_000);
