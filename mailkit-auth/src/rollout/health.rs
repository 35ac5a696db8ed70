//! Whether one source passes now.

use super::evidence::History;
use super::share::Tally;
use super::{Day, RolloutPolicy};

/// How a source does, judged by its days of the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Health {
    pub(super) state: State,
    /// What the judgement rests on.
    pub(super) tally: Tally,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It fails no more than the gate allows.
    Passing,
    /// It failed, and passes at a surely better rate since.
    Repaired,
    /// It fails more than the gate allows; most of what it sends passes.
    Poor,
    /// Nothing of its last stretch passes.
    Broken,
}

impl Health {
    pub(super) fn is_failing(self) -> bool {
        matches!(self.state, State::Poor | State::Broken)
    }
}

/// Judges a source by its days until `to`.
pub(super) fn judge(history: &History, policy: &RolloutPolicy, to: Day) -> Health {
    let total = history.until(to).tally();
    let days = || history.between(history.first, to).map(|(_, counts)| counts.tally());
    if total.failed == 0 || (holds(total, policy) && steady(days(), policy)) {
        return Health { state: State::Passing, tally: total };
    }
    let days: Vec<Tally> = days().collect();
    match repaired(&days, total, policy) {
        Some(tally) => Health { state: State::Repaired, tally },
        None => failing(&days, total),
    }
}

/// Whether failures are within what the gate allows.
fn holds(tally: Tally, policy: &RolloutPolicy) -> bool {
    tally.pass_rate() >= policy.pass_rate
}

/// Whether no stretch up to the last day fails too often to be chance: a source that broke
/// yesterday still has a good rate over the month.
fn steady(days: impl DoubleEndedIterator<Item = Tally>, policy: &RolloutPolicy) -> bool {
    let mut recent = Tally::default();
    days.rev().all(|day| {
        recent = recent.plus(day);
        recent.failed < 2 || recent.interval().1 >= policy.pass_rate
    })
}

/// The counts since a repair, if there was one: what followed holds, is steady, and is surely
/// better than what was before. How many clean messages that takes depends on how often it failed:
/// a few after a stream without any pass, hundreds after one failure in fifty.
fn repaired(days: &[Tally], total: Tally, policy: &RolloutPolicy) -> Option<Tally> {
    let mut before = Tally::default();
    for (index, day) in days.iter().enumerate() {
        before = before.plus(*day);
        let after = total.minus(before);
        let rest = days.get(index + 1..).unwrap_or_default().iter().copied();
        let enough = after.messages() >= policy.repair_messages;
        let better = before.is_surely_worse_than(after) && holds(after, policy);
        if enough && better && steady(rest, policy) {
            return Some(after);
        }
    }
    None
}

fn failing(days: &[Tally], total: Tally) -> Health {
    let last = days.iter().rev().find(|day| day.messages() > 0).copied().unwrap_or_default();
    let state = if last.passed == 0 { State::Broken } else { State::Poor };
    Health { state, tally: total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollout::{SourceClass, SourceDay};

    /// Days of passes and failures, and the state they lead to.
    #[track_caller]
    fn check(days: &[(u64, u64)], expected: State) {
        let mut evidence = crate::rollout::Evidence::default();
        let mut day = Day::FIRST;
        for (aligned, failed) in days {
            let names = ("crm".parse().unwrap(), "mx".parse().unwrap());
            let row = SourceDay::new(day, names.0, SourceClass::Legitimate, names.1);
            let _ = evidence.add(row.with_aligned(*aligned).with_failed(*failed));
            day = day.plus(1);
        }
        let (_, history) = evidence.histories().next().unwrap();
        let health = judge(history, &RolloutPolicy::default(), day);
        assert_eq!(health.state, expected, "{days:?}");
    }

    #[test]
    fn states() {
        check(&[(1, 0)], State::Passing);
        check(&[(0, 1)], State::Broken);
        check(&[(198, 1)], State::Poor);
        check(&[(199, 1)], State::Passing);
        check(&[(1_000, 4), (0, 1)], State::Passing);
        // Two failures in a row at the end are no chance; one may be.
        check(&[(100_000, 0), (0, 1)], State::Passing);
        check(&[(100_000, 0), (0, 2)], State::Broken);
        check(&[(100_000, 0), (2, 2)], State::Poor);
        check(&[(100_000, 0), (5_000, 4)], State::Passing);
        // A month of failures is outweighed by few clean messages, a partial fault by many.
        check(&[(0, 1_000), (0, 1_000), (4, 0)], State::Poor);
        check(&[(0, 1_000), (0, 1_000), (5, 0)], State::Repaired);
        check(&[(0, 1_000), (3, 0), (0, 1)], State::Broken);
        check(&[(0, 1), (117, 0)], State::Poor);
        check(&[(0, 1), (118, 0)], State::Repaired);
        check(&[(2_940, 60), (700, 0)], State::Poor);
        check(&[(2_940, 60), (900, 0)], State::Repaired);
    }
}
