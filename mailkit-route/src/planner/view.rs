//! What is known at the time of a plan.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use super::rank::{Candidate, Target};
use super::{PreferenceRule, RoutePlanner};
use crate::evidence::{Field, PathId, Scope, State, Tick};
use crate::{BreakerScope, Demand, Destination, Egress, Hop, Host, MxHost, MxOrigin, Reason, Rule};

/// The planner's knowledge of one destination at one time.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) planner: &'a RoutePlanner,
    pub(super) destination: &'a Destination,
    pub(super) demand: &'a Demand,
    pub(super) field: Field<'a>,
    pub(super) began: SystemTime,
    pub(super) now: Tick,
}

impl View<'_> {
    /// The rule that leaves out an address of a host whatever the egress.
    pub(super) fn refusal(&self, host: &Host, address: IpAddr) -> Option<Rule> {
        if self.planner.is_refused(address) {
            return Some(Rule::SpecialAddress);
        }
        let mut reach =
            self.planner.egresses.iter().filter(|egress| egress.reaches(address)).peekable();
        if reach.peek().is_none() {
            return Some(Rule::NoEgressForFamily);
        }
        let used = reach.any(|egress| self.destination.is_for(host, egress.region(), address));
        (!used).then_some(Rule::OtherRegion)
    }

    /// Says that a resolver in the region of the egress gave the address.
    fn regional(&self, host: &Host, egress: &Egress) -> Option<Reason> {
        let region = egress.region();
        let seen = self.destination.is_seen_from(host, region);
        seen.then(|| Reason::RegionalAddress { region: region.to_owned() })
    }

    /// Until a mail over the path is taken, and what that rests on.
    pub(super) fn estimate(&self, path: PathId, egress: &Egress, address: IpAddr) -> (f32, Reason) {
        let evidence = &self.planner.evidence;
        let seconds = evidence.seconds(path, self.now);
        let (round_trips, deliveries) = evidence.observations(path);
        if round_trips > 0 || deliveries > 0 {
            return (seconds, Reason::Observed { round_trips, deliveries });
        }
        let reason = match self.destination.location(address) {
            Some(location) => Reason::Distance {
                kilometers: whole_kilometers(egress.location().kilometers_to(location)),
                round_trip: egress.location().expected_round_trip(location),
            },
            None => {
                Reason::UnknownLocation { round_trip: rounded(evidence.round_trip(path, self.now)) }
            }
        };
        (seconds, reason)
    }

    /// The connection to make for a path to one of these hosts.
    pub(super) fn hop_over(
        &self,
        id: PathId,
        hosts: &[MxHost],
        why: Option<Reason>,
    ) -> Option<Hop> {
        let egress = self.planner.egresses.get(usize::from(id.egress))?;
        let address = self.planner.evidence.address(id)?;
        let has = |mx: &&MxHost| self.destination.addresses(&mx.host).contains(&address);
        let mx = hosts.iter().find(has)?;
        let target = Target { mx, host_rank: 0, address, address_rank: 0, host: id.host };
        let (seconds, seen) = self.estimate(id, egress, address);
        let states = self.planner.evidence.scopes(id).into_iter().filter_map(|scope| {
            if let Pass::With(reason) = self.pass(scope) { Some(reason) } else { None }
        });
        let wish = self.demand.wish(egress).map(|(_, reason)| reason);
        let place = self.place(mx.preference);
        let reasons = std::iter::once(seen).chain(wish).chain(states).chain(why).collect();
        self.hop(Candidate { reasons, ..Candidate::new(target, id, egress, seconds) }, Some(place))
    }

    /// The place of a preference where what comes before it is left out, or was tried.
    pub(super) fn place(&self, preference: u16) -> Reason {
        let mx = self.destination.mx();
        let lowest = mx.hosts().first().map_or(preference, |mx| mx.preference);
        match mx.origin() {
            MxOrigin::Implicit => Reason::ImplicitMx,
            MxOrigin::Literal => Reason::AddressLiteral,
            _ if preference == lowest => Reason::LowestPreference { preference },
            _ => Reason::LowerPreferencesRemoved { preference, lowest },
        }
    }

    /// The connection to make for a path.
    pub(super) fn hop(&self, path: Candidate<'_>, place: Option<Reason>) -> Option<Hop> {
        let round_trip = self.planner.evidence.round_trip(path.id, self.now);
        let round_trip = rounded(round_trip.min(60.0));
        // Room for two lost SYNs, which are sent again after one and three seconds.
        let wait = Duration::from_secs(3).saturating_add(round_trip.saturating_mul(4));
        let stagger = round_trip.mul_f32(2.2) + Duration::from_millis(50);
        let Target { mx, address, .. } = path.target;
        Some(Hop {
            egress: path.egress.id().clone(),
            source: path.egress.source_for(address),
            host: mx.host.clone(),
            address,
            preference: mx.preference,
            tls: self.demand.tls_for(&mx.host)?,
            estimate: rounded(path.seconds),
            connect_timeout: wait.clamp(SHORTEST_CONNECT, LONGEST_CONNECT),
            attempt_timeout: Duration::ZERO,
            stagger: path.egress.handoff().saturating_add(stagger.max(SHORTEST_STAGGER)),
            reasons: place
                .into_iter()
                .chain(path.reasons)
                .chain(self.regional(&mx.host, path.egress))
                .collect(),
            destination: self.destination.name().clone(),
            path: path.id,
            ticket: self.planner.plans,
        })
    }

    pub(super) fn pass(&self, scope: Scope) -> Pass {
        let Some((state, failures)) = self.planner.evidence.state(scope, self.now) else {
            return Pass::Free;
        };
        let stays =
            scope.is_doubt() || self.planner.options.preference_rule == PreferenceRule::Strict;
        let (scope, failures) = (public(scope), failures.into());
        match state {
            State::HalfOpen => Pass::With(Reason::HalfOpen { scope, failures }),
            State::Open { .. } if stays => Pass::With(Reason::BreakerIgnored { scope, failures }),
            State::Open { until } => {
                let remaining = Duration::from_secs_f32(until.since(self.now));
                let until = until.time(self.began);
                Pass::Shut(Rule::BreakerOpen { scope, failures, until, remaining }, until)
            }
        }
    }
}

fn public(scope: Scope) -> BreakerScope {
    match scope {
        Scope::Egress(_) => BreakerScope::Egress,
        Scope::Host(_) => BreakerScope::Address,
        Scope::Path(..) => BreakerScope::Path,
        Scope::Refusal(..) => BreakerScope::Domain,
        Scope::Reputation(..) => BreakerScope::Reputation,
        Scope::Way(..) => BreakerScope::Site,
    }
}

/// What a breaker says about a path.
pub(super) enum Pass {
    Free,
    With(Reason),
    Shut(Rule, SystemTime),
}

/// In whole milliseconds: no estimate is better than that.
fn rounded(seconds: f32) -> Duration {
    let seconds = Duration::from_secs_f32(seconds.clamp(0.0, 1e6));
    let milliseconds = (seconds + Duration::from_micros(500)).as_millis();
    Duration::from_millis(milliseconds.try_into().unwrap_or(u64::MAX))
}

const SHORTEST_CONNECT: Duration = Duration::from_secs(4);
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
const SHORTEST_STAGGER: Duration = Duration::from_millis(150);

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no distance on Earth is negative or above 20,100 km"
)]
fn whole_kilometers(kilometers: f64) -> u32 {
    kilometers.round() as u32
}
