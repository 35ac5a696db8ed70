//! How much the word of one reporter weighs beside that of the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Days, MessageCounts};
use crate::rollout::{Day, SourceDay};

/// Messages of a source on a day that count of one reporter, for each that the others counted.
///
/// Where one in fifty fails no gate is met, so that one reporter alone cannot talk away what all
/// others see fail; and receivers that see most of a source's mail still count by far the most.
const MOST: u64 = 50;

/// What the others counted of one source, to hold a reporter against.
pub(super) struct Others<'a> {
    days: &'a Days,
    /// The days and the messages of each reporter.
    totals: BTreeMap<&'a str, (u64, u64)>,
    /// Thousandths and less of failures that were scaled off so far, of each reporter.
    carried: BTreeMap<&'a str, Carry>,
    /// Something failed: of a source that always passes there is nothing to talk away.
    fails: bool,
}

impl<'a> Others<'a> {
    pub(super) fn of(days: &'a Days) -> Self {
        let mut totals: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for ((_, reporter), counts) in days {
            let (days, messages) = totals.entry(reporter).or_default();
            *days += 1;
            *messages = messages.saturating_add(counts.messages);
        }
        let fails = days.values().any(|counts| counts.failed() > 0);
        Self { days, totals, carried: BTreeMap::new(), fails }
    }

    /// The row of a reporter on a day, scaled down if it claims too much beside the others. The
    /// failures that this leaves are rounded up, over all days together.
    pub(super) fn weigh(&mut self, day: Day, reporter: &'a Arc<str>, row: SourceDay) -> SourceDay {
        let all = row.counts();
        let messages = all.messages();
        let Some(most) = self.most(day, reporter).filter(|most| self.fails && messages > *most)
        else {
            return row;
        };
        let part = |count: u64| {
            let part = u128::from(count) * u128::from(most) / u128::from(messages.max(1));
            u64::try_from(part).unwrap_or(u64::MAX)
        };
        let carry = self.carried.entry(reporter).or_default();
        let overridden = part(all.failed.min(all.overridden));
        let failed = carry.round_up(all.faults(), most, messages).saturating_add(overridden);
        row.with_aligned(part(all.aligned))
            .with_failed(failed)
            .with_overridden(overridden)
            .with_enforced(all.enforced.min(failed))
            .with_foreign_dkim(all.foreign_dkim.min(failed))
            .with_foreign_spf(all.foreign_spf.min(failed))
    }

    /// The messages that count at most of a reporter on a day; `None` if no other ever saw the
    /// source. On days on which no other did, a usual day of theirs is the measure.
    fn most(&self, day: Day, reporter: &str) -> Option<u64> {
        let from = (day, Arc::from(""));
        let on_day = self.days.range(from..).take_while(|((of, _), _)| *of == day);
        let others = on_day.filter(|((_, by), _)| **by != *reporter);
        let messages = |(_, counts): (_, &MessageCounts)| counts.messages;
        let measure = without_largest(others.map(messages));
        let measure = measure.or_else(|| {
            let others = self.totals.iter().filter(|(by, _)| **by != reporter);
            let days = others.clone().map(|(_, (days, _))| *days).max()?;
            let messages = without_largest(others.map(|(_, (_, messages))| *messages))?;
            Some(messages.div_ceil(days.max(1)))
        });
        measure.map(|measure| measure.max(1).saturating_mul(MOST))
    }
}

/// The sum without the largest of two or more, so that a second forged reporter is no measure for
/// the first; `None` of nothing.
fn without_largest(messages: impl Iterator<Item = u64>) -> Option<u64> {
    let (mut sum, mut largest, mut number) = (0_u64, 0, 0);
    for messages in messages {
        let smaller = messages.min(largest);
        largest = largest.max(messages);
        sum = sum.saturating_add(smaller);
        number += 1;
    }
    match number {
        0 => None,
        1 => Some(largest),
        _ => Some(sum),
    }
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
