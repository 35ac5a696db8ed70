//! What a planner tells others.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::SystemTime;

use super::RoutePlanner;
use crate::evidence::{Change, Kind, RowId, Scope, Tick};
use crate::store::SharedEvidence;
use crate::store::evidence::{
    Moment, SharedChange, SharedRoundTrip, SharedScope, SharedWay, SharedWork, moment, time,
};

mod import;

/// Between the ticks of a planner and the moments of all.
#[derive(Clone, Copy)]
struct Clock {
    began: SystemTime,
    now: Tick,
}

impl Clock {
    fn moment(self, tick: Tick) -> Moment {
        moment(tick.time(self.began))
    }

    fn tick(self, moment: Moment) -> Option<Tick> {
        Some(Tick::new(self.began, time(moment)?))
    }

    fn is_fresh(self, at: Tick) -> bool {
        self.now.since(at) <= SharedEvidence::KEPT_FOR.as_secs_f32()
    }
}

impl RoutePlanner {
    /// What this planner knows and others can use; what it took from others is among it.
    ///
    /// Egresses go by their ids, so an id must mean the same egress on all nodes. Whether an egress itself can be reached
    /// is not told, for that is a matter of each node; nor that a host takes no connections where this planner has no second
    /// egress to tell the host from the way to it.
    ///
    /// ```
    /// use mailkit_route::{ConnectFailure, Destination, Egress, GeoPoint, HopOutcome, RoutePlanner};
    /// # let fra = Egress::new("fra", "eu", GeoPoint::new(50.11, 8.68)?);
    /// # let (mut here, mut there) = (RoutePlanner::new([fra.clone()])?, RoutePlanner::new([fra])?);
    /// # let now = std::time::SystemTime::UNIX_EPOCH;
    /// let rows = [(10, "mx1.buyer.example", "203.0.113.10"), (20, "mx2.buyer.example", "198.51.100.20")];
    /// let destination = Destination::from_mx("buyer.example".parse()?, rows)?;
    /// let hop = here.next_hop(&destination, &[], now, 7).ok_or("paused")?;
    /// here.record(&hop, &HopOutcome::connect_failed(ConnectFailure::Refused), now);
    ///
    /// assert_eq!(there.import(&here.export(now), now).taken, 1);
    /// let hop = there.next_hop(&destination, &[], now, 7).ok_or("paused")?;
    /// assert_eq!(hop.host.to_string(), "mx2.buyer.example");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn export(&self, now: SystemTime) -> SharedEvidence {
        let (Some(tick), Some(began)) = (self.tick_of(now), self.began) else {
            return SharedEvidence::default();
        };
        let (clock, witnesses) = (Clock { began, now: tick }, self.evidence.witnesses());
        let mut breakers: Vec<_> = self.told_breakers(clock, &witnesses).collect();
        let mut works: Vec<_> = self.told_works(clock).collect();
        let mut round_trips: Vec<_> = self.told_round_trips(clock, &witnesses).collect();
        let known = breakers.len() + works.len() + round_trips.len();
        let mut room = SharedEvidence::MAX_ENTRIES;
        keep_latest(&mut breakers, &mut room, |(at, _)| *at);
        keep_latest(&mut works, &mut room, |work| work.at);
        keep_latest(&mut round_trips, &mut room, |round_trip| round_trip.last.0);
        SharedEvidence {
            left_out: known - breakers.len() - works.len() - round_trips.len(),
            breakers: breakers.into_iter().collect(),
            works: works.into_iter().collect(),
            round_trips: round_trips.into_iter().collect(),
        }
    }

    fn told_breakers<'a>(
        &'a self,
        clock: Clock,
        witnesses: &'a HashMap<RowId, IpAddr>,
    ) -> impl Iterator<Item = (SharedScope, (Moment, SharedChange))> {
        self.evidence.changes(clock.now).filter_map(move |(scope, at, change)| {
            let scope = self.told_scope(scope, change, witnesses)?;
            let change = match change {
                Change::Closed => SharedChange::Closed,
                Change::Open { kind, failures, until } => {
                    SharedChange::Open { until: clock.moment(until), kind, failures }
                }
            };
            Some((scope, (clock.moment(at), change)))
        })
    }

    fn told_scope(
        &self,
        scope: Scope,
        change: Change,
        witnesses: &HashMap<RowId, IpAddr>,
    ) -> Option<SharedScope> {
        let (address, id) = (|host| self.evidence.address_of(host), |egress| self.id_of(egress));
        Some(match scope {
            Scope::Egress(_) | Scope::Refusal(..) => return None,
            Scope::Host(host) => {
                let is_guess = matches!(change, Change::Open { kind: Kind::Connection, .. })
                    && !self.evidence.has_second_egress(host);
                SharedScope::Host(address(host).filter(|_| !is_guess)?)
            }
            Scope::Path(egress, host) => SharedScope::Path(address(host)?, id(egress)?),
            Scope::Reputation(egress, domain) => {
                SharedScope::Reputation(self.evidence.name_of(domain)?.clone(), id(egress)?)
            }
            Scope::Way(egress, site) => SharedScope::Way((*witnesses.get(&site)?, id(egress)?)),
        })
    }

    fn told_works(&self, clock: Clock) -> impl Iterator<Item = (IpAddr, SharedWork)> {
        let works = self.evidence.works_of_hosts().filter(move |(_, at, _)| clock.is_fresh(*at));
        works.map(move |(address, at, timing)| {
            let (mean, last) = (micros(timing.mean), micros(timing.last));
            (address, SharedWork { at: clock.moment(at), count: timing.count, mean, last })
        })
    }

    fn told_round_trips<'a>(
        &'a self,
        clock: Clock,
        witnesses: &'a HashMap<RowId, IpAddr>,
    ) -> impl Iterator<Item = (SharedWay, SharedRoundTrip)> {
        let ways = self.evidence.round_trips().filter(move |(.., at, _)| clock.is_fresh(*at));
        ways.filter_map(move |(site, egress, at, timing)| {
            let address = *witnesses.get(&site)?;
            let at = clock.moment(at);
            let last = (at, micros(timing.last));
            let mean = (timing.count, at, micros(timing.mean));
            Some(((address, self.id_of(egress)?), SharedRoundTrip { last, mean }))
        })
    }

    fn id_of(&self, egress: u8) -> Option<Box<str>> {
        Some(self.egresses.get(usize::from(egress))?.id().as_str().into())
    }
}

/// The latest, for as many as there is room, and of one moment the first in order.
fn keep_latest<K: Ord, V>(findings: &mut Vec<(K, V)>, room: &mut usize, at: impl Fn(&V) -> Moment) {
    if findings.len() > *room {
        findings.sort_unstable_by(|(a, of_a), (b, of_b)| {
            (Reverse(at(of_a)), a).cmp(&(Reverse(at(of_b)), b))
        });
        findings.truncate(*room);
    }
    *room -= findings.len();
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn micros(seconds: f32) -> u32 {
    (seconds * MICROSECONDS).round() as u32
}

/// Of a second.
const MICROSECONDS: f32 = 1e6;
