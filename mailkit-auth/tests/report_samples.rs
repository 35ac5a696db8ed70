//! Samples of reports, as receivers sent them.
#![cfg(feature = "report")]
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the samples are found by the environment, the score is printed, and the test may panic"
)]

use std::fs;
use std::path::PathBuf;

use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
use mailkit_auth::report::extract::{Document, ExtractLimits, extract};
use mailkit_auth::report::tls::{TlsLimits, TlsReport};

/// The folder of the samples, if it is there.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("MAILKIT_DATA");
    let folder = folder.map_or_else(|| PathBuf::from("../../shared/data"), PathBuf::from);
    if folder.join("auth").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("MAILKIT_REQUIRE_PEERS").is_none(), "no samples in {folder:?}");
    eprintln!("skipped: no samples in {}", folder.display());
    None
}

/// What a sample says, in a line.
fn summary(octets: &[u8]) -> String {
    match extract(octets, ExtractLimits::default()) {
        Err(error) => error.to_string(),
        Ok(Document::Aggregate(content)) => {
            match AggregateReport::read(content, AggregateLimits::default()) {
                Ok(report) => aggregate(&report),
                Err(error) => format!("aggregate: {error}"),
            }
        }
        Ok(Document::Failure(report)) => {
            let domain =
                report.reported_domains.first().map_or_else(|| "-".to_owned(), ToString::to_string);
            let ip = report.source_ip.map_or_else(|| "-".to_owned(), |ip| ip.to_string());
            let id = report
                .original
                .as_ref()
                .and_then(|original| original.subject.as_deref())
                .unwrap_or_default();
            format!("failure of {domain} from {ip}: {id}; {} anomalies", report.anomalies.len())
        }
        Ok(Document::Tls(content)) => match TlsReport::read(content, TlsLimits::default()) {
            Ok(report) => tls(&report),
            Err(error) => format!("tls: {error}"),
        },
        Ok(document) => format!("{document:?}"),
    }
}

fn aggregate(report: &AggregateReport) -> String {
    let messages: u64 = report.records.iter().map(|record| record.count).sum();
    let domain = report.header.policy.domain.as_ref().map_or("-", mailkit_auth::Domain::as_str);
    let odd = report.records.iter().map(|record| record.anomalies.len()).sum::<usize>();
    let odd = odd + report.header.anomalies.len();
    let bad = report.bad_records.iter().map(|bad| format!("; {bad}")).collect::<String>();
    let end = report.error.as_ref().map_or_else(String::new, |error| format!("; {error}"));
    let records = report.records.len();
    format!("{domain}: {messages} messages in {records} records, {odd} anomalies{bad}{end}")
}

fn tls(report: &TlsReport) -> String {
    let sum = |count: fn(&mailkit_auth::report::tls::TlsPolicyResult) -> u64| -> u64 {
        report.policies.iter().map(count).sum()
    };
    let details: usize = report.policies.iter().map(|policy| policy.failure_details.len()).sum();
    format!(
        "tls: {} policies, {} good, {} bad, {details} details, {} anomalies",
        report.policies.len(),
        sum(|policy| policy.successful_sessions),
        sum(|policy| policy.failed_sessions),
        report.anomalies.len(),
    )
}

#[test]
fn samples() {
    let Some(data) = data() else { return };
    let mut misses = Vec::new();
    for (name, expected) in SAMPLES {
        let actual = fs::read(data.join(name))
            .map_or_else(|error| error.to_string(), |octets| summary(&octets));
        if actual != *expected {
            misses.push(format!("{name}: {actual}, expected {expected}"));
        }
    }
    println!("REPORT SAMPLES {}/{}", SAMPLES.len() - misses.len(), SAMPLES.len());
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// Each sample with octets changed, cut out and doubled: none may panic.
#[test]
fn broken_samples() {
    let Some(data) = data() else { return };
    let mut state = 1_u64;
    let mut random = |below: usize| {
        // The constants of Knuth's MMIX.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % below.max(1)
    };
    for (name, _) in SAMPLES {
        let Ok(sample) = fs::read(data.join(name)) else { continue };
        for _ in 0..if sample.len() < 20_000 { 40 } else { 1 } {
            let mut octets = sample.clone();
            for _ in 0..=random(4) {
                let (at, other) = (random(octets.len()), random(octets.len()));
                let (start, end) = (at.min(other), at.max(other).min(at.min(other) + 50));
                match random(4) {
                    0 => drop(octets.drain(start..end)),
                    1 => octets.extend_from_within(start..end),
                    2 => octets.truncate(octets.len() - octets.len() / 10),
                    _ => octets
                        .iter_mut()
                        .skip(at)
                        .take(1)
                        .for_each(|octet| *octet = b"<>&;/!\0\xff"[random(8)]),
                }
            }
            assert!(!summary(&octets).is_empty());
        }
    }
}

/// Texts that JSON readers stumble over; none is a TLS report.
#[test]
fn json_suite() -> std::io::Result<()> {
    let Some(data) = data() else { return Ok(()) };
    let mut count = 0;
    for entry in fs::read_dir(data.join("reliability/json-suite/test_parsing"))? {
        let octets = fs::read(entry?.path())?;
        assert!(TlsReport::read(&octets[..], TlsLimits::default()).is_err());
        let inside = [b"{\"x\":".as_slice(), &octets, b",\"policies\":[]}"].concat();
        let _ = TlsReport::read(&inside[..], TlsLimits::default());
        count += 1;
    }
    println!("JSON SUITE {count} refused");
    assert!(count >= 318, "the suite has changed");
    Ok(())
}

/// The samples, and what each says. A count of messages and records was taken from the text itself.
const SAMPLES: &[(&str, &str)] = &[
    (
        "auth/opendmarc/163.com!example.com!1337270400!1337356799.20120518163.xml",
        "example.com: 92 messages in 50 records, 3 anomalies",
    ),
    // Its second record has no address, its third has markup in a domain, and its end tag is missing.
    (
        "auth/opendmarc/bad.com!example.com!1337140800!1337227200.xml",
        "example.com: 267 messages in 1 records, 5 anomalies; record 2 at octet 944: invalid value \"108r.166.27.220\" of `source_ip`; record 3 at octet 1305: markup inside a value; report cut off at octet 1667",
    ),
    (
        "auth/opendmarc/good.com!example.com!1337270400!1337356799.xml",
        "example.com: 183934 messages in 754 records, 81 anomalies",
    ),
    (
        "auth/opendmarc/yeah.net!example.com!1337270400!1337356799.20120518.xml",
        "example.com: 21679 messages in 254 records, 26 anomalies",
    ),
    // It has no octets.
    ("auth/parsedmarc/samples/empty.xml", "no report found"),
    (
        "auth/parsedmarc/samples/aggregate/!example.com!1538204542!1538463818.xml",
        "example.com: 1 messages in 1 records, 3 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/!large-example.com!1711897200!1711983600.xml",
        "example.com: 2286 messages in 2286 records, 2288 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/Report domain- borschow.com Submitter- google.com Report-ID- 949348866075514174.eml",
        "borschow.com: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/addisonfoods.com!example.com!1536105600!1536191999.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/empty_reason.xml",
        "example.com: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/estadocuenta1.infonacot.gob.mx!example.com!1536853302!1536939702!2940.xml.zip",
        "example.com: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/example.net!example.com!1529366400!1529452799.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/fastmail.com!example.com!1516060800!1516147199!102675056.xml.gz",
        "indemed.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/ikea.com!example.de!1538690400!1538776800.xml",
        "example.de: 1 messages in 1 records, 2 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/invalid_utf_8.xml",
        "example.com: 1 messages in 1 records, 5 anomalies",
    ),
    // Its one record has markup in a domain; the head is read but for the address with markup in it.
    (
        "auth/parsedmarc/samples/aggregate/invalid_xml.xml",
        "example.com: 0 messages in 0 records, 2 anomalies; record 1 at octet 457: markup inside a value",
    ),
    (
        "auth/parsedmarc/samples/aggregate/mimecast-weird-gzip.eml",
        "ab.id.au: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/old_draft_from_wiki.xml",
        "example.com: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/protection.outlook.com!example.com!1711756800!1711843200.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/rfc9990-example.net!example.com!1700000000!1700086399.xml",
        "example.com: 7 messages in 2 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/rfc9990-sample.xml",
        "example.com: 123 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/twilight.eml",
        "twlnet.com: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/usssa.com!example.com!1538784000!1538870399.xml",
        "example.com: 2 messages in 2 records, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate/veeam.com!example.com!1530133200!1530219600.xml",
        "example.com: 1 messages in 1 records, 2 anomalies",
    ),
    (
        "auth/parsedmarc/samples/aggregate_invalid/report_with_upper_cased_pass.xml",
        "example.com: 1 messages in 1 records, 6 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/changed-input.xml",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/nice-input.xml",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/nice-input.xml.gz",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/extract_report/nice-input.xml.zip",
        "example.com: 3047 messages in 20 records, 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/DMARC Failure Report for domain.de (mail-from=sharepoint@domain.de, ip=10.10.10.10).eml",
        "failure of domain.de from 10.10.10.10: Subject; 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/[Netease DMARC Failure Report] Rent Reminder.eml",
        "failure of cardinal.com from 167.89.69.24: Rent Reminder; 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/dmarc_ruf_report_linkedin.crlf.eml",
        "failure of example.com from 10.10.10.10: Subject line, could be UTF8 encoded; 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/dmarc_ruf_report_linkedin.eml",
        "failure of example.com from 10.10.10.10: Subject line, could be UTF8 encoded; 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/failure/exim_plain_text_only_no_arf_part.eml",
        "failure of example.com from 203.0.113.68: Payment from your account.; 1 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/google.com_smtp_tls_report.eml",
        "tls: 1 policies, 48 good, 0 bad, 0 details, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/mail.ru.json",
        "tls: 1 policies, 0 good, 1 bad, 2 details, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/rfc8460.json",
        "tls: 1 policies, 5326 good, 303 bad, 3 details, 0 anomalies",
    ),
    (
        "auth/parsedmarc/samples/smtp_tls/smtp_tls.json",
        "tls: 1 policies, 0 good, 3 bad, 2 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/001.eml",
        "failure of - from -: Earn money; 0 anomalies",
    ),
    // An empty line parts the header of the message; the subject stands behind it.
    (
        "auth/stalwart-mail-auth/resources/arf/002.eml",
        "failure of example.net from 192.0.2.1: ; 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/003.eml",
        "failure of example.net from 192.0.2.1: This is a test; 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/004.eml",
        "failure of interpublication.org from 148.163.85.135: Wir kaufen dein Auto!; 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/arf/005.eml",
        "failure of a.sender.example from 192.0.2.1: You have a new bill from your bank; 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/001.xml",
        "example.com: 123 messages in 1 records, 2 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/002.xml",
        "example.org: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/003.xml",
        "stalw.art: 9 messages in 4 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/004.xml",
        "example.com: 123 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/005.xml",
        "example.com: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/100.eml",
        "stalw.art: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/101.eml",
        "stalw.art: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/102.eml",
        "stalw.art: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/103.eml",
        "stalw.art: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/dmarc-feedback/104.eml",
        "stalw.art: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt01.eml",
        "tls: 1 policies, 5326 good, 303 bad, 3 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt01.json",
        "tls: 1 policies, 5326 good, 303 bad, 3 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt02.eml",
        "tls: 1 policies, 23 good, 1 bad, 1 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt02.json",
        "tls: 1 policies, 23 good, 1 bad, 1 details, 0 anomalies",
    ),
    (
        "auth/stalwart-mail-auth/resources/tlsrpt/rpt03.json",
        "tls: 2 policies, 2 good, 0 bad, 0 details, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/google.eml",
        "ueber.net: 5 messages in 2 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/mailru.eml",
        "ueber.net: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/outlook.eml",
        "ueber.net: 2 messages in 1 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/xs4all.eml",
        "ueber.net: 1 messages in 1 records, 0 anomalies",
    ),
    (
        "reliability/mox/testdata/dmarc-reports/yahoo.eml",
        "ueber.net: 1 messages in 1 records, 1 anomalies",
    ),
    (
        "reliability/mox/testdata/tlsreports/example.eml",
        "tls: 1 policies, 3 good, 0 bad, 0 details, 0 anomalies",
    ),
    (
        "reliability/mox/testdata/tlsreports/microsoft.eml",
        "tls: 1 policies, 2 good, 0 bad, 0 details, 0 anomalies",
    ),
];
