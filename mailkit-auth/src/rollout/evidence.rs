//! What reports said about the sources of a domain.

mod history;
#[cfg(feature = "serde")]
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use super::{Day, ReporterId, SourceClass, SourceCounts, SourceDay, SourceId};
pub(super) use history::History;

/// Daily counts by source, from all reports read so far; parts of it can be merged in any order.
///
/// It is the evidence of one domain. It does not notice a report that is added twice, nor one that
/// is forged: both are for the reader of the reports to refuse, and what is added here is believed.
/// With feature `serde` it is stored and read back; what is read is held to the same limits.
///
/// ```
/// use mailkit_auth::rollout::{Added, Evidence, SourceClass, SourceDay};
///
/// let mut evidence = Evidence::default();
/// let row = SourceDay::new("2026-03-01".parse()?, "crm".parse()?, SourceClass::Unknown, "mx.test".parse()?);
/// assert_eq!(evidence.add(row.with_failed(7)), Added::Counted);
/// evidence.classify(&"crm".parse()?, SourceClass::Legitimate)?;
/// assert_eq!(evidence.class(&"crm".parse()?), Some(SourceClass::Legitimate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "stored::Stored"))]
pub struct Evidence {
    sources: BTreeMap<SourceId, History>,
    reporters: BTreeMap<ReporterId, BTreeSet<Day>>,
    #[cfg_attr(feature = "serde", serde(skip_serializing))]
    days: BTreeSet<Day>,
    #[cfg_attr(feature = "serde", serde(skip_serializing))]
    source_days: usize,
    #[cfg_attr(feature = "serde", serde(skip_serializing))]
    reporter_days: usize,
    /// All messages that were counted.
    #[cfg_attr(feature = "serde", serde(skip_serializing))]
    messages: u64,
    uncounted: u64,
    copies: u64,
    /// The first in the order of names, so that the order of parts does not matter.
    unknown_reporters: BTreeSet<ReporterId>,
}

impl Evidence {
    /// Days of sources that are kept; later ones go to [`Evidence::uncounted`].
    pub const MAX_SOURCE_DAYS: usize = 500_000;
    /// Days of reporters that are kept.
    pub const MAX_REPORTER_DAYS: usize = 100_000;
    /// Reporters that do not count whose names are kept.
    pub const MAX_UNKNOWN_REPORTERS: usize = 100;

    /// Counts a row.
    ///
    /// Its class holds for all days of the source, until [`classify`](Self::classify) says another.
    /// Where rows differ, the class counts that asks most of the source: legitimate, then forwarder,
    /// then hostile, then unknown.
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
        self.add_copies(other.copies);
        other.unknown_reporters.into_iter().for_each(|name| self.add_unknown_reporter(name));
        for (reporter, days) in other.reporters {
            for day in days {
                // A day that finds no room takes its messages along below, where they are counted.
                self.note_report(reporter.clone(), day);
            }
        }
        for (source, history) in other.sources {
            for (day, counts) in history.days() {
                if !self.count(source.clone(), history.reported(), day, counts) {
                    self.uncounted = self.uncounted.saturating_add(counts.messages());
                }
            }
            if let Some(known) = self.sources.get_mut(&source) {
                known.learn(history.owner());
            }
        }
    }

    /// Takes down the owner's word on who is behind a source. It stands against what rows say;
    /// [`SourceClass::Unknown`] takes it back.
    ///
    /// # Errors
    ///
    /// If no report named the source, so that there is nothing to take down: most often its name is
    /// mistyped.
    pub fn classify(&mut self, source: &SourceId, class: SourceClass) -> Result<(), UnknownSource> {
        let known = self.sources.get_mut(source);
        known.ok_or_else(|| UnknownSource { name: source.clone() })?.classify(class);
        Ok(())
    }

    /// Who is behind a source, `None` if no report named it.
    #[must_use]
    pub fn class(&self, source: &SourceId) -> Option<SourceClass> {
        self.sources.get(source).map(History::class)
    }

    /// The sources that reports named, with their class.
    pub fn sources(&self) -> impl Iterator<Item = (&SourceId, SourceClass)> {
        self.sources.iter().map(|(source, history)| (source, history.class()))
    }

    /// Messages that found no room. While there are any, no advance is advised.
    #[must_use]
    pub fn uncounted(&self) -> u64 {
        self.uncounted
    }

    /// Notes messages that found no room where reports are read.
    #[cfg(feature = "report")]
    pub(crate) fn add_uncounted(&mut self, messages: u64) {
        self.uncounted = self.uncounted.saturating_add(messages);
    }

    /// Messages that passed by DKIM alone, from networks that nothing ties to the domain: they may be
    /// copies that somebody sent again, and nothing is advised on them.
    #[must_use]
    pub fn copies(&self) -> u64 {
        self.copies
    }

    /// Notes messages that are no evidence, since anybody may have sent them again.
    pub fn add_copies(&mut self, messages: u64) {
        self.copies = self.copies.saturating_add(messages);
    }

    /// Who reported and does not count, since nobody knows them, at most
    /// [`Evidence::MAX_UNKNOWN_REPORTERS`].
    pub fn unknown_reporters(&self) -> impl Iterator<Item = &ReporterId> {
        self.unknown_reporters.iter()
    }

    /// Notes somebody whose reports do not count.
    pub fn add_unknown_reporter(&mut self, reporter: ReporterId) {
        self.unknown_reporters.insert(reporter);
        if self.unknown_reporters.len() > Self::MAX_UNKNOWN_REPORTERS {
            self.unknown_reporters.pop_last();
        }
    }

    pub(super) fn histories(&self) -> impl Iterator<Item = (&SourceId, &History)> {
        self.sources.iter()
    }

    /// The last day until `today` that a report is about.
    pub(super) fn last_day(&self, today: Day) -> Option<Day> {
        self.days.range(..=today).next_back().copied()
    }

    /// The reported days after `today`: the clock of a reporter is wrong, or a report is forged.
    pub(super) fn days_after(&self, today: Day) -> u64 {
        self.days.iter().rev().take_while(|day| **day > today).fold(0, |days, _| days + 1)
    }

    /// The days from the first report to the last until `today`, counted anew after each gap: what
    /// sends once a month may have sent in it.
    ///
    /// A gap is `gap` silent days or more, and two more than the domain was silent at a time in the
    /// two weeks before: little mail makes few reports.
    pub(super) fn covered_days(&self, gap: u32, today: Day) -> u32 {
        let days = self.days.range(..=today);
        let mut start = days.clone().next().copied();
        for (day, next) in days.clone().zip(days.skip(1)) {
            let silent = next.since(*day) - 1;
            if silent >= gap && silent >= self.longest_silence(day.minus(HABIT_DAYS), *day) + 2 {
                start = Some(*next);
            }
        }
        self.last_day(today).zip(start).map_or(0, |(last, start)| last.since(start) + 1)
    }

    /// The silent days in a row that occurred in the last two weeks with reports.
    pub(super) fn usual_silence(&self, today: Day) -> u32 {
        let last = self.last_day(today);
        last.map_or(0, |last| self.longest_silence(last.minus(HABIT_DAYS), last))
    }

    fn longest_silence(&self, from: Day, to: Day) -> u32 {
        let days = self.days.range(from..=to);
        let steps = days.clone().zip(days.skip(1)).map(|(day, next)| next.since(*day) - 1);
        steps.max().unwrap_or_default()
    }

    /// The reporters that reported on at least `least` of the days from `from` to `to`.
    pub(super) fn reporters_between(&self, from: Day, to: Day, least: usize) -> usize {
        let often =
            |days: &&BTreeSet<Day>| days.range(from.min(to)..=to).take(least).count() == least;
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
        let is_new = !self.sources.get(&source).is_some_and(|history| history.has(day));
        // What is advised rests on sums; none exceeds that of all messages.
        let messages = counts.aligned.checked_add(counts.failed);
        let Some(messages) = messages.and_then(|it| it.checked_add(self.messages)) else {
            return false;
        };
        if full && is_new {
            return false;
        }
        self.messages = messages;
        self.source_days += usize::from(is_new);
        self.sources.entry(source).or_default().add(class, day, counts);
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
    /// There was no room: [`Evidence::MAX_SOURCE_DAYS`] or [`Evidence::MAX_REPORTER_DAYS`], or more
    /// messages in all than a `u64` holds.
    Full,
}

/// No report named a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("no report named the source `{name}`")]
pub struct UnknownSource {
    /// The name that was given.
    pub name: SourceId,
}

/// How often a domain is reported on shows in this many days.
const HABIT_DAYS: u32 = 14;
