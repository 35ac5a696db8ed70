//! What holds for any evidence.

use mailkit_auth::rollout::{
    CurrentRecord, Day, Evidence, RolloutPolicy, RolloutStep, SourceClass, SourceDay, Stage, advise,
};
use proptest::prelude::*;

use crate::case::{Case, NONE, QUARANTINE, REJECT, Row, good, row};

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
