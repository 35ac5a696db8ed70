//! Renders one template in every language that it has, and writes each mail beside the others.
//!
//! `cargo run -p mailkit-examples --example localized_mail -- OUT_DIR`
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example is the shell: it reads the clock and prints"
)]

use std::error::Error;
use std::path::PathBuf;
use std::time::SystemTime;

use mailkit_template::compose::OutgoingMail;
use mailkit_template::{Catalog, Recipient, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let (catalog, now) = (Catalog::builtin()?, SystemTime::now());
    let template = catalog.get("inquiry-received")?;
    let values = [
        ("topic", Value::text("WL-20")),
        ("reference", Value::text("Q-2026-0117")),
        ("company", Value::text("Acme Tools")),
        ("department", Value::text("Sales")),
        ("sla", Value::int(2)),
        ("signature-name", Value::text("Wei Zhang")),
        ("signature-title", Value::text("Export Manager")),
        ("phone", Value::text("+86 755 5550 0100")),
        ("site", Value::url("https://acme.example".parse()?)),
    ];
    for locale in template.locales() {
        let recipient = Recipient::new("Anna Schmidt")
            .with_languages([locale.to_string()])
            .with_time_zone("Europe/Berlin");
        let mail = template.render(&recipient, &values, now)?;
        println!("{}: {}\n{}\n", mail.locale_decision(), mail.subject(), mail.text());
        if let Some(folder) = &folder {
            let id = format!("<{locale}@acme.example>").parse()?;
            let (from, to) = ("info@acme.example".parse()?, "anna@buyer.example".parse()?);
            let bytes = OutgoingMail::new(from, to, &mail, id, now).to_bytes()?;
            std::fs::create_dir_all(folder)?;
            std::fs::write(folder.join(format!("{locale}.eml")), bytes)?;
        }
    }
    Ok(())
}
