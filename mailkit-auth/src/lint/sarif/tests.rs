use serde_json::{Map, Value, json};

use super::*;
use crate::lint::{lint_dmarc, lint_spf};

/// What the schema of SARIF 2.1.0 asks of each object that a log of ours holds: the properties that
/// must be there, and all that may be (`additionalProperties` is false throughout).
const OBJECTS: &[(&str, &[&str], &[&str])] = &[
    ("log", &["version", "runs"], &["$schema", "version", "runs"]),
    ("runs", &["tool"], &["tool", "artifacts", "results", "columnKind"]),
    ("tool", &["driver"], &["driver"]),
    ("driver", &["name"], &["name", "semanticVersion", "rules"]),
    ("rules", &["id"], &["id", "shortDescription", "help", "defaultConfiguration"]),
    ("shortDescription", &["text"], &["text"]),
    ("help", &["text"], &["text"]),
    ("defaultConfiguration", &[], &["level"]),
    ("artifacts", &[], &["location", "contents", "encoding"]),
    ("location", &[], &["uri", "index"]),
    ("contents", &[], &["text"]),
    ("results", &["message"], &["ruleId", "ruleIndex", "level", "message", "locations", "fixes"]),
    ("message", &["text"], &["text"]),
    ("locations", &[], &["physicalLocation"]),
    ("physicalLocation", &["artifactLocation"], &["artifactLocation", "region"]),
    ("artifactLocation", &[], &["uri", "index"]),
    ("region", &[], REGION),
    ("deletedRegion", &[], REGION),
    ("fixes", &["artifactChanges"], &["description", "artifactChanges"]),
    ("description", &["text"], &["text"]),
    (
        "artifactChanges",
        &["artifactLocation", "replacements"],
        &["artifactLocation", "replacements"],
    ),
    ("replacements", &["deletedRegion"], &["deletedRegion", "insertedContent"]),
    ("insertedContent", &[], &["text"]),
];

const REGION: &[&str] = &[
    "startLine",
    "startColumn",
    "endLine",
    "endColumn",
    "charOffset",
    "charLength",
    "byteOffset",
    "byteLength",
];

fn check_object(name: &str, object: &Map<String, Value>) {
    let row = OBJECTS.iter().find(|(known, _, _)| *known == name);
    let (_, required, allowed) = row.unwrap_or_else(|| panic!("an object {name:?}"));
    for property in *required {
        assert!(object.contains_key(*property), "{name} without {property}");
    }
    for (property, value) in object {
        assert!(allowed.contains(&property.as_str()), "{name} with {property}");
        check_value(property, value);
    }
}

fn check_value(name: &str, value: &Value) {
    match value {
        Value::Object(object) => check_object(name, object),
        Value::Array(items) => items.iter().for_each(|item| check_value(name, item)),
        Value::String(text) if name == "level" => {
            assert!(["none", "note", "warning", "error"].contains(&text.as_str()));
        }
        Value::Number(number) => {
            let least = if name.ends_with("Line") || name.ends_with("Column") { 1 } else { 0 };
            assert!(number.as_u64().is_some_and(|number| number >= least), "{name} {number}");
        }
        _ => {}
    }
}

fn log() -> Value {
    let spf = "v=spf1 ipv4:8.8.8.8 +all";
    let dmarc = "v=DMARC1; p=ｒeject";
    let policy = "version: STSv1\nmx: a\n";
    let late = super::super::rule("DMC010").expect("a rule").at(15..20, "on the second line");
    let log = SarifLog::new()
        .with_findings("dns:acme.test?type=TXT", spf, &lint_spf(spf))
        .with_findings("dns:_dmarc.acme.test?type=TXT", dmarc, &lint_dmarc(dmarc))
        .with_findings("policy.txt", policy, &[late]);
    serde_json::to_value(log).expect("a log can be written")
}

#[test]
fn a_log_has_the_form_of_the_standard() {
    let log = log();
    check_object("log", log.as_object().expect("an object"));
    assert_eq!(log["version"], "2.1.0");
    let driver = &log["runs"][0]["tool"]["driver"];
    assert_eq!(driver["rules"].as_array().map(Vec::len), Some(rules().count()));
    for result in log["runs"][0]["results"].as_array().expect("results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index"));
        let rule = &driver["rules"][index.expect("a small number")];
        assert_eq!(rule["id"], result["ruleId"]);
        let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let index = usize::try_from(location["index"].as_u64().expect("an index"));
        let artifact = &log["runs"][0]["artifacts"][index.expect("a small number")];
        assert_eq!(artifact["location"]["uri"], location["uri"]);
    }
}

#[test]
fn a_result_says_where_what_and_how_to_mend_it() {
    let results = &log()["runs"][0]["results"];
    assert_eq!(
        results[0],
        json!({
            "ruleId": "SPF011",
            "ruleIndex": rules().position(|rule| rule.code == "SPF011"),
            "level": "error",
            "message": { "text": "unknown mechanism `ipv4`: is `ip4:8.8.8.8` meant?" },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": "dns:acme.test?type=TXT", "index": 0 },
                "region": {
                    "startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 20,
                    "charOffset": 7, "charLength": 12, "byteOffset": 7, "byteLength": 12,
                },
            } }],
            "fixes": [{
                "description": { "text": "use a mechanism of the standard" },
                "artifactChanges": [{
                    "artifactLocation": { "uri": "dns:acme.test?type=TXT", "index": 0 },
                    "replacements": [{
                        "deletedRegion": {
                            "startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 20,
                            "charOffset": 7, "charLength": 12, "byteOffset": 7, "byteLength": 12,
                        },
                        "insertedContent": { "text": "ip4:8.8.8.8" },
                    }],
                }],
            }],
        })
    );
    let wide = &results[2]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&wide["byteLength"], &wide["charLength"]), (&json!(3), &json!(1)));
    let late = &results[3]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&late["startLine"], &late["startColumn"]), (&json!(2), &json!(1)));
}

#[test]
fn names_become_uris() {
    let uri = |name| dns_uri(&Name::new(name).expect("a name"), RecordType::Txt);
    assert_eq!(uri("acme.test"), "dns:acme.test?type=TXT");
    assert_eq!(uri("a b%?.acme.test"), "dns:a%20b%25%3F.acme.test?type=TXT");
}
