//! How much of a hostile answer is read, and how much is remembered.

/// The most the planner takes in and keeps.
///
/// What a limit cuts off is named in [`RoutePlan::removed`](crate::RoutePlan::removed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Egresses of one planner, at most [`Limits::EGRESSES`].
    pub egresses: usize,
    /// Hops of one plan. A longer plan keeps one hop of each preference, then each address from its best
    /// egress, then the others; of equals those that failed least, so that every address has its turn.
    pub hops: usize,
    /// Hosts (addresses) that are remembered; then those not used for long are forgotten. Fewer than one
    /// destination may have count as 160.
    pub hosts: usize,
    /// Places where hosts stand that are remembered; fewer than 160 count as 160.
    pub sites: usize,
    /// Domains that are remembered; fewer than two count as two.
    pub domains: usize,
    /// Probes asked for at once.
    pub probes: usize,
}

impl Limits {
    /// No planner has more egresses, whatever its limits.
    pub const EGRESSES: usize = 32;
    /// Hosts kept of one MX set, the lowest preferences first.
    pub const MX_HOSTS: usize = 20;
    /// Addresses kept of one host, the first ones the resolver gave; half of the places are for each family, as
    /// far as it has so many.
    pub const HOST_ADDRESSES: usize = 8;
    /// No destination has more addresses.
    pub(crate) const DESTINATION: usize = Self::MX_HOSTS * Self::HOST_ADDRESSES;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            egresses: Self::EGRESSES,
            hops: 16,
            hosts: 65_536,
            sites: 65_536,
            domains: 65_536,
            probes: 256,
        }
    }
}
