//! How much of a hostile answer is read, and how much is remembered.

/// The most the planner takes in and keeps.
///
/// What a limit cuts off is named in [`RoutePlan::removed`](crate::RoutePlan::removed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Egresses of one planner.
    pub egresses: usize,
    /// Hops of one plan. A longer plan keeps one hop of each preference, then each address from its best
    /// egress, then the others; of equals those that failed least, so that every address has its turn.
    pub hops: usize,
    /// Paths (an egress and an address) whose latency and breaker are remembered; then the ones not
    /// used for longest are forgotten. Fewer than two count as two.
    pub paths: usize,
}

impl Limits {
    /// Hosts kept of one MX set, the lowest preferences first.
    pub const MX_HOSTS: usize = 20;
    /// Addresses kept of one host, the first ones the resolver gave.
    pub const HOST_ADDRESSES: usize = 8;
}

impl Default for Limits {
    fn default() -> Self {
        Self { egresses: 32, hops: 16, paths: 65_536 }
    }
}
