//! What those who make up reports can do, and what they cannot.

use proptest::prelude::*;

use super::*;
use crate::report::sources::weight::Weights;
use crate::rollout::{
    Advice, CurrentRecord, GateName, ReporterId, RolloutPolicy, RolloutStep, SourceDay, advise,
};

/// Somebody who reports the same each day: the name in the report, who sent it, and the record.
struct Author<'a> {
    name: &'a str,
    sender: ReportSender,
    record: (&'a str, u64, &'a str, &'a str, &'a str),
}

/// Whoever sends first a report of which nothing is counted keeps no other of its name out.
#[test]
fn an_empty_report_takes_no_name() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let record = ("192.0.2.1", 2, "pass/fail", "other", "acme.test/x.test");
    assert_eq!(sources.add(&report("1", 20_000, &[]), &TRUSTED), Ok(()));
    assert_eq!(sources.add(&report("1", 20_000, &[record]), &TRUSTED), Ok(()));
    let again = sources.add(&report("1", 20_000, &[record]), &TRUSTED);
    assert_eq!(again, Err(SourcesError::Duplicate));
    assert_eq!(sources.totals().map(|(_, counts)| counts.messages).sum::<u64>(), 2);
}

/// The advice after 45 days of these reports.
fn advice(authors: &[Author<'_>]) -> Advice {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    for day in FIRST..FIRST + 45 {
        for (author, number) in authors.iter().zip(0_u32..) {
            let mut report = report(&number.to_string(), day, &[author.record]);
            report.header.metadata.org_name = Some(author.name.to_owned());
            sources.add(&report, &author.sender).unwrap();
        }
    }
    let evidence = sources.evidence(&"acme.test".parse().unwrap());
    let today = Day::FIRST.plus(u32::try_from(FIRST).unwrap() + 46);
    let record = "v=DMARC1; p=none; rua=mailto:d@acme.test".parse().unwrap();
    let published = CurrentRecord::new(record, today.minus(40));
    advise(&evidence, &published, &RolloutPolicy::default(), today.start())
}

/// The step where honest reporters count so many messages with this result each, and others so many
/// passes.
fn step(honest: &[u64], result: &str, forged: &[u64]) -> RolloutStep {
    let names: Vec<String> =
        (0..honest.len() + forged.len()).map(|it| format!("{it}.test")).collect();
    let records = honest
        .iter()
        .map(|count| ("192.0.2.1", *count, result, "", "/"))
        .chain(forged.iter().map(|count| ("192.0.2.1", *count, "pass/pass", "", "/")));
    let author = |(name, record)| Author { name, sender: TRUSTED, record };
    let authors: Vec<Author<'_>> =
        names.iter().map(String::as_str).zip(records).map(author).collect();
    advice(&authors).step
}

/// However much one reporter claims, or two do together, that does not hide that a source fails; nor
/// does a large receiver that sees most of the mail of a good source stand in its way.
#[test]
fn made_up_passes_hide_no_failure() {
    use RolloutStep::{Advance, Hold};
    for forged in [1, 100, 1_000_000_000, 1 << 63] {
        for forged in [vec![forged], vec![forged; 2]] {
            assert_eq!(step(&[30; 3], "fail/fail", &forged), Hold, "{forged:?}");
            assert_eq!(step(&[30; 3], "pass/pass", &forged), Advance, "{forged:?}");
        }
    }
    // More of them than of the honest ones, and one, are believed.
    assert_eq!(step(&[30], "fail/fail", &[1 << 40; 2]), Hold);
    assert_eq!(step(&[30], "fail/fail", &[1 << 40; 3]), Advance);
}

/// A large receiver sees chance failures, the smallest a message a day: its word is a small measure, and
/// enough.
#[test]
fn chance_failures_beside_a_small_reporter_hold_nothing_up() {
    let author = |name, count, result| {
        let record = ("192.0.2.1", count, result, "", "/");
        Author { name, sender: TRUSTED, record }
    };
    let seen = [
        author("large.test", 899, "pass/pass"),
        author("large.test", 1, "fail/fail"),
        author("middle.test", 300, "pass/pass"),
        author("small.test", 1, "pass/pass"),
    ];
    let advice = advice(&seen);
    assert_eq!(advice.step, RolloutStep::Advance, "{advice}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// No more of them than the honest ones and one, with whatever numbers.
    #[test]
    fn a_crowd_hides_no_failure(honest in prop::collection::vec(1_u64..5_000, 1..5), forged in prop::collection::vec(0_u32..63, 1..6)) {
        let forged: Vec<u64> = forged.iter().take(honest.len() + 1).map(|bits| 1 << bits).collect();
        prop_assert_eq!(step(&honest, "fail/fail", &forged), RolloutStep::Hold);
    }
}

/// Three names in reports of one author are one reporter; three domains that were verified are three.
#[test]
fn names_in_a_report_prove_nothing() {
    let unmet = |senders: [ReportSender; 3]| {
        let authors: Vec<Author<'_>> = ["google.com", "yahoo.com", "outlook.com"]
            .into_iter()
            .zip(senders)
            .map(|(name, sender)| Author {
                name,
                sender,
                record: ("192.0.2.1", 30, "pass/pass", "", "/"),
            })
            .collect();
        let advice = advice(&authors);
        let unmet: Vec<GateName> = advice.unmet().map(|gate| gate.name).collect();
        (unmet, advice.unverified_days)
    };
    let verified =
        |domains: [&str; 3]| domains.map(|it| ReportSender::Verified(it.parse().unwrap()));
    let unverified = || ReportSender::Unverified;
    let held = vec![GateName::Reporters];
    assert_eq!(unmet([unverified(), unverified(), unverified()]), (held.clone(), 14));
    assert_eq!(unmet(verified(["a.evil.test", "b.evil.test", "c.evil.test"])), (held.clone(), 0));
    let [google, yahoo, outlook] = verified(["google.com", "yahoo.com", "outlook.com"]);
    assert_eq!(unmet([google.clone(), unverified(), unverified()]), (held, 14));
    assert_eq!(unmet([google.clone(), yahoo.clone(), unverified()]), (vec![], 14));
    assert_eq!(unmet([google, yahoo, outlook]), (vec![], 0));
    assert_eq!(unmet([TRUSTED; 3]), (vec![], 0));
}

/// A report that nobody verified neither takes the place of one that somebody did, nor counts twice.
#[test]
fn what_is_unverified_displaces_nothing() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let says = |count| report("1", FIRST, &[("192.0.2.1", count, "fail/fail", "", "/")]);
    sources.add(&says(9), &ReportSender::Unverified).unwrap();
    let verified = ReportSender::Verified("r.test".parse().unwrap());
    sources.add(&says(5), &verified).unwrap();
    for sender in [ReportSender::Unverified, verified] {
        assert_eq!(sources.add(&says(7), &sender), Err(SourcesError::Conflicting));
    }
    let restored = Sources::restored(rules(), SourceLimits::default(), sources.snapshot()).unwrap();
    let (key, _) = restored.totals().next().unwrap();
    let found: Vec<_> =
        restored.days(key).map(|(_, by, counts)| (by.to_string(), counts.messages)).collect();
    assert_eq!(found, [("r.test (unverified)".to_owned(), 9), ("r.test".to_owned(), 5)]);
}

/// One reporter of several cannot excuse what a source fails.
#[test]
fn one_reporter_makes_no_forwarder() {
    let class = |reasons: &[&str]| {
        let mut sources = Sources::new(rules(), SourceLimits::default());
        for (reason, number) in reasons.iter().zip(0_u64..) {
            let count = 1 << (10 * number);
            let mut report =
                report("1", FIRST, &[("198.51.100.1", count, "fail/fail", reason, "/")]);
            report.header.metadata.org_name = Some(format!("{number}.test"));
            sources.add(&report, &TRUSTED).unwrap();
        }
        let (key, _) = sources.totals().next().unwrap();
        sources.class(key)
    };
    assert_eq!(class(&["forwarded"]), SourceClass::Forwarder);
    assert_eq!(class(&["", "forwarded"]), SourceClass::Unknown);
    assert_eq!(class(&["", "forwarded", "forwarded"]), SourceClass::Forwarder);
    assert_eq!(class(&["", "", "forwarded"]), SourceClass::Unknown);
}

/// What is scaled down keeps its rate, and no failure is lost for good.
#[test]
fn scaled_counts_keep_their_rate() {
    let (large, small): (ReporterId, ReporterId) =
        ("large.test".parse().unwrap(), "small.test".parse().unwrap());
    let day = |day| Day::FIRST.plus(day);
    let counts =
        |aligned, messages| MessageCounts { messages, aligned, ..MessageCounts::default() };
    let days = (0..40).flat_map(|at| {
        [
            ((day(at), large.clone()), counts(9_950, 10_000)),
            ((day(at), small.clone()), counts(1, 1)),
        ]
    });
    let days = days.collect();
    let mut weights = Weights::of(&days);
    let mut sum = (0, 0);
    for at in 0..40 {
        let class = SourceClass::Legitimate;
        let row = SourceDay::new(day(at), "office".parse().unwrap(), class, large.clone());
        let row = weights.weigh(day(at), &large, counts(9_950, 10_000).fill(row)).counts();
        sum = (sum.0 + row.aligned, sum.1 + row.failed);
    }
    assert_eq!(sum, (40 * 49, 10));
}

const FIRST: u64 = 20_000;
