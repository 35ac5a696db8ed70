//! How many connections at once, and how fast, towards each provider.

use std::{collections::HashMap, time::SystemTime};

mod lane_state;
mod options;
mod verdict;

use lane_state::LaneState;
pub use options::{PacingLimits, PacingOptions};
pub use verdict::{PacingLease, PacingUsage, PacingVerdict};

use super::{Lane, Provider, SendFeedback, table::Table};

/// Leases for connections: so many at once and so fast as the provider takes well.
///
/// The limit of a lane grows by one for each round of good deliveries that used it, falls by one for
/// each failure, and is halved, together with the rate, when the host asks for less. What was already
/// under way when it was halved does not halve it again. A lane that fails with its last connection
/// pauses, then tries with one.
///
/// ```
/// use mailkit_route::timing::{Lane, Pacing, PacingLimits, PacingVerdict, SendFeedback};
/// use mailkit_route::{Egress, GeoPoint};
/// use std::time::SystemTime;
/// let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
/// let (now, lane) = (SystemTime::UNIX_EPOCH, Lane::new(egress.id(), &"google".parse()?));
/// let mut pacing = Pacing::new(PacingLimits::new(1, 8)?);
/// let PacingVerdict::Go(lease) = pacing.acquire(&lane, now) else { panic!() };
/// assert_eq!(pacing.refusal(&lane, now).map(|wait| wait.code()), Some("pacing-full"));
/// pacing.release(lease, SendFeedback::Good, now);
/// assert_eq!(pacing.usage(&lane).map(|usage| usage.limit), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pacing {
    options: PacingOptions,
    limits: PacingLimits,
    by_provider: HashMap<Provider, PacingLimits>,
    lanes: Table<Lane, LaneState>,
    next_lease: u64,
}

impl Pacing {
    /// The most connections at once that a limit can allow.
    pub const MOST: u32 = 1000;

    /// These limits for every lane.
    #[must_use]
    pub fn new(limits: PacingLimits) -> Self {
        Self::with_options(limits, PacingOptions::default())
    }

    /// These limits for every lane, with options.
    #[must_use]
    pub fn with_options(limits: PacingLimits, options: PacingOptions) -> Self {
        let lanes = Table::new(options.lanes);
        Self { options, limits, by_provider: HashMap::new(), lanes, next_lease: 0 }
    }

    /// Limits of their own for the lanes to this provider: [`Pacing::set_limits`] before the first mail.
    #[must_use]
    pub fn with_provider(mut self, provider: Provider, limits: PacingLimits) -> Self {
        self.by_provider.insert(provider, limits);
        self
    }

    /// Gives a provider other limits, for the lanes in use as well: what was learned stays, up to the new limit.
    /// The limits of [`Pacing::new`] end it.
    ///
    /// Returns whether they are noted: not when as many providers as [`PacingOptions::lanes`] have limits of their own.
    #[must_use = "limits for which there is no room are not kept"]
    pub fn set_limits(&mut self, provider: &Provider, limits: PacingLimits) -> bool {
        let room = self.by_provider.len() < self.options.lanes;
        if limits == self.limits {
            self.by_provider.remove(provider);
        } else if room || self.by_provider.contains_key(provider) {
            self.by_provider.insert(provider.clone(), limits);
        } else {
            return false;
        }
        let lanes = self.lanes.iter_mut().filter(|(lane, _)| lane.provider == *provider);
        lanes.for_each(|(_, state)| state.set_limits(limits));
        true
    }

    /// Opens no connection on this lane before `until`, whatever becomes of those that are open; a time that is over
    /// ends it.
    ///
    /// Returns whether it is noted: not when every lane that is remembered is in use.
    ///
    /// ```
    /// use mailkit_route::timing::{Lane, Pacing, PacingLimits, PacingVerdict};
    /// use mailkit_route::{Egress, GeoPoint};
    /// use std::time::{Duration, SystemTime};
    /// let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
    /// let (now, lane) = (SystemTime::UNIX_EPOCH, Lane::new(egress.id(), &"google".parse()?));
    /// let (mut pacing, until) = (Pacing::new(PacingLimits::default()), now + Duration::from_secs(7200));
    /// assert!(pacing.hold(&lane, until, now));
    /// let refusal = pacing.refusal(&lane, now);
    /// assert!(matches!(refusal, Some(PacingVerdict::Pausing { until: end, .. }) if end == until));
    /// assert!(pacing.acquire(&lane, until).is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "a lane for which there is no room is not held"]
    pub fn hold(&mut self, lane: &Lane, until: SystemTime, now: SystemTime) -> bool {
        let Some(state) = self.state(lane, now) else { return false };
        state.held_until = Some(until);
        true
    }

    /// Why no connection may be opened now; lends nothing and spends nothing of the rate, so that each egress can be
    /// asked before a route is planned: see [`Demand::with_pacing`](crate::Demand::with_pacing). Nothing speaks
    /// against a lane of which nothing is known.
    #[must_use]
    pub fn refusal(&self, lane: &Lane, now: SystemTime) -> Option<PacingVerdict> {
        self.lanes.get(lane).and_then(|state| state.why_not(&self.options, now))
    }

    /// Asks for one connection.
    pub fn acquire(&mut self, lane: &Lane, now: SystemTime) -> PacingVerdict {
        let (options, id) = (self.options, self.next_lease);
        let Some(state) = self.state(lane, now) else {
            return PacingVerdict::TableFull { lanes: options.lanes };
        };
        if let Some(wait) = state.lend(id, &options, now) {
            return wait;
        }
        self.next_lease = id.wrapping_add(1);
        PacingVerdict::Go(PacingLease { lane: lane.clone(), id })
    }

    /// What is known of a lane, made if there is room for it.
    fn state(&mut self, lane: &Lane, now: SystemTime) -> Option<&mut LaneState> {
        let limits = self.by_provider.get(&lane.provider).copied().unwrap_or(self.limits);
        let at_rest = |state: &LaneState| state.is_at_rest(now);
        self.lanes.entry(lane, || LaneState::new(limits, now), at_rest)
    }

    /// Gives a connection back, with what became of it. A lease that ran out before tells nothing.
    pub fn release(&mut self, lease: PacingLease, feedback: SendFeedback, now: SystemTime) {
        let PacingLease { lane, id } = lease;
        if let Some(state) = self.lanes.get_mut(&lane)
            && state.take_back(id, now)
        {
            state.learn(id, self.next_lease, feedback, &self.options, now);
        }
    }

    /// What a lane uses and may use; `None` when nothing is known of it.
    #[must_use]
    pub fn usage(&self, lane: &Lane) -> Option<PacingUsage> {
        self.lanes.get(lane).map(LaneState::usage)
    }

    /// How many lanes are remembered.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }
}

#[cfg(test)]
mod tests;
