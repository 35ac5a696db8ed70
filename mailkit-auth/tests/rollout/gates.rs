//! Each gate at its edge.

use mailkit_auth::rollout::{
    CurrentRecord, Evidence, GateName, RolloutPolicy, RolloutStep, SourceClass, advise,
};

use crate::case::{Case, NONE, QUARANTINE, REJECT, Row, good, legitimate, row, source_day, start};

#[test]
fn evidence_gates() {
    use GateName::{EvidenceDays, ReportAddresses, ReportAge, Reporters};
    let needed = RolloutPolicy::default().evidence_days;
    good().advances();
    Case { days: needed, ..good() }.advances();
    Case { days: needed - 1, ..good() }.holds(&[EvidenceDays]);
    Case { reporters: 2, ..good() }.holds(&[Reporters]);
    Case { age: 2, ..good() }.advances();
    Case { age: 3, ..good() }.holds(&[ReportAge]);
    Case { record: "v=DMARC1; p=none", ..good() }.holds(&[ReportAddresses]);
    let nothing = good().advise_on(&Evidence::default());
    let unmet: Vec<GateName> = nothing.unmet().map(|gate| gate.name).collect();
    use GateName::{Classified, LowVolumeDays, RecentPassRate};
    let all = [Reporters, ReportAge, EvidenceDays, Classified, RecentPassRate, LowVolumeDays];
    assert_eq!(unmet, all);
    let text = nothing.to_string();
    assert!(text.contains("time since the last report: nothing reported, at most 2"), "{text}");
}

/// A step that is advised is due today, and what the advice ends with is told of the step after it.
#[test]
fn a_step_is_due_when_it_is_advised() {
    let advice = good().advise();
    let after = start().plus(60 + RolloutPolicy::default().testing_days);
    assert_eq!((advice.step, advice.following), (RolloutStep::Advance, Some(after)));
    let text = advice.to_string();
    assert!(text.ends_with(&format!("\nthe step after this one: not before {after}")), "{text}");
    assert!(!text.contains("no step forward"), "{text}");
}

/// What takes more than time is given no day.
#[test]
fn a_day_is_told_where_days_are_missing() {
    let end = |case: Case| case.advise().to_string().lines().last().map(str::to_owned);
    let met = "a step forward as soon as what is unmet is met";
    assert_eq!(end(Case { reporters: 2, ..good() }).as_deref(), Some(met));
    let days = RolloutPolicy::default().evidence_days - 1;
    let day = format!("no step forward before {}", start().plus(days + 1));
    assert_eq!(end(Case { days, ..good() }), Some(day.clone()));
    assert_eq!(end(Case { days, reporters: 2, ..good() }), Some(day));
}

/// A gap of silent days in evidence of 60 days that is otherwise daily, or of weekdays only.
#[test]
fn gaps_start_the_count_anew() {
    let covered = |silent: std::ops::Range<u32>, weekdays: bool| {
        let mut evidence = Evidence::default();
        let sends = |day: &u32| !(silent.contains(day) || weekdays && day % 7 >= 5);
        for day in (0..60).filter(sends) {
            for reporter in 0..3 {
                let row = source_day(day, "people", SourceClass::Legitimate, reporter);
                let _ = evidence.add(row.with_aligned(1_000));
            }
        }
        let advice = good().advise_on(&evidence);
        let gate = advice.gates.iter().find(|gate| gate.name == GateName::EvidenceDays).unwrap();
        gate.seen.to_string()
    };
    assert_eq!(covered(0..0, false), "60 days");
    assert_eq!(covered(30..32, false), "60 days");
    assert_eq!(covered(30..33, false), "27 days");
    // Weekends are silent here; day 28 is a Monday that is a holiday, and then a whole week is lost.
    assert_eq!(covered(28..29, true), "60 days");
    assert_eq!(covered(28..33, true), "25 days");
}

#[test]
fn dwell_gates() {
    use GateName::Dwell;
    let policy = RolloutPolicy::default();
    let at = |record, since| Case { record, since, ..good() };
    at(NONE, policy.none_days).advances();
    at(NONE, policy.none_days - 1).holds(&[Dwell]);
    at(QUARANTINE, policy.quarantine_days).advances();
    at(QUARANTINE, policy.quarantine_days - 1).holds(&[Dwell]);
    let testing = "v=DMARC1; p=reject; t=y; rua=mailto:d@acme.test";
    at(testing, policy.testing_days).advances();
    at(testing, policy.testing_days - 1).holds(&[Dwell]);
    let advice = at(testing, policy.testing_days - 3).advise();
    assert_eq!(advice.following, Some(start().plus(60 + 3)));
    at(REJECT, 60).holds(&[]);
    assert_eq!(at(REJECT, 60).advise().following, None);
}

/// Sources that send little and pass nothing are forged, if the owner says so beforehand.
#[test]
fn forged_mail_holds_nothing_up_where_its_share_is_allowed() {
    let step = |case: &Case, share| {
        let today = start().plus(case.days - 1 + case.age);
        let published = CurrentRecord::new(NONE.parse().unwrap(), today.minus(case.since));
        let mut policy = RolloutPolicy::default();
        policy.unknown_share = share;
        advise(&case.evidence(), &published, &policy, today.start()).step
    };
    let messages = 3 * 300 * 60;
    let forged = |failed| good().with(row("?", SourceClass::Unknown, 59..60, 0, failed));
    assert_eq!(step(&forged(1), 0.0), RolloutStep::Hold);
    assert_eq!(step(&forged(messages / 1_000), 0.001), RolloutStep::Advance);
    assert_eq!(step(&forged(messages / 900), 0.001), RolloutStep::Hold);
    let crowd = |sources: &[&'static str]| {
        sources
            .iter()
            .fold(good(), |case, source| case.with(row(source, SourceClass::Unknown, 0..60, 0, 1)))
    };
    assert_eq!(step(&crowd(&["a", "b", "c", "d", "e"]), 0.002), RolloutStep::Advance);
    let service = Row {
        detail: |row| row.with_foreign_dkim(1),
        ..row("?", SourceClass::Unknown, 59..60, 0, 1)
    };
    assert_eq!(step(&good().with(service), 0.001), RolloutStep::Hold);
}

#[test]
fn source_gates() {
    use GateName::{Classified, FailingSources, NewSources, UnknownSources};
    // One failure in two hundred is what the gate allows a source.
    good().with(legitimate(0..1, 199, 1)).advances();
    good().with(legitimate(0..1, 198, 1)).holds(&[FailingSources]);
    good().with(legitimate(59..60, 0, 1)).holds(&[FailingSources, NewSources]);
    // Excused failures are no failures, and neither is what others do with the domain's name.
    let excused = Row { detail: |row| row.with_overridden(9), ..legitimate(0..60, 1, 9) };
    good().with(excused).advances();
    good().with(row("list", SourceClass::Forwarder, 0..60, 5, 5_000)).advances();
    good().with(row("botnet", SourceClass::Hostile, 0..60, 0, 90_000)).advances();
    // What nobody has classified stops a step, whoever it is; if it always passes it is proved.
    let unknown = |days, failed| row("?", SourceClass::Unknown, days, 0, failed);
    good().with(unknown(24..25, 1)).holds(&[UnknownSources]);
    let vouched = Row { detail: |row| row.with_foreign_spf(1), ..unknown(0..1, 1) };
    good().with(vouched).holds(&[UnknownSources]);
    // What nothing vouches for is forgotten when a month brought no more of it.
    good().with(unknown(23..24, 1)).advances();
    good().with(row("?", SourceClass::Unknown, 0..60, 0, 10)).holds(&[Classified, UnknownSources]);
    good().with(row("?", SourceClass::Unknown, 0..60, 10, 0)).advances();
}

#[test]
fn repaired_sources() {
    use GateName::{FailingSources, NewSources};
    // What is past does not weigh on the domain's rate, but the source has shown no repair.
    let failed = good().with(legitimate(0..30, 0, 100));
    failed.holds(&[FailingSources]);
    // Test messages prove none.
    failed.clone().with(legitimate(58..60, 5, 0)).holds(&[FailingSources]);
    failed.clone().with(legitimate(58..60, 74, 0)).holds(&[FailingSources]);
    failed.with(legitimate(58..60, 75, 0)).advances();
    // A new source that failed is waited for, one that always passed is not.
    good().with(legitimate(46..60, 500, 0)).advances();
    let repaired =
        |from| good().with(legitimate(from..from + 1, 0, 9)).with(legitimate(from + 1..60, 900, 0));
    repaired(47).holds(&[NewSources]);
    repaired(46).advances();
    assert_eq!(repaired(47).advise().following, Some(start().plus(47 + 14)));
}

#[test]
fn rate_gates() {
    use GateName::{LowVolumeDays, PassRate};
    let policy = RolloutPolicy::default();
    let single = |days, daily| Case { days, daily, ..good() };
    // 765 messages prove a rate of 99.5 %; with less, days without any failure are asked for.
    single(policy.evidence_days, 8).advances();
    single(policy.evidence_days, 7).holds(&[LowVolumeDays]);
    single(policy.low_volume_days, 6).advances();
    single(policy.low_volume_days - 1, 6).holds(&[LowVolumeDays]);
    single(policy.low_volume_days, 1).with(legitimate(0..1, 250, 1)).holds(&[LowVolumeDays]);
    single(policy.low_volume_days + 1, 1).with(legitimate(0..1, 250, 1)).advances();
    // Each source alone is within the gate, the proof for all is not, until enough came since.
    single(policy.evidence_days, 7).with(legitimate(0..1, 240, 1)).holds(&[PassRate]);
    single(policy.evidence_days, 8).with(legitimate(0..1, 240, 1)).advances();
}
