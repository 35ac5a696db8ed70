//! Dates of RFC 5322 section 3.3.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// Prints a time in UTC, without the part of a second.
pub(super) struct Date(pub(super) SystemTime);

const DAY: u64 = 86_400;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// The last second of the year 9999: a date has four digits of a year.
const LAST: u64 = 253_402_300_799;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.0.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let seconds = since.as_secs().min(LAST);
        let (days, rest) = (seconds / DAY, seconds % DAY);
        let (year, month, day) = civil(days);
        let weekday = WEEKDAYS.iter().cycle().nth(usize::try_from(days % 7).unwrap_or(0));
        let month = MONTHS.get(usize::from(month) - 1).copied().unwrap_or_default();
        write!(f, "{}, {day:02} {month} {year:04} ", weekday.copied().unwrap_or_default())?;
        write!(f, "{:02}:{:02}:{:02} +0000", rest / 3600, rest / 60 % 60, rest % 60)
    }
}

/// Year, month and day of a number of days since 1970 in the Gregorian calendar: eras of 400 years that begin in March.
fn civil(days: u64) -> (u64, u8, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (era * 400 + year + u64::from(month <= 2), u8::try_from(month).unwrap_or(1), day)
}

/// The days since 1970; `None` for a day that the calendar does not have, or before 1970.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let shifted = if month <= 2 { year.checked_sub(1)? } else { year };
    let (era, of_era) = (shifted / 400, shifted % 400);
    let march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * march + 2) / 5 + day.checked_sub(1)?;
    let days = (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year)
        .checked_sub(719_468)?;
    let (y, m, d) = civil(days);
    ((y, u64::from(m), d) == (year, month, day)).then_some(days)
}

/// Reads `Mon, 23 Nov 2026 05:12:11 +0000 (UTC)`; the day of the week, the seconds and the comment may be absent.
pub(super) fn read(text: &str) -> Option<SystemTime> {
    let text = text.split_once('(').map_or(text, |(date, _)| date);
    let text = text.split_once(',').map_or(text, |(_, date)| date);
    let mut words = text.split_ascii_whitespace();
    let day = number(words.next()?, 2)?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    let year = number(words.next()?, 4).filter(|year| *year >= 1970)?;
    let mut clock = words.next()?.split(':');
    let (hour, minute) = (number(clock.next()?, 2)?, number(clock.next()?, 2)?);
    let second = clock.next().map_or(Some(0), |second| number(second, 2))?;
    if hour > 23 || minute > 59 || second > 60 || clock.next().is_some() {
        return None;
    }
    let local =
        days(year, u64::try_from(month).ok()? + 1, day)? * DAY + hour * 3600 + minute * 60 + second;
    let seconds = match zone(words.next().unwrap_or("GMT"))? {
        (true, east) => local.checked_sub(east)?,
        (false, west) => local + west,
    };
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Whether it lies east of Greenwich, and how many seconds.
fn zone(text: &str) -> Option<(bool, u64)> {
    if ["GMT", "UT", "UTC", "Z"].iter().any(|name| name.eq_ignore_ascii_case(text)) {
        return Some((true, 0));
    }
    let (sign, digits) = text.split_at_checked(1)?;
    let digits = number(digits, 4).filter(|digits| digits % 100 < 60)?;
    let east = match sign {
        "+" => true,
        "-" => false,
        _ => return None,
    };
    Some((east, digits / 100 * 3600 + digits % 100 * 60))
}

fn number(text: &str, digits: usize) -> Option<u64> {
    let plain = (1..=digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_and_write() {
        let check = |text: &str, expected: Option<(u64, &str)>| {
            let read = read(text);
            let shown = read.map(|at| {
                (at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs(), Date(at).to_string())
            });
            let expected = expected.map(|(seconds, text)| (seconds, text.to_owned()));
            assert_eq!(shown, expected, "{text}");
        };
        let leap = Some((1_709_210_096, "Thu, 29 Feb 2024 12:34:56 +0000"));
        check("Thu, 29 Feb 2024 12:34:56 +0000", leap);
        check("29 feb 2024 20:34:56 +0800 (CST)", leap);
        check("Thu, 29 Feb 2024 07:04:56 -0530", leap);
        check("29 Feb 2024 12:34:56 GMT", leap);
        check("1 Jan 1970 00:00 Z", Some((0, "Thu, 01 Jan 1970 00:00:00 +0000")));
        check("31 Dec 9999 23:59:59 +0000", Some((LAST, "Fri, 31 Dec 9999 23:59:59 +0000")));
        check("29 Feb 2023 12:34:56 +0000", None);
        check("31 Apr 2024 12:34:56 +0000", None);
        check("0 Apr 2024 12:34:56 +0000", None);
        check("1 Apr 1969 12:34:56 +0000", None);
        check("1 Jan 1970 00:00:00 +0100", None);
        check("1 Apr 2024 24:00:00 +0000", None);
        check("1 Apr 2024 12:34:56 +00", Some((1_711_974_896, "Mon, 01 Apr 2024 12:34:56 +0000")));
        check("1 Apr 2024 12:34:56 EST", None);
        check("", None);
    }
}
