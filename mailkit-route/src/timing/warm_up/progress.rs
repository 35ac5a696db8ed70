//! How far one lane is.

use std::time::{Duration, SystemTime};

use super::{SendFeedback, WarmUpCounters, WarmUpCurve, WarmUpOptions, WarmUpVerdict};

#[derive(Debug, Clone)]
pub(super) struct Progress {
    curve: WarmUpCurve,
    started: SystemTime,
    pub(super) counters: WarmUpCounters,
    replies: Replies,
}

/// Day, step of the curve and messages sent, as they are at a time.
struct Today {
    day: u32,
    step: u16,
    sent: u32,
}

impl Progress {
    pub(super) fn new(curve: WarmUpCurve, started: SystemTime) -> Self {
        Self { curve, started, counters: WarmUpCounters::default(), replies: Replies::default() }
    }

    pub(super) fn is_complete(&self) -> bool {
        usize::from(self.counters.step) >= self.curve.days()
    }

    pub(super) fn verdict(&self, options: &WarmUpOptions, now: SystemTime) -> WarmUpVerdict {
        if self.counters.held {
            return WarmUpVerdict::Paused;
        }
        if let Some(until) = self.counters.resume_at().filter(|until| rests(*until, now)) {
            return WarmUpVerdict::BackedOff { until };
        }
        let Today { step, sent, .. } = self.today(options, now);
        let day = step.saturating_add(1);
        match self.curve.budget(usize::from(day)) {
            None => WarmUpVerdict::Complete,
            Some(budget) if sent < budget => {
                WarmUpVerdict::Allowed { day, budget, left: budget - sent }
            }
            Some(budget) => WarmUpVerdict::Spent { day, budget, until: self.next_day(now) },
        }
    }

    pub(super) fn take(&mut self, options: &WarmUpOptions, now: SystemTime) -> WarmUpVerdict {
        self.roll(options, now);
        let verdict = self.verdict(options, now);
        if !verdict.is_allowed() {
            return verdict;
        }
        if !self.counters.take(options.node) {
            return WarmUpVerdict::NodesFull;
        }
        match verdict {
            WarmUpVerdict::Allowed { day, budget, left } => {
                WarmUpVerdict::Allowed { day, budget, left: left - 1 }
            }
            other => other,
        }
    }

    pub(super) fn give_back(&mut self, options: &WarmUpOptions, now: SystemTime) {
        self.roll(options, now);
        self.counters.give_back(options.node);
    }

    pub(super) fn record(
        &mut self,
        feedback: SendFeedback,
        options: &WarmUpOptions,
        now: SystemTime,
    ) {
        if feedback == SendFeedback::Trouble {
            return;
        }
        self.roll(options, now);
        self.replies.count(feedback == SendFeedback::Throttled, now);
        if self.replies.are_bad(options) {
            self.back_off(options, now);
        }
    }

    /// A pause, and the budget of the day before.
    fn back_off(&mut self, options: &WarmUpOptions, now: SystemTime) {
        let factor = 1_u32.checked_shl(self.counters.back_offs).unwrap_or(u32::MAX);
        let pause = options.first_back_off.saturating_mul(factor).min(DAY);
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let until = since.saturating_add(pause).as_secs();
        self.counters.resume = Some(until);
        let last = u16::try_from(self.curve.days()).unwrap_or(u16::MAX);
        self.counters.step = self.counters.step.min(last).saturating_sub(1);
        self.counters.back_offs = self.counters.back_offs.saturating_add(1);
        self.counters.backed_off_today = true;
        self.replies = Replies::default();
    }

    /// What is true at this time, before anything is noted.
    fn today(&self, options: &WarmUpOptions, now: SystemTime) -> Today {
        let (day, counters) = (days(self.started, now), &self.counters);
        let rest = day.saturating_sub(counters.day);
        let step = match rest {
            // A clock set back goes on with the same budget.
            0 => return Today { day, step: counters.step, sent: counters.sent() },
            _ if rest > options.longest_rest_days => 0,
            _ if self.is_earned(options) => counters.step.saturating_add(1),
            _ => counters.step,
        };
        Today { day, step, sent: 0 }
    }

    /// Whether the day that is noted brings the next one of the curve.
    fn is_earned(&self, options: &WarmUpOptions) -> bool {
        let budget = self.curve.budget(usize::from(self.counters.step) + 1).unwrap_or(0);
        let used = u64::from(self.counters.sent()) * 100;
        let least = u64::from(budget) * u64::from(options.least_use_percent);
        !self.counters.backed_off_today && !self.is_complete() && used >= least
    }

    fn roll(&mut self, options: &WarmUpOptions, now: SystemTime) {
        let Today { day, step, .. } = self.today(options, now);
        let known = self.counters.day;
        if day > known {
            self.counters.begin_day(day, step);
        } else if known - day > 1 {
            // A clock set back by more than the edge of a day goes on from there, with the same counts.
            self.counters.day = day;
        }
    }

    fn next_day(&self, now: SystemTime) -> SystemTime {
        let next = DAY.checked_mul(days(self.started, now).saturating_add(1));
        next.and_then(|next| self.started.checked_add(next)).unwrap_or(now)
    }
}

/// Replies of the last hour or so, in two halves.
#[derive(Debug, Clone, Default)]
struct Replies {
    half_hour: u64,
    /// All and those that ask for less, of this half hour and the one before.
    counts: [(u32, u32); 2],
}

impl Replies {
    fn count(&mut self, asks_for_less: bool, now: SystemTime) {
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let half_hour = since.as_secs() / 1800;
        if half_hour != self.half_hour {
            let [current, _] = self.counts;
            let before = if half_hour == self.half_hour + 1 { current } else { (0, 0) };
            *self = Self { half_hour, counts: [(0, 0), before] };
        }
        let [current, _] = &mut self.counts;
        current.0 = current.0.saturating_add(1);
        current.1 = current.1.saturating_add(u32::from(asks_for_less));
    }

    fn are_bad(&self, options: &WarmUpOptions) -> bool {
        let [current, before] = self.counts;
        let all = u64::from(current.0) + u64::from(before.0);
        let less = u64::from(current.1) + u64::from(before.1);
        all >= u64::from(options.least_replies)
            && less * 100 > all * u64::from(options.most_deferred_percent)
    }
}

/// A back-off that ends later than the longest one could comes from a clock that was set back.
fn rests(until: SystemTime, now: SystemTime) -> bool {
    until.duration_since(now).is_ok_and(|left| !left.is_zero() && left <= DAY)
}

/// Whole days since the start; none before it.
fn days(started: SystemTime, now: SystemTime) -> u32 {
    let since = now.duration_since(started).unwrap_or_default();
    u32::try_from(since.as_secs() / DAY.as_secs()).unwrap_or(u32::MAX)
}

const DAY: Duration = Duration::from_secs(24 * 3600);
