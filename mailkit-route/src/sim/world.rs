//! A world to route mail in: domains with their hosts, egresses, and all that will break.

use super::faults::{Fault, FaultKind, FaultMix};
use super::{Topology, Weather};

mod build;
mod host;
mod options;
mod path;

pub use host::SimHost;
pub use options::{WorldError, WorldOptions};
pub use path::{Ending, Meeting, Path};

/// Domains, hosts, egresses and their faults, the same for the same seed.
///
/// [`World::new`] draws one by chance; [`World::of_scenario`] has one domain and one fault; [`World::of_hosts`] has
/// hosts and faults of one's own.
#[derive(Clone, Debug)]
pub struct World<'a> {
    topology: &'a Topology,
    weather: &'a Weather,
    faults: FaultMix,
    length: f64,
    egresses: Vec<Egress>,
    hosts: Vec<SimHost>,
    /// The hosts of each domain, by preference.
    domains: Vec<Vec<usize>>,
    shares: Vec<f64>,
}

impl World<'_> {
    /// How many egresses there are; mail starts at number 0.
    #[must_use]
    pub fn egresses(&self) -> usize {
        self.egresses.len()
    }

    /// The place of an egress.
    #[must_use]
    pub fn egress_site(&self, egress: usize) -> usize {
        self.egresses.get(egress).map_or(0, |egress| egress.site)
    }

    /// Seconds to hand a mail over to an egress: two round trips from where it starts.
    #[must_use]
    pub fn handoff(&self, egress: usize) -> f64 {
        self.egresses.get(egress).map_or(0.0, |egress| egress.handoff)
    }

    /// All hosts; policies know them by their place in this list.
    #[must_use]
    pub fn hosts(&self) -> &[SimHost] {
        &self.hosts
    }

    /// The hosts of a domain, by preference.
    #[must_use]
    pub fn hosts_of(&self, domain: usize) -> &[usize] {
        self.domains.get(domain).map_or(&[], Vec::as_slice)
    }

    /// How many domains there are.
    #[must_use]
    pub fn domains(&self) -> usize {
        self.domains.len()
    }

    /// The shares of the domains in the mail.
    #[must_use]
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// The length of the run in seconds.
    #[must_use]
    pub fn length(&self) -> f64 {
        self.length
    }

    /// The places.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        self.topology
    }

    /// The round trip from an egress to a host at a time, in seconds.
    #[must_use]
    pub fn round_trip(&self, path: Path, time: f64) -> f64 {
        let Some((egress, host)) = self.ends(path) else { return 0.0 };
        let Some((weather, faults)) = egress.ways.get(host.site) else { return 0.0 };
        let multiple = if egress.site == host.site { 1.0 } else { self.weather.at(*weather, time) };
        let congested =
            Fault::at(faults, time).is_some_and(|fault| fault.kind == FaultKind::Congestion);
        let congestion = if congested { self.faults.congestion } else { 1.0 };
        self.topology.round_trip(egress.site, host.site) * multiple * congestion
    }

    /// What a connection over a path meets at a time. `luck` from 0 to 1 says whether it is one of those
    /// that get no answer under congestion: below 0.2.
    #[must_use]
    pub fn meet(&self, path: Path, time: f64, luck: f64) -> Meeting {
        let Some((egress, host)) = self.ends(path) else {
            return Meeting::new(Ending::Silent, 0.0);
        };
        let handoff = egress.handoff;
        if Fault::at(&egress.outages, time).is_some() {
            return Meeting::new(Ending::EgressDown, handoff + 2.0);
        }
        let way = egress.ways.get(host.site).and_then(|(_, faults)| Fault::at(faults, time));
        match way.map(|fault| fault.kind) {
            Some(FaultKind::Blackhole) => return Meeting::new(Ending::Silent, handoff),
            Some(FaultKind::Congestion) if luck < 0.2 => {
                return Meeting::new(Ending::Silent, handoff);
            }
            _ => {}
        }
        let round_trip = self.round_trip(path, time);
        let accepted = handoff + MAIL_ROUND_TRIPS * round_trip + host.service;
        let deferred = |round_trips| {
            Meeting::new(Ending::Deferred, handoff + round_trips * round_trip + host.service * 0.3)
        };
        match Fault::at(&host.faults, time).map(|fault| fault.kind) {
            Some(FaultKind::Blackhole) => Meeting::new(Ending::Silent, handoff),
            Some(FaultKind::Refuse) => Meeting::new(Ending::Refused, handoff + round_trip),
            Some(FaultKind::Defer) => deferred(4.0),
            Some(FaultKind::Slow(more)) => Meeting::new(Ending::Accepted, accepted + more),
            _ if Self::defers_egress(egress, host, time) => deferred(6.0),
            _ => Meeting::new(Ending::Accepted, accepted),
        }
    }

    /// Whether an egress is out.
    #[must_use]
    pub fn is_out(&self, egress: usize, time: f64) -> bool {
        self.egresses.get(egress).is_some_and(|egress| Fault::at(&egress.outages, time).is_some())
    }

    /// The fault that keeps a host from taking mail at a time; a slow host takes it.
    #[must_use]
    pub fn dead(&self, host: usize, time: f64) -> Option<Fault> {
        let fault = Fault::at(&self.hosts.get(host)?.faults, time)?;
        (!matches!(fault.kind, FaultKind::Slow(_))).then_some(fault)
    }

    fn defers_egress(egress: &Egress, host: &SimHost, time: f64) -> bool {
        egress.reputation.get(host.domain).is_some_and(|faults| Fault::at(faults, time).is_some())
    }

    fn ends(&self, path: Path) -> Option<(&Egress, &SimHost)> {
        Some((self.egresses.get(path.egress)?, self.hosts.get(path.host)?))
    }
}

#[derive(Clone, Debug)]
struct Egress {
    site: usize,
    handoff: f64,
    outages: Vec<Fault>,
    /// The way to each site: which weather it has, and what breaks.
    ways: Vec<(usize, Vec<Fault>)>,
    /// What each domain holds against it.
    reputation: Vec<Vec<Fault>>,
}

/// Of a mail over TLS, from the SYN to the 250 after the final dot.
pub(super) const MAIL_ROUND_TRIPS: f64 = 7.0;
