use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::lookup::{NameError, ZoneSnapshot};
use crate::spf::tree::{SpfTreeRequest, tree};
use crate::spf::{SpfProblem, SpfRequest, check_host};

fn zone() -> Result<ZoneSnapshot, NameError> {
    ZoneSnapshot::new()
        .with_address("acme.test", [192, 0, 2, 1])?
        .with_mx("acme.test", 10, "mx.acme.test")?
        .with_address("mx.acme.test", [192, 0, 2, 0])?
        .with_txt("two.test", "v=spf1 ip4:198.51.100.0/25 ip4:198.51.100.128/25 ~all")?
        .with_txt("holes.test", "v=spf1 -ip4:10.0.0.1 ip4:10.0.0.0/30 -all")?
        .with_txt("list.test", "v=spf1 ip4:10.0.0.9 exists:%{i}.x.test -all")?
        .with_txt("own.test", "v=spf1 ip4:10.0.0.9 exists:%{i}.%{d} -all")?
        .with_txt("deep.test", "v=spf1 include:two.test include:list.test ptr ?all")?
        .with_txt("refuse.test", "v=spf1 -ip4:10.0.0.9 exists:%{i}.x.test -all")?
        .with_txt("why.test", "v=spf1 ip4:10.0.0.9 -all exp=because.test")?
        .with_txt("open.test", "v=spf1 +all")?
        .with_txt("slow.test", "v=spf1 a:slow.acme.test -all")?
        .with_temporary_failure("slow.acme.test")
}

/// The tree of this record at `acme.test`.
fn tree_of(record: &str) -> SpfTree {
    let request = SpfTreeRequest::new("acme.test".parse().expect("a domain"));
    tree(&zone().expect("a zone"), request.with_record(record.parse().expect("a record")))
}

#[track_caller]
fn check(record: &str, expected: &str) {
    let flattened = flatten(&tree_of(record), &FlattenOptions::default());
    let actual = match flattened {
        Ok(flattened) => flattened.records[0].record.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(actual, expected, "{record}");
}

#[test]
fn records() {
    check("v=spf1 a mx -all", "v=spf1 ip4:192.0.2.0/31 -all");
    check("v=spf1 a ?mx -all", "v=spf1 ip4:192.0.2.1 ?ip4:192.0.2.0 -all");
    check("v=spf1 a include:two.test -all", "v=spf1 ip4:192.0.2.1 ip4:198.51.100.0/24 -all");
    check("v=spf1 ~include:two.test -all", "v=spf1 ~ip4:198.51.100.0/24 -all");
    check("v=spf1 include:holes.test -all", "v=spf1 ip4:10.0.0.0 ip4:10.0.0.2/31 -all");
    check("v=spf1 include:list.test -all", "v=spf1 ip4:10.0.0.9 exists:%{i}.x.test -all");
    check("v=spf1 include:own.test -all", "v=spf1 include:own.test -all");
    check(
        "v=spf1 ~include:deep.test -all",
        "v=spf1 ~ip4:10.0.0.9 ~ip4:198.51.100.0/24 ~exists:%{i}.x.test ~ptr:deep.test -all",
    );
    check("v=spf1 include:refuse.test -all", "v=spf1 include:refuse.test -all");
    check("v=spf1 include:open.test -all", "v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all");
    check("v=spf1 include:lost.test -all", "v=spf1 include:lost.test -all");
    check("v=spf1 include:slow.test -all", "v=spf1 a:slow.acme.test -all");
    check("v=spf1 a redirect=two.test", "v=spf1 ip4:192.0.2.1 ip4:198.51.100.0/24 ~all");
    check("v=spf1 a redirect=why.test", "v=spf1 ip4:192.0.2.1 redirect=why.test");
    check(
        "v=spf1 exp=e.test redirect=two.test a",
        "v=spf1 ip4:192.0.2.1 redirect=two.test exp=e.test",
    );
    check(
        "v=spf1 ip4:10.0.0.0/8 mx ip4:10.1.2.3 -ip4:10.2.0.0/16 x=y -all",
        "v=spf1 ip4:10.0.0.0/8 ip4:192.0.2.0 -all x=y",
    );
    check("v=spf1 exists:a.test a -exists:a.test -all", "v=spf1 exists:a.test ip4:192.0.2.1 -all");
    check(
        "v=spf1 a:%{d} include:%{d2}.test all -all",
        "v=spf1 ip4:192.0.2.1 include:%{d2}.test all",
    );
}

#[test]
fn what_is_named_stays() -> Result<(), Box<dyn std::error::Error>> {
    let options = FlattenOptions::default().with_kept(Name::new("two.test")?);
    let options = options.with_kept(Name::new("acme.test")?);
    let flattened = flatten(&tree_of("v=spf1 a include:deep.test -all"), &options)?;
    assert_eq!(
        flattened.records[0].record.to_string(),
        "v=spf1 a include:two.test ip4:10.0.0.9 exists:%{i}.x.test ptr:deep.test -all",
    );
    assert_eq!(flattened.lookups, 4);
    Ok(())
}

#[test]
fn long_records_are_split() {
    let hosts: String = (0..30).map(|host| format!(" ip4:10.0.{host}.1")).collect();
    let record = format!("v=spf1 a exists:%{{i}}.x.test{hosts} -all");
    let options = FlattenOptions::default().with_octets(200);
    let flattened = flatten(&tree_of(&record), &options).expect("records");
    let lengths: Vec<_> = flattened.records.iter().map(|it| it.record.to_string().len()).collect();
    assert_eq!(lengths, [131, 193, 200]);
    let names: Vec<_> = flattened.records.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["acme.test", "_spf1.acme.test", "_spf2.acme.test"]);
    assert_eq!(flattened.lookups, 3);
    let root = flattened.records[0].record.to_string();
    assert!(root.contains(" include:_spf1.acme.test include:_spf2.acme.test"), "{root}");
}

#[test]
fn what_cannot_be_flattened_says_why() {
    let hosts: String =
        (0..400).map(|host| format!(" ip4:10.{}.{}.1", host / 9, host % 9)).collect();
    check(
        &format!("v=spf1{hosts} -all"),
        "the record cannot be flattened: it needs 11 lookups, of which a check has 10",
    );
    let empty = ZoneSnapshot::new();
    let request = SpfTreeRequest::new("acme.test".parse().expect("a domain"));
    let error = flatten(&tree(&empty, request), &FlattenOptions::default()).expect_err("no record");
    assert_eq!(error.to_string(), "the record cannot be flattened: no SPF record");
}

#[test]
fn drift_names_the_source() -> Result<(), Box<dyn std::error::Error>> {
    let request = SpfTreeRequest::new("acme.test".parse()?)
        .with_record("v=spf1 mx include:two.test include:list.test -all".parse()?);
    let then = flatten(&tree(&zone()?, request.clone()), &FlattenOptions::default())?;
    assert!(then.drift(&tree(&zone()?, request.clone()))?.is_empty());

    let later = ZoneSnapshot::new()
        .with_temporary_failure("acme.test")?
        .with_txt("two.test", "v=spf1 ip4:198.51.100.0/25 ip4:203.0.113.1 ~all")?
        .with_txt("list.test", "v=spf1 ip4:10.0.0.9 exists:%{i}.y.test -all")?;
    let drift = then.drift(&tree(&later, request))?;
    let [two, list] = drift.sources.as_slice() else { panic!("{drift:?}") };
    assert_eq!((two.term.as_str(), two.kept_changed), ("include:two.test", false));
    assert_eq!(two.added, ["203.0.113.1".parse()?]);
    assert_eq!(two.removed, ["198.51.100.128/25".parse()?]);
    assert!(list.added.is_empty() && list.removed.is_empty() && list.kept_changed);
    let [mx] = drift.unresolved.as_slice() else { panic!("{drift:?}") };
    assert_eq!(
        (mx.term.as_str(), mx.problem.to_string()),
        ("mx", "no answer to acme.test MX".into())
    );
    Ok(())
}

/// Five records that lead to each other, to hosts, to lists and nowhere.
fn any_records() -> impl Strategy<Value = Vec<String>> {
    const TERM: &str = "(ip4:10\\.0\\.0\\.[0-9]/(29|30|31)|ip4:10\\.0\\.0\\.1[0-9]|ip6:2001:db8::[0-9]|a\
        |a:[h-k]\\.test(/31)?|mx:[h-k]\\.test|include:[b-f]\\.test|include:[b-e]\\.test|ptr|ptr:h\\.test\
        |exists:%\\{i\\}\\.x\\.test|exists:%\\{i\\}\\.%\\{d\\}|exists:[h-k]\\.test|a:%\\{d\\}|include:%\\{d1r\\}\\.test)";
    let record = format!(
        "v=spf1( [-~?]?{TERM}){{0,2}}( {TERM}){{0,4}}( [-~?]?all| redirect=[b-f]\\.test)?( exp=e\\.test)?"
    );
    prop::collection::vec(prop::string::string_regex(&record).expect("a pattern"), 5)
}

/// The hosts and these records, from the one at `first` on.
fn zone_of(records: &[String], first: usize) -> ZoneSnapshot {
    let names = ["a.test", "b.test", "c.test", "d.test", "e.test"];
    let records = names.into_iter().zip(records).skip(first);
    let zone = hosts().expect("a zone");
    records.fold(zone, |zone, (name, record)| zone.with_txt(name, record.as_str()).expect("a name"))
}

fn hosts() -> Result<ZoneSnapshot, NameError> {
    ZoneSnapshot::new()
        .with_address("a.test", [10, 0, 0, 2])?
        .with_address("h.test", [10, 0, 0, 5])?
        .with_address("i.test", [10, 0, 0, 12])?
        .with_address("i.test", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 7])?
        .with_mx("i.test", 1, "h.test")?
        .with_mx("j.test", 1, "i.test")?
        .with_temporary_failure("k.test")?
        .with_address("10.0.0.6.x.test", [127, 0, 0, 2])?
        .with_address("10.0.0.3.b.test", [127, 0, 0, 2])?
        .with_ptr([10, 0, 0, 5], "h.test")?
        .with_ptr([10, 0, 0, 2], "a.test")
}

fn clients() -> impl Iterator<Item = IpAddr> {
    let ip4 = (0..24).map(|last| IpAddr::from([10, 0, 0, last]));
    ip4.chain((0..9).map(|last| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last])))
}

/// Whether the standard's limits, which a flattened record is to stay below, made the verdict.
fn is_limited(problem: Option<&SpfProblem>) -> bool {
    matches!(
        problem,
        Some(
            SpfProblem::LookupLimit(_)
                | SpfProblem::VoidLookupLimit(_)
                | SpfProblem::MxLimit { .. }
        )
    )
}

/// What is left of all addresses between a few hundred takes more networks than a record holds.
#[test]
fn scattered_gaps_are_refused() {
    let gaps = (0..350u32).map(|gap| format!(" -ip6:{:x}::1", gap * 61));
    let all_but = format!("v=spf1{} +all", gaps.collect::<String>());
    let zone = ZoneSnapshot::new().with_txt("gaps.test", all_but).expect("a name");
    for record in ["v=spf1 include:gaps.test -all", "v=spf1 ip6:::/0 -all include:gaps.test"] {
        let request = SpfTreeRequest::new("acme.test".parse().expect("a domain"));
        let tree = tree(&zone, request.with_record(record.parse().expect("a record")));
        let kind = flatten(&tree, &FlattenOptions::default()).map_err(|error| error.kind().clone());
        let limit = 20_000;
        match record.starts_with("v=spf1 include") {
            true => assert_eq!(kind, Err(FlattenErrorKind::TooManyNetworks { limit })),
            false => assert!(kind.is_ok(), "{kind:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Every client gets the result from the flattened record that it gets from the original.
    #[test]
    fn results_stay_the_same(records in any_records(), octets in 60usize..200) {
        let zone = zone_of(&records, 0);
        let tree = tree(&zone, SpfTreeRequest::new("a.test".parse().expect("a domain")));
        let options = FlattenOptions::default().with_octets(octets);
        let Ok(flattened) = flatten(&tree, &options) else { return Ok(()) };
        let mut published = zone_of(&records, 1);
        for FlattenedRecord { name, record } in &flattened.records {
            published = published.with_txt(name.as_str(), record.to_string()).expect("a name");
        }
        let texts: Vec<_> = flattened.records.iter().map(|it| it.record.to_string()).collect();
        for client in clients() {
            let request = SpfRequest::new(client, "mx.test", "alice@a.test");
            let (old, new) = (check_host(&zone, &request), check_host(&published, &request));
            if is_limited(old.problem().as_ref()) {
                continue;
            }
            prop_assert_eq!(
                old.result, new.result,
                "{} {:?}\n{:?}\n{}\n{}", client, records, texts, old.reason(), new.reason()
            );
        }
        prop_assert!(flattened.lookups <= 10);
    }
}
