//! Plans the records of a domain, and the order in which to get there from what is published.
//!
//! `cargo run -p mailkit-examples --example plan_domain`
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use mailkit_auth::lookup::{Name, RecordData};
use mailkit_auth::plan::{DomainPlan, ProviderUse, PublishedRecord, StepKind, changes};
use mailkit_auth::provider::Provider;
use mailkit_auth::rollout::Day;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider = Provider::by_id("google-workspace").ok_or("no such provider")?;
    let dmarc = "v=DMARC1; p=none; rua=mailto:dmarc@acme.example".parse()?;
    let plan = DomainPlan::new("acme.example".parse()?, dmarc)
        .with_provider(ProviderUse::mailboxes(provider))
        .with_sending_address([192, 0, 2, 7])
        .plan()?;
    println!("{plan}");

    let spf = RecordData::Txt(b"v=spf1 a -all".to_vec());
    let published = [PublishedRecord::new(Name::new("acme.example")?, Some(7200.into()), spf)];
    let now = "2026-11-22".parse::<Day>()?.start();
    let changes = changes(&published, &plan.zone, now)?;
    println!("{changes}");
    assert!(changes.steps.iter().any(|step| step.kind == StepKind::ReplaceSpf));
    Ok(())
}
