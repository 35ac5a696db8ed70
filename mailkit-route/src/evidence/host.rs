//! The work of a host on a mail, and the mail that waits for it.

use super::share::Timing;
use super::table::RowId;
use super::tick::Tick;

#[derive(Debug)]
pub(crate) struct HostEvidence {
    pub(super) site: RowId,
    /// Seconds: the mean of usual mails, and the last one.
    mean: f32,
    last: f32,
    seen: Option<Tick>,
    /// One mail under way, and when it should have been taken.
    watched: Option<(Tick, u32)>,
    /// When a connection last got no answer.
    silent: Option<Tick>,
    /// The last deferral.
    deferred: Option<Tick>,
    /// Egresses whose path here has a breaker.
    pub(super) shut_paths: u32,
    /// Whether the host has a breaker.
    pub(super) shut: bool,
    /// The egress that was deferred last; beside other octets it takes no room of its own.
    deferred_egress: u8,
    /// Mails taken, up to 255.
    taken: u8,
    /// Mails in a row that took much longer than the mean.
    long: u8,
}

impl HostEvidence {
    pub(super) fn new(site: RowId, service: f32) -> Self {
        Self {
            site,
            mean: service,
            last: service,
            seen: None,
            watched: None,
            silent: None,
            deferred: None,
            shut_paths: 0,
            shut: false,
            deferred_egress: 0,
            taken: 0,
            long: 0,
        }
    }

    /// The host may have moved, or the table of places forgot its place.
    pub(super) fn move_to(&mut self, site: RowId) {
        self.site = site;
    }

    /// Seconds of work to expect. A mail under way that should have been taken adds what it is late,
    /// and a connection without an answer adds some seconds until it is known whose fault that is.
    pub(super) fn estimate(&self, now: Tick, memory: f32) -> f32 {
        let late = self.watched.map_or(0.0, |(due, _)| now.since(due));
        let late = if (LATE..=MOST_LATE).contains(&late) { late } else { 0.0 };
        let silent = self.silent.is_some_and(|then| now.age(then) < SILENT_FOR);
        let doubt = late + if silent { SILENT } else { 0.0 };
        match self.seen {
            Some(seen) if self.last > self.mean => {
                self.mean + (self.last - self.mean) * (-now.age(seen) / memory).exp() + doubt
            }
            _ => self.mean + doubt,
        }
    }

    /// How much of an estimate may be too much: a host that took no mail yet, or none for long, is given the
    /// chance to show that it works faster than its equals.
    pub(super) fn hope(&self, now: Tick) -> f32 {
        match self.seen {
            Some(seen) => self.mean * (1.0 - (-now.age(seen) / FORGOTTEN).exp()),
            None => self.mean,
        }
    }

    pub(super) fn watch(&mut self, mail: u32, due: Tick, now: Tick) {
        let forgotten = |(due, _): &(Tick, u32)| now.since(*due) > MOST_LATE;
        if self.watched.as_ref().is_none_or(forgotten) {
            self.watched = Some((due, mail));
        }
    }

    pub(super) fn unwatch(&mut self, mail: u32) {
        self.watched = self.watched.filter(|(_, watched)| *watched != mail);
    }

    pub(super) fn suspect(&mut self, now: Tick) {
        self.silent = Some(now);
    }

    /// An egress is deferred. Says when another deferral was before, and of which egress.
    pub(super) fn defer(&mut self, egress: u8, now: Tick) -> Option<(Tick, u8)> {
        let before = std::mem::replace(&mut self.deferred_egress, egress);
        self.deferred.replace(now).map(|then| (then, before))
    }

    /// A mail took so many seconds of work. A rare long one does not change the mean, a row of them does.
    pub(super) fn learn(&mut self, seconds: f32, now: Tick) {
        let seconds = seconds.max(0.01);
        let limit = |mean: f32| mean * 3.0 + 1.0;
        if self.seen.is_none() {
            self.mean = if seconds < limit(USUAL) { seconds } else { USUAL };
        }
        let is_long = seconds >= limit(self.mean);
        self.long = if is_long { self.long.saturating_add(1) } else { 0 };
        if !is_long || self.long > RARE {
            self.mean += 0.3 * (seconds - self.mean);
        }
        self.last = seconds;
        self.seen = Some(now);
        self.silent = None;
        self.taken = self.taken.saturating_add(1);
    }

    /// What is known of the work, to be told to other planners.
    pub(super) fn timing(&self) -> Option<(Tick, Timing)> {
        Some((self.seen?, Timing { count: self.taken, mean: self.mean, last: self.last }))
    }

    /// Takes in what another planner saw, if that is later: the mean is one of the last few mails.
    pub(super) fn adopt(&mut self, timing: Timing, at: Tick) -> bool {
        let is_later = self.seen.is_none_or(|seen| seen < at);
        if is_later {
            (self.mean, self.last, self.seen) = (timing.mean, timing.last, Some(at));
            self.taken = self.taken.max(timing.count);
        }
        is_later
    }

    pub(super) fn taken(&self) -> u8 {
        self.taken
    }
}

/// Seconds of work of a host whose first mail was a long one.
const USUAL: f32 = 1.0;
/// So many long ones in a row are rare.
const RARE: u8 = 3;
/// In seconds, how soon the mean of a host without mail is worth nothing.
const FORGOTTEN: f32 = 43_200.0;
/// Seconds that a mail may be late before that counts.
const LATE: f32 = 1.5;
/// A mail that is later was forgotten, not kept waiting: RFC 5321 section 4.5.3.2.6 allows ten minutes.
const MOST_LATE: f32 = 600.0;
/// Seconds that a silence counts for, and for how long.
const SILENT: f32 = 3.0;
const SILENT_FOR: f32 = 2.0;
