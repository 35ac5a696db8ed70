//! One plan in the making.

use std::{
    collections::BTreeSet,
    net::IpAddr,
    time::{Duration, SystemTime},
};

use super::{
    cut::{self, Ranked},
    rank::{self, Candidate, Target},
    view::{Pass, View},
};
use crate::{
    Egress, MxHost, MxOrigin, MxSet, NoRoute, Reason, Rule,
    evidence::{PathId, RowId, Scope, chance},
    plan::{Hop, Removed},
};

/// What a draft comes to.
pub(super) struct Outcome {
    pub(super) hops: Vec<Hop>,
    pub(super) removed: Vec<Removed>,
    pub(super) no_route: Option<NoRoute>,
}

pub(super) struct Draft<'a> {
    view: View<'a>,
    domain: RowId,
    seed: u64,
    hops: Vec<Ranked>,
    /// The addresses that have a place, or were refused one.
    seen: BTreeSet<IpAddr>,
    removed: Vec<Removed>,
    /// The end of the first pause that kept a path out.
    paused_until: Option<SystemTime>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(view: View<'a>, domain: RowId, seed: u64) -> Self {
        let (hops, seen, removed) = (Vec::new(), BTreeSet::new(), Vec::new());
        Self { view, domain, seed, hops, seen, removed, paused_until: None }
    }

    pub(super) fn run(mut self) -> Outcome {
        let mx = self.view.destination.mx();
        if mx.is_null() {
            return self.finish(Some(NoRoute::NullMx));
        }
        self.removed.extend(mx.faults().iter().map(Removed::from));
        let cut = mx.without_own(|host| self.view.is_own(host));
        self.removed.extend(cut.removed.iter().map(|host| Removed::host(host, Rule::OwnHost)));
        if cut.is_loop() {
            return self.finish(Some(NoRoute::MailLoop));
        }
        if cut.kept.hosts().is_empty() {
            return self.finish(Some(NoRoute::NoUsableMx));
        }
        self.note_paused_egresses();
        self.add_tiers(&cut.kept);
        if self.hops.is_empty() {
            self.force(&cut.kept);
        }
        let no_route = self.hops.is_empty().then(|| self.why_no_route());
        self.finish(no_route)
    }

    fn note_paused_egresses(&mut self) {
        for (index, egress) in self.view.planner.egresses.iter().enumerate() {
            let Ok(number) = u8::try_from(index) else { continue };
            if let Pass::Shut(rule, _) = self.view.pass(Scope::Egress(number)) {
                let egress = Some(egress.id().clone());
                self.removed.push(Removed { egress, ..Removed::new(rule) });
            }
        }
    }

    fn add_tiers(&mut self, kept: &MxSet) {
        let lowest = self.view.destination.mx().hosts().first().map_or(0, |mx| mx.preference);
        for tier in kept.hosts().chunk_by(|a, b| a.preference == b.preference) {
            let place = self.place_of_tier(tier, lowest);
            let candidates = self.candidates(tier);
            let ranked = rank::in_rounds(candidates, self.seed);
            let origin = match kept.origin() {
                MxOrigin::Implicit => Some(Reason::ImplicitMx),
                MxOrigin::Literal => Some(Reason::AddressLiteral),
                _ => place,
            };
            self.hops.extend(ranked.into_iter().map(|candidate| {
                let Candidate { round, failures, .. } = candidate;
                Ranked { hop: self.view.hop(candidate, origin.clone()), round, failures }
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

    /// The paths to the hosts of one preference that may be used, by address.
    fn candidates<'t>(&mut self, tier: &'t [MxHost]) -> Vec<Vec<Candidate<'t>>>
    where
        'a: 't,
    {
        let mut found = Vec::new();
        for (number, mx) in (0..).zip(tier) {
            let host_rank = chance(self.seed, number);
            self.note_addresses(mx);
            let addresses = self.view.destination.addresses(&mx.host).iter().enumerate();
            for (address_rank, &address) in addresses {
                if self.seen.insert(address) {
                    let host = self.view.planner.evidence.find_host(address);
                    let target = Target { mx, host_rank, address, address_rank, host };
                    found.push(self.paths(target));
                } else {
                    self.removed.push(Removed::address(mx, address, Rule::DuplicateAddress));
                }
            }
        }
        found
    }

    fn note_addresses(&mut self, mx: &MxHost) {
        let count = self.view.destination.addresses_over_limit(&mx.host);
        if count > 0 {
            self.removed.push(Removed::host(mx, Rule::AddressLimit { count }));
        }
        if self.view.destination.lookup_failed(&mx.host) {
            self.removed.push(Removed::host(mx, Rule::AddressLookupFailed));
        } else if self.view.destination.addresses(&mx.host).is_empty() {
            self.removed.push(Removed::host(mx, Rule::NoAddress));
        }
    }

    /// The paths to one address, best egress first.
    fn paths<'t>(&mut self, target: Target<'t>) -> Vec<Candidate<'t>>
    where
        'a: 't,
    {
        if let Some(rule) = self.view.refusal(target.address) {
            self.removed.push(Removed::address(target.mx, target.address, rule));
            return Vec::new();
        }
        if let Pass::Shut(rule, until) = self.view.pass(Scope::Host(target.host)) {
            self.pause(until);
            self.removed.push(Removed::address(target.mx, target.address, rule));
            return Vec::new();
        }
        let planner = self.view.planner;
        let egresses = planner.egresses.iter().enumerate();
        let mut paths: Vec<_> =
            egresses.filter_map(|(index, egress)| self.path(target, index, egress)).collect();
        rank::by_egress(&mut paths);
        let keep = planner.options.egresses_per_address.max(1).min(paths.len());
        for slower in paths.drain(keep..) {
            self.removed.push(slower.removed(Rule::SlowerEgress));
        }
        paths
    }

    /// The path from one egress, if nothing speaks against it.
    fn path<'t>(
        &mut self,
        target: Target<'t>,
        egress_index: usize,
        egress: &'t Egress,
    ) -> Option<Candidate<'t>> {
        if !egress.reaches(target.address) {
            return None;
        }
        let egress_number = u8::try_from(egress_index).ok()?;
        let id = PathId { egress: egress_number, host: target.host, domain: self.domain };
        let (seconds, reason) = self.view.estimate(id, egress, target.address);
        let hoped = self.view.planner.evidence.hoped_seconds(id, self.view.now);
        let reasons = vec![reason];
        let (round, failures, shunned) = (0, 0, false);
        self.admit(Candidate {
            target,
            id,
            egress,
            seconds,
            hoped,
            round,
            failures,
            reasons,
            shunned,
        })
    }

    /// Lets a path through that no breaker holds back, with what the breakers said.
    fn admit<'t>(&mut self, mut path: Candidate<'t>) -> Option<Candidate<'t>> {
        for scope in self.view.planner.evidence.scopes(path.id) {
            match self.view.pass(scope) {
                Pass::Free => {}
                Pass::With(reason) => {
                    path.failures = path.failures.saturating_add(reason.failures());
                    path.shunned |= matches!(reason, Reason::BreakerIgnored { .. });
                    path.reasons.push(reason);
                }
                Pass::Shut(rule, until) => {
                    self.pause(until);
                    // Egresses stand among the removed already.
                    let new = !matches!(scope, Scope::Egress(_));
                    self.removed.extend(new.then(|| path.removed(rule)));
                    return None;
                }
            }
        }
        Some(path)
    }

    /// Where everything is paused and mail alone can tell whether that is over, this mail asks.
    fn force(&mut self, kept: &MxSet) {
        let Some(id) = self.view.planner.evidence.force(self.domain, self.view.now) else { return };
        if let Some(hop) = self.view.hop_over(id, kept.hosts(), Some(Reason::Forced)) {
            self.hops.push(Ranked { hop, round: 0, failures: 0 });
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
        let limit = self.view.planner.options.limits.hops.max(1);
        let (mut hops, cut) = cut::to_limit(self.hops, limit);
        self.removed.extend(cut.iter().map(|hop| Removed::hop(hop, Rule::HopLimit)));
        let waits = hops.iter().map(|hop| hop.connect_timeout);
        let attempt_timeout = waits.fold(Duration::ZERO, Duration::saturating_add);
        hops.iter_mut().for_each(|hop| hop.attempt_timeout = attempt_timeout);
        Outcome { hops, removed: self.removed, no_route }
    }
}
