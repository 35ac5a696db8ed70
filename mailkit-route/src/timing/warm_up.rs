//! How much an egress may send to a provider that does not know it yet.

use std::time::SystemTime;

mod counters;
mod curve;
mod options;
mod progress;
mod verdict;

pub use counters::WarmUpCounters;
pub use curve::{WarmUpCurve, WarmUpCurves};
pub use options::WarmUpOptions;
use progress::Progress;
pub use verdict::WarmUpVerdict;

use super::{Lane, Provider, SendFeedback, TimingError, table::Table};

/// The daily budgets of all lanes in warm-up.
///
/// A day is 24 hours from the start of the lane. A day that used its budget well brings the next
/// budget of the curve; one with too many replies that ask for less brings a pause and the budget
/// before. A lane that was never started has no limit; start one to [`Provider::others`] to hold an
/// egress back towards everybody without a lane of their own.
///
/// ```
/// use mailkit_route::timing::{Lane, WarmUp, WarmUpCurve, WarmUpOptions, WarmUpVerdict};
/// use mailkit_route::{Egress, GeoPoint};
/// use std::time::{Duration, SystemTime};
/// let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
/// let (now, lane) = (SystemTime::UNIX_EPOCH, Lane::new(egress.id(), &"google".parse()?));
/// let mut warm_up = WarmUp::new(WarmUpOptions::default());
/// warm_up.start(&lane, WarmUpCurve::new([2, 4])?, now)?;
/// assert!(matches!(warm_up.take(&lane, now), WarmUpVerdict::Allowed { left: 1, .. }));
/// assert!(warm_up.take(&lane, now).is_allowed());
/// let tomorrow = now + Duration::from_secs(86_400);
/// assert_eq!(warm_up.allow(&lane, now).not_before(), Some(tomorrow));
/// assert!(matches!(warm_up.allow(&lane, tomorrow), WarmUpVerdict::Allowed { day: 2, left: 4, .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WarmUp {
    options: WarmUpOptions,
    lanes: Table<Lane, Progress>,
    others: Provider,
}

impl WarmUp {
    /// No lane in warm-up yet.
    #[must_use]
    pub fn new(options: WarmUpOptions) -> Self {
        Self { options, lanes: Table::new(options.lanes), others: Provider::others() }
    }

    /// Starts a lane, or starts it again. `started` is day one; all nodes must be given the same.
    ///
    /// # Errors
    /// When as many lanes as the limit allows are in warm-up; one that is complete makes room.
    pub fn start(
        &mut self,
        lane: &Lane,
        curve: WarmUpCurve,
        started: SystemTime,
    ) -> Result<(), TimingError> {
        let first = Progress::new(curve, started);
        let entry = self.lanes.entry(lane, || first.clone(), Progress::is_complete);
        *entry.ok_or(TimingError::TooManyLanes(self.options.lanes))? = first;
        Ok(())
    }

    /// Whether a message may go now; counts nothing.
    #[must_use]
    pub fn allow(&self, lane: &Lane, now: SystemTime) -> WarmUpVerdict {
        let known = self.lanes.get(lane).or_else(|| self.lanes.get(&self.rest_of(lane)));
        known.map_or(WarmUpVerdict::NotWarming, |progress| progress.verdict(&self.options, now))
    }

    /// Takes one message from the budget, if [`WarmUp::allow`] says so. The `left` of the answer is
    /// what is left after it.
    pub fn take(&mut self, lane: &Lane, now: SystemTime) -> WarmUpVerdict {
        let options = self.options;
        self.lane(lane).map_or(WarmUpVerdict::NotWarming, |progress| progress.take(&options, now))
    }

    /// Gives a message back that was taken and not sent.
    pub fn give_back(&mut self, lane: &Lane, now: SystemTime) {
        let options = self.options;
        if let Some(progress) = self.lane(lane) {
            progress.give_back(&options, now);
        }
    }

    /// Notes what became of a message.
    pub fn record(&mut self, lane: &Lane, feedback: SendFeedback, now: SystemTime) {
        let options = self.options;
        if let Some(progress) = self.lane(lane) {
            progress.record(feedback, &options, now);
        }
    }

    /// Holds a lane on this node until [`WarmUp::resume`].
    ///
    /// # Errors
    /// When the lane was not started: what goes to [`Provider::others`] is held by that lane alone.
    pub fn pause(&mut self, lane: &Lane) -> Result<(), TimingError> {
        self.counters_of(lane)?.held = true;
        Ok(())
    }

    /// Ends a pause, and a back-off as well, on this node; counters of another that backs off bring the
    /// back-off again.
    ///
    /// # Errors
    /// When the lane was not started.
    pub fn resume(&mut self, lane: &Lane) -> Result<(), TimingError> {
        let counters = self.counters_of(lane)?;
        (counters.held, counters.resume) = (false, None);
        Ok(())
    }

    /// What to keep, and to send to the other nodes; `None` when the lane was not started.
    #[must_use]
    pub fn counters(&self, lane: &Lane) -> Option<&WarmUpCounters> {
        self.lanes.get(lane).map(|progress| &progress.counters)
    }

    /// All lanes that were started, in order, with their counters.
    #[must_use]
    pub fn lanes(&self) -> Vec<(&Lane, &WarmUpCounters)> {
        let mut lanes: Vec<_> =
            self.lanes.iter().map(|(lane, progress)| (lane, &progress.counters)).collect();
        lanes.sort_by_key(|(lane, _)| *lane);
        lanes
    }

    /// Takes in the counters of another node. Between two merges each node sees only its own mail: merge
    /// often, or give each a part of the curve.
    ///
    /// # Errors
    /// When the counters have too many nodes, or the lane was not started.
    pub fn merge(&mut self, lane: &Lane, counters: &WarmUpCounters) -> Result<(), TimingError> {
        self.counters_of(lane)?.merge(counters)
    }

    /// Takes in the counters that this node kept, after [`WarmUp::start`] with the same curve and time: as
    /// [`WarmUp::merge`], and a lane that was held is held again.
    ///
    /// # Errors
    /// When the counters have too many nodes, or the lane was not started.
    pub fn restore(&mut self, lane: &Lane, kept: &WarmUpCounters) -> Result<(), TimingError> {
        let counters = self.counters_of(lane)?;
        counters.merge(kept)?;
        counters.held |= kept.held;
        Ok(())
    }

    fn counters_of(&mut self, lane: &Lane) -> Result<&mut WarmUpCounters, TimingError> {
        let progress = self.lanes.get_mut(lane);
        let absent = || TimingError::NotStarted(Box::new(lane.clone()));
        progress.map(|progress| &mut progress.counters).ok_or_else(absent)
    }

    fn lane(&mut self, lane: &Lane) -> Option<&mut Progress> {
        if self.lanes.get(lane).is_some() {
            return self.lanes.get_mut(lane);
        }
        let rest = self.rest_of(lane);
        self.lanes.get_mut(&rest)
    }

    fn rest_of(&self, lane: &Lane) -> Lane {
        Lane::new(&lane.egress, &self.others)
    }
}

#[cfg(test)]
mod tests;
