//! Readers of the reports that receivers send (feature `report`).
//!
//! Reports are written by strangers: each reader has typed limits, and what it met on the way is
//! part of the result. Nothing here reads a clock; a caller with a deadline reads through
//! [`Guard`].

mod anomaly;
mod date_range;
pub mod dmarc;
pub mod extract;
pub mod failure;
mod guard;
pub mod sources;
pub mod tls;
mod words;

pub use anomaly::{Anomaly, AnomalyKind};
pub use date_range::DateRange;
pub use guard::{Guard, Interrupted};
