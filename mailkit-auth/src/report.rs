//! Readers of the reports that receivers send (feature `report`).
//!
//! Reports are written by strangers: each reader has typed limits, and what it met on the way is
//! part of the result. Nothing here reads a clock; a caller with a deadline reads through
//! [`Guard`].

mod anomaly;
pub mod dmarc;
mod guard;

pub use anomaly::{Anomaly, AnomalyKind};
pub use guard::{Guard, Interrupted};
