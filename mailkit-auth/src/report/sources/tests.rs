//! What sources are called, who they are, and what is counted.

mod reporters;

use std::fmt::Write as _;

use super::*;
use crate::report::dmarc::AggregateLimits;
use crate::rollout::SourceClass;

/// A report of these records: address, count, DKIM and SPF alignment, reason, and the domains that
/// DKIM and SPF authenticate.
fn report(id: &str, day: u64, records: &[(&str, u64, &str, &str, &str)]) -> AggregateReport {
    let begin = day * 86_400;
    let mut xml = format!(
        "<feedback><report_metadata><org_name>R.test</org_name><report_id>{id}</report_id><date_range>\
         <begin>{begin}</begin><end>{begin}</end></date_range></report_metadata>"
    );
    for (ip, count, evaluated, reason, results) in records {
        let (dkim, spf) = evaluated.split_once('/').unwrap();
        let (dkim_domain, spf_domain) = results.split_once('/').unwrap();
        let _ = write!(
            xml,
            "<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated>\
             <disposition>none</disposition><dkim>{dkim}</dkim><spf>{spf}</spf>\
             <reason><type>{reason}</type></reason></policy_evaluated></row>\
             <identifiers><header_from>acme.test</header_from></identifiers><auth_results>\
             <dkim><domain>{dkim_domain}</domain><result>pass</result></dkim>\
             <spf><domain>{spf_domain}</domain><result>pass</result></spf></auth_results></record>",
        );
    }
    xml.push_str("</feedback>");
    AggregateReport::read(xml.as_bytes(), AggregateLimits::default()).unwrap()
}

const TRUSTED: ReportSender = ReportSender::Trusted;

fn rules() -> SourceRules {
    SourceRules::default()
        .with_network("192.0.2.0/24".parse().unwrap(), "office", SourceClass::Legitimate)
        .with_network("192.0.2.66/32".parse().unwrap(), "thief", SourceClass::Hostile)
        .with_domain("crm.test".parse().unwrap(), "crm", SourceClass::Legitimate)
        .with_class("mailgun", SourceClass::Hostile)
}

/// The name and the class of the source of one record.
#[track_caller]
fn check(record: (&str, u64, &str, &str, &str), expected: (&str, SourceClass)) {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    sources.add(&report("1", 20_000, &[record]), &TRUSTED).unwrap();
    let (key, SourceTotals { known: counts, .. }) = sources.totals().next().unwrap();
    assert_eq!((key.name.to_string().as_str(), sources.class(key)), expected, "{record:?}");
    assert_eq!(counts.messages, record.1);
}

/// A table of the caller's takes the place of the one that is compiled in.
#[test]
fn own_providers() -> Result<(), Box<dyn std::error::Error>> {
    let table =
        "provider ourcrm\nname Our CRM\nhost *.crm-mail.test\nsource ours\nresolved never\n";
    let record = |domain| ("203.0.113.5", 2, "pass/fail", "other", domain);
    let names = |rules: SourceRules| -> Result<Vec<String>, SourcesError> {
        let mut sources = Sources::new(rules, SourceLimits::default());
        let records = [record("x.test/k.crm-mail.test"), record("x.test/mailgun.org")];
        sources.add(&report("1", 20_000, &records), &TRUSTED)?;
        Ok(sources.totals().map(|(source, _)| source.name.to_string()).collect())
    };
    assert_eq!(names(SourceRules::default())?, ["mailgun", "203.0.113.0/24"]);
    let own = SourceRules::default().with_providers(table.parse()?);
    assert_eq!(names(own)?, ["ourcrm", "203.0.113.0/24"]);
    Ok(())
}

#[test]
fn names_and_classes() {
    use SourceClass::{Forwarder, Hostile, Legitimate, Unknown};
    check(("192.0.2.1", 1, "fail/fail", "", "/"), ("office", Legitimate));
    check(("::ffff:192.0.2.1", 1, "fail/fail", "", "/"), ("office", Legitimate));
    check(("192.0.2.66", 1, "pass/pass", "", "crm.test/"), ("thief", Hostile));
    check(("198.51.100.1", 1, "fail/fail", "", "/bounce.crm.test"), ("crm", Legitimate));
    check(("198.51.100.1", 1, "fail/fail", "", "acme.test/"), ("198.51.100.0/24", Unknown));
    check(("198.51.100.1", 1, "fail/pass", "", "/"), ("198.51.100.0/24", Legitimate));
    check(("2001:db8:1:2::3", 1, "fail/pass", "", "/"), ("2001:db8:1::/48", Legitimate));
    check(("2001:db8:1:2::3", 1, "pass/fail", "", "/"), ("2001:db8:1::/48", Unknown));
    check(("198.51.100.1", 1, "fail/fail", "forwarded", "/"), ("198.51.100.0/24", Forwarder));
    check(("198.51.100.1", 1, "fail/fail", "mailing_list", "/"), ("198.51.100.0/24", Forwarder));
    check(("198.51.100.1", 1, "fail/fail", "other", "/"), ("198.51.100.0/24", Unknown));
    check(("198.51.100.1", 1, "pass/fail", "", "/amazonses.com"), ("amazon-ses", Legitimate));
    check(("198.51.100.1", 1, "pass/pass", "", "amazonses.com/"), ("amazon-ses", Legitimate));
    check(("198.51.100.1", 1, "pass/fail", "", "crm.test/amazonses.com"), ("crm", Legitimate));
    // Whoever has a signed mail may send it again, as it is or without the domain's signature.
    for signer in ["amazonses.com/", "crm.test/evil.test", "crm.test/"] {
        check(("198.51.100.1", 1, "pass/fail", "", signer), ("198.51.100.0/24", Unknown));
        check(("198.51.100.1", 1, "fail/fail", "", signer), ("198.51.100.0/24", Unknown));
    }
    check(("198.51.100.1", 1, "fail/fail", "", "/mailgun.org"), ("mailgun", Hostile));
}

#[test]
fn made_up_numbers_hide_no_failure() {
    let rows = [
        ("192.0.2.1", u64::MAX, "pass/pass", "", "/"),
        ("192.0.2.1", u64::MAX - 9, "fail/fail", "", "/"),
    ];
    let mut sources = Sources::new(rules(), SourceLimits::default());
    sources.add(&report("1", 20_000, &rows), &TRUSTED).unwrap();
    sources.add(&report("2", 30_000, &rows[..1]), &TRUSTED).unwrap();
    let (_, SourceTotals { known: counts, .. }) = sources.totals().next().unwrap();
    assert_eq!((counts.messages, counts.aligned, counts.dkim_aligned), (u64::MAX, 9, 9));
    assert_eq!(counts.failed(), u64::MAX - 9);
}

#[test]
fn a_host_names_its_source() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let report = report("1", 20_000, &[("198.51.100.1", 1, "fail/fail", "", "/")]);
    let host = "a1.eu.amazonses.com".parse().unwrap();
    sources.begin(&report.header, &TRUSTED).unwrap().add(&report.records[0], Some(&host));
    let names: Vec<String> = sources.totals().map(|(key, _)| key.name.to_string()).collect();
    assert_eq!(names, ["amazon-ses"]);
}

#[test]
fn counts() {
    let mut sources = Sources::new(SourceRules::default(), SourceLimits::default());
    let records = [
        ("198.51.100.1", 5, "pass/fail", "forwarded", "/"),
        ("198.51.100.2", 3, "fail/fail", "forwarded", "a.test/b.test"),
    ];
    sources.add(&report("1", 20_000, &records), &TRUSTED).unwrap();
    sources.add(&report("2", 20_000, &records), &TRUSTED).unwrap();
    sources.add(&report("3", 20_001, &records), &TRUSTED).unwrap();
    assert_eq!(sources.add(&report("3", 20_001, &records), &TRUSTED), Err(SourcesError::Duplicate));
    let (key, SourceTotals { known: counts, others }) = sources.totals().next().unwrap();
    assert_eq!(others, MessageCounts::default());
    let expected = MessageCounts {
        messages: 24,
        aligned: 15,
        dkim_aligned: 15,
        forwarded: 9,
        foreign_dkim: 9,
        foreign_spf: 9,
        ..MessageCounts::default()
    };
    assert_eq!(counts, expected);
    let days: Vec<_> = sources
        .days(key)
        .map(|(day, by, counts)| (day.to_string(), by.name(), counts.messages))
        .collect();
    assert_eq!(
        days,
        [("2024-10-04".to_owned(), "r.test", 16), ("2024-10-05".to_owned(), "r.test", 8)]
    );
    let evidence = sources.evidence(&"acme.test".parse().unwrap());
    let named: Vec<_> =
        evidence.sources().map(|(source, class)| (source.to_string(), class)).collect();
    assert_eq!(named, [("198.51.100.0/24 for acme.test".to_owned(), SourceClass::Forwarder)]);
    assert_eq!((evidence.uncounted(), evidence.copies()), (0, 15));
    assert_eq!(sources.evidence(&"other.test".parse().unwrap()).sources().count(), 0);
}

#[test]
fn what_is_stored_goes_on() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let records = [
        ("192.0.2.1", 5, "pass/fail", "", "/"),
        ("198.51.100.2", 3, "fail/fail", "", "/"),
        ("198.51.100.2", 1, "fail/fail", "", "/mailgun.org"),
    ];
    let report = report("1", 20_000, &records);
    sources.add(&report, &TRUSTED).unwrap();
    let json = serde_json::to_string(&sources.snapshot()).unwrap();
    let snapshot: SourcesSnapshot = serde_json::from_str(&json).unwrap();
    assert_eq!(snapshot, sources.snapshot());
    let mut restored =
        Sources::restored(rules(), SourceLimits::default(), snapshot.clone()).unwrap();
    assert_eq!(restored.snapshot(), snapshot);
    assert_eq!(restored.add(&report, &TRUSTED), Err(SourcesError::Duplicate));
    let limits = SourceLimits { reports: 0, ..SourceLimits::default() };
    let full = Sources::restored(rules(), limits, snapshot).map(|_| ());
    assert_eq!(full, Err(SourcesError::TooManyReports { limit: 0 }));
}

#[test]
fn long_names_stay_apart() {
    let long = "x".repeat(300);
    let rules = SourceRules::default()
        .with_network("192.0.2.1/32".parse().unwrap(), &format!("{long}1"), SourceClass::Legitimate)
        .with_network("192.0.2.2/32".parse().unwrap(), &format!("{long}2"), SourceClass::Hostile);
    let mut sources = Sources::new(rules, SourceLimits::default());
    let records = [("192.0.2.1", 5, "pass/fail", "", "/"), ("192.0.2.2", 3, "fail/fail", "", "/")];
    sources.add(&report("1", 20_000, &records), &TRUSTED).unwrap();
    let evidence = sources.evidence(&"acme.test".parse().unwrap());
    let mut classes: Vec<_> = evidence.sources().map(|(_, class)| class).collect();
    classes.sort();
    assert_eq!(classes, [SourceClass::Hostile, SourceClass::Legitimate]);
}

/// A flood of networks takes no room of a source that a rule names, and what it displaces stops a step.
#[test]
fn networks_leave_room_for_named_sources() {
    let addresses: Vec<String> = (0..40).map(|number| format!("198.18.{number}.1")).collect();
    let flood: Vec<_> = addresses.iter().map(|it| (it.as_str(), 1, "fail/fail", "", "/")).collect();
    let limits = SourceLimits { reports: 9, sources: 10, days: 20 };
    let rules = rules().with_class("other", SourceClass::Hostile);
    let mut sources = Sources::new(rules, limits);
    for day in 20_000..20_003 {
        sources.add(&report("1", day, &flood), &TRUSTED).unwrap();
    }
    sources.add(&report("2", 20_002, &[("192.0.2.1", 9, "fail/fail", "", "/")]), &TRUSTED).unwrap();
    let office = |(key, _): &(&SourceKey, SourceTotals)| key.name.to_string() == "office";
    assert_eq!(sources.totals().find(office).map(|(_, totals)| totals.known.messages), Some(9));
    let other = sources.totals().find(|(key, _)| key.name == SourceName::Other).unwrap();
    assert_eq!(sources.class(other.0), SourceClass::Unknown);
    let evidence = sources.evidence(&"acme.test".parse().unwrap());
    assert_eq!(evidence.uncounted(), other.1.known.messages);
    assert!(evidence.sources().all(|(source, _)| !source.as_str().starts_with("other")));
}

/// What a second report of the same name says is not swallowed.
#[test]
fn reports_of_one_name_are_compared() {
    let mut sources = Sources::new(rules(), SourceLimits::default());
    let says = |count| report("1", 20_000, &[("192.0.2.1", count, "fail/fail", "", "/")]);
    sources.add(&says(9), &TRUSTED).unwrap();
    let mut restored =
        Sources::restored(rules(), SourceLimits::default(), sources.snapshot()).unwrap();
    for sources in [&mut sources, &mut restored] {
        assert_eq!(sources.add(&says(9), &TRUSTED), Err(SourcesError::Duplicate));
        assert_eq!(sources.add(&says(8), &TRUSTED), Err(SourcesError::Conflicting));
        assert_eq!(
            sources.add(&report("1", 20_000, &[]), &TRUSTED),
            Err(SourcesError::Conflicting)
        );
    }
    assert!(sources.repeat(&report("2", 20_000, &[]).header, &TRUSTED).is_none());
}

#[test]
fn bounds() {
    let limits = SourceLimits { reports: 4, sources: 2, days: 3 };
    let mut sources = Sources::new(SourceRules::default(), limits);
    let address = |number: u64| format!("198.51.{number}.1");
    let addresses: Vec<String> = (0..9).map(address).collect();
    for day in 0..4 {
        let records: Vec<_> =
            addresses.iter().map(|address| (address.as_str(), 1, "fail/fail", "", "/")).collect();
        sources.add(&report("1", 20_000 + day, &records), &TRUSTED).unwrap();
    }
    let totals: Vec<_> = sources
        .totals()
        .map(|(key, totals)| (key.name.to_string(), totals.known.messages))
        .collect();
    assert_eq!(totals.iter().map(|(_, messages)| messages).sum::<u64>(), 36);
    assert!(totals.len() <= 4 && totals.iter().any(|(name, _)| name == "other"), "{totals:?}");
    let full = sources.add(&report("1", 20_009, &[]), &TRUSTED);
    assert_eq!(full, Err(SourcesError::TooManyReports { limit: 4 }));
    let mut undated = report("1", 20_000, &[]);
    undated.header.metadata.date_range = None;
    assert_eq!(sources.add(&undated, &TRUSTED), Err(SourcesError::NoDate));
}
