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
    Egress, MxHost, MxSet, NoRoute, Reason, Rule,
    evidence::{Field, PathId, RowId, Scope, chance},
    plan::{Hop, Removed},
};

mod no_route;

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

    pub(super) fn run(mut self, now: SystemTime) -> Outcome {
        let selection = self.view.planner.select(self.view.destination, self.view.demand);
        self.removed.extend(selection.removed);
        let closed = || self.view.demand.outside_windows(now);
        if let Some(no_route) = selection.no_route.or_else(closed) {
            return self.finish(Some(no_route));
        }
        self.removed.extend(self.view.planner.ruled_out(self.view.demand));
        self.note_paused_egresses();
        self.add_tiers(&selection.kept);
        if self.hops.is_empty() {
            self.force(&selection.kept);
        }
        let no_route = self.hops.is_empty().then(|| self.why_no_route());
        self.finish(no_route)
    }

    fn add_tiers(&mut self, kept: &MxSet) {
        for tier in kept.hosts().chunk_by(|a, b| a.preference == b.preference) {
            let place = tier.first().map(|mx| match mx.preference {
                preference if self.hops.is_empty() => self.view.place(preference),
                preference => Reason::LaterPreference { preference },
            });
            let candidates = self.candidates(tier);
            let ranked = rank::in_rounds(candidates, self.seed);
            self.hops.extend(ranked.into_iter().filter_map(|candidate| {
                let Candidate { round, failures, .. } = candidate;
                Some(Ranked { hop: self.view.hop(candidate, place.clone())?, round, failures })
            }));
        }
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
                    let (host, _) = self.view.planner.evidence.find_host(address);
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
        if let Some(rule) = self.view.refusal(&target.mx.host, target.address) {
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
        let number = u8::try_from(egress_index).ok()?;
        let host = &target.mx.host;
        let used = self.view.destination.is_for(host, egress.region(), target.address);
        if !used || !egress.reaches(target.address) || !self.view.field.has(number) {
            return None;
        }
        let id = PathId { egress: number, host: target.host, domain: self.domain };
        let (seconds, seen) = self.view.estimate(id, egress, target.address);
        let wish = self.view.demand.wish(egress).map(|(_, reason)| reason);
        self.admit(Candidate {
            hoped: self.view.planner.evidence.hoped_seconds(id, self.view.now),
            reluctance: self.view.field.reluctance(number),
            reasons: std::iter::once(seen).chain(wish).collect(),
            ..Candidate::new(target, id, egress, seconds)
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
        let targets = self.view.planner.marks(self.view.destination, kept);
        let field = Field { targets: Some(&targets), ..self.view.field };
        let forced = self.view.planner.evidence.force(self.domain, field, self.view.now);
        let Some(id) = forced else { return };
        if let Some(hop) = self.view.hop_over(id, kept.hosts(), Some(Reason::Forced)) {
            // What is tried all the same is not left out.
            self.removed.retain(|it| !it.is_pause_of(&hop));
            self.hops.push(Ranked { hop, round: 0, failures: 0 });
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
