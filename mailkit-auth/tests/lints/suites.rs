//! The records of the published suites.

use std::path::PathBuf;

use mailkit_auth::lint::{Finding, lint_dkim_key, lint_dmarc, lint_spf};
use mailkit_auth::{DkimKeyRecord, DmarcRecord, SpfRecord};
use serde_json::Value;

/// Rules that tell errors of records that parse: what they say is what nobody should.
pub(crate) const MEANING: &[&str] = &[
    // Everybody may send; more lookups than receivers make.
    "SPF017", "SPF022",
    // A modifier that looks like a mechanism with the wrong separator.
    "SPF011", // A partial policy that is applied to all mail.
    "DMC015", // A key that verifiers refuse, or that is none.
    "DKM006", "DKM007", "DKM008", "DKM012", "DKM014", "DKM015", "DKM018",
    // Neither the word of a policy nor a `mailto:` that receivers write to.
    "DMC023",
];

/// Every record of the suites that parses, with what the lints say; none, with a word on why, if the
/// data is not there.
pub(crate) fn valid_records() -> Vec<(String, Vec<Finding>)> {
    let files = ["rfc7208-tests", "rfc4408-tests", "rfc9989_cases", "arcv"];
    let mut texts: Vec<String> =
        files.into_iter().filter_map(load).flat_map(|it| strings(&it)).collect();
    texts.sort();
    texts.dedup();
    texts.into_iter().filter_map(|text| Some((text.clone(), lint_valid(&text)?))).collect()
}

fn lint_valid(text: &str) -> Option<Vec<Finding>> {
    if text.parse::<SpfRecord>().is_ok() {
        return Some(lint_spf(text));
    }
    if text.parse::<DmarcRecord>().is_ok() {
        return Some(lint_dmarc(text));
    }
    let key = text.contains("p=") && text.parse::<DkimKeyRecord>().is_ok();
    key.then(|| lint_dkim_key(text))
}

/// Every text of a document; a list of texts is one, as the strings of a record are.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) if items.iter().all(Value::is_string) => {
            vec![items.iter().filter_map(Value::as_str).collect()]
        }
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(object) => object.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

fn load(name: &str) -> Option<Value> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let data = std::env::var("MAILKIT_DATA").unwrap_or_else(|_| default.to_owned());
    let path = PathBuf::from(data).join(format!("auth/derived/{name}.json"));
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).expect("the suite is JSON")),
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            let required = std::env::var("MAILKIT_REQUIRE_PEERS").is_ok_and(|value| value == "1");
            assert!(!required, "the suite is required and absent");
            None
        }
    }
}
