//! Reads a DMARC aggregate report record by record and shows who sends; a broken record is told, the rest counts.
//!
//! `cargo run -p mailkit-examples --example read_reports -- examples/assets/reports/receiver.xml`
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReader};
use mailkit_auth::report::extract::{Document, ExtractLimits, extract};
use mailkit_auth::report::sources::{ReportSender, SourceLimits, SourceRules, Sources};
use mailkit_auth::rollout::SourceClass;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sample = include_bytes!("../assets/reports/receiver.xml").to_vec();
    let octets = std::env::args().nth(1).map_or(Ok(sample), std::fs::read)?;
    // Mail, gzip, zip or plain XML: the content decides, within one budget for what is unpacked.
    let Document::Aggregate(content) = extract(&octets, ExtractLimits::default())? else {
        return Err("not an aggregate report".into());
    };
    let own = "192.0.2.0/24".parse()?;
    let rules = SourceRules::default().with_network(own, "own hosts", SourceClass::Legitimate);
    let mut sources = Sources::new(rules, SourceLimits::default());
    let mut reader = AggregateReader::new(content, AggregateLimits::default())?;
    // Nobody has checked who sent this file: it is shown, and would not count in a rollout.
    let mut counting = sources.begin(reader.header(), &ReportSender::Unverified)?;
    for record in &mut reader {
        match record {
            Ok(record) => counting.add(&record, None),
            Err(bad) => println!("skipped {bad}"),
        }
    }
    // What the report said is kept when the counting ends.
    drop(counting);
    reader.finish().1?;
    for (source, totals) in sources.totals() {
        let (class, counts) = (sources.class(source), totals.others);
        println!("{} ({class}): {} of {} pass", source.name, counts.aligned, counts.messages);
    }
    assert!(sources.totals().next().is_some(), "no source");
    Ok(())
}
