//! All days of one source.

use std::collections::BTreeMap;

use crate::rollout::share::Tally;
use crate::rollout::{Day, SourceClass, SourceCounts};

/// What one source sent, by day, and who is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(in crate::rollout) struct History {
    /// The class that rows gave.
    #[cfg_attr(feature = "serde", serde(rename = "class"))]
    reported: SourceClass,
    /// The class that the domain's owner gave, which stands against all rows.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    owner: Option<SourceClass>,
    days: BTreeMap<Day, SourceCounts>,
    #[cfg_attr(feature = "serde", serde(skip))]
    total: SourceCounts,
}

impl Default for History {
    fn default() -> Self {
        Self {
            reported: SourceClass::Unknown,
            owner: None,
            days: BTreeMap::new(),
            total: SourceCounts::default(),
        }
    }
}

impl History {
    pub(super) fn add(&mut self, class: SourceClass, day: Day, counts: SourceCounts) {
        self.reported = stronger(self.reported, class);
        let known = self.days.entry(day).or_default();
        *known = known.plus(counts);
        self.total = self.total.plus(counts);
    }

    pub(super) fn has(&self, day: Day) -> bool {
        self.days.contains_key(&day)
    }

    pub(super) fn classify(&mut self, class: SourceClass) {
        self.owner = Some(class).filter(|class| *class != SourceClass::Unknown);
    }

    /// Takes over the owner's word of another part of the evidence.
    pub(super) fn learn(&mut self, owner: Option<SourceClass>) {
        self.owner = match (self.owner, owner) {
            (Some(one), Some(other)) => Some(stronger(one, other)),
            (one, other) => one.or(other),
        };
    }

    pub(super) fn reported(&self) -> SourceClass {
        self.reported
    }

    pub(super) fn owner(&self) -> Option<SourceClass> {
        self.owner
    }

    /// Who is behind it: the owner's word, else what rows say.
    pub(in crate::rollout) fn class(&self) -> SourceClass {
        self.owner.unwrap_or(self.reported)
    }

    pub(super) fn days(&self) -> impl Iterator<Item = (Day, SourceCounts)> {
        self.days.iter().map(|(day, counts)| (*day, *counts))
    }

    /// The days from `from` to `to`, both included.
    pub(in crate::rollout) fn between(
        &self,
        from: Day,
        to: Day,
    ) -> impl DoubleEndedIterator<Item = (Day, SourceCounts)> + Clone {
        let wanted = from <= to;
        let days = self.days.range(from.min(to)..=to).filter(move |_| wanted);
        days.map(|(day, counts)| (*day, *counts))
    }

    /// The first day on which it sent.
    pub(in crate::rollout) fn first(&self) -> Day {
        self.days.keys().next().copied().unwrap_or(Day::FIRST)
    }

    /// The last day until `to` on which it sent.
    pub(in crate::rollout) fn last(&self, to: Day) -> Option<Day> {
        self.days.range(..=to).next_back().map(|(day, _)| *day)
    }

    /// The sum of all days until `to`.
    pub(in crate::rollout) fn until(&self, to: Day) -> SourceCounts {
        match self.days.keys().next_back() {
            Some(last) if *last > to => self.sum(Day::FIRST, to),
            _ => self.total,
        }
    }

    pub(in crate::rollout) fn sum(&self, from: Day, to: Day) -> SourceCounts {
        self.between(from, to).fold(SourceCounts::default(), |sum, (_, counts)| sum.plus(counts))
    }
}

/// The class of two that asks more of a source, so that their order does not matter.
fn stronger(one: SourceClass, other: SourceClass) -> SourceClass {
    let rank = |class: &SourceClass| match class {
        SourceClass::Unknown => 0,
        SourceClass::Hostile => 1,
        SourceClass::Forwarder => 2,
        SourceClass::Legitimate => 3,
    };
    std::cmp::max_by_key(one, other, rank)
}

impl SourceCounts {
    /// Passes and faults; what a forwarder broke and the reporter excused is neither.
    pub(in crate::rollout) fn tally(self) -> Tally {
        Tally { passed: self.aligned, failed: self.faults() }
    }
}
