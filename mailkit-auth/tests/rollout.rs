//! Advice on the rollout of a policy: each gate at its edge, each alarm, the laws, and a simulation.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot build its input has failed"
)]

#[path = "rollout/alarms.rs"]
mod alarms;
#[path = "rollout/case.rs"]
mod case;
#[path = "rollout/evidence.rs"]
mod evidence;
#[cfg(feature = "report")]
#[path = "rollout/forged.rs"]
mod forged;
#[path = "rollout/gates.rs"]
mod gates;
#[path = "rollout/laws.rs"]
mod laws;
#[cfg(feature = "report")]
#[path = "rollout/replayed.rs"]
mod replayed;
#[path = "rollout/simulation.rs"]
mod simulation;
