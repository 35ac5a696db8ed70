//! Why a report is not counted.

use thiserror::Error;

/// Why a report is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SourcesError {
    /// One of the same reporter, domain, day and name has been counted, and said something else: one
    /// of the two is forged, or the receiver has mended its report.
    #[error("another report of the same name was counted before")]
    Conflicting,
    /// It has been counted: same reporter, domain, day and name.
    #[error("report counted before")]
    Duplicate,
    /// It does not say which day it is about.
    #[error("report without a date")]
    NoDate,
    /// There are as many reports as are kept.
    #[error("more than {limit} reports")]
    TooManyReports {
        /// The limit.
        limit: usize,
    },
}
