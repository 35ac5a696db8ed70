//! Moments as people write them.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in UTC, printed as `2026-11-22 18:55 UTC`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Utc(pub(crate) SystemTime);

impl Utc {
    /// Year, month and day; the first day of 1970 for what lies before.
    pub(crate) fn date(self) -> (u64, u64, u64) {
        civil(self.seconds() / DAY)
    }

    fn seconds(self) -> u64 {
        self.0.duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
    }
}

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let minutes = self.seconds() % DAY / 60;
        write!(f, "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
    }
}

/// The date of a day since 1970, in the Gregorian calendar.
fn civil(days: u64) -> (u64, u64, u64) {
    // Counted from 1 March 0000, years end with their leap day.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month, day) =
        (if month < 10 { month + 3 } else { month - 9 }, day - (153 * month + 2) / 5 + 1);
    (era * 400 + year + u64::from(month <= 2), month, day)
}

const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates() {
        let check = |seconds, expected: &str| {
            let moment = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(Utc(moment).to_string(), expected);
        };
        check(0, "1970-01-01 00:00 UTC");
        check(951_782_399, "2000-02-28 23:59 UTC");
        check(951_782_400, "2000-02-29 00:00 UTC");
        check(1_709_251_199, "2024-02-29 23:59 UTC");
        check(1_795_373_759, "2026-11-22 18:55 UTC");
        check(4_102_444_800, "2100-01-01 00:00 UTC");
        check(4_107_542_400, "2100-03-01 00:00 UTC");
        assert_eq!(Utc(UNIX_EPOCH - Duration::from_secs(1)).date(), (1970, 1, 1));
    }
}
