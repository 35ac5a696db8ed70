//! The time that a report covers.

use std::time::SystemTime;

use serde::Serialize;

/// A span of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DateRange {
    /// The first second; in JSON a number of seconds since 1970.
    #[serde(serialize_with = "crate::moment::unix_seconds::serialize")]
    pub begin: SystemTime,
    /// The last second; in JSON a number of seconds since 1970.
    #[serde(serialize_with = "crate::moment::unix_seconds::serialize")]
    pub end: SystemTime,
}
