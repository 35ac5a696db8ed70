//! Reading DMARC aggregate reports, with mail-auth beside us.
//!
//! The sample of 909,324 bytes and 2,286 records lies outside of the project: it is found by
//! `MAILKIT_DATA`, else in `../shared/data`. Without it only the generated report is measured.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a benchmark finds its data by the environment and may panic"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReader};

const SAMPLE: &str =
    "auth/parsedmarc/samples/aggregate/!large-example.com!1711897200!1711983600.xml";

fn reading(criterion: &mut Criterion) {
    let data = std::env::var_os("MAILKIT_DATA");
    let data = data.map_or_else(|| PathBuf::from("../../shared/data"), PathBuf::from);
    match std::fs::read(data.join(SAMPLE)) {
        Ok(sample) => compare(criterion, "sample of 909 KB", &sample, 2_286),
        Err(error) => eprintln!("the sample is not measured: {error}"),
    }
    let records = 61_000;
    let report = generated(records);
    compare(criterion, "generated 50 MB", report.as_bytes(), records);
}

fn compare(criterion: &mut Criterion, name: &str, xml: &[u8], records: usize) {
    assert_eq!(read(xml), records);
    let mut group = criterion.benchmark_group(format!("DMARC report, {name}"));
    group.throughput(Throughput::Bytes(xml.len() as u64)).sample_size(10);
    group.bench_function("mailkit", |bencher| bencher.iter(|| read(black_box(xml))));
    group.bench_function("mail-auth", |bencher| {
        bencher.iter(|| {
            let report = mail_auth::report::Report::parse_xml(black_box(xml));
            assert_eq!(report.expect("it is a report").records().len(), records);
        });
    });
    group.finish();
}

/// Reads every record and says how many there were.
fn read(xml: &[u8]) -> usize {
    let mut reader = AggregateReader::new(xml, AggregateLimits::default()).expect("a report");
    let records = reader.by_ref().filter(Result::is_ok).count();
    let (_, end) = reader.finish();
    end.expect("the report has an end");
    records
}

/// A report of this many records, each with two signatures and 820 octets or so.
fn generated(records: usize) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\"?>\n<feedback>\n  <version>1.0</version>\n  <report_metadata>\n    \
         <org_name>receiver.example</org_name>\n    <email>dmarc@receiver.example</email>\n    \
         <report_id>1</report_id>\n    <date_range><begin>1700000000</begin><end>1700086399</end></date_range>\n  \
         </report_metadata>\n  <policy_published>\n    <domain>acme.example</domain>\n    \
         <adkim>r</adkim>\n    <aspf>r</aspf>\n    <p>none</p>\n    <sp>none</sp>\n    \
         <pct>100</pct>\n  </policy_published>\n",
    );
    for number in 0..records {
        let (high, low) = (number / 250 % 250, number % 250);
        let written = write!(
            xml,
            "  <record>\n    <row>\n      <source_ip>198.18.{high}.{low}</source_ip>\n      \
             <count>{number}</count>\n      <policy_evaluated>\n        \
             <disposition>none</disposition>\n        <dkim>pass</dkim>\n        \
             <spf>fail</spf>\n      </policy_evaluated>\n    </row>\n    <identifiers>\n      \
             <envelope_from>bounce.provider.example</envelope_from>\n      \
             <header_from>acme.example</header_from>\n    </identifiers>\n    <auth_results>\n      \
             <dkim>\n        <domain>acme.example</domain>\n        <selector>s{low}</selector>\n        \
             <result>pass</result>\n      </dkim>\n      <spf>\n        \
             <domain>bounce.provider.example</domain>\n        <scope>mfrom</scope>\n        \
             <result>pass</result>\n      </spf>\n    </auth_results>\n  </record>\n",
        );
        written.expect("a text takes all");
    }
    xml.push_str("</feedback>\n");
    xml
}

criterion_group!(benches, reading);
criterion_main!(benches);
