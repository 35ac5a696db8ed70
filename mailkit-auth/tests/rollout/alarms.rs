//! Each alarm, and what the advice says.

use mailkit_auth::rollout::{Advice, GateName, Remedy, RolloutStep, SourceClass, SourceDay, Stage};

use crate::case::{Case, NONE, QUARANTINE, REJECT, Row, good, legitimate, row};

#[test]
fn alarms_step_back() {
    use GateName::{HurtMessages, NewSourceFailures, PassRateDrop};
    use RolloutStep::{Hold, StepBack};
    let enforced: fn(SourceDay) -> SourceDay = |row| row.with_enforced(3);
    let step = |record, rows: &[Row]| {
        let mut case = Case { record, since: 30, ..good() };
        case.extra.extend_from_slice(rows);
        let advice = case.advise();
        let alarms = [HurtMessages, NewSourceFailures, PassRateDrop];
        let unmet = advice.unmet().map(|gate| gate.name).filter(|name| alarms.contains(name));
        (advice.step, advice.next, unmet.collect::<Vec<_>>())
    };
    let fails = |daily| legitimate(57..60, 0, daily);
    // A failing source that nobody is known to have stopped holds, one that was stopped steps back.
    assert_eq!(step(REJECT, &[fails(3)]), (Hold, Stage::Reject, vec![]));
    let stopped = Row { detail: enforced, ..fails(3) };
    let back = (StepBack, Stage::Quarantine, vec![HurtMessages]);
    assert_eq!(step(REJECT, std::slice::from_ref(&stopped)), back);
    let back = (StepBack, Stage::None, vec![HurtMessages]);
    assert_eq!(step(QUARANTINE, std::slice::from_ref(&stopped)), back);
    assert_eq!(step(NONE, &[stopped]), (Hold, Stage::None, vec![]));
    let few = Row { detail: |row| row.with_enforced(1), ..legitimate(58..60, 0, 2) };
    assert_eq!(step(REJECT, &[few]), (Hold, Stage::Reject, vec![]));
    // Half a point that is surely lost, of the week's 6,300 legitimate mails.
    assert_eq!(step(REJECT, &[fails(14)]), (Hold, Stage::Reject, vec![]));
    assert_eq!(step(REJECT, &[fails(15)]), (StepBack, Stage::Quarantine, vec![PassRateDrop]));
    // More than 1 % of it: all the way back.
    let both = vec![PassRateDrop, NewSourceFailures];
    assert_eq!(step(REJECT, &[fails(22)]), (StepBack, Stage::None, both));
    // An old source that breaks shows in the pass rate.
    let breaks = |daily| [legitimate(0..55, daily, 0), legitimate(55..60, 0, daily)];
    assert_eq!(step(REJECT, &breaks(5)), (Hold, Stage::Reject, vec![]));
    assert_eq!(step(REJECT, &breaks(15)), (StepBack, Stage::None, vec![PassRateDrop]));
    // Excused failures and other people's mail are no harm.
    let lists = row("list", SourceClass::Forwarder, 50..60, 0, 4_000);
    let spoofed = row("botnet", SourceClass::Hostile, 59..60, 0, 90_000);
    let excused = Row { detail: |row| row.with_overridden(90), ..fails(90) };
    assert_eq!(step(REJECT, &[lists, spoofed, excused]), (Hold, Stage::Reject, vec![]));
}

/// A bad past of a source is no measure: what it lost since it was repaired is lost.
#[test]
fn a_drop_after_a_bad_past_steps_back() {
    let bad = good().with(legitimate(0..20, 0, 300)).with(legitimate(20..53, 300, 0));
    let at = |failed| {
        Case { record: REJECT, since: 30, ..bad.clone() }
            .with(legitimate(53..60, 300 - failed, failed))
            .advise()
    };
    let alarmed = |advice: &Advice| advice.unmet().any(|gate| gate.name == GateName::PassRateDrop);
    assert!(!alarmed(&at(0)) && !alarmed(&at(5)));
    assert!(alarmed(&at(20)));
    assert_eq!(at(20).step, RolloutStep::StepBack);
}

/// With little mail nothing is sure, but a new source that fails 1 % of it is enough.
#[test]
fn new_sources_step_back() {
    let little = |days| Case { record: REJECT, daily: 9, ..good() }.with(legitimate(days, 0, 1));
    let alarmed = |case: Case| {
        let advice = case.advise();
        let alarm = advice.unmet().any(|gate| gate.name == GateName::NewSourceFailures);
        (advice.step, alarm)
    };
    assert_eq!(alarmed(little(59..60)), (RolloutStep::Hold, false));
    assert_eq!(alarmed(little(58..60)), (RolloutStep::StepBack, true));
}

/// After a step back, the failures that led to it do not lead another one.
#[test]
fn old_harm_does_not_step_back_again() {
    let harm = Row { detail: |row| row.with_enforced(9), ..legitimate(50..55, 0, 9) };
    let at = |since| Case { record: QUARANTINE, since, ..good() }.with(harm.clone()).advise().step;
    assert_eq!(at(30), RolloutStep::StepBack);
    assert_eq!(at(6), RolloutStep::StepBack);
    assert_eq!(at(5), RolloutStep::Hold);
}

#[test]
fn remedies() {
    let check = |detail: fn(SourceDay) -> SourceDay, rows: &[Row], expected| {
        let mut case = good();
        case.extra.extend(rows.iter().cloned().map(|row| Row { detail, ..row }));
        let advice = case.advise();
        let found: Vec<Remedy> = advice.sources.iter().map(|source| source.remedy).collect();
        assert_eq!(found, [expected], "{advice}");
    };
    let dead = [legitimate(0..60, 0, 9)];
    check(|row| row.with_foreign_dkim(9).with_foreign_spf(9), &dead, Remedy::AlignDkim);
    check(|row| row.with_foreign_spf(9), &dead, Remedy::AlignSpf);
    check(|row| row, &dead, Remedy::Authorize);
    check(|row| row, &[legitimate(0..60, 9, 1)], Remedy::MendPath);
    check(|row| row, &[legitimate(0..50, 9, 0), legitimate(50..60, 0, 9)], Remedy::Restore);
    check(|row| row, &[legitimate(55..56, 0, 9), legitimate(56..60, 99, 0)], Remedy::Wait);
    check(|row| row, &[legitimate(0..50, 0, 9), legitimate(50..60, 9, 0)], Remedy::Wait);
    check(|row| row, &[row("?", SourceClass::Unknown, 40..42, 0, 1)], Remedy::Classify);
}

#[test]
fn advice_reads_well() {
    let mut case = Case { record: QUARANTINE, since: 30, ..good() };
    case.extra.push(Row { detail: |row| row.with_enforced(40), ..legitimate(57..60, 0, 40) });
    let text = case.advise().to_string();
    let expected = "\
step back from p=quarantine to p=none
publish v=DMARC1; p=none; rua=mailto:d@acme.test
unmet pass rate lost: 1.57 %, at most 0.50 % allowed
unmet share of legitimate mail that new sources fail: 1.87 %, at most 1.00 % allowed
unmet legitimate messages quarantined or rejected: 120, at most 2 allowed
unmet legitimate sources that fail: 1, at most 0 allowed
unmet new legitimate sources that failed: 1, at most 0 allowed
unmet pass rate of the last days, upper bound: 98.43 %, at least 99.50 % needed
crm: 120 of 120 failed; include it in your SPF record and let it sign with a key of yours
no step forward before 2026-03-20";
    assert_eq!(text, expected);
}

#[cfg(feature = "serde")]
#[test]
fn advice_as_json() {
    let json = serde_json::to_value(good().advise()).unwrap();
    assert_eq!(json["step"], "advance");
    assert_eq!(json["next"], "quarantine-testing");
    assert_eq!(json["record"], "v=DMARC1; p=quarantine; t=y; rua=mailto:d@acme.test");
    assert_eq!(json["gates"][1]["name"], "reporters");
    assert_eq!(json["gates"][1]["needed"]["count"], 3);
    for name in GateName::ALL {
        assert_eq!(serde_json::to_value(name).unwrap(), name.code());
    }
}
