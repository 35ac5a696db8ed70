//! A day of the calendar.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use thiserror::Error;

/// A day in UTC, from 1970-01-01 to 9999-12-31; reports are counted by it.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use mailkit_auth::rollout::Day;
///
/// let day: Day = "2026-03-01".parse()?;
/// assert_eq!(day, Day::of(SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_366_400)));
/// assert_eq!(day.plus(31).to_string(), "2026-04-01");
/// # Ok::<(), mailkit_auth::rollout::DayError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// The first day that can be told, 1970-01-01.
    pub const FIRST: Self = Self(0);
    /// The last day that can be told, 9999-12-31.
    pub const LAST: Self = Self(2_932_896);

    /// The day of a moment; moments before the first day or after the last count as these.
    #[must_use]
    pub fn of(moment: SystemTime) -> Self {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u32::try_from(since.as_secs() / SECONDS).map_or(Self::LAST, |days| Self::FIRST.plus(days))
    }

    /// The moment at which it begins.
    #[must_use]
    pub fn start(self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(self.0) * SECONDS)
    }

    /// This many days later, at most the last day.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days).min(Self::LAST.0))
    }

    /// This many days earlier, at least the first day.
    #[must_use]
    pub fn minus(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// The day before, `None` of the first.
    pub(crate) fn before(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    /// The days from `earlier` to this one; 0 if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Year, month from 1 and day of the month from 1.
    pub(crate) fn civil(self) -> (u64, u64, u64) {
        // Years that start in March put the leap day at their end; an era has 400 of them.
        let days = u64::from(self.0) + MARCH_OF_YEAR_0;
        let (era, day) = (days / DAYS_OF_ERA, days % DAYS_OF_ERA);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let date = day - (153 * month + 2) / 5 + 1;
        let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year + carry, month, date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, date) = self.civil();
        write!(f, "{year:04}-{month:02}-{date:02}")
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let mut parts = text.splitn(3, '-').map(str::parse::<u32>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(date))) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(DayError::Form);
        };
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || date > 31 {
            return Err(DayError::NoSuchDay);
        }
        let day = from_civil(year, month, date);
        match day.to_string() == text {
            true => Ok(day),
            false if text.len() == "2026-01-01".len() => Err(DayError::NoSuchDay),
            false => Err(DayError::Form),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Day {
    /// As its text.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Day {
    /// From its text.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is not a [`Day`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DayError {
    /// It is not of the form `2026-01-31`.
    #[error("not a day of the form `2026-01-31`")]
    Form,
    /// The calendar has no such day, or it lies outside the years 1970 to 9999.
    #[error("no such day from 1970 to 9999")]
    NoSuchDay,
}

const SECONDS: u64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01.
const MARCH_OF_YEAR_0: u64 = 719_468;
const DAYS_OF_ERA: u64 = 146_097;

fn from_civil(year: u32, month: u32, date: u32) -> Day {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year / 400, year % 400);
    let day = (153 * month + 2) / 5 + date;
    let days = u64::from(era) * DAYS_OF_ERA + u64::from(365 * year + year / 4 - year / 100 + day);
    // One is taken off because dates count from 1, and date 0 was refused by the caller's comparison.
    let days = days.saturating_sub(MARCH_OF_YEAR_0 + 1);
    u32::try_from(days).map_or(Day::LAST, |days| Day::FIRST.plus(days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<u32, DayError>) {
        assert_eq!(text.parse::<Day>().map(|day| day.since(Day::FIRST)), expected, "{text}");
    }

    #[test]
    fn days() {
        check("1970-01-01", Ok(0));
        check("2000-02-29", Ok(11_016));
        check("2026-11-22", Ok(20_779));
        check("9999-12-31", Ok(2_932_896));
        check("1900-01-01", Err(DayError::NoSuchDay));
        check("2026-02-29", Err(DayError::NoSuchDay));
        check("2026-01-00", Err(DayError::NoSuchDay));
        check("1970-01-00", Err(DayError::NoSuchDay));
        check("2026-13-01", Err(DayError::NoSuchDay));
        check("2026-1-01", Err(DayError::Form));
        check("2026-+1-01", Err(DayError::NoSuchDay));
        check("2026-01-01Z", Err(DayError::Form));
        check("", Err(DayError::Form));
    }

    #[test]
    fn moments_outside_count_as_the_first_or_last_day() {
        assert_eq!(Day::of(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), Day::FIRST);
        assert_eq!(Day::of(Day::LAST.start() + Duration::from_secs(90_000)), Day::LAST);
        assert_eq!(Day::FIRST.minus(1), Day::FIRST);
        assert_eq!(Day::LAST.plus(u32::MAX), Day::LAST);
    }

    proptest! {
        #[test]
        fn what_prints_reads_back(days in 0..=2_932_896_u32, text in "\\PC{0,12}") {
            let day = Day::FIRST.plus(days);
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            prop_assert_eq!(Day::of(day.start()), day);
            if let Ok(day) = text.parse::<Day>() {
                prop_assert_eq!(day.to_string(), text);
            }
        }
    }
}
