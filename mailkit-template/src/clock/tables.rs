//! The compiled-in tables: day periods by language, time zones by country.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::DayPeriod;

/// The hours of one day period: from `from` until `before`, past midnight where `before` is the smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) period: DayPeriod,
    from: u8,
    before: u8,
}

impl Span {
    fn contains(self, hour: u8) -> bool {
        if self.from < self.before {
            (self.from..self.before).contains(&hour)
        } else {
            hour >= self.from || hour < self.before
        }
    }
}

/// The day periods of a language.
pub(super) fn periods(language: &str) -> impl Iterator<Item = Span> {
    DAY_PERIODS.get(language).into_iter().flatten().copied()
}

/// The day period of an hour.
pub(super) fn period(language: &str, hour: u8) -> Option<DayPeriod> {
    periods(language).find(|span| span.contains(hour)).map(|span| span.period)
}

/// The time zones of a country.
pub(super) fn zones(country: &str) -> Option<impl Iterator<Item = &'static str>> {
    let zones = COUNTRY_ZONES.get(country.to_ascii_uppercase().as_str())?;
    Some(zones.split(' '))
}

/// Whether a code, in capitals, is a country's.
pub(crate) fn is_country(code: &str) -> bool {
    COUNTRY_ZONES.contains_key(code)
}

const DAY_PERIODS_TSV: &str = include_str!("../../data/day_periods.tsv");
const COUNTRY_ZONES_TSV: &str = include_str!("../../data/country_zones.tsv");

static DAY_PERIODS: LazyLock<BTreeMap<&str, Vec<Span>>> = LazyLock::new(|| {
    let mut table: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (language, span) in rows(DAY_PERIODS_TSV).filter_map(day_period) {
        table.entry(language).or_default().push(span);
    }
    table
});

static COUNTRY_ZONES: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| rows(COUNTRY_ZONES_TSV).filter_map(|row| row.split_once('\t')).collect());

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

/// `de`, `morning1`, `05:00`, `10:00`; CLDR's spans begin and end on the hour.
fn day_period(row: &str) -> Option<(&str, Span)> {
    let mut columns = row.split('\t');
    let language = columns.next()?;
    let period = DayPeriod::from_name(columns.next()?)?;
    let mut hour = || columns.next()?.strip_suffix(":00")?.parse().ok();
    Some((language, Span { period, from: hour()?, before: hour()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads_and_every_hour_has_one_period() {
        assert_eq!(rows(DAY_PERIODS_TSV).filter_map(day_period).count(), 404);
        assert_eq!(rows(DAY_PERIODS_TSV).count(), 404);
        for (language, spans) in DAY_PERIODS.iter() {
            for hour in 0..24 {
                let covering = spans.iter().filter(|span| span.contains(hour)).count();
                assert_eq!(covering, 1, "{language} at {hour}");
            }
        }
    }

    #[test]
    fn every_country_has_known_zones() {
        assert_eq!(COUNTRY_ZONES.len(), 247);
        let database = jiff::tz::TimeZoneDatabase::bundled();
        for zone in COUNTRY_ZONES.values().flat_map(|zones| zones.split(' ')) {
            assert!(database.get(zone).is_ok(), "{zone}");
        }
    }
}
