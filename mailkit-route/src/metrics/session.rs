//! What a client notes while it talks.

use std::time::Duration;

use super::{Metric, SessionPart, bucket::Bucket, track::Cell};
use crate::{HopOutcome, Stage};

/// The times of one attempt to deliver one mail. How it went is told by the [`HopOutcome`] at its end.
///
/// ```
/// use mailkit_route::{Stage, metrics::Session};
/// use std::time::Duration;
/// let mut session = Session::default();
/// session.took(Stage::Connect, Duration::from_millis(90));
/// session.took(Stage::Greeting, Duration::from_millis(95));
/// assert_eq!(session.replies(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    durations: Vec<Cell>,
    silent: bool,
}

impl Session {
    /// A stage is over: its reply came whole, or the connection stands, after so long. Of several replies at one
    /// stage (`RCPT`) each counts.
    pub fn took(&mut self, stage: Stage, duration: Duration) {
        self.durations.extend(Cell::new(Metric::Duration(stage), Bucket::of(duration)));
    }

    /// The host was silent for too long, and so we hung up. Without this, [`HopOutcome::Dropped`] counts as a
    /// connection that broke.
    pub fn fell_silent(&mut self) {
        self.silent = true;
    }

    /// How many durations were noted.
    #[must_use]
    pub fn replies(&self) -> usize {
        self.durations.len()
    }

    /// All that is to be counted, sorted as slots are.
    pub(super) fn cells(&self, outcome: &HopOutcome) -> Vec<Cell> {
        let (metric, whole) = self.verdict(outcome);
        let mut cells = self.durations.clone();
        cells.extend(whole.and_then(|time| Cell::new(Metric::WholeDuration, Bucket::of(time))));
        cells.extend(Cell::count(Metric::Attempts));
        cells.extend(metric.and_then(Cell::count));
        cells.sort_unstable();
        cells
    }

    fn verdict(&self, outcome: &HopOutcome) -> (Option<Metric>, Option<Duration>) {
        let metric = match outcome {
            HopOutcome::Accepted { latency } => return (Some(Metric::Accepted), Some(*latency)),
            HopOutcome::ConnectFailed { cause } => Metric::ConnectFailed(*cause),
            HopOutcome::Dropped { stage } if self.silent => {
                Metric::Silence(SessionPart::of(*stage))
            }
            HopOutcome::Dropped { stage } => Metric::Reset(SessionPart::of(*stage)),
            HopOutcome::Replied { reply, .. } if reply.is_temporary() => {
                Metric::Temporary(reply.class())
            }
            HopOutcome::Replied { reply, .. } if reply.is_permanent() => {
                Metric::Permanent(reply.class())
            }
            HopOutcome::Replied { .. } => return (None, None),
        };
        (Some(metric), None)
    }
}
