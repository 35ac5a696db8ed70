//! The sample gateway: real SMTP in, verify, score, triage, reply, sign, route, deliver.
#![allow(clippy::disallowed_methods, reason = "this package is the shell: it reads the clock so that the libraries need not")]

pub mod smtp;
