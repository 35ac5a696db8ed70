//! The serialized form, which other programs read.
#![cfg(all(feature = "serde", feature = "message"))]

use std::time::SystemTime;

use mailkit_risk::{Context, Scorer, intent};
use serde_json::json;

const RAW: &[u8] = b"From: Jane <jane@gmail.com>\r\nSubject: Quotation\r\n\r\nKeep this between us. Please quote within 2 hours.\r\n";

#[test]
fn assessments() -> Result<(), serde_json::Error> {
    let context = Context::new(SystemTime::UNIX_EPOCH);
    let found = serde_json::to_value(Scorer::builtin().assess(RAW, &context))?;
    let expected = json!({
        "schema_version": 1,
        "prior": -4.5,
        "score": -3.25,
        "probability": found["probability"],
        "level": "low",
        "action": "accept",
        "reasons": [{
            "code": "WORDING_SECRECY",
            "family": "wording",
            "weight": 1.25,
            "place": { "part": { "index": 0, "bytes": { "start": 0, "end": 20 } } },
            "evidence": "keep this between us",
            "sentence": "The wording asks to keep the matter secret.",
        }],
        "unscannable": [],
    });
    assert_eq!(found, expected);
    assert!(found["probability"].as_f64().is_some_and(|value| (0.037..0.038).contains(&value)));
    Ok(())
}

#[test]
fn intents() -> Result<(), serde_json::Error> {
    let found = serde_json::to_value(intent::classify_raw(RAW))?;
    let expected = json!({
        "schema_version": 1,
        "kind": "price_request",
        "urgency": "urgent",
        "deadline": 7200,
        "language": "en",
        "reasons": [
            { "kind": "price_request", "weight": 3, "place": { "header": "Subject" }, "evidence": "quotation" },
            { "kind": "price_request", "weight": 1, "place": { "part": { "index": 0 } }, "evidence": "please quote" },
            { "kind": null, "weight": 1, "place": { "part": { "index": 0 } }, "evidence": "hours" },
        ],
    });
    assert_eq!(found, expected);
    Ok(())
}
