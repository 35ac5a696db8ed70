//! What can be wrong with the settings of this module.

use super::Lane;

/// Settings of [`timing`](crate::timing) that contradict themselves, or concern nothing that is known.
///
/// ```
/// use mailkit_route::timing::SendWindows;
/// use std::time::SystemTime;
/// let now = SystemTime::UNIX_EPOCH;
/// let error = SendWindows::new([now..now]).unwrap_err();
/// assert_eq!(error.to_string(), "window 0 does not end after its start");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimingError {
    /// A limit of parallel connections that is zero or above [`Pacing::MOST`](super::Pacing::MOST), or
    /// a first limit above the highest.
    #[error("concurrency is not between 1 and its limit")]
    Concurrency,
    /// A day of a curve with a budget of zero, or lower than the day before.
    #[error("budget of day {0} is zero or lower than the day before")]
    CurveBudget(usize),
    /// A curve without a day, or with more than [`WarmUpCurve::MAX_DAYS`](super::WarmUpCurve::MAX_DAYS).
    #[error("a curve has 1 to {0} days")]
    CurveLength(usize),
    /// A window that ends at or before its start.
    #[error("window {0} does not end after its start")]
    EmptyWindow(usize),
    /// A step of an escalation without a threshold: zero failures, or no time.
    #[error("step {0} of the escalation applies before the first failure")]
    EscalationStep(usize),
    /// An escalation without a step, or with more than
    /// [`EscalationPolicy::MAX_STEPS`](super::EscalationPolicy::MAX_STEPS).
    #[error("an escalation has 1 to {0} steps")]
    EscalationSteps(usize),
    /// Counters or a pause for a lane that is not in warm-up.
    #[error("the warm-up of {0} was not started")]
    NotStarted(Box<Lane>),
    /// A rate without an interval, or with a burst of zero.
    #[error("a rate needs an interval and a burst")]
    Rate,
    /// More egresses × providers in warm-up than the limit set.
    #[error("more than {0} lanes in warm-up")]
    TooManyLanes(usize),
    /// More nodes than [`WarmUpCounters::MAX_NODES`](super::WarmUpCounters::MAX_NODES) share a warm-up.
    #[error("more than {0} nodes share a warm-up")]
    TooManyNodes(usize),
    /// More windows than [`SendWindows::MAX`](super::SendWindows::MAX).
    #[error("more than {0} windows")]
    TooManyWindows(usize),
    /// A factor of a volume guard below two, or one for holding below that for asking.
    #[error("the factors of a volume guard are at least 2, and holding comes after asking")]
    VolumeFactors,
}
