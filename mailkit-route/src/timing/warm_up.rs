//! How much an egress may send to a provider that does not know it yet.

use std::time::{Duration, SystemTime};

mod counters;
mod curve;
mod progress;

pub use counters::WarmUpCounters;
pub use curve::{WarmUpCurve, WarmUpCurves};
use progress::Progress;

use super::{Lane, Provider, SendFeedback, TimingError, table::Table};

/// When a warm-up goes on, and when it steps back. All numbers are our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WarmUpOptions {
    /// The next day's budget comes only after a day that used this part of its own, in percent: what
    /// was not sent has warmed nothing. Zero goes by the days alone.
    pub least_use_percent: u32,
    /// After so many days without mail the warm-up starts again.
    pub longest_rest_days: u32,
    /// More replies than this that ask for less, in percent of all, and the lane backs off.
    pub most_deferred_percent: u32,
    /// Fewer replies within an hour prove nothing.
    pub least_replies: u32,
    /// The first back-off; each further one without a good day between doubles it, up to a day.
    pub first_back_off: Duration,
    /// Lanes in warm-up at a time.
    pub lanes: usize,
    /// Which of the nodes that share the counters this one is.
    pub node: u16,
}

impl Default for WarmUpOptions {
    /// Half of the budget, 30 days, more than 10 % of at least 10 replies, an hour, 4096 lanes, node 0.
    fn default() -> Self {
        Self {
            least_use_percent: 50,
            longest_rest_days: 30,
            most_deferred_percent: 10,
            least_replies: 10,
            first_back_off: Duration::from_secs(3600),
            lanes: 4096,
            node: 0,
        }
    }
}

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
/// assert_eq!(warm_up.take(&lane, now), WarmUpVerdict::Allowed { day: 1, budget: 2, left: 1 });
/// assert!(warm_up.take(&lane, now).is_allowed());
/// let tomorrow = now + Duration::from_secs(86_400);
/// assert_eq!(warm_up.allow(&lane, now), WarmUpVerdict::Spent { day: 1, budget: 2, until: tomorrow });
/// assert_eq!(warm_up.allow(&lane, tomorrow), WarmUpVerdict::Allowed { day: 2, budget: 4, left: 4 });
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

/// Whether a message may go from an egress to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum WarmUpVerdict {
    /// Within the budget of the day.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-allowed"))]
    Allowed {
        /// The day of the curve, counted from 1.
        day: u16,
        /// Messages of the day.
        budget: u32,
        /// Messages that are left.
        left: u32,
    },
    /// Too many replies asked for less.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-back-off"))]
    BackedOff {
        /// The end of the pause.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// The curve is done: no limit.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-complete"))]
    Complete,
    /// More nodes than the counters hold send on this lane.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-nodes-full"))]
    NodesFull,
    /// Not in warm-up: no limit.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-none"))]
    NotWarming,
    /// The host holds it.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-paused"))]
    Paused,
    /// The budget of the day is spent.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-spent"))]
    Spent {
        /// The day of the curve, counted from 1.
        day: u16,
        /// Messages of the day.
        budget: u32,
        /// The start of the next day.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
}

impl WarmUpVerdict {
    /// Whether the message may go.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. } | Self::Complete | Self::NotWarming)
    }

    /// When to ask again; `None` when it is allowed or not known.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        match self {
            Self::BackedOff { until } | Self::Spent { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Allowed { .. } => "warm-up-allowed",
            Self::BackedOff { .. } => "warm-up-back-off",
            Self::Complete => "warm-up-complete",
            Self::NodesFull => "warm-up-nodes-full",
            Self::NotWarming => "warm-up-none",
            Self::Paused => "warm-up-paused",
            Self::Spent { .. } => "warm-up-spent",
        }
    }
}

#[cfg(test)]
mod tests;
