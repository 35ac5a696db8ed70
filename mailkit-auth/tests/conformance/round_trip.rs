//! Every record in the suites: what is valid prints as what it was read from, in all that it says.

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use mailkit_auth::{DkimKeyRecord, DmarcRecord, SpfRecord};
use serde_json::Value;

use crate::data::{self, Score};

#[test]
fn spf() {
    check::<SpfRecord>("SPF", "v=spf1", 104);
}

#[test]
fn dmarc() {
    check::<DmarcRecord>("DMARC", "v=DMARC1", 17);
}

#[test]
fn dkim_keys() {
    check::<DkimKeyRecord>("DKIM key", "v=DKIM1", 6);
}

/// Reads, prints and reads again each text of this version that is valid.
#[track_caller]
fn check<T>(kind: &str, version: &str, valid: usize)
where
    T: FromStr<Err: Debug> + Display + Debug + PartialEq,
{
    let Some(texts) = texts() else { return };
    let mut score = Score::default();
    for text in texts.iter().filter(|text| text.starts_with(version)) {
        let Ok(record) = text.parse::<T>() else { continue };
        let printed = record.to_string();
        let outcome = match printed.parse::<T>() {
            Ok(again) if again == record && again.to_string() == printed => Ok(()),
            other => Err(format!("{printed:?} reads as {other:?}")),
        };
        score.count(text, outcome);
    }
    score.tell(&format!("round trip of {kind} records"), valid);
}

fn texts() -> Option<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for suite in ["rfc7208-tests", "rfc4408-tests", "rfc9989_cases", "arcv", "arcs"] {
        let json = data::read(&format!("auth/derived/{suite}.json"))?;
        collect(&serde_json::from_slice(&json).expect("the suite is JSON"), &mut texts);
    }
    Some(texts)
}

/// Every text in a suite: some are records, and the strings of one record may stand in a list.
fn collect(json: &Value, texts: &mut BTreeSet<String>) {
    match json {
        Value::String(text) => {
            texts.insert(text.clone());
        }
        Value::Array(items) => {
            let strings: Option<String> = items.iter().map(Value::as_str).collect();
            texts.extend(strings);
            items.iter().for_each(|item| collect(item, texts));
        }
        Value::Object(fields) => fields.values().for_each(|value| collect(value, texts)),
        _ => {}
    }
}
