//! Times that may lie further ahead than a clock can tell.

use std::time::{Duration, SystemTime};

/// So much later; what no clock can tell is a hundred years ahead, which is never for a limit.
pub(super) fn far(now: SystemTime, by: Duration) -> SystemTime {
    now.checked_add(by).or_else(|| now.checked_add(CENTURY)).unwrap_or(now)
}

pub(super) const CENTURY: Duration = Duration::from_secs(100 * 366 * 24 * 3600);
