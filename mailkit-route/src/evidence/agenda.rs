//! What to find out by connections without mail, and when.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::PathId;
use super::breaker::Scope;
use super::table::RowId;
use super::tick::Tick;

/// Something to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Whether a breaker may close.
    Breaker(Scope),
    /// Whether a silence is the host's: another egress asks.
    Diagnosis { path: PathId, other: PathId },
    /// How far a place is that mail goes to, and whether egresses are well.
    Sweep,
}

/// A question to a host or an egress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) target: Target,
    pub(crate) why: Due,
}

/// Whom to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Egress(u8),
    Path(PathId),
}

/// What is due when. Nobody has to read it; then breakers open and close by time alone.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    entries: BinaryHeap<Entry>,
    /// Places that mail went to lately.
    active: Vec<RowId>,
    /// When it was last read.
    read: Option<Tick>,
    swept: Option<Tick>,
}

impl Agenda {
    /// The most that is kept; what is beyond is left to time.
    const ENTRIES: usize = 65_536;
    /// The same as long as nobody reads it.
    const UNREAD_ENTRIES: usize = 1_024;
    const ACTIVE_SITES: usize = 4_096;

    pub(super) fn at(&mut self, time: Tick, due: Due) {
        let most = if self.read.is_some() { Self::ENTRIES } else { Self::UNREAD_ENTRIES };
        if self.entries.len() < most {
            self.entries.push(Entry { time, due });
        }
    }

    pub(super) fn add_active(&mut self, site: RowId) {
        if self.active.len() < Self::ACTIVE_SITES && !self.active.contains(&site) {
            self.active.push(site);
        }
    }

    pub(super) fn retain_active(&mut self, keep: impl FnMut(&RowId) -> bool) -> Vec<RowId> {
        self.active.retain(keep);
        self.active.clone()
    }

    /// Places that were swept stand behind those that were not.
    pub(super) fn rotate_active(&mut self, swept: usize) {
        let swept = swept.min(self.active.len());
        self.active.rotate_left(swept);
    }

    /// Mail is sent: from now on there is something to find out.
    pub(super) fn begin(&mut self, now: Tick) {
        self.swept.get_or_insert(now);
    }

    /// Whether somebody makes the probes.
    pub(super) fn is_read(&self, now: Tick) -> bool {
        self.read.is_some_and(|read| now.age(read) < UNREAD)
    }

    /// When to read next.
    pub(crate) fn next_at(&self) -> Option<Tick> {
        let sweep = self.swept.map(|swept| swept.plus(SWEEP));
        let entry = self.entries.peek().map(|entry| entry.time);
        sweep.into_iter().chain(entry).min()
    }

    /// What is due, one after the other.
    pub(super) fn next(&mut self, now: Tick) -> Option<Due> {
        self.read = Some(now);
        if self.swept.is_none_or(|swept| now.since(swept) >= SWEEP || now < swept) {
            self.swept = Some(now);
            return Some(Due::Sweep);
        }
        self.entries.peek().filter(|entry| entry.time <= now)?;
        self.entries.pop().map(|entry| entry.due)
    }
}

/// Seconds for which a place that mail went to stays active.
pub(super) const ACTIVE: f32 = 120.0;
/// Seconds between two looks at active places and egresses.
const SWEEP: f32 = 5.0;
/// Seconds after which probes that are not asked for are not expected any more.
const UNREAD: f32 = 60.0;

#[derive(Debug)]
struct Entry {
    time: Tick,
    due: Due,
}

impl Ord for Entry {
    /// The earliest is the greatest, for the heap.
    fn cmp(&self, other: &Self) -> Ordering {
        other.time.cmp(&self.time)
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.time == other.time
    }
}

impl Eq for Entry {}
