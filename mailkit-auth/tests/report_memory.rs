//! What reading reports costs at most, by the octets that are allocated at the same time; and, as a
//! print without a verdict, by the time it takes (`cargo test --release … -- --nocapture`).
#![cfg(feature = "report")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the bombs are found by the environment, the peaks are printed, and a test may panic"
)]

use std::fmt::Write as _;
use std::io::Read;
use std::path::PathBuf;
use std::time::Instant;

use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReader, AggregateReport};
use mailkit_auth::report::extract::{Document, ExtractLimits, extract};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const MIB: usize = 1024 * 1024;

/// What `work` allocates beyond what was there, at its highest.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let result = work();
    (result, ALLOCATOR.peak_usage().saturating_sub(before))
}

/// A report of so many octets, made while it is read.
struct Endless {
    left: u64,
    number: u64,
    ahead: Vec<u8>,
}

impl Endless {
    fn new(octets: u64) -> Self {
        Self { left: octets, number: 0, ahead: b"<feedback>".to_vec() }
    }

    fn refill(&mut self) {
        self.ahead.clear();
        if self.left == 0 {
            return;
        }
        let mut xml = String::new();
        for _ in 0..100 {
            self.number += 1;
            let (high, low) = (self.number / 250 % 250, self.number % 250);
            let written = write!(
                xml,
                "<record>\n <row>\n  <source_ip>198.18.{high}.{low}</source_ip>\n  <count>1</count>\n  \
                 <policy_evaluated>\n   <disposition>none</disposition>\n   <dkim>fail</dkim>\n   \
                 <spf>pass</spf>\n  </policy_evaluated>\n </row>\n <identifiers>\n  \
                 <header_from>acme.example</header_from>\n </identifiers>\n <auth_results>\n  <spf>\n   \
                 <domain>acme.example</domain>\n   <result>pass</result>\n  </spf>\n </auth_results>\n\
                 </record>\n",
            );
            written.expect("a text takes all");
        }
        self.left = self.left.saturating_sub(xml.len() as u64);
        self.ahead.extend_from_slice(xml.as_bytes());
        if self.left == 0 {
            self.ahead.extend_from_slice(b"</feedback>");
        }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.ahead.is_empty() {
            self.refill();
        }
        let count = self.ahead.as_slice().read(buffer)?;
        self.ahead.drain(..count);
        Ok(count)
    }
}

/// The allocator is one for all threads, so one test does all.
#[test]
fn peaks() {
    reports_of_any_length();
    bombs_made_here();
    bombs_from_outside();
}

/// `MAILKIT_REPORT_MIB` asks for another length than 16 MiB.
fn reports_of_any_length() {
    let mib = std::env::var("MAILKIT_REPORT_MIB").ok().and_then(|mib| mib.parse().ok());
    let octets = mib.unwrap_or(16) * 1024 * 1024;
    let mut limits = AggregateLimits::default();
    limits.octets = octets + octets / 10;
    limits.records = u64::MAX;
    let (records, peak) = peak(|| {
        let mut reader = AggregateReader::new(Endless::new(octets), limits).expect("a report");
        let records = reader.by_ref().filter(Result::is_ok).count();
        reader.finish().1.expect("the report has an end");
        records
    });
    println!("{octets} octets of a report, {records} records: peak {peak} octets");
    assert!(records as u64 > octets / 500);
    assert!(peak < 8 * MIB);
}

/// Opens and reads a file; the octets that were unpacked and the peak.
#[track_caller]
fn refused(name: &str, input: &[u8]) {
    let start = Instant::now();
    let (unpacked, peak) = peak(|| match extract(input, ExtractLimits::default()) {
        Ok(Document::Aggregate(mut content)) => {
            let report = AggregateReport::read(&mut content, AggregateLimits::default());
            let refused = report.map_or(true, |report| report.error.is_some());
            assert!(refused, "{name} is read");
            content.unpacked_octets()
        }
        Ok(_) => unreachable!("{name} is no aggregate report"),
        Err(_) => 0,
    });
    let time = start.elapsed();
    println!("{name}: {unpacked} octets unpacked, peak {peak} octets, {time:.1?}");
    assert!(unpacked < 2 * MIB as u64, "{name}");
    assert!(peak < 16 * MIB, "{name}");
}

fn bombs_made_here() {
    use std::io::Write as _;
    for start in
        ["<feedback>", "<feedback><report_metadata>", "<feedback><!--", "<feedback><record>"]
    {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(start.as_bytes()).expect("a vector takes all");
        let spaces = vec![b' '; MIB];
        for _ in 0..64 {
            encoder.write_all(&spaces).expect("a vector takes all");
        }
        let bomb = encoder.finish().expect("a vector takes all");
        refused(&format!("{start} and 64 MiB of spaces"), &bomb);
    }
    for part in ["<record>", "<record><!--", "<record><row/></record>", "<a/>"] {
        let xml = format!("<feedback>{}", part.repeat(MIB / part.len()));
        bounded(&format!("1 MiB of {part}"), xml.as_bytes());
    }
    let marks = "<!---->".repeat(32 * 1024);
    bounded("comments in a record", format!("<feedback><record>{marks}</record>").as_bytes());
    let results = "<dkim/>".repeat(30_000);
    let record = format!("<record><auth_results>{results}</auth_results></record>");
    bounded("2 MB of <dkim/>", format!("<feedback>{}", record.repeat(10)).as_bytes());
}

/// Reads a plain report that wants work done.
#[track_caller]
fn bounded(name: &str, xml: &[u8]) {
    let start = Instant::now();
    let (bad, peak) = peak(|| {
        let report = AggregateReport::read(xml, AggregateLimits::default());
        report.map_or(0, |report| report.bad_record_count)
    });
    println!("{name}: {bad} bad records, peak {peak} octets, {:.1?}", start.elapsed());
    assert!(peak < 16 * MIB, "{name}");
}

fn bombs_from_outside() {
    let data = std::env::var_os("MAILKIT_DATA");
    let data = data.map_or_else(|| PathBuf::from("../../shared/data"), PathBuf::from);
    let data = data.join("reliability");
    if !data.is_dir() {
        assert!(std::env::var_os("MAILKIT_REQUIRE_PEERS").is_none(), "no bombs in {data:?}");
        eprintln!("skipped: no bombs in {}", data.display());
        return;
    }
    for name in [
        "found-here/dmarc_overlap_zip_100x24MiB.eml",
        "zip-bombs/flat_200MiB.zip",
        "zip-bombs/overlap_1000x24MiB.zip",
        "zip-bombs/overlap_100x24MiB.zip",
        "zip-bombs/overlap_10x24MiB.zip",
        "zip-bombs/spaces_1GiB.gz",
    ] {
        refused(name, &std::fs::read(data.join(name)).expect("the bomb can be read"));
    }
}
