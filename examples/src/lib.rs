//! The sample gateway: real SMTP in, verify, score, triage, reply, sign, route, deliver.
//!
//! | module | what it holds |
//! |---|---|
//! | [`commands`] | the `mailkit` command: `check`, `lint`, `plan`, `verify` and the others |
//! | [`gateway`] | the gateway: configuration, the way of a mail through it, the outbox |
//! | [`smtp`] | the SMTP server and one delivery attempt |
//! | [`mapping`] | what one library found, in the words of another |
//! | [`dns`] | a DNS server on loopback, fed from zone files |
//! | [`demo`] | `mailkit demo` |
#![allow(
    clippy::disallowed_methods,
    reason = "this package is the shell: it reads the clock so that the libraries need not"
)]

pub mod commands;
pub mod demo;
pub mod dns;
pub mod gateway;
pub mod mapping;
pub mod smtp;
