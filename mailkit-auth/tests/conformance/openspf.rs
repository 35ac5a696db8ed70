//! The JSON form of the `OpenSPF` suites.

use std::net::IpAddr;

use mailkit_auth::lookup::{Name, RecordData, ZoneSnapshot};
use serde_json::{Map, Value};

use crate::data;

pub(crate) struct Scenario {
    pub(crate) description: String,
    pub(crate) cases: Vec<Case>,
    records: Vec<(String, Data)>,
}

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) client_ip: IpAddr,
    pub(crate) helo: String,
    pub(crate) mail_from: String,
    /// The results the suite accepts.
    pub(crate) results: Vec<String>,
    pub(crate) explanation: Option<String>,
}

pub(crate) enum Data {
    Address(IpAddr),
    Alias(String),
    Mx(u16, String),
    Ptr(String),
    Timeout,
    Txt(Vec<Vec<u8>>),
}

/// The scenarios of a suite; `None`, with a word on why, if the data is not there.
pub(crate) fn load(name: &str) -> Option<Vec<Scenario>> {
    let text = data::read(&format!("auth/derived/{name}-tests.json"))?;
    let suite: Vec<Value> = serde_json::from_slice(&text).expect("the suite is JSON");
    Some(suite.iter().map(Scenario::read).collect())
}

impl Scenario {
    fn read(json: &Value) -> Self {
        let description = text(&json["description"]);
        let cases = object(&json["tests"]).iter().map(|(name, case)| Case::read(name, case));
        let zone = object(&json["zonedata"]).iter();
        let records = zone.flat_map(|(name, entries)| read_node(name, entries));
        Self { description, cases: cases.collect(), records: records.collect() }
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = (&str, &Data)> {
        self.records.iter().map(|(name, data)| (name.as_str(), data))
    }

    /// The names whose records time out where they are not given.
    #[cfg(feature = "resolver")]
    pub(crate) fn failing(&self) -> impl Iterator<Item = &str> {
        self.records().filter(|(_, data)| matches!(data, Data::Timeout)).map(|(name, _)| name)
    }

    pub(crate) fn zone(&self) -> ZoneSnapshot {
        self.records().fold(ZoneSnapshot::new(), |zone, (name, data)| {
            let added = match data {
                Data::Address(address) => zone.with_address(name, *address),
                Data::Alias(target) => zone.with_alias(name, target),
                Data::Mx(preference, host) => zone.with_mx(name, *preference, host),
                Data::Ptr(target) => Name::new(target).and_then(|target| {
                    Ok(zone.with_record(Name::new(name)?, RecordData::Ptr(target)))
                }),
                Data::Timeout => zone.with_temporary_failure(name),
                Data::Txt(strings) => zone.with_txt(name, strings.concat()),
            };
            added.expect("the names of the suite can be asked for")
        })
    }
}

impl Case {
    fn read(name: &str, json: &Value) -> Self {
        Self {
            name: name.to_owned(),
            client_ip: text(&json["host"]).parse().expect("an address"),
            helo: text(&json["helo"]),
            mail_from: text(&json["mailfrom"]),
            results: match &json["result"] {
                Value::Array(results) => results.iter().map(text).collect(),
                result => vec![text(result)],
            },
            explanation: json["explanation"].as_str().map(str::to_owned),
        }
    }
}

/// The records of one name. The suites tell records of type SPF from those of type TXT; a name
/// without a TXT entry has its SPF entries as TXT records, too, as was common when they were written.
fn read_node(name: &str, entries: &Value) -> Vec<(String, Data)> {
    let entries = entries.as_array().expect("a list of records");
    let has_txt = entries.iter().any(|entry| entry.get("TXT").is_some());
    let read = |entry: &Value| match entry {
        Value::String(_) => Some(Data::Timeout),
        entry => {
            let (kind, data) = object(entry).iter().next().expect("a record");
            read_record(if kind == "SPF" && !has_txt { "TXT" } else { kind }, data)
        }
    };
    let records = entries.iter().filter_map(read);
    records.map(|data| (name.trim_end_matches('.').to_owned(), data)).collect()
}

fn read_record(kind: &str, data: &Value) -> Option<Data> {
    Some(match kind {
        "A" | "AAAA" => Data::Address(text(data).parse().ok()?),
        "CNAME" => Data::Alias(text(data)),
        "MX" => {
            let preference = data[0].as_u64().and_then(|number| number.try_into().ok());
            Data::Mx(preference?, text(&data[1]))
        }
        "PTR" => Data::Ptr(text(data)),
        "TXT" if data == "NONE" => return None,
        "TXT" => Data::Txt(match data {
            Value::Array(strings) => strings.iter().map(|string| octets(&text(string))).collect(),
            string => vec![octets(&text(string))],
        }),
        _ => return None,
    })
}

/// Each character of the JSON stands for one octet.
fn octets(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("an octet")).collect()
}

fn text(json: &Value) -> String {
    json.as_str().expect("a text").to_owned()
}

fn object(json: &Value) -> &Map<String, Value> {
    json.as_object().expect("an object")
}
