//! Samples of reports, as receivers sent them.

#[path = "reports/expected.rs"]
mod expected;

use std::fs;
use std::path::PathBuf;

use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
use mailkit_auth::report::extract::{Document, ExtractLimits, extract};
use mailkit_auth::report::tls::{TlsLimits, TlsReport};

use crate::data::Score;
use expected::SAMPLES;

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

/// Where a sample is broken itself, its row says what is and what is read all the same.
#[test]
fn samples() {
    let Some(data) = data() else { return };
    let mut score = Score::default();
    for (name, expected) in SAMPLES {
        let actual = fs::read(data.join(name))
            .map_or_else(|error| error.to_string(), |octets| summary(&octets));
        let outcome = if actual == *expected {
            Ok(())
        } else {
            Err(format!("{actual}, expected {expected}"))
        };
        score.count(name, outcome);
    }
    score.tell("REPORT SAMPLES", SAMPLES.len());
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
