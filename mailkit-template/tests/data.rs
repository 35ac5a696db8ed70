//! The tables under `data/`, row by row against the data they were derived from.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test may read where its data is from the environment, and says when it skips"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file of the shared data, or none where it is absent and may be.
fn shared(file: &str) -> Option<String> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let folder = std::env::var("MAILKIT_DATA").unwrap_or_else(|_| default.to_owned());
    let path = PathBuf::from(folder).join("template").join(file);
    let text = std::fs::read_to_string(&path);
    let is_required = std::env::var("MAILKIT_REQUIRE_PEERS").as_deref() == Ok("1");
    assert!(text.is_ok() || !is_required, "{} is required", path.display());
    if text.is_err() {
        eprintln!("skipped: {} is not there", path.display());
    }
    text.ok()
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

#[test]
fn day_periods_are_those_of_cldr() {
    let Some(source) = shared("cldr-week-dayperiods.json") else { return };
    let source: serde_json::Value = serde_json::from_str(&source).unwrap();
    let table = include_str!("../data/day_periods.tsv");
    for row in rows(table) {
        let [language, period, from, before] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let rule = &source["dayPeriodRules"][language][period];
        assert_eq!(
            (rule["_from"].as_str(), rule["_before"].as_str()),
            (Some(from), Some(before)),
            "{row}"
        );
    }
    let languages =
        source["dayPeriodRules"].as_object().unwrap().iter().filter(|(tag, _)| !tag.contains('-'));
    let spans = languages
        .flat_map(|(_, rules)| rules.as_object().unwrap().values())
        .filter(|r| r.get("_at").is_none());
    assert_eq!(spans.count(), rows(table).count());
}

#[test]
fn zones_are_those_of_the_time_zone_database() {
    let Some(source) = shared("zone.tab") else { return };
    let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows(&source) {
        let columns: Vec<_> = row.split('\t').collect();
        expected.entry(columns[0]).or_default().push(columns[2]);
    }
    let table =
        rows(include_str!("../data/country_zones.tsv")).map(|row| row.split_once('\t').unwrap());
    let table: BTreeMap<&str, Vec<&str>> =
        table.map(|(country, zones)| (country, zones.split(' ').collect())).collect();
    assert_eq!(table, expected);
}
