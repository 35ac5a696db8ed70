//! Advice on the rollout of a policy: each gate at its edge, each alarm, the laws, and a simulation.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot build its input has failed"
)]

use mailkit_auth::rollout::simulate::{Rule, Simulation};
use mailkit_auth::rollout::{
    Added, Advice, CurrentRecord, Day, Evidence, GateName, Remedy, RolloutPolicy, RolloutStep,
    SourceClass, SourceDay, Stage, advise,
};
use proptest::prelude::*;

/// A domain whose evidence allows a step today, to be spoilt in one respect.
#[derive(Clone, Debug)]
struct Case {
    record: &'static str,
    since: u32,
    days: u32,
    age: u32,
    reporters: u32,
    daily: u64,
    extra: Vec<Row>,
}

/// A source on days of the evidence, from and to, with aligned and failed messages a day.
#[derive(Clone, Debug)]
struct Row {
    source: &'static str,
    class: SourceClass,
    days: std::ops::Range<u32>,
    aligned: u64,
    failed: u64,
    detail: fn(SourceDay) -> SourceDay,
}

const NONE: &str = "v=DMARC1; p=none; rua=mailto:d@acme.test";
const QUARANTINE: &str = "v=DMARC1; p=quarantine; rua=mailto:d@acme.test";
const REJECT: &str = "v=DMARC1; p=reject; rua=mailto:d@acme.test";

fn good() -> Case {
    Case { record: NONE, since: 60, days: 60, age: 1, reporters: 3, daily: 300, extra: Vec::new() }
}

fn row(
    source: &'static str,
    class: SourceClass,
    days: std::ops::Range<u32>,
    aligned: u64,
    failed: u64,
) -> Row {
    Row { source, class, days, aligned, failed, detail: |row| row }
}

fn legitimate(days: std::ops::Range<u32>, aligned: u64, failed: u64) -> Row {
    row("crm", SourceClass::Legitimate, days, aligned, failed)
}

impl Case {
    fn with(mut self, row: Row) -> Self {
        self.extra.push(row);
        self
    }

    /// The same with more failures on a day of a source: failures beside what it sent, or instead.
    fn spoilt(&self, pick: usize, at: u32, failed: u64, more: bool) -> Option<Self> {
        let mut case = self.clone();
        let Some(row) = case.extra.get_mut(pick) else {
            let day = at % self.days;
            return Some(case.with(row("people", SourceClass::Unknown, day..day + 1, 0, failed)));
        };
        let day = row.days.start + at.checked_rem(row.days.end - row.days.start)?;
        let lost = if more { 0 } else { failed.min(row.aligned) };
        let on = |days| Row { days, ..row.clone() };
        let worse = Row {
            aligned: row.aligned - lost,
            failed: row.failed + if more { failed } else { lost },
            ..on(day..day + 1)
        };
        let (first, last) = (on(row.days.start..day), on(day + 1..row.days.end));
        case.extra.splice(pick..=pick, [first, worse, last]);
        Some(case)
    }

    fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::default();
        let mut add = |row: SourceDay| assert_eq!(evidence.add(row), Added::Counted);
        for day in 0..self.days {
            for reporter in 0..self.reporters {
                add(source_day(day, "people", SourceClass::Legitimate, reporter)
                    .with_aligned(self.daily));
            }
        }
        for row in &self.extra {
            for day in row.days.clone() {
                let counts = source_day(day, row.source, row.class, 0);
                add((row.detail)(counts.with_aligned(row.aligned).with_failed(row.failed)));
            }
        }
        evidence
    }

    fn advise(&self) -> Advice {
        self.advise_on(&self.evidence())
    }

    fn advise_on(&self, evidence: &Evidence) -> Advice {
        let today = start().plus(self.days - 1 + self.age);
        let published = CurrentRecord::new(self.record.parse().unwrap(), today.minus(self.since));
        advise(evidence, &published, &RolloutPolicy::default(), today.start())
    }

    /// The step advised, and the gates that are not met.
    #[track_caller]
    fn check(&self, step: RolloutStep, unmet: &[GateName]) {
        let advice = self.advise();
        let found: Vec<GateName> = advice.unmet().map(|gate| gate.name).collect();
        assert_eq!((advice.step, found.as_slice()), (step, unmet), "{advice}");
    }

    #[track_caller]
    fn holds(&self, unmet: &[GateName]) {
        self.check(RolloutStep::Hold, unmet);
    }

    #[track_caller]
    fn advances(&self) {
        self.check(RolloutStep::Advance, &[]);
    }
}

fn start() -> Day {
    "2026-01-05".parse().unwrap()
}

fn source_day(day: u32, source: &str, class: SourceClass, reporter: u32) -> SourceDay {
    let reporter = format!("mx{reporter}.test").parse().unwrap();
    SourceDay::new(start().plus(day), source.parse().unwrap(), class, reporter)
}

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
    assert_eq!(
        unmet,
        [ReportAddresses, Reporters, ReportAge, EvidenceDays, GateName::LowVolumeDays][1..]
    );
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
    assert_eq!(advice.earliest, Some(start().plus(60 + 3)));
    at(REJECT, 60).holds(&[]);
    assert_eq!(at(REJECT, 60).advise().earliest, None);
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
    good().with(row("?", SourceClass::Unknown, 0..1, 0, 1)).holds(&[UnknownSources]);
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
    assert_eq!(repaired(47).advise().earliest, Some(start().plus(47 + 14)));
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
    check(|row| row, &[row("?", SourceClass::Unknown, 0..2, 0, 1)], Remedy::Classify);
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

const RECORDS: [&str; 5] = [
    NONE,
    "v=DMARC1; p=quarantine; t=y; rua=mailto:d@acme.test",
    QUARANTINE,
    "v=DMARC1; p=reject; t=y; rua=mailto:d@acme.test",
    REJECT,
];

fn classes() -> impl Strategy<Value = SourceClass> {
    prop_oneof![
        4 => Just(SourceClass::Legitimate),
        1 => Just(SourceClass::Unknown),
        1 => Just(SourceClass::Forwarder),
        1 => Just(SourceClass::Hostile),
    ]
}

prop_compose! {
    fn rows()(source in 0_usize..3, class in classes(), from in 0_u32..60, length in 1_u32..40, aligned in 0_u64..900, failed in 0_u64..4, sometimes in 0_u8..4) -> Row {
        let failed = if sometimes == 0 { failed * 50 } else { failed / 3 };
        row(["a", "b", "c"][source], class, from..(from + length).min(60), aligned, failed)
    }
}

prop_compose! {
    fn cases()(record in 0_usize..5, since in 0_u32..60, days in 30_u32..60, daily in 1_u64..400, extra in prop::collection::vec(rows(), 0..4)) -> Case {
        let extra = extra.into_iter().map(|row| Row { days: row.days.start.min(days)..row.days.end.min(days), ..row });
        Case { record: RECORDS[record], since, days, daily, extra: extra.collect(), ..good() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A step forward is one stage, a step back lowers `p`, and a hold changes nothing.
    #[test]
    fn steps_are_of_one_stage(case in cases()) {
        let advice = case.advise();
        match advice.step {
            RolloutStep::Advance => {
                prop_assert_eq!(advice.stage.next(), Some(advice.next));
                prop_assert!(advice.gates.iter().all(|gate| gate.met));
            }
            RolloutStep::Hold => prop_assert_eq!(advice.stage, advice.next),
            _ => prop_assert!(advice.next.policy() < advice.stage.policy()),
        }
        prop_assert_eq!(Stage::of(&advice.record), advice.next);
        prop_assert!(!advice.to_string().contains("NaN"));
    }

    /// One more failing legitimate message of the last day never turns a hold into a step forward.
    #[test]
    fn failures_never_advance(case in cases(), source in 0_usize..4, failed in 1_u64..200) {
        let before = case.advise();
        let last = case.days - 1;
        let source = ["a", "b", "c", "new"][source];
        let more = case.with(row(source, SourceClass::Legitimate, last..last + 1, 0, failed));
        if before.step != RolloutStep::Advance && more.extra.iter().all(|row| row.source != source || row.class == SourceClass::Legitimate) {
            prop_assert_ne!(more.advise().step, RolloutStep::Advance);
        }
    }

    /// More failures of messages that were counted anyway, on whatever day, never lead to a step
    /// forward where there was none.
    #[test]
    fn worse_mail_never_advances(case in cases(), pick in 0_usize..5, at in 0_u32..60, failed in 1_u64..1_200, more in any::<bool>()) {
        if let Some(worse) = case.spoilt(pick, at, failed, more) {
            let (before, after) = (case.advise().step, worse.advise().step);
            prop_assert!(before == RolloutStep::Advance || after != RolloutStep::Advance);
        }
    }

    /// From any stage that is in force, enough harm leads back.
    #[test]
    fn a_step_back_is_always_possible(case in cases(), record in 1_usize..5) {
        let last = case.days - 1;
        let harm = Row { detail: |row| row.with_enforced(100_000), ..row("new", SourceClass::Legitimate, last..last + 1, 0, 100_000) };
        let case = Case { record: RECORDS[record], ..case.with(harm) };
        let case = Case { since: case.since.max(2), ..case };
        let advice = case.advise();
        prop_assert_eq!((advice.step, advice.next), (RolloutStep::StepBack, Stage::None));
    }

    /// No counts, days or moments are too large.
    #[test]
    fn no_evidence_panics(days in prop::collection::vec((0_u32..3_000_000, any::<[u64; 6]>(), classes()), 0..20), now in 0_u32..3_000_000, since in 0_u32..3_000_000) {
        let mut evidence = Evidence::default();
        for (day, [aligned, failed, excused, enforced, dkim, spf], class) in days {
            let row = SourceDay::new(Day::FIRST.plus(day), "a".parse().unwrap(), class, "r".parse().unwrap());
            let row = row.with_aligned(aligned).with_failed(failed).with_overridden(excused);
            let _ = evidence.add(row.with_enforced(enforced).with_foreign_dkim(dkim).with_foreign_spf(spf));
        }
        let published = CurrentRecord::new(QUARANTINE.parse().unwrap(), Day::FIRST.plus(since));
        let advice = advise(&evidence, &published, &RolloutPolicy::default(), Day::FIRST.plus(now).start());
        prop_assert!(!advice.to_string().is_empty());
    }
}

/// What the release build shows for 10,000 domains holds for a few hundred as well.
#[test]
fn simulated_domains_break_no_stream() {
    let mut simulation = Simulation::new(300, 7);
    simulation.rules = vec![Rule::Advised];
    let mut done = 0;
    let report = simulation.run(|domains| done = domains);
    let advised = &report.rules[0];
    assert_eq!((done, advised.broken_streams, advised.mail.broken_hurt), (300, 0, 0), "{report}");
    assert!(advised.median_days_to_reject.is_some_and(|days| days <= 56), "{report}");
    assert!(report.to_string().contains("as advised\n"));
}

#[test]
fn a_calendar_breaks_streams() {
    let report = Simulation::new(60, 7).run(|_| {});
    let [advised, two_weeks, four_weeks] = report.rules.as_slice() else { panic!("{report}") };
    assert_eq!(four_weeks.rule, Rule::Calendar { days: 28 });
    assert!(two_weeks.broken_streams > four_weeks.broken_streams, "{report}");
    assert!(four_weeks.broken_streams > advised.broken_streams, "{report}");
    assert_eq!(two_weeks.median_days_to_reject, Some(56));
}

#[test]
fn a_simulation_is_repeatable() {
    let run = |seed| Simulation::new(5, seed).run(|_| {});
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).rules, run(2).rules);
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
    check(&source("crm", r#"{"2026-02-30": {}}"#), Err("no such day"));
    check(&source("crm", r#"{"2026-01-05": {"alined": 3}}"#), Err("unknown field `alined`"));
    check(&source("c\\nm", "{}"), Err("control character in a name"));
    check(r#"{"sources": {}, "reporters": {"mx": ["2026"]}}"#, Err("not a day of the form"));
    check(r#"{"reporters": {}}"#, Err("missing field `sources`"));
    check("[]", Err("invalid length 0"));
}

#[cfg(feature = "serde")]
#[test]
fn advice_as_json() {
    let json = serde_json::to_value(good().advise()).unwrap();
    assert_eq!(json["step"], "advance");
    assert_eq!(json["next"], "quarantine_testing");
    assert_eq!(json["record"], "v=DMARC1; p=quarantine; t=y; rua=mailto:d@acme.test");
    assert_eq!(json["gates"][1]["name"], "reporters");
    assert_eq!(json["gates"][1]["needed"]["count"], 3);
    for name in GateName::ALL {
        assert_eq!(serde_json::to_value(name).unwrap(), name.code());
    }
}
