//! Asks whether a DMARC policy can be tightened, with too little evidence and with enough.
//!
//! `cargo run -p mailkit-examples --example rollout_advice`
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use mailkit_auth::rollout::{
    Added, CurrentRecord, Day, Evidence, RolloutPolicy, RolloutStep, SourceClass, SourceDay, advise,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let first: Day = "2026-09-01".parse()?;
    let record = "v=DMARC1; p=none; rua=mailto:dmarc@acme.example".parse()?;
    let current = CurrentRecord::new(record, first);
    let policy = RolloutPolicy::default();
    let mut evidence = Evidence::default();
    for day in 0..50 {
        let day = first.plus(day);
        for reporter in ["one.example", "two.example", "three.example"] {
            let source = "own hosts".parse()?;
            let row = SourceDay::new(day, source, SourceClass::Legitimate, reporter.parse()?);
            if evidence.add(row.with_aligned(400)) == Added::Full {
                return Err("more evidence than fits".into());
            }
        }
        let advice = advise(&evidence, &current, &policy, day.plus(1).start());
        if advice.step == RolloutStep::Advance {
            println!("on {}:\n{advice}", day.plus(1));
            return Ok(());
        }
    }
    Err("the policy could not be tightened".into())
}
