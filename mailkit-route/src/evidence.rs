//! What was seen of egresses, ways, hosts and domains, and what follows for the next mail.
//!
//! A mail takes the handover to its egress, some round trips to the place of the host, and the work of
//! the host. The round trip is learned for all hosts of a place, the work for a host from all egresses,
//! so that little mail tells much.

mod agenda;
mod breaker;
mod choice;
mod domain;
mod estimate;
mod host;
mod learn;
mod probe;
mod recovery;
mod round_trip;
mod score;
mod share;
mod site;
mod table;
mod tick;
mod ways;

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

pub(crate) use agenda::{Question, Target};
pub(crate) use breaker::{Kind, Scope, State};
pub use choice::Decision;
pub(crate) use choice::{Field, chance};
pub(crate) use domain::{DomainEvidence, Mark};
pub(crate) use learn::Fault;
pub(crate) use score::about_as_fast;
pub(crate) use share::{Change, Timing};
pub(crate) use site::SiteKey;
pub(crate) use table::RowId;
pub(crate) use tick::Tick;

use agenda::Agenda;
use breaker::Breaker;
use host::HostEvidence;
use share::Sharing;
use site::SiteEvidence;
use table::Table;
use ways::Ways;

use crate::bounded::BoundedMap;
use crate::seed::Dice;
use crate::{Host, Limits, PlannerOptions, PreferenceRule};

/// A way from an egress to a host, for mail to a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathId {
    pub(crate) egress: u8,
    pub(crate) host: RowId,
    pub(crate) domain: RowId,
}

/// How the time of a mail is made up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Model {
    /// Of a mail, from the SYN to the 250 after the final dot.
    pub(crate) round_trips: f32,
    /// The work of a host that was never seen, in seconds.
    pub(crate) service: f32,
    /// The round trip to a place that nobody knows, in seconds.
    pub(crate) round_trip: f32,
    /// In seconds, how soon the last round trip seen gives way to the mean.
    pub(crate) round_trip_memory: f32,
    /// The same of the work of a host.
    pub(crate) service_memory: f32,
}

/// Everything that was seen, within the limits.
#[derive(Debug)]
pub(crate) struct Evidence {
    model: Model,
    /// Seconds to hand a mail over to each egress.
    handoffs: Vec<f32>,
    /// The egresses that reach hosts by IPv4, and those by IPv6.
    families: (u32, u32),
    /// Whether a breaker leaves nothing out.
    is_strict: bool,
    /// From how many egresses a host is tried in one attempt.
    most_of_a_host: u8,
    sites: Table<KeyHash, SiteEvidence>,
    ways: Ways,
    hosts: Table<IpAddr, HostEvidence>,
    domains: Table<KeyHash, DomainEvidence>,
    /// The egresses, a bit each, that do not use an address because their region sees others of its host.
    elsewhere: BoundedMap<RowId, u32>,
    /// Domains whose mail failed since they last took some, with their names.
    waiting: HashMap<RowId, Host>,
    recovered: BTreeSet<Host>,
    breakers: HashMap<Scope, Breaker>,
    /// Egresses with a breaker.
    shut: u32,
    agenda: Agenda,
    sharing: Sharing,
    dice: Dice,
}

/// A hash of a name, under a key of the table: names are long and never read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyHash(u64);

/// What an egress is to evidence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EgressFacts {
    /// Seconds to hand a mail over.
    pub(crate) handoff: f32,
    pub(crate) ipv4: bool,
    pub(crate) ipv6: bool,
}

impl Evidence {
    pub(crate) fn new(
        options: &PlannerOptions,
        egresses: impl Iterator<Item = EgressFacts>,
    ) -> Self {
        let mut families = (0, 0);
        let facts = egresses.enumerate().map(|(index, facts)| {
            families.0 |= u32::from(facts.ipv4) << index;
            families.1 |= u32::from(facts.ipv6) << index;
            facts.handoff
        });
        let handoffs: Vec<f32> = facts.collect();
        let (ways, limits) = (Ways::new(handoffs.len()), &options.limits);
        let most_of_a_host = options.egresses_per_address.clamp(1, Limits::EGRESSES);
        Self {
            model: options.model(),
            handoffs,
            families,
            is_strict: options.preference_rule == PreferenceRule::Strict,
            most_of_a_host: u8::try_from(most_of_a_host).unwrap_or(u8::MAX),
            sites: Table::new(limits.sites.max(Limits::DESTINATION)),
            ways,
            hosts: Table::new(limits.hosts.max(Limits::DESTINATION)),
            domains: Table::new(limits.domains),
            elsewhere: BoundedMap::new(limits.hosts),
            waiting: HashMap::new(),
            recovered: BTreeSet::new(),
            breakers: HashMap::new(),
            shut: 0,
            agenda: Agenda::default(),
            sharing: Sharing::default(),
            dice: Dice::new(options.seed),
        }
    }

    pub(crate) fn hash_of(&self, name: &str) -> u64 {
        self.sites.hash_of(name)
    }

    /// The row of a host, whose place is as given; `guess` says how many seconds a round trip to it
    /// should take from each egress.
    pub(crate) fn claim_host(
        &mut self,
        address: IpAddr,
        key: SiteKey,
        guess: impl Fn(usize) -> f32,
    ) -> RowId {
        let key = KeyHash(self.sites.hash_of(key));
        let mut is_new = false;
        let site = self.sites.claim(key, || {
            is_new = true;
            SiteEvidence::new()
        });
        if is_new {
            self.ways.begin(site, guess);
        }
        let service = self.model.service;
        let host = self.hosts.claim(address, || HostEvidence::new(site, service));
        if let Some(known) = self.hosts.get_mut(host) {
            known.move_to(site);
        }
        host
    }

    /// The rows of a host that was claimed, and of its place.
    pub(crate) fn find_host(&self, address: IpAddr) -> (RowId, RowId) {
        let host = self.hosts.find(&address).unwrap_or(RowId::NONE);
        (host, self.hosts.get(host).map_or(RowId::NONE, |host| host.site))
    }

    /// The row of a domain with these hosts, by preference.
    pub(crate) fn claim_domain(&mut self, name: &Host, targets: &[Mark]) -> RowId {
        let key = KeyHash(self.domains.hash_of(name));
        let domain = self.domains.claim(key, DomainEvidence::default);
        if let Some(known) = self.domains.get_mut(domain)
            && *known.targets != *targets
        {
            known.targets = targets.into();
        }
        domain
    }

    /// These egresses, a bit each, leave a host to the others.
    pub(crate) fn leave_out(&mut self, host: RowId, egresses: u32) {
        if egresses != 0 || self.elsewhere.get(&host).is_some() {
            *self.elsewhere.entry(host) = egresses;
        }
    }

    /// The egresses that reach a host by its address family, and use it.
    fn egresses_for(&self, host: RowId) -> impl Iterator<Item = u8> + Clone + use<> {
        egresses_of(self.families_of(host))
    }

    /// The same, a bit each.
    fn families_of(&self, host: RowId) -> u32 {
        let reached = match self.hosts.key(host) {
            Some(IpAddr::V4(_)) => self.families.0,
            Some(IpAddr::V6(_)) => self.families.1,
            None => 0,
        };
        // Most planners know of no region, and then nothing is looked up.
        if self.elsewhere.is_empty() {
            return reached;
        }
        reached & !self.elsewhere.get(&host).copied().unwrap_or_default()
    }

    /// The egresses that mail is handed over to.
    fn remote_egresses(&self) -> impl Iterator<Item = u8> + use<> {
        let remote =
            |mask, (egress, handoff): (usize, &f32)| mask | u32::from(*handoff > 0.0) << egress;
        let mask = self.handoffs.iter().enumerate().fold(0, remote);
        egresses_of(mask)
    }

    /// When probes are due next; none are before the first mail.
    pub(crate) fn next_probes_at(&self) -> Option<Tick> {
        self.agenda.next_at()
    }

    /// How many hosts, places and domains are remembered.
    pub(crate) fn sizes(&self) -> [usize; 3] {
        [self.hosts.len(), self.sites.len(), self.domains.len()]
    }
}

/// Whether the bit of an egress is set.
fn has(mask: u32, egress: u8) -> bool {
    mask >> egress & 1 == 1
}

/// The numbers of the bits that are set.
fn egresses_of(mut mask: u32) -> impl Iterator<Item = u8> + Clone {
    std::iter::from_fn(move || {
        let lowest = u8::try_from(mask.trailing_zeros()).ok().filter(|&bit| bit < 32)?;
        mask &= mask - 1;
        Some(lowest)
    })
}
