//! What a stream of mail went through so far.

use super::outcome::Harm;
use super::stream::{Fault, Stream};

/// The present fault of a stream, as the world knows it: what a report showed, and what was done.
#[derive(Clone, Debug, Default)]
pub(super) struct StreamState {
    /// Faults that are behind it, and whether the present one is mended in part.
    repaired: usize,
    mended: bool,
    /// When the present fault will be repaired.
    repair_at: Option<u32>,
    /// The first day on which mail of the present fault was sent, and the first on which a report of
    /// it arrived.
    sent: Option<u32>,
    reported: Option<u32>,
    /// The first day on which a report of it arrived since it was mended in part.
    seen: Option<u32>,
    /// The last day on which a report of it would have arrived that was lost with all others.
    silenced: Option<u32>,
    /// A day on which the operator sends test messages, and how many.
    tests: Option<(u32, u64)>,
}

/// What becomes of the report on a day's mail.
#[derive(Clone, Copy, Debug)]
pub(super) enum Report {
    /// It arrives on this day.
    Arrives(u32),
    /// It would have arrived on this day, but the reports of everybody are lost.
    Silenced(u32),
    /// Nobody sends one, or it is lost alone.
    Missing,
}

impl StreamState {
    /// What is wrong on day `at`.
    pub(super) fn fault(&self, stream: &Stream, at: u32) -> Option<Fault> {
        let fault = stream.faults.get(self.repaired).copied().filter(|fault| fault.from <= at)?;
        let left = fault.left.filter(|_| self.mended);
        Some(Fault { share: left.unwrap_or(fault.share), ..fault })
    }

    /// The test messages of day `at`.
    pub(super) fn tests(&self, at: u32) -> u64 {
        self.tests.filter(|(day, _)| *day == at).map_or(0, |(_, messages)| messages)
    }

    /// Mail of the present fault is sent.
    pub(super) fn fails(&mut self, at: u32, report: Report) {
        self.sent.get_or_insert(at);
        match report {
            Report::Arrives(day) => {
                // One reporter may be faster than another whose mail was first.
                let first = |known: Option<u32>| Some(known.map_or(day, |known| known.min(day)));
                self.reported = first(self.reported);
                self.seen = first(self.seen);
            }
            Report::Silenced(day) => self.silenced = Some(day),
            Report::Missing => {}
        }
    }

    /// The operator has the fault mended, if reports show that there is one, or still is.
    pub(super) fn order_repair(&mut self, stream: &Stream, at: u32) {
        if self.repair_at.is_none() && self.seen.is_some_and(|day| day <= at) {
            let days = self.fault(stream, at).and_then(|fault| fault.repair);
            self.repair_at = days.map(|days| at + days);
        }
    }

    /// Mends what is due, all of the fault or some of it. What reports showed of a fault stays shown
    /// as long as there is a part of it.
    pub(super) fn repair(&mut self, stream: &Stream, at: u32) {
        if self.repair_at != Some(at) {
            return;
        }
        let fault = self.fault(stream, at);
        let is_partial = !self.mended && fault.is_some_and(|fault| fault.left.is_some());
        let tests = fault.map(|fault| (at + 1, fault.tests));
        *self = match is_partial {
            true => Self { mended: true, repair_at: None, seen: None, tests, ..*self },
            false => Self { repaired: self.repaired + 1, tests, ..Self::default() },
        };
    }

    /// Whose fault it is that mail of this stream is hurt on day `at`, after a last step forward.
    pub(super) fn harm(&self, stream: usize, advanced: Option<u32>, at: u32) -> Harm {
        let before = |day: Option<u32>| day.zip(advanced).is_some_and(|(day, step)| day <= step);
        let within_month = |day: u32| advanced.is_some_and(|step| step < day + MONTH_DAYS);
        let silenced = self.silenced.filter(|day| within_month(*day));
        match () {
            () if before(self.reported) || before(silenced) => Harm::Broken { stream },
            () if before(self.sent.map(|day| day + REPORT_DAYS)) => Harm::Unseen { stream },
            () => Harm::Late { stream, at },
        }
    }
}

/// After a gap in the reports, what sends monthly has sent again in so many days.
const MONTH_DAYS: u32 = 31;
/// The days in which reports arrive that arrive at all.
pub(super) const REPORT_DAYS: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollout::SourceClass;
    use crate::rollout::simulate::stream::{Rhythm, Role};

    fn stream() -> Stream {
        let fault = Fault { from: 5, share: 1.0, repair: Some(3), left: Some(0.2), tests: 6 };
        Stream {
            id: "crm".parse().unwrap(),
            role: Role::Legitimate,
            rhythm: Rhythm::Weekdays,
            volume: 10.0,
            from: 0,
            to: 90,
            noise: 0.0,
            vouched: false,
            untied: false,
            class: SourceClass::Legitimate,
            faults: vec![fault],
        }
    }

    #[test]
    fn a_partial_repair_leaves_the_fault_known() {
        let (stream, mut state) = (stream(), StreamState::default());
        let share = |state: &StreamState, at| state.fault(&stream, at).map(|fault| fault.share);
        assert_eq!((share(&state, 4), share(&state, 5)), (None, Some(1.0)));
        state.fails(5, Report::Arrives(7));
        state.fails(6, Report::Arrives(7));
        state.order_repair(&stream, 6);
        state.repair(&stream, 9);
        assert_eq!(share(&state, 9), Some(1.0), "nobody has seen it on day 6");
        state.order_repair(&stream, 7);
        state.repair(&stream, 10);
        assert_eq!((share(&state, 10), state.tests(11)), (Some(0.2), 6));
        assert!(matches!(state.harm(0, Some(12), 13), Harm::Broken { stream: 0 }));
        state.order_repair(&stream, 12);
        assert_eq!(state.repair_at, None, "what is left was not seen yet");
        state.fails(13, Report::Arrives(14));
        state.order_repair(&stream, 14);
        state.repair(&stream, 17);
        assert_eq!(share(&state, 17), None);
    }

    /// A fault whose mail is sent on day 10, and a step forward.
    #[track_caller]
    fn check(report: Report, advanced: u32, expected: &str) {
        let mut state = StreamState::default();
        state.fails(10, report);
        let found = match state.harm(0, Some(advanced), 99) {
            Harm::Broken { .. } => "broken",
            Harm::Unseen { .. } => "unseen",
            Harm::Late { .. } => "late",
        };
        assert_eq!(found, expected, "{report:?} {advanced}");
    }

    #[test]
    fn harm_is_judged_by_what_could_be_known() {
        check(Report::Arrives(11), 10, "late");
        check(Report::Arrives(11), 11, "broken");
        check(Report::Silenced(12), 12, "broken");
        check(Report::Silenced(12), 12 + MONTH_DAYS, "unseen");
        check(Report::Missing, 11, "late");
        check(Report::Missing, 12, "unseen");
    }
}
