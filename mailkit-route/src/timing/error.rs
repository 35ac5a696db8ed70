//! What can be wrong with the settings of this module.

/// Settings of [`timing`](crate::timing) that contradict themselves.
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
    /// More windows than [`SendWindows::MAX`](super::SendWindows::MAX).
    #[error("more than {0} windows")]
    TooManyWindows(usize),
}
