//! The hosts of a destination: which may be used, and where what is learned of them is kept.

use std::net::IpAddr;

use super::{RoutePlanner, SpecialAddresses};
use crate::evidence::{Mark, RowId, SiteKey};
use crate::special::is_special;
use crate::{Demand, Destination, Egress, MxHost, MxSet, NoRoute, Removed, Rule};

/// The hosts that may be used for a mail.
pub(super) struct Selection {
    pub(super) kept: MxSet,
    /// What is left out of the MX set, and why.
    pub(super) removed: Vec<Removed>,
    /// Why none is kept.
    pub(super) no_route: Option<NoRoute>,
}

impl RoutePlanner {
    /// The hosts that are not our own and that a demand allows: what a plan is made of, and the next hop as well.
    pub(super) fn select(&self, destination: &Destination, demand: &Demand) -> Selection {
        let mx = destination.mx();
        let cut = mx.without_own(|host| self.is_own(destination, host));
        let mut removed: Vec<_> = mx.faults().iter().map(Removed::from).collect();
        removed.extend(cut.removed.iter().map(|host| Removed::host(host, Rule::OwnHost)));
        if mx.is_null() {
            let (kept, removed) = (cut.kept, Vec::new());
            return Selection { kept, removed, no_route: Some(NoRoute::NullMx) };
        }
        if cut.kept.hosts().is_empty() {
            let no_route = if cut.is_loop() { NoRoute::MailLoop } else { NoRoute::NoUsableMx };
            return Selection { kept: cut.kept, removed, no_route: Some(no_route) };
        }
        let before = removed.len();
        let kept = cut.kept.retaining(|mx| match demand.host_rule(&mx.host) {
            Some(rule) => {
                removed.push(Removed::host(mx, rule));
                false
            }
            None => true,
        });
        let refused = removed.get(before..).unwrap_or_default();
        let no_route = kept.hosts().is_empty().then(|| why_no_host(refused));
        Selection { kept, removed, no_route }
    }

    /// Makes room for what is learned of a destination.
    pub(super) fn admit(&mut self, destination: &Destination) -> RowId {
        let cut = destination.mx().without_own(|mx| self.is_own(destination, mx));
        for mx in cut.kept.hosts() {
            for &address in destination.addresses(&mx.host) {
                if !self.is_refused(address) {
                    self.claim_host(destination, mx, address);
                }
            }
        }
        let targets = self.marks(destination, &cut.kept);
        self.evidence.claim_domain(destination.name(), &targets)
    }

    /// The addresses of these hosts, each once; there is room for them.
    pub(super) fn marks(&self, destination: &Destination, hosts: &MxSet) -> Vec<Mark> {
        let mut targets: Vec<Mark> = Vec::new();
        let tiers = hosts.hosts().chunk_by(|a, b| a.preference == b.preference);
        for (number, mx) in tiers.flat_map(|tier| (0..).zip(tier)) {
            for &address in destination.addresses(&mx.host) {
                if self.is_refused(address) {
                    continue;
                }
                let (host, site) = self.evidence.find_host(address);
                if !targets.iter().any(|mark| mark.host == host) {
                    targets.push(Mark { preference: mx.preference, number, host, site });
                }
            }
        }
        targets
    }

    fn claim_host(&mut self, destination: &Destination, mx: &MxHost, address: IpAddr) {
        let site = destination.site(address).map_or_else(
            || SiteKey::network(address),
            |name| SiteKey::Named(self.evidence.hash_of(name)),
        );
        let location = destination.location(address);
        let (egresses, assumed) = (&self.egresses, self.options.assumed_round_trip);
        let host = self.evidence.claim_host(address, site, |egress| {
            let guess = |to| Some(egresses.get(egress)?.location().expected_round_trip(to));
            location.and_then(guess).unwrap_or(assumed).as_secs_f32()
        });
        self.evidence.leave_out(host, self.elsewhere(destination, mx, address));
    }

    /// The egresses, a bit each, whose region sees other addresses of a host.
    fn elsewhere(&self, destination: &Destination, mx: &MxHost, address: IpAddr) -> u32 {
        if !destination.is_regional(&mx.host) {
            return 0;
        }
        let egresses = self.egresses.iter().enumerate();
        let other = egresses.filter(|(_, it)| !destination.is_for(&mx.host, it.region(), address));
        other.fold(0, |mask, (number, _)| mask | 1 << number)
    }

    fn is_own(&self, destination: &Destination, mx: &MxHost) -> bool {
        let named = |own: &_| mx.host.as_domain() == Some(own);
        self.options.own_names.iter().any(named)
            || destination.all_addresses(&mx.host).any(|address| self.is_own_address(address))
    }

    pub(super) fn is_refused(&self, address: IpAddr) -> bool {
        is_special(address) && self.options.special_addresses == SpecialAddresses::Refuse
    }

    /// A loopback address is everybody's own; it tells nothing where tests deliver to themselves.
    fn is_own_address(&self, address: IpAddr) -> bool {
        let ours = |egress: &Egress| egress.addresses().any(|own| own == address);
        let listed = self.options.own_addresses.iter().any(|own| own.to_canonical() == address);
        listed || (!address.is_loopback() && self.egresses.iter().any(ours))
    }
}

/// TLS policies are for a while and may be an attacker's; what a host does not offer is final.
fn why_no_host(removed: &[Removed]) -> NoRoute {
    let has = |rule: Rule| removed.iter().any(|removed| removed.rule == rule);
    if has(Rule::DaneLookupFailed) {
        NoRoute::DaneLookupFailed
    } else if has(Rule::MtaStsMismatch) {
        NoRoute::MtaStsMismatch
    } else {
        NoRoute::NoSmtputf8
    }
}
