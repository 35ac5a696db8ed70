//! Every published suite and sample, one line each: `NAME PASSED/TOTAL`.
//!
//! ```text
//! cargo test -p mailkit-auth --all-features --test conformance -- --nocapture
//! ```
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a suite finds its data by the environment, prints its score and may panic"
)]

#[cfg(feature = "verify")]
#[path = "conformance/arc.rs"]
mod arc;
#[path = "conformance/data.rs"]
mod data;
#[path = "conformance/dkim.rs"]
#[cfg(feature = "verify")]
mod dkim;
#[path = "conformance/dmarc.rs"]
mod dmarc;
#[cfg(feature = "resolver")]
#[path = "support/dns_server.rs"]
mod dns_server;
#[cfg(feature = "verify")]
#[path = "conformance/espoofer.rs"]
mod espoofer;
#[cfg(feature = "resolver")]
#[path = "support/failing_front.rs"]
mod failing_front;
#[path = "conformance/openspf.rs"]
mod openspf;
#[cfg(feature = "report")]
#[path = "conformance/reports.rs"]
mod reports;
#[path = "conformance/round_trip.rs"]
mod round_trip;
#[cfg(feature = "verify")]
#[path = "support/short_key.rs"]
mod short_key;
#[path = "conformance/spf.rs"]
mod spf;
