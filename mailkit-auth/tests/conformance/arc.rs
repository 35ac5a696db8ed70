//! The ARC suites of `ValiMail` (RFC 8617): validation and signing.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::sign::{ArcSealer, SignedFields};
use mailkit_auth::verify::{ArcResult, ArcVerdict, Envelope, VerifyLimits, verify};
use serde_json::Value;

use crate::data::{self, Score};
use crate::short_key::ShortKey;

#[test]
fn validation() {
    let Some(scenarios) = load("arcv") else { return };
    let (mut score, mut false_accepts) = (Score::default(), 0);
    for (scenario, name, case) in cases(&scenarios) {
        // The suite leaves a chain open whose last seal says that it had failed: it fails.
        let expected = match text(&case["cv"]) {
            "None" => ArcResult::None,
            "Pass" => ArcResult::Pass,
            _ => ArcResult::Fail,
        };
        let verdict = validate(&zone(scenario), &message(case));
        let passed = verdict.result == ArcResult::Pass;
        false_accepts += usize::from(passed && expected != ArcResult::Pass);
        score.count(
            name,
            match verdict.result == expected {
                true => Ok(()),
                false => {
                    Err(format!("{} ({}), expected {expected}", verdict.result, verdict.reason))
                }
            },
        );
    }
    println!("ARC false accepts {false_accepts}");
    score.tell("ARC validation", 171);
    assert_eq!(false_accepts, 0);
}

#[test]
fn signing() {
    let Some(scenarios) = load("arcs") else { return };
    let mut score = Score::default();
    for (scenario, name, case) in cases(&scenarios) {
        score.count(name, check_signing(scenario, case));
    }
    score.tell("ARC signing", 17);
}

/// Whether the three fields are the ones of the suite, but for white space where it means nothing.
fn check_signing(scenario: &Value, case: &Value) -> Result<(), String> {
    let message = message(case);
    let sealer = sealer(scenario, case);
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(case["t"].as_u64().unwrap_or_default());
    let zone = zone(scenario);
    let chain = validate(&zone, &message);
    let sealed = sealer.seal_received(message.as_bytes(), text(&case["srv-id"]), &chain, at);
    let sealed = sealed.map_err(|error| error.to_string())?.unwrap_or_default();
    let names = [("AS", "ARC-Seal"), ("AMS", "ARC-Message-Signature")];
    for (tag, name) in names.into_iter().chain([("AAR", "ARC-Authentication-Results")]) {
        let actual = words(&value(&sealed, name));
        // The suite folds the base64 of its fields; signers write it in one piece.
        let (actual, expected) =
            (actual.replace(' ', ""), words(text(&case[tag])).replace(' ', ""));
        if actual != expected {
            return Err(format!("{name}: {actual}, expected {expected}"));
        }
    }
    if chain.result == ArcResult::Fail || sealed.is_empty() {
        return Ok(());
    }
    match validate(&zone, &format!("{sealed}{message}")) {
        chain if chain.result == ArcResult::Pass => Ok(()),
        chain => Err(format!("what was sealed fails: {}", chain.reason)),
    }
}

fn sealer(scenario: &Value, case: &Value) -> ArcSealer {
    let fields = text(&case["sig-headers"]).split(':').map(|name| name.parse().expect("a name"));
    let key = Arc::new(ShortKey::from_pem(text(&scenario["privatekey"])));
    let domain = text(&scenario["domain"]).parse().expect("a domain");
    let selector = text(&scenario["sel"]).parse().expect("a selector");
    let sealer = ArcSealer::with_key(domain, selector, key).expect("a name");
    sealer.with_fields(fields.fold(SignedFields::empty(), SignedFields::with_present))
}

fn validate(zone: &ZoneSnapshot, message: &str) -> ArcVerdict {
    let envelope = Envelope::new([192, 0, 2, 1], "lists.example.org", "");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(20_000);
    verify(zone, message.as_bytes(), &envelope, now, VerifyLimits::default()).arc
}

fn load(name: &str) -> Option<Vec<Value>> {
    let text = data::read(&format!("auth/derived/{name}.json"))?;
    Some(serde_json::from_slice(&text).expect("a list of scenarios"))
}

fn cases(scenarios: &[Value]) -> impl Iterator<Item = (&Value, &str, &Value)> {
    scenarios.iter().flat_map(|scenario| {
        let tests = scenario["tests"].as_object().expect("an object");
        tests.iter().map(move |(name, case)| (scenario, name.as_str(), case))
    })
}

/// The keys; the suite folds its texts, and the DNS does not.
fn zone(scenario: &Value) -> ZoneSnapshot {
    let records = scenario["txt-records"].as_object().expect("an object");
    records.iter().fold(ZoneSnapshot::new(), |zone, (name, record)| {
        zone.with_txt(name, text(record).replace('\n', "")).expect("a name")
    })
}

/// The message with the line ends it has on its way.
fn message(case: &Value) -> String {
    text(&case["message"]).replace('\n', "\r\n")
}

/// The value of the only field of this name; empty if there is none.
fn value(fields: &str, name: &str) -> String {
    let unfolded = fields.replace("\r\n\t", " ").replace("\r\n  ", " ");
    let front = format!("{name}:");
    let value = unfolded.lines().find_map(|line| line.strip_prefix(&front));
    value.unwrap_or_default().to_owned()
}

/// The words of a text with one space between them.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(json: &Value) -> &str {
    json.as_str().expect("a text")
}
