//! The time that a report covers.

use std::time::SystemTime;

use serde::{Serialize, Serializer};

/// A span of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DateRange {
    /// The first second; in JSON a number of seconds since 1970.
    #[serde(serialize_with = "unix_seconds")]
    pub begin: SystemTime,
    /// The last second; in JSON a number of seconds since 1970.
    #[serde(serialize_with = "unix_seconds")]
    pub end: SystemTime,
}

fn unix_seconds<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    serializer.serialize_u64(since.as_secs())
}

/// Writes a time as a number of seconds since 1970, if there is one.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(super) fn unix_seconds_if_any<S: Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => unix_seconds(time, serializer),
        None => serializer.serialize_none(),
    }
}
