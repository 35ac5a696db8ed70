//! What reports said about the sources of a domain.

use std::collections::{BTreeMap, BTreeSet};

use super::share::Tally;
use super::{Day, ReporterId, SourceClass, SourceCounts, SourceDay, SourceId};

/// Daily counts by source, from all reports read so far; parts of it can be merged in any order.
///
/// It does not notice a report that is added twice, nor one that is forged: both are for the reader
/// of the reports to refuse.
///
/// ```
/// use mailkit_auth::rollout::{Added, Evidence, SourceClass, SourceDay};
///
/// let mut evidence = Evidence::default();
/// let row = SourceDay::new("2026-03-01".parse()?, "crm".parse()?, SourceClass::Unknown, "mx.test".parse()?);
/// assert_eq!(evidence.add(row.with_failed(7)), Added::Counted);
/// evidence.classify(&"crm".parse()?, SourceClass::Legitimate);
/// assert_eq!(evidence.class(&"crm".parse()?), Some(SourceClass::Legitimate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    sources: BTreeMap<SourceId, History>,
    reporters: BTreeMap<ReporterId, BTreeSet<Day>>,
    days: BTreeSet<Day>,
    source_days: usize,
    reporter_days: usize,
    uncounted: u64,
}

impl Evidence {
    /// Days of sources that are kept; later ones go to [`Evidence::uncounted`].
    pub const MAX_SOURCE_DAYS: usize = 500_000;
    /// Days of reporters that are kept.
    pub const MAX_REPORTER_DAYS: usize = 100_000;

    /// Counts a row. A class other than unknown holds for all days of the source.
    pub fn add(&mut self, row: SourceDay) -> Added {
        let reported = self.note_report(row.reporter, row.day);
        let counted = reported && self.count(row.source, row.class, row.day, row.counts);
        if !counted {
            self.uncounted = self.uncounted.saturating_add(row.counts.messages());
            return Added::Full;
        }
        Added::Counted
    }

    /// Takes over what another part of the reports said.
    pub fn merge(&mut self, other: Self) {
        self.uncounted = self.uncounted.saturating_add(other.uncounted);
        for (reporter, days) in other.reporters {
            for day in days {
                // A day that finds no room takes its messages along below, where they are counted.
                self.note_report(reporter.clone(), day);
            }
        }
        for (source, history) in other.sources {
            for (day, counts) in history.days {
                if !self.count(source.clone(), history.class, day, counts) {
                    self.uncounted = self.uncounted.saturating_add(counts.messages());
                }
            }
            if let Some(known) = self.sources.get_mut(&source) {
                known.first = known.first.min(history.first);
            }
        }
    }

    /// Says who is behind a source; nothing happens if no report named it.
    pub fn classify(&mut self, source: &SourceId, class: SourceClass) {
        if let Some(history) = self.sources.get_mut(source) {
            history.class = class;
        }
    }

    /// Who is behind a source, `None` if no report named it.
    #[must_use]
    pub fn class(&self, source: &SourceId) -> Option<SourceClass> {
        self.sources.get(source).map(|history| history.class)
    }

    /// The sources that reports named, with their class.
    pub fn sources(&self) -> impl Iterator<Item = (&SourceId, SourceClass)> {
        self.sources.iter().map(|(source, history)| (source, history.class))
    }

    /// Messages that found no room. While there are any, no advance is advised.
    #[must_use]
    pub fn uncounted(&self) -> u64 {
        self.uncounted
    }

    pub(super) fn histories(&self) -> impl Iterator<Item = (&SourceId, &History)> {
        self.sources.iter()
    }

    /// The last day that a report is about.
    pub(super) fn last_day(&self) -> Option<Day> {
        self.days.last().copied()
    }

    /// The days from the first report to the last, counted anew after each gap: what sends once a
    /// month may have sent in it.
    ///
    /// A gap is `gap` silent days or more, and two more than the domain was silent at a time in the
    /// two weeks before: little mail makes few reports.
    pub(super) fn covered_days(&self, gap: u32) -> u32 {
        let mut start = self.days.first().copied();
        for (day, next) in self.days.iter().zip(self.days.iter().skip(1)) {
            let silent = next.since(*day) - 1;
            if silent >= gap && silent >= self.longest_silence(day.minus(HABIT_DAYS), *day) + 2 {
                start = Some(*next);
            }
        }
        self.last_day().zip(start).map_or(0, |(last, start)| last.since(start) + 1)
    }

    /// The silent days in a row that occurred in the last two weeks with reports.
    pub(super) fn usual_silence(&self) -> u32 {
        self.last_day().map_or(0, |last| self.longest_silence(last.minus(HABIT_DAYS), last))
    }

    fn longest_silence(&self, from: Day, to: Day) -> u32 {
        let days = self.days.range(from..=to);
        let steps = days.clone().zip(days.skip(1)).map(|(day, next)| next.since(*day) - 1);
        steps.max().unwrap_or_default()
    }

    /// The reporters that reported on at least `least` days from `from` on.
    pub(super) fn reporters_since(&self, from: Day, least: usize) -> usize {
        let often = |days: &&BTreeSet<Day>| days.range(from..).take(least).count() == least;
        self.reporters.values().filter(often).count()
    }

    fn note_report(&mut self, reporter: ReporterId, day: Day) -> bool {
        let full = self.reporter_days >= Self::MAX_REPORTER_DAYS;
        let known = self.reporters.get(&reporter).is_some_and(|days| days.contains(&day));
        if known || full {
            return known;
        }
        self.reporters.entry(reporter).or_default().insert(day);
        self.days.insert(day);
        self.reporter_days += 1;
        true
    }

    fn count(
        &mut self,
        source: SourceId,
        class: SourceClass,
        day: Day,
        counts: SourceCounts,
    ) -> bool {
        let full = self.source_days >= Self::MAX_SOURCE_DAYS;
        if let Some(history) = self.sources.get_mut(&source) {
            let is_new = !history.days.contains_key(&day);
            if full && is_new {
                return false;
            }
            self.source_days += usize::from(is_new);
            history.add(class, day, counts);
        } else if full {
            return false;
        } else {
            let history = self.sources.entry(source).or_insert_with(|| History::new(class, day));
            self.source_days += 1;
            history.add(class, day, counts);
        }
        true
    }
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a row that found no room is not part of the evidence"]
#[non_exhaustive]
pub enum Added {
    /// It is part of the evidence.
    Counted,
    /// There was no room: [`Evidence::MAX_SOURCE_DAYS`] or [`Evidence::MAX_REPORTER_DAYS`].
    Full,
}

/// All days of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct History {
    pub(super) class: SourceClass,
    pub(super) first: Day,
    days: BTreeMap<Day, SourceCounts>,
    total: SourceCounts,
}

impl History {
    fn new(class: SourceClass, first: Day) -> Self {
        Self { class, first, days: BTreeMap::new(), total: SourceCounts::default() }
    }

    fn add(&mut self, class: SourceClass, day: Day, counts: SourceCounts) {
        if class != SourceClass::Unknown {
            self.class = class;
        }
        self.first = self.first.min(day);
        let known = self.days.entry(day).or_default();
        *known = known.plus(counts);
        self.total = self.total.plus(counts);
    }

    /// The days from `from` to `to`, both included.
    pub(super) fn between(
        &self,
        from: Day,
        to: Day,
    ) -> impl DoubleEndedIterator<Item = (Day, SourceCounts)> {
        let range = if from <= to { from..=to } else { to..=to };
        let wanted = from <= to;
        self.days.range(range).filter(move |_| wanted).map(|(day, counts)| (*day, *counts))
    }

    /// The last day on which it sent.
    pub(super) fn last(&self) -> Day {
        self.days.keys().next_back().copied().unwrap_or(self.first)
    }

    /// The sum of all days until `to`.
    pub(super) fn until(&self, to: Day) -> SourceCounts {
        if self.last() <= to { self.total } else { self.sum(self.first, to) }
    }

    pub(super) fn sum(&self, from: Day, to: Day) -> SourceCounts {
        self.between(from, to).fold(SourceCounts::default(), |sum, (_, counts)| sum.plus(counts))
    }
}

/// How often a domain is reported on shows in this many days.
const HABIT_DAYS: u32 = 14;

impl SourceCounts {
    /// Passes and faults; what a forwarder broke and the reporter excused is neither.
    pub(super) fn tally(self) -> Tally {
        Tally { passed: self.aligned, failed: self.faults() }
    }
}
