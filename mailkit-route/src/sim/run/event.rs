//! What happens, in the order of time.

use std::cmp::Ordering;

use crate::sim::policy::{End, Knock, KnockResult};
use crate::sim::world::Path;

/// What happens at a time; of two at the same time, what was announced first comes first.
pub(super) struct Event {
    pub(super) time: f64,
    pub(super) sequence: u64,
    pub(super) what: What,
}

pub(super) enum What {
    /// A mail is tried, if it still waits for that.
    Try {
        mail: usize,
        wait: u32,
    },
    Overdue(Path),
    Ended {
        mail: usize,
        end: End,
    },
    Probes,
    Probed(Knock, KnockResult),
}

impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        self.time.total_cmp(&other.time).then(self.sequence.cmp(&other.sequence))
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Event {}
