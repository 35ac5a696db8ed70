//! One hop after the other, with all that was learned in between.

use std::time::{Duration, SystemTime};

use super::{RoutePlanner, view};
use crate::evidence::{Field, PathId, RowId};
use crate::{Decision, Demand, Destination, Hop, MxSet, Reason};

/// A destination that a planner remembers, until the place is needed for others; by
/// [`RoutePlanner::remember`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationId(RowId);

impl RoutePlanner {
    /// The next hop of a mail whose hops in this attempt failed so far: what was learned from them and meanwhile
    /// counts, other than in the rest of a plan. `None` puts the mail off until its next attempt, or until its
    /// destination has [`recovered`](Self::recovered).
    ///
    /// ```
    /// use mailkit_route::{ConnectFailure, Destination, Egress, GeoPoint, HopOutcome, RoutePlanner};
    /// let mut planner = RoutePlanner::new([Egress::new("fra", "eu", GeoPoint::new(50.11, 8.68)?)])?;
    /// let rows = [(10, "mx1.buyer.example", "203.0.113.10"), (20, "mx2.buyer.example", "198.51.100.20")];
    /// let destination = Destination::from_mx("buyer.example".parse()?, rows)?;
    /// let now = std::time::SystemTime::UNIX_EPOCH;
    ///
    /// let first = planner.next_hop(&destination, &[], now, 7).ok_or("paused")?;
    /// planner.record(&first, &HopOutcome::connect_failed(ConnectFailure::Refused), now);
    /// let second = planner.next_hop(&destination, &[first], now, 7).ok_or("paused")?;
    /// assert_eq!(second.host.to_string(), "mx2.buyer.example");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_hop(
        &mut self,
        destination: &Destination,
        tried: &[Hop],
        now: SystemTime,
        seed: u64,
    ) -> Option<Hop> {
        self.next_hop_with(destination, &Demand::default(), tried, now, seed)
    }

    /// [`next_hop`](Self::next_hop) for a mail that asks something of its route, by the same rules as
    /// [`plan_with`](Self::plan_with). The hop is that of the plan as long as nothing was tried, unless
    /// [`Limits::hops`](crate::Limits::hops) cut the plan. [`explain`](Self::explain) says why there is none.
    pub fn next_hop_with(
        &mut self,
        destination: &Destination,
        demand: &Demand,
        tried: &[Hop],
        now: SystemTime,
        seed: u64,
    ) -> Option<Hop> {
        let id = self.remember(destination, now);
        let selection = self.select(destination, demand);
        if selection.no_route.is_some() || demand.outside_windows(now).is_some() {
            return None;
        }
        let targets = self.marks(destination, &selection.kept);
        let field = Field { targets: Some(&targets), ..self.field(demand) };
        let failed = tried.iter().filter_map(|hop| {
            let (host, _) = self.evidence.find_host(hop.address);
            let egress = self.egresses.iter().position(|egress| *egress.id() == hop.egress)?;
            let path = PathId { egress: u8::try_from(egress).ok()?, host, domain: id.0 };
            Some(Decision { path, forced: false })
        });
        let failed: Vec<Decision> = failed.collect();
        let tick = self.tick(now);
        let Some(decision) = self.evidence.choose(id.0, field, &failed, seed, tick) else {
            self.evidence.wait(id.0, destination.name());
            return None;
        };
        let mut hop = self.hop_over(destination, demand, &selection.kept, decision, now)?;
        let before = tried.iter().map(|hop| hop.connect_timeout);
        hop.attempt_timeout = before.fold(hop.connect_timeout, Duration::saturating_add);
        Some(hop)
    }

    /// Makes room for what is learned of a destination, for [`decide`](Self::decide).
    pub fn remember(&mut self, destination: &Destination, now: SystemTime) -> DestinationId {
        self.tick(now);
        DestinationId(self.admit(destination))
    }

    /// What [`next_hop`](Self::next_hop) would choose for a mail that asks nothing of its route, without an allocation: for who sends much and looks
    /// before the mail is read. `None` as there, and when the destination was forgotten.
    ///
    /// ```
    /// # use mailkit_route::{Destination, Egress, GeoPoint, RoutePlanner};
    /// # let mut planner = RoutePlanner::new([Egress::new("fra", "eu", GeoPoint::new(50.11, 8.68)?)])?;
    /// # let destination = Destination::literal("203.0.113.10".parse()?);
    /// # let now = std::time::SystemTime::UNIX_EPOCH;
    /// let id = planner.remember(&destination, now);
    /// let decision = planner.decide(id, &[], now, 7).ok_or("paused")?;
    /// let hop = planner.hop(&destination, decision, now).ok_or("forgotten")?;
    /// assert_eq!(hop.address.to_string(), "203.0.113.10");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decide(
        &self,
        destination: DestinationId,
        tried: &[Decision],
        now: SystemTime,
        seed: u64,
    ) -> Option<Decision> {
        let now = self.tick_of(now)?;
        self.evidence.choose(destination.0, Field::default(), tried, seed, now)
    }

    /// The connection to make for a decision, with its reasons. When it is the trial of something that failed
    /// before, no other mail is given that trial meanwhile. `None` when the destination was forgotten.
    pub fn hop(
        &mut self,
        destination: &Destination,
        decision: Decision,
        now: SystemTime,
    ) -> Option<Hop> {
        self.hop_over(destination, &Demand::default(), destination.mx(), decision, now)
    }

    fn hop_over(
        &mut self,
        destination: &Destination,
        demand: &Demand,
        mx: &MxSet,
        decision: Decision,
        now: SystemTime,
    ) -> Option<Hop> {
        let now = self.tick(now);
        self.plans = self.plans.wrapping_add(1);
        let (began, field) = (self.began?, self.field(demand));
        let view = view::View { planner: self, destination, demand, field, began, now };
        let forced = decision.forced.then_some(Reason::Forced);
        let mut hop = view.hop_over(decision.path, mx.hosts(), forced)?;
        hop.attempt_timeout = hop.connect_timeout;
        self.begin_trials(&hop, now);
        Some(hop)
    }
}
