//! What a check asks of the DNS, whatever records stand there.
#![allow(clippy::expect_used, reason = "the tables of a test may panic")]

use std::cell::Cell;

use mailkit_auth::lookup::{Answer, Lookup, Name, Question, RecordData, RecordType};
use mailkit_auth::spf::{SpfLimits, SpfProblem, SpfRequest, SpfResult, SpfVerdict, check_host};

/// Records made as they are asked for, and a count of what was asked.
struct Generated<F> {
    record: F,
    questions: Cell<usize>,
}

impl<F: Fn(&str) -> String> Lookup for Generated<F> {
    fn answer(&self, question: &Question) -> Answer {
        self.questions.set(self.questions.get() + 1);
        let name = |text: String| Name::new(&text).expect("a name");
        let hosts = (0u16..10).map(|host| name(format!("mx{host}.test")));
        Answer::from(match question.record_type {
            RecordType::Txt => {
                vec![RecordData::Txt((self.record)(question.name.as_str()).into_bytes())]
            }
            RecordType::Mx => {
                hosts.map(|exchange| RecordData::Mx { preference: 1, exchange }).collect()
            }
            RecordType::Ptr => hosts.map(RecordData::Ptr).collect(),
            RecordType::A => vec![RecordData::A([203, 0, 113, 9].into())],
            _ => Vec::new(),
        })
    }
}

/// The verdict about a client that nothing matches, and how many questions it took.
fn check(record: impl Fn(&str) -> String, limits: SpfLimits) -> (SpfVerdict, usize) {
    let table = Generated { record, questions: Cell::new(0) };
    let request = SpfRequest::new([192, 0, 2, 1], "mx.test", "a@l0.test").with_limits(limits);
    let verdict = check_host(&table, &request);
    (verdict, table.questions.get())
}

/// The level of a name such as `l3.test`.
fn level(name: &str) -> usize {
    let digits = name.trim_start_matches('l').split('.').next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

/// 512 trees, up to 64 levels deep and 64 includes wide.
#[test]
fn trees_of_includes_end_within_their_limits() {
    for depth in 1..=64 {
        for width in [1, 2, 4, 8, 16, 32, 48, 64] {
            let record = |name: &str| {
                let below = level(name) + 1;
                let width = if below > depth { 0 } else { width };
                format!("v=spf1{} -all", format!(" include:l{below}.test").repeat(width))
            };
            let (verdict, questions) = check(record, SpfLimits::default());
            let fits = (1..=depth).try_fold(0usize, |sum, level| {
                let terms =
                    u32::try_from(level).ok().and_then(|level| usize::checked_pow(width, level));
                sum.checked_add(terms?).filter(|sum| *sum <= 10)
            });
            let expected = if fits.is_some() { SpfResult::Fail } else { SpfResult::PermError };
            assert_eq!(verdict.result, expected, "{depth} {width}: {}", verdict.reason());
            assert!(questions <= 11 && verdict.lookups <= 10, "{depth} {width}: {questions}");
        }
    }
}

#[test]
fn no_check_asks_more_than_forty_questions() {
    for terms in ["mx", "ptr", "a:%{p}.test", "include:l1.test mx", "exists:%{p}.test mx", "ptr mx"]
    {
        let record =
            |_: &str| format!("v=spf1{} -all exp=%{{p}}.test", format!(" {terms}").repeat(10));
        let (verdict, questions) = check(record, SpfLimits::default());
        assert!(questions <= 40, "{terms}: {questions}");
        assert!(verdict.lookups <= 10, "{terms}: {}", verdict.lookups);
    }
    let record = |_: &str| "v=spf1 mx mx:a.test mx:b.test mx:c.test -all".to_owned();
    let (verdict, questions) = check(record, SpfLimits::default());
    assert_eq!((verdict.problem(), questions), (Some(SpfProblem::QuestionLimit(40)), 40));
}

#[test]
fn no_caller_lifts_the_limits_of_the_standard() {
    let mut limits = SpfLimits::default();
    (limits.lookups, limits.mx_hosts, limits.questions) = (100, 100, 1000);
    let record = |_: &str| format!("v=spf1{} -all", " a".repeat(11));
    let (verdict, questions) = check(record, limits);
    assert_eq!((verdict.problem(), questions), (Some(SpfProblem::LookupLimit(10)), 11));
}
