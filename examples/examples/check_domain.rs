//! Examines the mail set-up of a domain from records in memory, and prints grade, evidence and repair steps.
//!
//! `cargo run -p mailkit-examples --example check_domain`
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use mailkit_auth::checkup::{CheckupRequest, check};
use mailkit_auth::lookup::ZoneSnapshot;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zone = ZoneSnapshot::new()
        .with_mx("acme.example", 10, "mx.acme.example")?
        .with_address("mx.acme.example", [192, 0, 2, 2])?
        .with_txt("acme.example", "v=spf1 mx include:gone.example -all")?
        .with_txt("_dmarc.acme.example", "v=DMARC1; p=none; rua=mailto:dmarc@acme.example")?;
    // What the DNS does not show is said by the caller; what is not said is "not checked", never "missing".
    let request = CheckupRequest::new("acme.example".parse()?)
        .with_selector("s1".parse()?)
        .with_sender([192, 0, 2, 2], Some("mx.acme.example".parse()?));
    let report = check(&zone, &request);
    println!("{report}");
    assert!(report.codes().contains(&"SPF026"), "an include that leads to nothing");
    Ok(())
}
