//! Scores a mail from a file, with what we know of a supplier, and prints the reasons.
//!
//! `cargo run -p mailkit-examples --example score_mail -- mail.eml`
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example is the shell: it reads the clock and prints"
)]

use std::error::Error;
use std::time::SystemTime;

use mailkit_risk::{Account, Context, Counterparty, Scorer, intent};

const MAIL: &[u8] = b"From: Ilse Brandt <billing@supplier.example>\r\n\
    Reply-To: <payments@elsewhere.example>\r\n\
    Subject: New bank details\r\n\r\n\
    Our bank details have changed. Please pay urgently to GB29 NWBK 6016 1331 9268 19.\r\n";

fn main() -> Result<(), Box<dyn Error>> {
    let mail = std::env::args().nth(1).map_or_else(|| Ok(MAIL.to_vec()), std::fs::read)?;
    let supplier = Counterparty::new("supplier.example")
        .with_account(Account::iban("DE89 3704 0044 0532 0130 00")?);
    let context = Context::new(SystemTime::now())
        .with_own_domain("acme.example")
        .with_own_person("Wei Zhang", "wei.zhang@acme.example")
        .with_counterparty(supplier);

    let assessment = Scorer::builtin().assess(&mail, &context);
    println!("{} at {:+.2}: {}", assessment.level(), assessment.score(), assessment.action());
    println!("{:+6.2} before any reason", assessment.prior());
    for reason in assessment.reasons() {
        println!(
            "{:+6.2} {} {} {}",
            reason.weight.logits(),
            reason.code,
            reason.sentence,
            reason.evidence
        );
    }
    let intent = intent::classify_raw(&mail);
    println!("the sender wants: {} ({:?})", intent.kind, intent.urgency);
    Ok(())
}
