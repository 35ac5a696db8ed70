//! Reports: octets as they come in mail and files, by the way that a host takes them, and each reader by itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
use mailkit_auth::report::extract::{Document, ExtractLimits, extract};
use mailkit_auth::report::failure::FailureReport;
use mailkit_auth::report::tls::{TlsLimits, TlsReport};

fuzz_target!(|octets: &[u8]| {
    match extract(octets, ExtractLimits::default()) {
        Ok(Document::Aggregate(content)) => drop(AggregateReport::read(content, AggregateLimits::default())),
        Ok(Document::Tls(content)) => drop(TlsReport::read(content, TlsLimits::default())),
        _ => {}
    }
    let _ = AggregateReport::read(octets, AggregateLimits::default());
    let _ = AggregateReport::read(octets, small());
    let _ = TlsReport::read(octets, TlsLimits::default());
    let _ = FailureReport::read(octets, ExtractLimits::default());
});

/// Limits that short inputs reach.
fn small() -> AggregateLimits {
    let mut limits = AggregateLimits::default();
    (limits.octets, limits.section_octets, limits.record_octets) = (8_000, 500, 500);
    (limits.records, limits.text_octets, limits.depth, limits.attributes) = (20, 50, 6, 2);
    (limits.values, limits.bad_records) = (2, 2);
    limits
}
