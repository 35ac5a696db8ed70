//! Moments as people write them.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::rollout::Day;

/// A moment in UTC, printed as `2026-11-22 18:55 UTC`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Utc(pub(crate) SystemTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        let minutes = seconds % 86_400 / 60;
        write!(f, "{} {:02}:{:02} UTC", Day::of(self.0), minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn moments() {
        let check = |seconds, expected: &str| {
            let moment = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(Utc(moment).to_string(), expected);
        };
        check(0, "1970-01-01 00:00 UTC");
        check(951_782_399, "2000-02-28 23:59 UTC");
        check(951_782_400, "2000-02-29 00:00 UTC");
        check(1_795_373_759, "2026-11-22 18:55 UTC");
    }
}
