//! What is known of one lane.

use std::{
    collections::VecDeque,
    time::{Duration, SystemTime},
};

use super::{PacingLimits, PacingOptions, PacingUsage, PacingVerdict};
use crate::timing::{
    SendFeedback,
    moment::far,
    rate::{Cell, Gcra},
};

#[derive(Debug, Clone)]
pub(super) struct LaneState {
    limits: PacingLimits,
    /// Connections allowed, in thousandths.
    limit: u32,
    /// How much of the rate is used, in thousandths.
    permille: u32,
    cells: Gcra,
    /// In the order they were lent, which is the order they run out.
    leases: VecDeque<Lease>,
    /// Good deliveries that may raise the limit: a round of them for each use of half of it.
    credit: u32,
    /// Leases before this one began before the limit was last halved.
    halved_at: u64,
    failures: u32,
    pause: Option<(SystemTime, SystemTime)>,
    /// Until when the host holds the lane.
    pub(super) held_until: Option<SystemTime>,
    last: SystemTime,
}

#[derive(Debug, Clone, Copy)]
struct Lease {
    id: u64,
    runs_out: SystemTime,
}

impl LaneState {
    pub(super) fn new(limits: PacingLimits, now: SystemTime) -> Self {
        Self {
            limits,
            limit: limits.first * UNIT,
            permille: WHOLE,
            cells: Gcra::default(),
            leases: VecDeque::new(),
            credit: 0,
            halved_at: 0,
            failures: 0,
            pause: None,
            held_until: None,
            last: now,
        }
    }

    /// Whether dropping it opens no limit. What was learned is worth keeping for a day.
    pub(super) fn is_at_rest(&self, now: SystemTime) -> bool {
        let busy = self.leases.iter().any(|lease| lease.runs_out > now);
        let learned = self.limit < self.limits.first * UNIT || self.permille < WHOLE;
        let idle = now.duration_since(self.last).is_ok_and(|idle| idle >= REMEMBERED);
        !busy && self.pause_until(now).is_none() && self.cells.is_at_rest(now) && (!learned || idle)
    }

    /// What was learned stays, up to the new limit.
    pub(super) fn set_limits(&mut self, limits: PacingLimits) {
        self.limits = limits;
        self.limit = self.limit.min(limits.most * UNIT);
    }

    /// Why no connection may be opened now, if so.
    pub(super) fn why_not(
        &self,
        options: &PacingOptions,
        now: SystemTime,
    ) -> Option<PacingVerdict> {
        self.look(options, now).1
    }

    /// Lends a connection, or says why none may be opened.
    pub(super) fn lend(
        &mut self,
        id: u64,
        options: &PacingOptions,
        now: SystemTime,
    ) -> Option<PacingVerdict> {
        self.expire(options, now);
        let (cells, wait) = self.look(options, now);
        self.cells = cells;
        if wait.is_none() {
            self.leases.push_back(Lease { id, runs_out: far(now, options.lease) });
            if count(self.leases.len()) * 2 * UNIT >= self.limit {
                self.credit = self.limit.div_ceil(UNIT);
            }
        }
        wait
    }

    /// Why no connection may be opened now, and the state of the rate after the question.
    fn look(&self, options: &PacingOptions, now: SystemTime) -> (Gcra, Option<PacingVerdict>) {
        if let Some(until) = self.pause_until(now) {
            let failures = self.failures;
            return (self.cells, Some(PacingVerdict::Pausing { failures, until }));
        }
        let limit = self.limit / UNIT;
        let over = self.leases.partition_point(|lease| lease.runs_out <= now);
        if let Some(oldest) = self.leases.get(over)
            && count(self.leases.len() - over) >= limit
        {
            let runs_out = oldest.runs_out.min(far(now, options.lease));
            return (self.cells, Some(PacingVerdict::ConcurrencyFull { limit, runs_out }));
        }
        let permille = self.permille;
        match self.limits.rate.map(|rate| self.cells.next(&rate.at_share(permille), now)) {
            None => (self.cells, None),
            Some(Cell::Conforms(cells)) => (cells, None),
            Some(Cell::Early(cells, until)) => {
                (cells, Some(PacingVerdict::RateReached { permille, until }))
            }
        }
    }

    /// Whether the lease was still out.
    pub(super) fn take_back(&mut self, id: u64, now: SystemTime) -> bool {
        let index = self.leases.binary_search_by_key(&id, |lease| lease.id);
        let lease = index.ok().and_then(|index| self.leases.remove(index));
        lease.is_some_and(|lease| lease.runs_out > now)
    }

    pub(super) fn learn(
        &mut self,
        id: u64,
        next_lease: u64,
        feedback: SendFeedback,
        options: &PacingOptions,
        now: SystemTime,
    ) {
        match feedback {
            SendFeedback::Good => self.grow(),
            SendFeedback::Neutral => {}
            SendFeedback::Throttled if id >= self.halved_at => {
                self.halved_at = next_lease;
                self.permille = (self.permille / 2).max(LEAST_PERMILLE);
                self.shrink(self.limit / 2, options, now);
            }
            SendFeedback::Throttled => {}
            SendFeedback::Trouble => self.shrink(self.limit.saturating_sub(UNIT), options, now),
        }
    }

    /// One more for a round of good deliveries, where the limit was made use of.
    fn grow(&mut self) {
        self.failures = 0;
        self.pause = None;
        self.permille = (self.permille + PERMILLE_BACK).min(WHOLE);
        if self.credit > 0 {
            self.credit -= 1;
            self.limit = (self.limit + UNIT * UNIT / self.limit).min(self.limits.most * UNIT);
        }
    }

    fn shrink(&mut self, limit: u32, options: &PacingOptions, now: SystemTime) {
        let was_least = self.limit < 2 * UNIT;
        self.limit = limit.max(UNIT);
        if was_least && self.pause_until(now).is_none() {
            let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
            let pause = options.first_pause.saturating_mul(factor).min(options.longest_pause);
            self.failures = self.failures.saturating_add(1);
            self.pause = Some((now, far(now, pause)));
        }
    }

    /// A clock that stands before the start of the pause ends it; what the host asked for holds by any clock.
    fn pause_until(&self, now: SystemTime) -> Option<SystemTime> {
        let pause = self.pause.filter(|(since, until)| (*since..*until).contains(&now));
        let held = self.held_until.filter(|until| now < *until);
        pause.map(|(_, until)| until).max(held)
    }

    fn expire(&mut self, options: &PacingOptions, now: SystemTime) {
        if now < self.last {
            // The clock was set back: no lease may run longer than it could from now.
            let latest = far(now, options.lease);
            for lease in &mut self.leases {
                lease.runs_out = lease.runs_out.min(latest);
            }
        }
        self.last = now;
        while self.leases.front().is_some_and(|lease| lease.runs_out <= now) {
            self.leases.pop_front();
        }
    }

    pub(super) fn usage(&self) -> PacingUsage {
        let (in_use, limit) = (self.leases.len(), self.limit / UNIT);
        PacingUsage { in_use, limit, rate_permille: self.permille }
    }
}

fn count(leases: usize) -> u32 {
    u32::try_from(leases).unwrap_or(u32::MAX)
}

/// One connection, in the unit of limits.
const UNIT: u32 = 1000;
/// The whole rate.
const WHOLE: u32 = 1000;
/// The rate never falls below a twentieth, so that news of a recovery can come.
const LEAST_PERMILLE: u32 = 50;
/// What a good delivery gives back of the rate.
const PERMILLE_BACK: u32 = 5;
/// How long a limit that was learned is worth keeping.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);
