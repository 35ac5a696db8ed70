//! One stream of mail under the domain's name.

use super::dice::{Dice, whole};
use crate::rollout::{Day, SourceClass, SourceId};

/// A source of mail, and what is wrong with it over time.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) id: SourceId,
    pub(super) role: Role,
    pub(super) rhythm: Rhythm,
    /// Messages of a usual sending day.
    pub(super) volume: f64,
    /// The days of the simulation, from and to, on which it is in use.
    pub(super) from: u32,
    pub(super) to: u32,
    /// Share of its messages that fails though nothing is wrong.
    pub(super) noise: f64,
    /// Whether its mail passes SPF and DKIM for the domain of the service behind it.
    pub(super) vouched: bool,
    /// Whether it passes by DKIM alone, from addresses that nothing ties to the domain: what passes is
    /// no evidence until the owner names it.
    pub(super) untied: bool,
    /// What a table of providers says of it.
    pub(super) class: SourceClass,
    pub(super) faults: Vec<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Legitimate,
    Forwarder,
    Spoofer,
}

impl Role {
    /// What the operator says when asked.
    pub(super) fn class(self) -> SourceClass {
        match self {
            Self::Legitimate => SourceClass::Legitimate,
            Self::Forwarder => SourceClass::Forwarder,
            Self::Spoofer => SourceClass::Hostile,
        }
    }
}

/// On which days a stream sends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rhythm {
    /// Each day, on weekends a tenth.
    Weekdays,
    /// One day of the week, Monday 0.
    Weekly(u32),
    /// A day of the month, or the Monday after it.
    Monthly(u64),
    /// The last day of the month, or the Friday before it.
    MonthEnd,
    /// On each day with this chance.
    Bursts(f64),
}

/// A share of the stream that is not aligned, from a day on until it is repaired.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) from: u32,
    pub(super) share: f64,
    /// Days from being told to being repaired; `None` if it never is.
    pub(super) repair: Option<u32>,
    /// The share that still fails after the first repair, if that mends only some of the ways the
    /// mail takes; the next repair mends the rest.
    pub(super) left: Option<f64>,
    /// Messages that the operator sends over the repaired way to see it pass.
    pub(super) tests: u64,
}

impl Stream {
    /// The messages that it sends on day `at` of the simulation.
    pub(super) fn messages(&self, at: u32, day: Day, dice: &mut Dice) -> u64 {
        if at < self.from || at >= self.to {
            return 0;
        }
        let factor = self.rhythm.factor(day, dice);
        if factor == 0.0 {
            return 0;
        }
        whole(self.volume * factor * (0.7 + 0.6 * dice.unit())).max(1)
    }
}

impl Rhythm {
    fn factor(self, day: Day, dice: &mut Dice) -> f64 {
        let weekday = weekday(day);
        let sends = match self {
            Self::Weekdays if weekday >= SATURDAY => return 0.1,
            Self::Weekdays => true,
            Self::Weekly(on) => weekday == on,
            Self::Monthly(on) => is_due(day, weekday, on),
            Self::MonthEnd => is_month_end(day, weekday),
            Self::Bursts(chance) => dice.chance(chance),
        };
        f64::from(u8::from(sends))
    }
}

/// Monday is 0; the first day that can be told was a Thursday.
fn weekday(day: Day) -> u32 {
    (day.since(Day::FIRST) + 3) % 7
}

fn is_due(day: Day, weekday: u32, on: u64) -> bool {
    let date = day.civil().2;
    match weekday {
        0 => date == on || date == on + 1 || date == on + 2,
        1..SATURDAY => date == on,
        _ => false,
    }
}

fn is_month_end(day: Day, weekday: u32) -> bool {
    let ends_within = |days: u32| (1..=days).any(|ahead| day.plus(ahead).civil().2 == 1);
    match weekday {
        FRIDAY => ends_within(3),
        0..FRIDAY => ends_within(1),
        _ => false,
    }
}

const FRIDAY: u32 = 4;
const SATURDAY: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    /// The days of 2026 until `until` on which a rhythm sends.
    #[track_caller]
    fn check(rhythm: Rhythm, until: &str, expected: &[&str]) {
        let (start, end): (Day, Day) = ("2026-01-01".parse().unwrap(), until.parse().unwrap());
        let mut dice = Dice::keyed(1, &[]);
        let days = (0..end.since(start)).map(|ahead| start.plus(ahead));
        let sent = days.filter(|day| rhythm.factor(*day, &mut dice) == 1.0);
        assert_eq!(sent.map(|day| day.to_string()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn rhythms() {
        check(Rhythm::Weekdays, "2026-01-06", &["2026-01-01", "2026-01-02", "2026-01-05"]);
        check(Rhythm::Weekly(0), "2026-01-15", &["2026-01-05", "2026-01-12"]);
        check(Rhythm::MonthEnd, "2026-04-01", &["2026-01-30", "2026-02-27", "2026-03-31"]);
        check(Rhythm::Monthly(15), "2026-04-01", &["2026-01-15", "2026-02-16", "2026-03-16"]);
    }
}
