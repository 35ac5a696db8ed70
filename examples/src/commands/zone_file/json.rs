//! A zone as a map in JSON: name, type, records.

use std::collections::BTreeMap;

use mailkit_auth::lookup::{Name, RecordData};
use serde_json::Value;
use thiserror::Error;

use super::{Content, Entry};

/// Reads `{"acme.example": {"TXT": ["v=spf1 mx -all"], "MX": ["10 mx.acme.example"]}}`.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, JsonError> {
    let map: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(text)?;
    let mut entries = Vec::new();
    for (written, types) in &map {
        let fault = |message: String| JsonError::Name { name: written.clone(), message };
        let name = Name::new(written).map_err(|error| fault(error.to_string()))?;
        for (record_type, values) in types {
            let one = std::slice::from_ref(values);
            let values = values.as_array().map_or(one, Vec::as_slice);
            for (index, value) in values.iter().enumerate() {
                let content = content(record_type, value).map_err(|message| JsonError::Record {
                    name: written.clone(),
                    record_type: record_type.clone(),
                    number: index + 1,
                    message,
                })?;
                entries.push(Entry { name: name.clone(), ttl: None, content });
            }
        }
    }
    Ok(entries)
}

fn content(record_type: &str, value: &Value) -> Result<Content, String> {
    let text = || value.as_str().ok_or_else(|| "not a text in quotes".to_owned());
    let name = || text().and_then(name);
    let data = match record_type.to_ascii_uppercase().as_str() {
        "TXT" => return strings(value).map(Content::Text),
        "SPF" => RecordData::Spf(strings(value)?.concat()),
        "A" => RecordData::A(text()?.parse().map_err(|error| format!("{error}"))?),
        "AAAA" => RecordData::Aaaa(text()?.parse().map_err(|error| format!("{error}"))?),
        "CNAME" => RecordData::Cname(name()?),
        "NS" => RecordData::Ns(name()?),
        "PTR" => RecordData::Ptr(name()?),
        "TLSA" => RecordData::Tlsa(text()?.parse().map_err(|error| format!("{error}"))?),
        "MX" => mx(value)?,
        _ => {
            return Err(
                "not a type that mail needs: A, AAAA, CNAME, MX, NS, PTR, SPF, TLSA, TXT".into()
            );
        }
    };
    Ok(Content::Data(data))
}

/// A text, or the list of its strings.
fn strings(value: &Value) -> Result<Vec<Vec<u8>>, String> {
    let one = std::slice::from_ref(value);
    let strings = value.as_array().map_or(one, Vec::as_slice).iter();
    let octets = strings.map(|it| it.as_str().map(|text| text.as_bytes().to_vec()));
    octets.collect::<Option<_>>().ok_or_else(|| "neither a text nor a list of texts".to_owned())
}

/// `{"preference": 10, "exchange": "mx.acme.example"}` or `"10 mx.acme.example"`.
fn mx(value: &Value) -> Result<RecordData, String> {
    let what = || "write `{\"preference\": 10, \"exchange\": \"mx.acme.example\"}`".to_owned();
    let (preference, exchange) = match value.as_str() {
        Some(text) => {
            let (preference, exchange) = text.trim().split_once(' ').ok_or_else(what)?;
            (preference.parse().ok(), Some(exchange.trim()))
        }
        None => {
            let preference = value.get("preference").and_then(Value::as_u64);
            let exchange = value.get("exchange").and_then(Value::as_str);
            (preference.and_then(|it| it.try_into().ok()), exchange)
        }
    };
    let preference: u16 = preference.ok_or_else(what)?;
    Ok(RecordData::Mx { preference, exchange: name(exchange.ok_or_else(what)?)? })
}

fn name(text: &str) -> Result<Name, String> {
    Name::new(text).map_err(|error| error.to_string())
}

/// Why JSON is no zone.
#[derive(Debug, Error)]
pub(super) enum JsonError {
    #[error("not a map of names to types to lists of records")]
    Form(#[from] serde_json::Error),
    #[error("the name {name:?}: {message}")]
    Name { name: String, message: String },
    #[error("record {number} of {name:?} {record_type}: {message}")]
    Record { name: String, record_type: String, number: usize, message: String },
}
