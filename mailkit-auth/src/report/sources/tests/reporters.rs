//! Whose reports are which, and which of them count.

use super::*;

fn verified(domain: &str) -> ReportSender {
    ReportSender::Verified(domain.parse().unwrap())
}

/// A report that nobody verified neither takes the place of one that somebody did, nor counts twice.
#[test]
fn what_is_unverified_displaces_nothing() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let says = |count| report("1", FIRST, &[("192.0.2.1", count, "fail/fail", "", "/")]);
    sources.add(&says(9), &ReportSender::Unverified).unwrap();
    sources.add(&says(5), &verified(GOOGLE)).unwrap();
    for sender in [ReportSender::Unverified, verified(GOOGLE)] {
        assert_eq!(sources.add(&says(7), &sender), Err(SourcesError::Conflicting));
    }
    let restored = Sources::restored(rules(), SourceLimits::default(), sources.snapshot()).unwrap();
    let (key, totals) = restored.totals().next().unwrap();
    assert_eq!((totals.known.messages, totals.others.messages), (5, 9), "they are not added up");
    let found: Vec<_> =
        restored.days(key).map(|(_, by, counts)| (by.to_string(), counts.messages)).collect();
    assert_eq!(found, [(GOOGLE.to_owned(), 5), ("r.test (unverified)".to_owned(), 9)]);
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
    assert_eq!(sources.totals().map(|(_, totals)| totals.known.messages).sum::<u64>(), 2);
}

/// A hash can be made to fit: it stands for a report of the same reporter alone, whatever was stored.
#[test]
fn a_hash_that_fits_is_of_one_reporter() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let report = report("1", FIRST, &[("192.0.2.1", 9, "fail/fail", "", "/")]);
    let senders = [ReportSender::Unverified, verified("evil.test"), verified(GOOGLE), TRUSTED];
    sources.add(&report, &senders[0]).unwrap();
    let mut snapshot = sources.snapshot();
    let [counted] = snapshot.reports.as_slice() else { panic!("one reporter") };
    // The same name under another reporter has the same hash, which is as good as one that was chosen.
    let forged = ["evil.test", "yahoo.test"].map(|reporter| CountedReports {
        reporter: reporter.to_owned(),
        proof: ReporterProof::Verified,
        ..counted.clone()
    });
    snapshot.reports.extend(forged);
    let mut sources = Sources::restored(rules(), SourceLimits::default(), snapshot).unwrap();
    let found: Vec<_> = senders.iter().map(|sender| sources.add(&report, sender)).collect();
    let duplicate = Err(SourcesError::Duplicate);
    assert_eq!(found, [duplicate, duplicate, Ok(()), Ok(())]);
}

/// A reporter that is named later counts with what it said before, and no report counts twice.
#[test]
fn a_reporter_is_named_later() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let report = report("1", FIRST, &[("192.0.2.1", 9, "fail/fail", "", "/")]);
    sources.add(&report, &verified("a@dmarc.r.test")).unwrap();
    let domain = "acme.test".parse().unwrap();
    let before = sources.evidence(&domain);
    let unknown: Vec<&str> = before.unknown_reporters().map(|it| it.as_str()).collect();
    assert_eq!((before.sources().count(), unknown.as_slice()), (0, ["a@dmarc.r.test"].as_slice()));
    let named = rules().with_reporter("r.test".parse().unwrap());
    let mut sources =
        Sources::restored(named, SourceLimits::default(), sources.snapshot()).unwrap();
    let after = sources.evidence(&domain);
    assert_eq!((after.sources().count(), after.unknown_reporters().count()), (1, 0));
    assert_eq!(sources.add(&report, &verified("a@dmarc.r.test")), Err(SourcesError::Duplicate));
}

/// However many they are, reports and sources of unknown reporters take no room of known ones.
#[test]
fn unknown_reporters_take_no_room() {
    let limits = SourceLimits { reports: 2, sources: 2, days: 2 };
    let mut sources = Sources::new(rules(), limits);
    let flood: Vec<String> = (0..40).map(|number| format!("198.18.{number}.1")).collect();
    let flood: Vec<_> = flood.iter().map(|it| (it.as_str(), 1, "fail/fail", "", "/")).collect();
    for id in ["1", "2"] {
        sources.add(&report(id, FIRST, &flood), &verified("evil.test")).unwrap();
    }
    let full = sources.add(&report("3", FIRST, &flood), &verified("evil.test"));
    assert_eq!(full, Err(SourcesError::TooManyReports { limit: 2 }));
    let seen = [("198.51.100.1", 9, "pass/pass", "", "/")];
    sources.add(&report("3", FIRST, &seen), &verified(GOOGLE)).unwrap();
    let evidence = sources.evidence(&"acme.test".parse().unwrap());
    assert_eq!((evidence.sources().count(), evidence.uncounted()), (1, 0));
    let (known, others) = sources.totals().fold((0, 0), |(known, others), (_, totals)| {
        (known + totals.known.messages, others + totals.others.messages)
    });
    assert_eq!((known, others), (9, 80));
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

const GOOGLE: &str = "noreply-dmarc-support@google.com";
const FIRST: u64 = 20_000;
