//! Evidence merged, bounded and stored.

use mailkit_auth::rollout::{Added, Evidence, GateName, RolloutStep, SourceClass};

use crate::case::{good, row, source_day, start};

#[test]
fn evidence_merges_in_any_order() {
    let part = |class, failed| {
        let mut case = good().with(row("crm", class, 0..9, 5, failed));
        case.reporters = 1;
        case.evidence()
    };
    let (a, b) = (part(SourceClass::Legitimate, 3), part(SourceClass::Unknown, 4));
    let (mut one, mut other) = (a.clone(), b.clone());
    one.merge(b);
    other.merge(a);
    assert_eq!(one, other);
    assert_eq!(one.class(&"crm".parse().unwrap()), Some(SourceClass::Legitimate));
}

/// Whatever rows say of a source, their order does not matter; the owner's word stands against all.
#[test]
fn classes_do_not_depend_on_order() {
    use SourceClass::{Forwarder, Hostile, Legitimate, Unknown};
    let ranked = [Unknown, Hostile, Forwarder, Legitimate];
    let day = |class| source_day(0, "crm", class, 0).with_failed(1);
    let crm = "crm".parse().unwrap();
    for (rank, one) in ranked.into_iter().enumerate() {
        for (other_rank, other) in ranked.into_iter().enumerate() {
            let rows = |classes: [SourceClass; 2]| {
                let mut evidence = Evidence::default();
                for class in classes {
                    assert_eq!(evidence.add(day(class)), Added::Counted);
                }
                evidence
            };
            assert_eq!(rows([one, other]), rows([other, one]));
            assert_eq!(rows([one, other]).class(&crm), Some(ranked[rank.max(other_rank)]));
            let mut told = rows([one, one]);
            told.classify(&crm, Hostile).unwrap();
            let (mut before, mut after) = (told.clone(), rows([other, other]));
            before.merge(rows([other, other]));
            after.merge(told);
            assert_eq!((before.class(&crm), &before), (Some(Hostile), &after));
            before.classify(&crm, Unknown).unwrap();
            assert_eq!(before.class(&crm), Some(ranked[rank.max(other_rank)]));
        }
    }
}

/// A report on a day to come neither helps nor stops a step, and the advice says that there is one.
#[test]
fn the_future_is_not_looked_at() {
    let mut evidence = good().evidence();
    let future = start().plus(60 + 2);
    for reporter in 0..9 {
        let row = source_day(future.since(start()), "crm", SourceClass::Legitimate, reporter);
        assert_eq!(evidence.add(row.with_aligned(9).with_failed(90)), Added::Counted);
    }
    let advice = good().advise_on(&evidence);
    assert_eq!((advice.step, advice.ignored_days), (RolloutStep::Advance, 1));
    assert_eq!(advice.gates, good().advise().gates);
    assert!(advice.to_string().contains("reported days in the future, not looked at: 1\n"));
}

/// What finds no room is counted, and stops a step.
#[test]
fn full_evidence_is_no_evidence() {
    let mut evidence = good().evidence();
    let mut full = 0;
    for source in 0..Evidence::MAX_SOURCE_DAYS {
        let row = source_day(0, &format!("host {source}"), SourceClass::Hostile, 0).with_failed(2);
        full += u64::from(evidence.add(row) == Added::Full);
    }
    assert_eq!(full, 60);
    assert_eq!(evidence.uncounted(), 120);
    let advice = good().advise_on(&evidence);
    let unmet: Vec<GateName> = advice.unmet().map(|gate| gate.name).collect();
    assert_eq!(
        (advice.step, unmet.as_slice()),
        (RolloutStep::Hold, [GateName::Uncounted].as_slice())
    );
}

#[cfg(feature = "serde")]
#[test]
fn evidence_is_stored_and_read_back() {
    let mut evidence = good().with(row("?", SourceClass::Unknown, 3..9, 0, 5)).evidence();
    evidence.classify(&"?".parse().unwrap(), SourceClass::Hostile).unwrap();
    let unknown = evidence.classify(&"crn".parse().unwrap(), SourceClass::Hostile).unwrap_err();
    assert_eq!(unknown.to_string(), "no report named the source `crn`");
    let json = serde_json::to_string(&evidence).unwrap();
    let read: Evidence = serde_json::from_str(&json).unwrap();
    assert_eq!(read, evidence);
    assert_eq!(read.class(&"?".parse().unwrap()), Some(SourceClass::Hostile));
}

#[cfg(feature = "serde")]
#[test]
fn stored_evidence_is_checked() {
    let check = |json: &str, expected: Result<u64, &str>| {
        let read = serde_json::from_str::<Evidence>(json);
        let found = read.map(|evidence| evidence.uncounted()).map_err(|error| error.to_string());
        match (found, expected) {
            (Err(error), Err(part)) => assert!(error.starts_with(part), "{json}: {error}"),
            (found, expected) => assert_eq!(found.ok(), expected.ok(), "{json}"),
        }
    };
    let source = |name: &str, days: &str| {
        format!(
            r#"{{"sources": {{"{name}": {{"class": "hostile", "days": {days}}}}}, "reporters": {{}}}}"#
        )
    };
    check(r#"{"sources": {}, "reporters": {}}"#, Ok(0));
    check(r#"{"sources": {}, "reporters": {}, "uncounted": 7}"#, Ok(7));
    check(&source("crm", r#"{"2026-01-05": {"aligned": 3}}"#), Ok(0));
    // Sums that stop at their end would make half of it all.
    let counts = format!(r#"{{"aligned": {0}, "failed": {0}}}"#, u64::MAX);
    check(&source("crm", &format!(r#"{{"2026-01-05": {counts}}}"#)), Ok(u64::MAX));
    let most = u64::MAX;
    let days = format!(r#"{{"2026-01-05": {{"aligned": {most}}}, "2026-01-06": {{"failed": 7}}}}"#);
    check(&source("crm", &days), Ok(7));
    check(&source("crm", r#"{"2026-02-30": {}}"#), Err("no such day"));
    check(&source("crm", r#"{"2026-01-05": {"alined": 3}}"#), Err("unknown field `alined`"));
    check(&source("c\\nm", "{}"), Err("control or invisible character in a name"));
    check(r#"{"sources": {}, "reporters": {"mx": ["2026"]}}"#, Err("not a day of the form"));
    check(r#"{"reporters": {}}"#, Err("missing field `sources`"));
    check("[]", Err("invalid length 0"));
}
