//! What a planner takes from others.

use std::net::IpAddr;
use std::time::SystemTime;

use super::{Clock, MICROSECONDS, RoutePlanner};
use crate::evidence::{Change, RowId, Scope, Tick, Timing};
use crate::store::evidence::{
    Moment, SharedChange, SharedRoundTrip, SharedScope, SharedWay, SharedWork, moment,
};
use crate::store::{Imported, SharedEvidence};

/// Why a finding is of no use.
#[derive(Clone, Copy)]
enum Useless {
    Future,
    Over,
    Unknown,
}

impl RoutePlanner {
    /// Takes in what another planner knows, where that is later than what is known here. To import the same again
    /// changes nothing, and for breakers the order of documents does not matter.
    ///
    /// Breakers count at once, also for hosts and domains that this planner has not met. Round trips and the work of a
    /// host count once this planner has met it, for only then it knows its place.
    pub fn import(&mut self, shared: &SharedEvidence, now: SystemTime) -> Imported {
        let tick = self.tick(now);
        let clock = Clock { began: self.began.unwrap_or(now), now: tick };
        let (now, mut imported) = (moment(now), Imported::default());
        for (scope, (at, change)) in &shared.breakers {
            let at = timely(*at, now, clock);
            imported.count(at.and_then(|at| self.take_breaker(scope, at, *change, clock)));
        }
        for (address, work) in &shared.works {
            let at = timely(work.at, now, clock);
            imported.count(at.and_then(|at| self.take_work(*address, at, *work)));
        }
        for (way, round_trip) in &shared.round_trips {
            let at = timely(round_trip.last.0, now, clock);
            imported.count(at.and_then(|at| self.take_round_trip(way, at, *round_trip)));
        }
        imported
    }

    /// Whether it was news.
    fn take_breaker(
        &mut self,
        told: &SharedScope,
        at: Tick,
        change: SharedChange,
        clock: Clock,
    ) -> Result<bool, Useless> {
        let change = match change {
            SharedChange::Closed => Change::Closed,
            SharedChange::Open { until, kind, failures } => {
                let until = clock.tick(until).filter(|until| *until > clock.now);
                Change::Open { kind, failures, until: until.ok_or(Useless::Over)? }
            }
        };
        let scope = self.scope_told_of(told).ok_or(Useless::Unknown)?;
        let is_news = self.evidence.adopt_change(scope, at, change, clock.now);
        if let (Scope::Reputation(_, domain), SharedScope::Reputation(name, _)) = (scope, told) {
            self.evidence.keep_name(domain, name);
        }
        Ok(is_news)
    }

    fn scope_told_of(&mut self, told: &SharedScope) -> Option<Scope> {
        Some(match told {
            SharedScope::Host(address) => Scope::Host(self.host_told_of(*address)?),
            SharedScope::Path(address, id) => {
                Scope::Path(self.number_of(id)?, self.host_told_of(*address)?)
            }
            SharedScope::Reputation(domain, id) => {
                Scope::Reputation(self.number_of(id)?, self.evidence.domain_told_of(domain)?)
            }
            SharedScope::Way((address, id)) => {
                let (_, site) = self.evidence.place_of(*address)?;
                Scope::Way(self.number_of(id)?, site)
            }
        })
    }

    fn host_told_of(&mut self, address: IpAddr) -> Option<RowId> {
        if self.is_refused(address) { None } else { self.evidence.host_told_of(address) }
    }

    fn take_work(&mut self, host: IpAddr, at: Tick, work: SharedWork) -> Result<bool, Useless> {
        let (host, _) = self.evidence.place_of(host).ok_or(Useless::Unknown)?;
        let SharedWork { count, mean, last, .. } = work;
        let timing = Timing { count, mean: seconds(mean), last: seconds(last) };
        Ok(self.evidence.adopt_work(host, at, timing))
    }

    fn take_round_trip(
        &mut self,
        (address, id): &SharedWay,
        at: Tick,
        round_trip: SharedRoundTrip,
    ) -> Result<bool, Useless> {
        let (_, site) = self.evidence.place_of(*address).ok_or(Useless::Unknown)?;
        let egress = self.number_of(id).ok_or(Useless::Unknown)?;
        let SharedRoundTrip { last: (_, last), mean: (count, _, mean) } = round_trip;
        let timing = Timing { count, mean: seconds(mean), last: seconds(last) };
        Ok(self.evidence.adopt_round_trip(egress, site, at, timing))
    }

    fn number_of(&self, id: &str) -> Option<u8> {
        let index = self.egresses.iter().position(|egress| egress.id().as_str() == id)?;
        u8::try_from(index).ok()
    }
}

impl Imported {
    fn count(&mut self, fate: Result<bool, Useless>) {
        *match fate {
            Ok(true) => &mut self.taken,
            Ok(false) => &mut self.known,
            Err(Useless::Future) => &mut self.refused,
            Err(Useless::Over) => &mut self.over,
            Err(Useless::Unknown) => &mut self.unknown,
        } += 1;
    }
}

/// The tick of a moment that is neither long ago nor still to come.
fn timely(at: Moment, now: Moment, clock: Clock) -> Result<Tick, Useless> {
    if u128::from(at.saturating_sub(now)) > SharedEvidence::AHEAD.as_micros() {
        return Err(Useless::Future);
    }
    if u128::from(now.saturating_sub(at)) > SharedEvidence::KEPT_FOR.as_micros() {
        return Err(Useless::Over);
    }
    clock.tick(at).ok_or(Useless::Future)
}

/// No mail takes longer than an hour.
fn seconds(micros: u32) -> f32 {
    (micros as f32 / MICROSECONDS).clamp(1e-4, 3_600.0)
}
