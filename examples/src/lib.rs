//! The sample gateway: real SMTP in, verify, score, triage, reply, sign, route, deliver.
//!
//! | module | what it holds |
//! |---|---|
//! | [`gateway`] | the gateway: configuration, the way of a mail through it, the outbox |
//! | [`smtp`] | the SMTP server and one delivery attempt |
//! | [`mapping`] | what one library found, in the words of another |
//! | [`dns`] | a DNS server on loopback, fed from zone files |
//! | [`demo`] | `mailkit demo` |
//! | [`keys`] | `mailkit keys` |
#![allow(
    clippy::disallowed_methods,
    reason = "this package is the shell: it reads the clock so that the libraries need not"
)]

pub mod demo;
pub mod dns;
pub mod gateway;
pub mod keys;
pub mod mapping;
pub mod smtp;
