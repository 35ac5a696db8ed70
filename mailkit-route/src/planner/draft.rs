//! One plan in the making.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use super::{PreferenceRule, RoutePlanner, SpecialAddresses};
use crate::{
    BreakerScope, Destination, Egress, MxOrigin, NoRoute, Reason, Rule,
    breaker::{Breaker, BreakerState},
    mx::{MxHost, MxSet},
    plan::{Hop, Removed},
    seed::Dice,
};

/// What a draft comes to.
pub(super) struct Outcome {
    pub(super) hops: Vec<Hop>,
    pub(super) removed: Vec<Removed>,
    pub(super) no_route: Option<NoRoute>,
}

pub(super) struct Draft<'a> {
    planner: &'a RoutePlanner,
    destination: &'a Destination,
    now: SystemTime,
    seed: u64,
    dice: Dice,
    hops: Vec<Hop>,
    removed: Vec<Removed>,
    /// The end of the first pause that kept a path out.
    paused_until: Option<SystemTime>,
}

/// A path that may become a hop.
struct Candidate<'a> {
    mx: &'a MxHost,
    /// The place of the host among its equals, by chance.
    host_rank: usize,
    /// The place of the address among those of its host, by the resolver.
    address_rank: usize,
    address: IpAddr,
    egress_index: usize,
    egress: &'a Egress,
    estimate: Duration,
    reasons: Vec<Reason>,
    /// A breaker is open, and strict order keeps the path all the same.
    shunned: bool,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        planner: &'a RoutePlanner,
        destination: &'a Destination,
        now: SystemTime,
        seed: u64,
    ) -> Self {
        let (hops, removed) = (Vec::new(), Vec::new());
        let dice = Dice::new(seed);
        Self { planner, destination, now, seed, dice, hops, removed, paused_until: None }
    }

    pub(super) fn run(mut self) -> Outcome {
        let mx = self.destination.mx();
        if mx.is_null() {
            return self.finish(Some(NoRoute::NullMx));
        }
        self.removed.extend(mx.faults().iter().map(Removed::from));
        let cut = mx.without_own(|host| self.is_own(host));
        self.removed.extend(cut.removed.iter().map(|host| Removed::host(host, Rule::OwnHost)));
        if cut.is_loop() {
            return self.finish(Some(NoRoute::MailLoop));
        }
        if cut.kept.hosts().is_empty() {
            return self.finish(Some(NoRoute::NoUsableMx));
        }
        self.note_paused_egresses();
        self.add_tiers(&cut.kept);
        let no_route = self.hops.is_empty().then(|| self.why_no_route());
        self.finish(no_route)
    }

    fn is_own(&self, mx: &MxHost) -> bool {
        let named = |own: &_| mx.host.as_domain() == Some(own);
        self.planner.options.own_names.iter().any(named)
            || self.destination.addresses(&mx.host).iter().any(|&a| self.planner.is_own_address(a))
    }

    fn note_paused_egresses(&mut self) {
        for (index, egress) in self.planner.egresses.iter().enumerate() {
            if let Pass::Shut(rule, _) =
                self.pass(self.planner.health.egress(index), BreakerScope::Egress)
            {
                let egress = Some(egress.id().clone());
                self.removed.push(Removed { egress, ..Removed::new(rule) });
            }
        }
    }

    fn add_tiers(&mut self, kept: &MxSet) {
        let lowest = self.destination.mx().hosts().first().map_or(0, |mx| mx.preference);
        for tier in kept.hosts().chunk_by(|a, b| a.preference == b.preference) {
            let place = self.place_of_tier(tier, lowest);
            let candidates = self.candidates(tier);
            let ranked = self.rank(candidates);
            let origin = match kept.origin() {
                MxOrigin::Implicit => Some(Reason::ImplicitMx),
                MxOrigin::Literal => Some(Reason::AddressLiteral),
                _ => place,
            };
            self.hops.extend(ranked.into_iter().map(|candidate| {
                candidate.into_hop(origin.clone(), self.planner.options.round_trips)
            }));
        }
    }

    fn place_of_tier(&self, tier: &[MxHost], lowest: u16) -> Option<Reason> {
        let preference = tier.first()?.preference;
        Some(if preference == lowest {
            Reason::LowestPreference { preference }
        } else if self.hops.is_empty() {
            Reason::LowerPreferencesRemoved { preference, lowest }
        } else {
            Reason::LaterPreference { preference }
        })
    }

    /// Every path to the hosts of one preference that may be used, by address.
    fn candidates<'t>(&mut self, tier: &'t [MxHost]) -> Vec<Vec<Candidate<'t>>>
    where
        'a: 't,
    {
        let mut ranks: Vec<usize> = (0..tier.len()).collect();
        self.dice.shuffle(&mut ranks);
        let mut found = Vec::new();
        for (mx, rank) in tier.iter().zip(ranks) {
            self.note_addresses(mx);
            for (address_rank, &address) in self.destination.addresses(&mx.host).iter().enumerate()
            {
                found.push(self.paths(mx, rank, address_rank, address));
            }
        }
        found
    }

    fn note_addresses(&mut self, mx: &MxHost) {
        let count = self.destination.addresses_over_limit(&mx.host);
        if count > 0 {
            self.removed.push(Removed::host(mx, Rule::AddressLimit { count }));
        }
        if self.destination.lookup_failed(&mx.host) {
            self.removed.push(Removed::host(mx, Rule::AddressLookupFailed));
        } else if self.destination.addresses(&mx.host).is_empty() {
            self.removed.push(Removed::host(mx, Rule::NoAddress));
        }
    }

    /// The paths to one address, best egress first.
    fn paths<'t>(
        &mut self,
        mx: &'t MxHost,
        host_rank: usize,
        address_rank: usize,
        address: IpAddr,
    ) -> Vec<Candidate<'t>>
    where
        'a: 't,
    {
        let planner = self.planner;
        if planner.options.special_addresses == SpecialAddresses::Refuse && is_special(address) {
            self.removed.push(Removed::address(mx, address, Rule::SpecialAddress));
            return Vec::new();
        }
        if !planner.egresses.iter().any(|egress| egress.reaches(address)) {
            self.removed.push(Removed::address(mx, address, Rule::NoEgressForFamily));
            return Vec::new();
        }
        let at_address = self.pass(planner.health.address(address), BreakerScope::Address);
        if let Pass::Shut(rule, until) = at_address {
            self.pause(until);
            self.removed.push(Removed::address(mx, address, rule));
            return Vec::new();
        }
        let mut paths = Vec::new();
        for (egress_index, egress) in planner.egresses.iter().enumerate() {
            if !egress.reaches(address) {
                continue;
            }
            let (estimate, why) = self.estimate(egress_index, egress, address);
            let mut candidate = Candidate {
                mx,
                host_rank,
                address_rank,
                address,
                egress_index,
                egress,
                estimate,
                reasons: vec![why],
                shunned: false,
            };
            if self.admit(&mut candidate, &at_address) {
                paths.push(candidate);
            }
        }
        self.keep_best_egresses(paths)
    }

    /// Whether the breakers of egress and path let a candidate pass; notes what they said.
    fn admit(&mut self, candidate: &mut Candidate<'_>, at_address: &Pass) -> bool {
        let health = &self.planner.health;
        let (index, address) = (candidate.egress_index, candidate.address);
        let at_egress = self.pass(health.egress(index), BreakerScope::Egress);
        let at_path = self.pass(health.path(index, address), BreakerScope::Path);
        if let Pass::Shut(_, until) = at_egress {
            // The egress stands among the removed already.
            self.pause(until);
            return false;
        }
        if let Pass::Shut(rule, until) = at_path {
            self.pause(until);
            let egress = Some(candidate.egress.id().clone());
            self.removed.push(Removed { egress, ..Removed::address(candidate.mx, address, rule) });
            return false;
        }
        for pass in [at_address, &at_egress, &at_path] {
            if let Pass::With(reason) = pass {
                candidate.shunned |= matches!(reason, Reason::BreakerIgnored { .. });
                candidate.reasons.push(reason.clone());
            }
        }
        true
    }

    fn keep_best_egresses<'t>(&mut self, mut paths: Vec<Candidate<'t>>) -> Vec<Candidate<'t>> {
        // A stable choice: who changes egress without need spoils the reputation of both.
        by_time(&mut paths, |group| group.sort_by_key(|path| path.egress_index));
        paths.sort_by_key(|path| path.shunned);
        let keep = self.planner.options.egresses_per_address.max(1).min(paths.len());
        for slower in paths.drain(keep..) {
            let egress = Some(slower.egress.id().clone());
            let removed = Removed::address(slower.mx, slower.address, Rule::SlowerEgress);
            self.removed.push(Removed { egress, ..removed });
        }
        paths
    }

    /// Each address from its best egress, then each from its next one.
    fn rank<'t>(&self, addresses: Vec<Vec<Candidate<'t>>>) -> Vec<Candidate<'t>> {
        let mut rounds: Vec<Vec<Candidate<'t>>> = Vec::new();
        for paths in addresses {
            for (round, path) in paths.into_iter().enumerate() {
                if rounds.len() <= round {
                    rounds.push(Vec::new());
                }
                if let Some(paths) = rounds.get_mut(round) {
                    paths.push(path);
                }
            }
        }
        rounds.iter_mut().for_each(|paths| by_time(paths, |group| self.order_equals(group)));
        rounds.iter_mut().skip(1).flatten().for_each(|path| path.reasons.push(Reason::OtherEgress));
        let mut ranked: Vec<_> = rounds.into_iter().flatten().collect();
        ranked.sort_by_key(|path| path.shunned);
        ranked
    }

    /// Hosts about as fast stand in the order of chance, their addresses in that of the resolver.
    fn order_equals(&self, group: &mut [Candidate<'_>]) {
        group.sort_by_key(|path| (path.host_rank, path.address_rank));
        let hosts = group.chunk_by(|a, b| a.host_rank == b.host_rank).count();
        if hosts > 1 {
            let reason = Reason::EqualPreference { hosts, seed: self.seed };
            group.iter_mut().for_each(|path| path.reasons.push(reason.clone()));
        }
    }

    fn estimate(&self, index: usize, egress: &Egress, address: IpAddr) -> (Duration, Reason) {
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

    fn pass(&self, breaker: Option<&Breaker>, scope: BreakerScope) -> Pass {
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

    fn pause(&mut self, until: SystemTime) {
        self.paused_until = Some(self.paused_until.map_or(until, |earlier| earlier.min(until)));
    }

    fn why_no_route(&self) -> NoRoute {
        let has = |rule: &Rule| self.removed.iter().any(|removed| removed.rule == *rule);
        match self.paused_until {
            Some(until) => NoRoute::AllPaused { until },
            None if has(&Rule::AddressLookupFailed) => NoRoute::AddressLookupFailed,
            None if has(&Rule::NoEgressForFamily) => NoRoute::NoEgressForFamily,
            None => NoRoute::NoAddress,
        }
    }

    fn finish(mut self, no_route: Option<NoRoute>) -> Outcome {
        let count = self.hops.len().saturating_sub(self.planner.options.limits.hops.max(1));
        if count > 0 {
            self.hops.truncate(self.hops.len() - count);
            self.removed.push(Removed::new(Rule::HopLimit { count }));
        }
        let waits = self.hops.iter().map(|hop| hop.connect_timeout);
        let attempt_timeout = waits.fold(Duration::ZERO, Duration::saturating_add);
        self.hops.iter_mut().for_each(|hop| hop.attempt_timeout = attempt_timeout);
        Outcome { hops: self.hops, removed: self.removed, no_route }
    }
}

impl Candidate<'_> {
    fn into_hop(self, place: Option<Reason>, round_trips: u32) -> Hop {
        let round_trip = self.estimate.checked_div(round_trips).unwrap_or(self.estimate);
        // Room for two lost SYNs, which are sent again after one and three seconds.
        let wait = Duration::from_secs(3).saturating_add(round_trip.saturating_mul(4));
        Hop {
            egress: self.egress.id().clone(),
            source: self.egress.source_for(self.address),
            host: self.mx.host.clone(),
            address: self.address,
            preference: self.mx.preference,
            estimate: self.estimate,
            connect_timeout: wait.clamp(SHORTEST_CONNECT, LONGEST_CONNECT),
            attempt_timeout: Duration::ZERO,
            reasons: place.into_iter().chain(self.reasons).collect(),
        }
    }
}

/// What a breaker says about a path.
enum Pass {
    Free,
    With(Reason),
    Shut(Rule, SystemTime),
}

/// Sorts by estimate, and hands over each group about as fast as its fastest.
///
/// "About" means within a fifth or a tenth of a second: less is noise and no reason to favour a host.
fn by_time<'t>(paths: &mut [Candidate<'t>], mut order: impl FnMut(&mut [Candidate<'t>])) {
    paths.sort_by_key(|path| path.estimate);
    let mut rest = paths;
    while let Some(fastest) = rest.first().map(|path| path.estimate) {
        let near = fastest.saturating_add((fastest / 5).max(Duration::from_millis(100)));
        let size = rest.partition_point(|path| path.estimate <= near);
        let (group, slower) = rest.split_at_mut(size);
        order(group);
        rest = slower;
    }
}

fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let this_network = v4.octets().first() == Some(&0);
            this_network
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unicast_link_local()
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no distance on Earth is negative or above 20,100 km"
)]
fn whole_kilometers(kilometers: f64) -> u32 {
    kilometers.round() as u32
}

const SHORTEST_CONNECT: Duration = Duration::from_secs(4);
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
