//! The hour where the recipient is, as far as a greeting needs it.

mod tables;

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use crate::locale::Locale;
use crate::recipient::Recipient;
use crate::render::RenderErrorKind;

pub(crate) use tables::is_country;

/// The part of the day where the recipient is, and how it is known.
///
/// Only what is certain counts: of a country with several time zones the part of the day is known when it is the same
/// in all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LocalClock {
    /// The part of the day in the terms of the language, or none when it is not known: the greeting is neutral then.
    pub period: Option<DayPeriod>,
    /// How it is known.
    pub source: ClockSource,
}

impl LocalClock {
    pub(crate) fn read(
        recipient: &Recipient,
        locale: &Locale,
        now: SystemTime,
    ) -> Result<Self, RenderErrorKind> {
        let now = Timestamp::try_from(now).map_err(|_| RenderErrorKind::TimeOutOfRange)?;
        if let Some(zone) = recipient.time_zone() {
            let unknown = || RenderErrorKind::UnknownTimeZone { zone: shown(zone) };
            let hour = hour_in(zone, now).ok_or_else(unknown)?;
            let period = tables::period(locale.language(), hour);
            return Ok(Self { period, source: ClockSource::TimeZone });
        }
        let country = recipient.country().and_then(tables::zones);
        let Some(zones) = country else {
            return Ok(Self { period: None, source: ClockSource::Unknown });
        };
        let mut periods = zones.map(|zone| tables::period(locale.language(), hour_in(zone, now)?));
        let first = periods.next().flatten();
        let period = first.filter(|_| periods.all(|period| period == first));
        Ok(Self { period, source: ClockSource::Country })
    }
}

/// How the hour of the recipient is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ClockSource {
    /// By the time zone of the recipient.
    TimeZone,
    /// By the time zones of the country.
    Country,
    /// Not at all.
    Unknown,
}

/// A part of the day as CLDR divides it; which hours each covers, and which there are, differs by language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DayPeriod {
    /// The half of the day before noon, in languages that divide it no further.
    Am,
    /// The half of the day after noon, in languages that divide it no further.
    Pm,
    /// Morning, or its earlier part.
    Morning1,
    /// The later part of the morning.
    Morning2,
    /// Afternoon, or its earlier part, in German and Chinese the hour of noon.
    Afternoon1,
    /// The later part of the afternoon.
    Afternoon2,
    /// Evening, or its earlier part; in Spanish it begins at noon.
    Evening1,
    /// The later part of the evening.
    Evening2,
    /// Night, or its earlier part.
    Night1,
    /// The later part of the night.
    Night2,
}

impl DayPeriod {
    const ALL: [Self; 10] = [
        Self::Am,
        Self::Pm,
        Self::Morning1,
        Self::Morning2,
        Self::Afternoon1,
        Self::Afternoon2,
        Self::Evening1,
        Self::Evening2,
        Self::Night1,
        Self::Night2,
    ];

    /// CLDR's name, as an arm of a selection by `$day-period` has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Am => "am",
            Self::Pm => "pm",
            Self::Morning1 => "morning1",
            Self::Morning2 => "morning2",
            Self::Afternoon1 => "afternoon1",
            Self::Afternoon2 => "afternoon2",
            Self::Evening1 => "evening1",
            Self::Evening2 => "evening2",
            Self::Night1 => "night1",
            Self::Night2 => "night2",
        }
    }

    /// The period of that name, if the language has it.
    pub(crate) fn of_language(name: &str, language: &str) -> Option<Self> {
        let period = Self::from_name(name)?;
        tables::periods(language).any(|span| span.period == period).then_some(period)
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == name)
    }
}

impl fmt::Display for DayPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The hour in a zone, from the compiled-in database: the files of the machine are not read.
fn hour_in(zone: &str, now: Timestamp) -> Option<u8> {
    let zone = TimeZoneDatabase::bundled().get(zone).ok()?;
    u8::try_from(now.to_zoned(zone).hour()).ok()
}

fn shown(zone: &str) -> String {
    crate::value::Text::shortened(zone, 40).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    /// 2026-07-15T06:30:00Z, in the summer of the north.
    const NOW: Duration = Duration::from_secs(1_784_097_000);

    fn read(recipient: &Recipient, locale: &str) -> Result<Option<DayPeriod>, RenderErrorKind> {
        LocalClock::read(recipient, &locale_of(locale), UNIX_EPOCH + NOW).map(|clock| clock.period)
    }

    fn locale_of(tag: &str) -> Locale {
        tag.parse().unwrap()
    }

    #[test]
    fn by_time_zone() {
        #[track_caller]
        fn check(zone: &str, locale: &str, expected: Option<DayPeriod>) {
            assert_eq!(read(&Recipient::unnamed().with_time_zone(zone), locale), Ok(expected));
        }
        check("Europe/Vienna", "de", Some(DayPeriod::Morning1)); // 08:30
        check("Europe/Vienna", "es", Some(DayPeriod::Morning2));
        check("Asia/Shanghai", "zh-Hans", Some(DayPeriod::Afternoon2)); // 14:30
        check("Asia/Dubai", "ar", Some(DayPeriod::Morning2)); // 10:30
        check("America/New_York", "en", Some(DayPeriod::Morning1)); // 02:30: CLDR's English morning begins at midnight
        check("Pacific/Auckland", "en", Some(DayPeriod::Evening1)); // 18:30
        check("europe/vienna", "de", Some(DayPeriod::Morning1));
        check("Europe/Vienna", "tlh", None);
    }

    #[test]
    fn by_country() {
        #[track_caller]
        fn check(country: &str, locale: &str, expected: Option<DayPeriod>) {
            assert_eq!(read(&Recipient::unnamed().with_country(country), locale), Ok(expected));
        }
        check("AT", "de", Some(DayPeriod::Morning1));
        check("at", "de", Some(DayPeriod::Morning1));
        check("DE", "de", Some(DayPeriod::Morning1)); // two zones, one hour
        check("AU", "en", Some(DayPeriod::Afternoon1)); // 14:30 to 17:00
        check("US", "en", None); // 20:30 to 02:30
        check("XX", "en", None);
    }

    #[test]
    fn what_cannot_be_known_is_said() {
        let lost = Recipient::unnamed().with_time_zone("Mars/Olympus");
        let error = RenderErrorKind::UnknownTimeZone { zone: "Mars/Olympus".into() };
        assert_eq!(read(&lost, "en"), Err(error));
        assert_eq!(read(&Recipient::unnamed(), "en"), Ok(None));
    }
}
