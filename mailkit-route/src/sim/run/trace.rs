//! What became of each mail.

use crate::sim::{Path, Run};

/// A run, mail by mail.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace {
    /// All of them together.
    pub run: Run,
    /// Each mail, in the order of posting.
    pub mails: Vec<MailTrace>,
}

/// What became of a mail. Times are seconds since the start of the run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MailTrace {
    /// Its domain.
    pub domain: usize,
    /// When it was posted.
    pub posted: f64,
    /// The connections made for it, in the order of time.
    pub tries: Vec<TryTrace>,
    /// When it was taken; `None` if it never was.
    pub taken: Option<f64>,
}

impl MailTrace {
    pub(super) fn new(domain: usize, posted: f64) -> Self {
        Self { domain, posted, tries: Vec::new(), taken: None }
    }
}

/// A connection for a mail.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TryTrace {
    /// When it was chosen.
    pub at: f64,
    /// Over which path.
    pub path: Path,
}
