//! Counts by source, day and reporter, within limits.

use std::collections::BTreeMap;

use super::repeat::Content;
use super::reporter::ReportId;
use super::{MessageCounts, Reporter, SourceKey, SourceLimits, SourceName};
use crate::rollout::Day;

/// The counts of one source.
pub(super) type Days = BTreeMap<(Day, Reporter), MessageCounts>;

/// Counts by source, day and reporter, and the reports that they are from.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    sources: BTreeMap<SourceKey, Days>,
    /// Days of sources at reporters, over all, and those of what found no room.
    days: usize,
    other_days: usize,
    /// The sources that found none, by domain; they take no room of the others.
    other_sources: usize,
    /// The reports that were added, and what they said.
    pub(super) reports: BTreeMap<ReportId, Content>,
}

impl Table {
    pub(super) fn sources(&self) -> &BTreeMap<SourceKey, Days> {
        &self.sources
    }

    /// What a source sent in all.
    pub(super) fn total(&self, source: &SourceKey) -> MessageCounts {
        self.sources.get(source).map(total).unwrap_or_default()
    }

    /// The counts of a source on a day, or those of the other sources if there is no room.
    pub(super) fn slot(
        &mut self,
        limits: SourceLimits,
        key: SourceKey,
        day: (Day, Reporter),
    ) -> &mut MessageCounts {
        let is_named = matches!(key.name, SourceName::Named(_) | SourceName::Provider(_));
        let part = |limit: usize| if is_named { limit } else { limit.div_ceil(2) };
        let known = self.sources.get(&key);
        let kept = self.sources.len() - self.other_sources;
        let room =
            self.days < part(limits.days) && (known.is_some() || kept < part(limits.sources));
        let has_day = known.is_some_and(|days| days.contains_key(&day));
        if (room || has_day) && key.name != SourceName::Other {
            self.days += usize::from(!has_day);
            return self.sources.entry(key).or_default().entry(day).or_default();
        }
        // The domain and the day are kept as long as there is room for these.
        let other = |header_from| SourceKey { name: SourceName::Other, header_from };
        let named = other(key.header_from);
        let known = self.sources.get(&named).is_some_and(|days| days.contains_key(&day));
        let room = known || self.other_days < limits.days;
        let nowhere = (other(None), (Day::FIRST, Reporter::nobody()));
        let (key, day) = if room { (named, day) } else { nowhere };
        self.other_sources += usize::from(!self.sources.contains_key(&key));
        self.other_days += usize::from(!known);
        self.sources.entry(key).or_default().entry(day).or_default()
    }
}

/// What a source sent in all these days.
pub(super) fn total(days: &Days) -> MessageCounts {
    days.values().fold(MessageCounts::default(), |total, counts| total.plus(counts))
}
