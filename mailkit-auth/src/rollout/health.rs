//! Whether one source passes now.

use super::evidence::History;
use super::share::Tally;
use super::{Day, RolloutPolicy};

/// How a source does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Health {
    pub(super) state: State,
    /// The first day that speaks for how it does now: the first of all, or the first since a repair.
    pub(super) since: Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It fails no more than the gate allows.
    Passing,
    /// It failed, and what it sent since proves that it passes.
    Repaired,
    /// It failed, and passes at a surely better rate since, but that is too little mail for a proof.
    Recovering,
    /// It fails more than the gate allows; most of what it sends passes.
    Poor,
    /// Nothing of its last day passes.
    Broken,
}

impl Health {
    /// Whether it stands in the way of a step forward.
    pub(super) fn is_blocking(self) -> bool {
        !matches!(self.state, State::Passing | State::Repaired)
    }

    /// Whether its mail is hurt by a policy in force.
    pub(super) fn is_failing(self) -> bool {
        matches!(self.state, State::Poor | State::Broken)
    }
}

/// Judges a source by its days until `to`.
///
/// More failures among the same mail never make it better: each stretch up to the last day is held
/// against bounds that do not ask what failed before it.
pub(super) fn judge(history: &History, policy: &RolloutPolicy, to: Day) -> Health {
    let first = history.first();
    let total = history.until(to).tally();
    if total.failed == 0 {
        return Health { state: State::Passing, since: first };
    }
    let days = || history.between(first, to).map(|(day, counts)| (day, counts.tally()));
    if holds(total, policy) && is_always_steady(days(), policy) {
        return Health { state: State::Passing, since: first };
    }
    let stretch = Stretches::new(days(), total, policy);
    let last = days().rev().find(|(_, day)| day.messages() > 0);
    let state = match stretch.repaired {
        Some(since) => return Health { state: State::Repaired, since },
        None if stretch.recovering => State::Recovering,
        None if last.is_some_and(|(_, day)| day.passed > 0) => State::Poor,
        None => State::Broken,
    };
    Health { state, since: first }
}

/// What the stretches of days that end with the last one show.
#[derive(Debug)]
struct Stretches {
    /// The first day of the longest that proves a repair.
    repaired: Option<Day>,
    /// One of them is surely better than what was before.
    recovering: bool,
}

impl Stretches {
    /// Looks at each once, from the shortest to the longest that is steady.
    fn new(
        days: impl DoubleEndedIterator<Item = (Day, Tally)> + Clone,
        total: Tally,
        policy: &RolloutPolicy,
    ) -> Self {
        let mut found = Self { repaired: None, recovering: false };
        let mut recent = Tally::default();
        let mut earlier = days.clone().count();
        for (day, tally) in days.rev() {
            recent = recent.plus(tally);
            earlier -= 1;
            if !is_steady(recent, policy) {
                break;
            }
            if !holds(recent, policy) {
                continue;
            }
            let before = total.minus(recent);
            if proves(recent, before, earlier, policy) {
                found.repaired = Some(day);
            }
            found.recovering = found.recovering || before.is_surely_worse_than(recent);
        }
        found
    }
}

/// Whether failures are within what the gate allows.
fn holds(tally: Tally, policy: &RolloutPolicy) -> bool {
    tally.pass_rate() >= policy.pass_rate
}

fn is_always_steady(
    days: impl DoubleEndedIterator<Item = (Day, Tally)>,
    policy: &RolloutPolicy,
) -> bool {
    let mut recent = Tally::default();
    days.rev().all(|(_, day)| {
        recent = recent.plus(day);
        is_steady(recent, policy)
    })
}

/// Whether a stretch up to the last day does not fail too often to be chance: a source that broke
/// yesterday still has a good rate over the month. Even one failure may be the first of many if
/// nothing passed beside it or since.
fn is_steady(recent: Tally, policy: &RolloutPolicy) -> bool {
    match recent.failed {
        0 => true,
        1 => recent.passed > 0,
        _ => recent.interval().1 >= policy.pass_rate,
    }
}

/// Whether so much passed since a repair that little can be left of the fault, and so much that it
/// was not test messages alone, measured by a day on which the source sent before.
fn proves(recent: Tally, before: Tally, days_before: usize, policy: &RolloutPolicy) -> bool {
    let usual_day = before.messages() as f64 / days_before.max(1) as f64;
    recent.messages() as f64 >= policy.repair_volume * usual_day
        && recent.interval().0 >= policy.repair_rate
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
    fn passing_and_failing() {
        check(&[(1, 0)], State::Passing);
        check(&[(0, 1)], State::Broken);
        check(&[(198, 1)], State::Poor);
        check(&[(199, 1)], State::Passing);
        // One failure may be chance if something passed beside it or since, two in a row are none.
        check(&[(100_000, 0), (0, 1)], State::Broken);
        check(&[(100_000, 0), (1, 1)], State::Passing);
        check(&[(100_000, 0), (0, 1), (1, 0)], State::Passing);
        check(&[(100_000, 0), (0, 2)], State::Broken);
        check(&[(100_000, 0), (2, 2)], State::Poor);
        check(&[(100_000, 0), (5_000, 4)], State::Passing);
    }

    /// With the default policy, 150 messages without a failure prove a rate of 97.5 %.
    #[test]
    fn repairs() {
        // A handful of test messages proves nothing, however sure it is that they pass.
        check(&[(0, 1_000), (0, 1_000), (5, 0)], State::Recovering);
        check(&[(0, 1_000), (0, 1_000), (499, 0)], State::Recovering);
        check(&[(0, 1_000), (0, 1_000), (500, 0)], State::Repaired);
        check(&[(0, 10), (0, 10), (149, 0)], State::Recovering);
        check(&[(0, 10), (0, 10), (150, 0)], State::Repaired);
        check(&[(0, 10), (75, 0), (74, 0)], State::Recovering);
        check(&[(0, 10), (75, 0), (75, 0)], State::Repaired);
        // However little failed before, the same is asked for, so that more failures never help.
        for failed in [10, 1_000] {
            check(&[(0, failed), (149, 0)], State::Recovering);
            check(&[(0, failed), (500, 0)], State::Repaired);
        }
        // One failure is what the gate allows of 200.
        check(&[(0, 1), (149, 0)], State::Recovering);
        check(&[(0, 1), (500, 0)], State::Passing);
        // A chance failure since costs what the gate asks of each source, one in 200.
        check(&[(0, 10), (100, 1), (98, 0)], State::Poor);
        check(&[(0, 10), (100, 1), (99, 0)], State::Recovering);
        check(&[(0, 10), (100, 1), (130, 0)], State::Repaired);
        check(&[(0, 1_000), (500, 0), (0, 1)], State::Broken);
        check(&[(0, 1_000), (500, 0), (50, 50)], State::Poor);
        // Of a fault in fifty, 150 messages may be free of it by chance once in twenty times; the
        // whole past decides whether that is called a recovery.
        check(&[(2_940, 60), (149, 0)], State::Poor);
        check(&[(2_940, 60), (1_500, 0)], State::Repaired);
    }
}
