//! What a host sets.

use std::time::Duration;

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
