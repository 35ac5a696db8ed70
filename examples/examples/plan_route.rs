//! Plans the way to a customer, lets the first host fail, and plans again.
//!
//! `cargo run -p mailkit-examples --example plan_route`
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example is the shell: it reads the clock and prints"
)]

use std::error::Error;
use std::time::SystemTime;

use mailkit_route::{
    ConnectFailure, Destination, Egress, GeoPoint, HopOutcome, NextAttempt, RetrySchedule,
    RoutePlanner,
};

fn main() -> Result<(), Box<dyn Error>> {
    let hosts = [
        (10, "mx1.nordlicht.example", "203.0.113.10"),
        (10, "mx2.nordlicht.example", "203.0.113.11"),
        (20, "backup.nordlicht.example", "203.0.113.20"),
    ];
    let hamburg = GeoPoint::new(53.55, 9.99)?;
    let destination = Destination::from_mx("nordlicht.example".parse()?, hosts)?
        .with_locations(|_| Some(hamburg));
    let mut planner = RoutePlanner::new([
        Egress::new("hk", "ap-east", GeoPoint::new(22.3, 114.2)?),
        Egress::new("fra", "eu-central", GeoPoint::new(50.1, 8.7)?),
    ])?;

    let now = SystemTime::now();
    let plan = planner.plan(&destination, now, 7);
    println!("{plan}\n");
    for hop in plan.hops() {
        planner.record(hop, &HopOutcome::connect_failed(ConnectFailure::TimedOut), now);
    }
    println!("after every one of them was silent:\n{}\n", planner.plan(&destination, now, 8));

    if let NextAttempt::At(next) = RetrySchedule::default().after_failure(1, now, now) {
        println!("next try in {} min", next.duration_since(now)?.as_secs() / 60);
    }
    Ok(())
}
