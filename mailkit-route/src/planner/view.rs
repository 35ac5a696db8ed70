//! What is known at the time of a plan.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::{Duration, SystemTime},
};

use super::{PreferenceRule, RoutePlanner, SpecialAddresses};
use crate::{
    BreakerScope, Destination, Egress, MxHost, Reason, Rule,
    breaker::{Breaker, BreakerState},
};

/// The planner's knowledge of one destination at one time.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) planner: &'a RoutePlanner,
    pub(super) destination: &'a Destination,
    pub(super) now: SystemTime,
}

impl View<'_> {
    pub(super) fn is_own(&self, mx: &MxHost) -> bool {
        let named = |own: &_| mx.host.as_domain() == Some(own);
        self.planner.options.own_names.iter().any(named)
            || self.destination.addresses(&mx.host).iter().any(|&a| self.planner.is_own_address(a))
    }

    /// The rule that leaves out an address whatever the egress.
    pub(super) fn refusal(&self, address: IpAddr) -> Option<Rule> {
        if self.is_refused(address) {
            return Some(Rule::SpecialAddress);
        }
        if !self.planner.egresses.iter().any(|egress| egress.reaches(address)) {
            return Some(Rule::NoEgressForFamily);
        }
        match self.pass(self.planner.health.address(address), BreakerScope::Address) {
            Pass::Shut(rule, _) => Some(rule),
            _ => None,
        }
    }

    pub(super) fn is_refused(&self, address: IpAddr) -> bool {
        is_special(address) && self.planner.options.special_addresses == SpecialAddresses::Refuse
    }

    pub(super) fn estimate(
        &self,
        index: usize,
        egress: &Egress,
        address: IpAddr,
    ) -> (Duration, Reason) {
        let options = &self.planner.options;
        let (round_trip, guessed) = match self.destination.location(address) {
            Some(location) => {
                let round_trip = egress.location().expected_round_trip(location);
                let kilometers = whole_kilometers(egress.location().kilometers_to(location));
                (round_trip, Reason::Distance { kilometers, round_trip })
            }
            None => {
                let round_trip = options.assumed_round_trip;
                (round_trip, Reason::UnknownLocation { round_trip })
            }
        };
        let guess =
            round_trip.saturating_mul(options.round_trips).saturating_add(options.service_time);
        let evidence = self.planner.health.evidence(index, address);
        let reason = match evidence.observations() {
            0 => guessed,
            deliveries => Reason::Observed { deliveries },
        };
        (evidence.estimate(guess, self.now), reason)
    }

    pub(super) fn pass(&self, breaker: Option<&Breaker>, scope: BreakerScope) -> Pass {
        let Some(breaker) = breaker else { return Pass::Free };
        let failures = breaker.failures();
        match breaker.state(self.now) {
            BreakerState::Closed => Pass::Free,
            BreakerState::HalfOpen => Pass::With(Reason::HalfOpen { scope, failures }),
            BreakerState::Open { .. }
                if self.planner.options.preference_rule == PreferenceRule::Strict =>
            {
                Pass::With(Reason::BreakerIgnored { scope, failures })
            }
            BreakerState::Open { until } => {
                let remaining = until.duration_since(self.now).unwrap_or_default();
                Pass::Shut(Rule::BreakerOpen { scope, failures, until, remaining }, until)
            }
        }
    }
}

/// What a breaker says about a path.
pub(super) enum Pass {
    Free,
    With(Reason),
    Shut(Rule, SystemTime),
}

fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let this_network = v4.octets().first() == Some(&0);
            this_network
                || v4.is_loopback()
                || v4.is_private()
                || is_shared(v4)
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.octets().first().is_some_and(|&first| first >= FIRST_RESERVED)
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unicast_link_local()
                || v6.is_unique_local()
                || is_site_local(v6)
        }
    }
}

/// 240.0.0.0/4 is kept for the future (RFC 1112 section 4), its last address for broadcast.
const FIRST_RESERVED: u8 = 240;

/// `100.64.0.0/10`, between a carrier and its customers (RFC 6598).
fn is_shared(address: Ipv4Addr) -> bool {
    address.to_bits() >> 22 == 0x6440_0000 >> 22
}

/// `fec0::/10` (RFC 3879).
fn is_site_local(address: Ipv6Addr) -> bool {
    address.segments().first().is_some_and(|first| first & 0xffc0 == 0xfec0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no distance on Earth is negative or above 20,100 km"
)]
fn whole_kilometers(kilometers: f64) -> u32 {
    kilometers.round() as u32
}
