//! Reads the records of a domain, says what is wrong with them, and prints them mended.
//!
//! `cargo run -p mailkit-examples --example lint_records -- "v=spf1 ipv4:192.0.2.1 +all"`
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use mailkit_auth::lint::{apply_fixes, lint_dkim_key, lint_dmarc, lint_spf};

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let samples =
        ["v=spf1 ipv4:192.0.2.1 +all", "v=DMARC1; p=reject; pct=50; p=none", "v=DKIM1; k=rsa; p="];
    let records = if given.is_empty() { samples.map(str::to_owned).to_vec() } else { given };
    for record in &records {
        println!("{record}");
        let findings = match record.get(..6) {
            Some("v=spf1") => lint_spf(record),
            Some("v=DMAR") => lint_dmarc(record),
            _ => lint_dkim_key(record),
        };
        for finding in &findings {
            let (from, to) = (finding.span.start, finding.span.end);
            println!("{}{}", " ".repeat(from), "^".repeat(to.saturating_sub(from).max(1)));
            println!("  {} {} ({})", finding.code, finding.message, finding.reference);
            println!("  {}", finding.help);
        }
        println!("mended: {}\n", apply_fixes(record, &findings));
    }
}
