//! How much the word of some reporters weighs beside that of the others.

use std::collections::BTreeMap;

use super::MessageCounts;
use crate::rollout::{Day, ReporterId, SourceDay};

/// Messages of a source on a day that count of the larger half of the reporters together, for each
/// that the smaller half counted.
///
/// Where one in fifty fails no gate is met, so that no number talks away what all others see fail; and
/// receivers that see most of a source's mail still count by far the most.
const MOST: u64 = 50;

/// What each reporter counted of one source, by day.
pub(super) type ByReporter = BTreeMap<(Day, ReporterId), MessageCounts>;

/// What counts at most of the reporters of one source.
pub(super) struct Weights<'a> {
    /// The messages that count of one reporter on a day.
    levels: BTreeMap<Day, u64>,
    /// Parts of failures that were scaled off so far, of each reporter.
    carried: BTreeMap<&'a ReporterId, Carry>,
}

impl<'a> Weights<'a> {
    pub(super) fn of(days: &ByReporter) -> Self {
        // Of a source that always passes there is nothing to talk away.
        let fails = days.values().any(|counts| counts.failed() > 0);
        let levels = if fails { levels(days) } else { BTreeMap::new() };
        Self { levels, carried: BTreeMap::new() }
    }

    /// The row of a reporter on a day, scaled down if it claims too much beside the others. The
    /// failures that this leaves are rounded up, over all days together.
    pub(super) fn weigh(&mut self, day: Day, by: &'a ReporterId, row: SourceDay) -> SourceDay {
        let all = row.counts();
        let messages = all.messages();
        let Some(most) = self.levels.get(&day).copied().filter(|most| messages > *most) else {
            return row;
        };
        let part = |count: u64| {
            let part = u128::from(count) * u128::from(most) / u128::from(messages.max(1));
            u64::try_from(part).unwrap_or(u64::MAX)
        };
        let carry = self.carried.entry(by).or_default();
        let overridden = part(all.failed.min(all.overridden));
        let failed = carry.round_up(all.faults(), most, messages).saturating_add(overridden);
        row.with_aligned(part(all.aligned))
            .with_failed(failed)
            .with_overridden(overridden)
            .with_enforced(all.enforced.min(failed))
            .with_foreign_dkim(all.foreign_dkim.min(failed))
            .with_foreign_spf(all.foreign_spf.min(failed))
    }
}

/// The level of each day; none if only one reporter ever saw the source.
fn levels(days: &ByReporter) -> BTreeMap<Day, u64> {
    let mut on: BTreeMap<Day, Vec<u64>> = BTreeMap::new();
    let mut totals: BTreeMap<&ReporterId, (u64, u64)> = BTreeMap::new();
    for ((day, by), counts) in days {
        on.entry(*day).or_default().push(counts.messages);
        let (days, messages) = totals.entry(by).or_default();
        *days += 1;
        *messages = messages.saturating_add(counts.messages);
    }
    if totals.len() < 2 {
        return BTreeMap::new();
    }
    let most_days = totals.values().map(|(days, _)| *days).max().unwrap_or(1);
    let mut messages: Vec<u64> = totals.into_values().map(|(_, messages)| messages).collect();
    messages.sort_unstable();
    // Where only one saw the source, a usual day of the others is the measure.
    let usual = split(&messages).0.div_ceil(most_days).max(1).saturating_mul(MOST);
    let level = |(day, mut messages): (Day, Vec<u64>)| {
        messages.sort_unstable();
        (day, if messages.len() < 2 { usual } else { level(&messages) })
    };
    on.into_iter().map(level).collect()
}

/// The level to which the larger half is cut, so that together it counts [`MOST`] times what the
/// smaller half does: what is free below it goes to those above it.
fn level(sorted: &[u64]) -> u64 {
    let (measure, larger) = split(sorted);
    let (mut room, mut left) = (measure.max(1).saturating_mul(MOST), larger.len());
    for messages in larger {
        let part = room.checked_div(u64::try_from(left).unwrap_or(u64::MAX)).unwrap_or(room);
        if *messages > part {
            return part.max(1);
        }
        room -= messages;
        left -= 1;
    }
    u64::MAX
}

/// The sum of the smaller half, and the larger half: those who make up numbers are no measure for each
/// other as long as they are not two more than the others.
fn split(sorted: &[u64]) -> (u64, &[u64]) {
    let (smaller, larger) = sorted.split_at(sorted.len() / 2);
    (smaller.iter().fold(0, |sum, messages| sum.saturating_add(*messages)), larger)
}

/// A sum of parts of messages, told in whole ones that run ahead of it by less than one.
#[derive(Debug, Default)]
struct Carry {
    exact: u128,
    told: u64,
}

impl Carry {
    fn round_up(&mut self, count: u64, most: u64, messages: u64) -> u64 {
        let messages = u128::from(messages.max(1));
        let product = u128::from(count) * u128::from(most);
        let fraction = (product % messages) * UNIT / messages;
        self.exact = self.exact.saturating_add(product / messages * UNIT + fraction);
        let whole = u64::try_from(self.exact.div_ceil(UNIT)).unwrap_or(u64::MAX);
        let new = whole.saturating_sub(self.told);
        self.told = whole.max(self.told);
        new
    }
}

/// Parts of a message.
const UNIT: u128 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    /// Of numbers without bound the larger half shares what the smaller half allows it.
    #[test]
    fn levels_of_a_day() {
        let check = |sorted: &[u64], expected| assert_eq!(level(sorted), expected, "{sorted:?}");
        check(&[30, 30, 30], u64::MAX);
        check(&[30, u64::MAX], 1_500);
        check(&[30, u64::MAX, u64::MAX], 750);
        check(&[30, 30, u64::MAX, u64::MAX], 1_500);
        check(&[30, 30, 1_000, u64::MAX], 2_000);
        check(&[10, 20, 400, 500, 9_000], 600);
        check(&[0, 9], u64::MAX);
        check(&[0, 90], 50);
        check(&[u64::MAX, u64::MAX], u64::MAX);
    }
}
