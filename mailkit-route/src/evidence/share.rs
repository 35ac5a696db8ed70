//! What planners tell each other: when breakers opened and closed, and how long things took.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::breaker::{Breaker, Kind, LONGEST, Scope};
use super::host::HostEvidence;
use super::table::RowId;
use super::tick::Tick;
use super::{DomainEvidence, Evidence, KeyHash};
use crate::Host;
use crate::store::SharedEvidence;

/// What has to be remembered in order to tell it.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    /// When a breaker last opened or closed: what is open has a breaker.
    changes: HashMap<Scope, Tick>,
    /// The domains that hold something against an egress.
    names: HashMap<RowId, Host>,
}

/// What became of a breaker.
///
/// Of two at the same tick the greater counts, so that all planners decide alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Closed,
    Open { until: Tick, kind: Kind, failures: u8 },
}

/// How long something took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timing {
    pub(crate) count: u8,
    pub(crate) mean: f32,
    pub(crate) last: f32,
}

impl Evidence {
    /// Notes that a breaker opened or closed here. That comes after all that was known of it, whatever the clocks of
    /// other planners say.
    pub(super) fn note(&mut self, scope: Scope, now: Tick) {
        let known = self.sharing.changes.get(&scope);
        let known = known.filter(|known| known.since(now) <= SharedEvidence::AHEAD.as_secs_f32());
        let at = known.map_or(now, |known| now.max(known.plus(A_TICK)));
        self.keep_change(scope, at, now);
    }

    /// When there is no room, the old ones go, and where that is not enough all: what others tell of them counts again.
    fn keep_change(&mut self, scope: Scope, at: Tick, now: Tick) {
        let changes = &mut self.sharing.changes;
        if changes.len() >= MOST && !changes.contains_key(&scope) {
            changes.retain(|_, at| now.since(*at) <= LONGEST);
            if changes.len() >= MOST / 2 {
                changes.clear();
            }
        }
        changes.insert(scope, at);
    }

    /// The breaker went for want of room: nothing is known of it.
    pub(super) fn forget_change(&mut self, scope: Scope) {
        self.sharing.changes.remove(&scope);
    }

    /// Whether a domain holds something against an egress.
    pub(crate) fn is_deferring(&self, domain: RowId) -> bool {
        self.domains.get(domain).is_some_and(|known| known.shut != 0)
    }

    /// Keeps the name of such a domain.
    pub(crate) fn keep_name(&mut self, domain: RowId, name: &Host) {
        let Sharing { changes, names } = &mut self.sharing;
        if names.len() >= MOST && !names.contains_key(&domain) {
            let reputation = |scope: &Scope| match scope {
                Scope::Reputation(_, domain) => Some(*domain),
                _ => None,
            };
            let told: HashSet<RowId> = changes.keys().filter_map(reputation).collect();
            names.retain(|domain, _| told.contains(domain));
            if names.len() >= MOST / 2 {
                names.clear();
            }
        }
        names.entry(domain).or_insert_with(|| name.clone());
    }

    /// The name of such a domain.
    pub(crate) fn name_of(&self, domain: RowId) -> Option<&Host> {
        self.sharing.names.get(&domain)
    }

    /// The breakers that are open, and those that closed so lately that others may not know it.
    pub(crate) fn changes(&self, now: Tick) -> impl Iterator<Item = (Scope, Tick, Change)> {
        self.sharing.changes.iter().filter_map(move |(&scope, &at)| {
            let change = self.state_of(scope);
            let is_of_use = match change {
                Change::Open { until, .. } => until > now,
                Change::Closed => now.since(at) <= LONGEST,
            };
            is_of_use.then_some((scope, at, change))
        })
    }

    fn state_of(&self, scope: Scope) -> Change {
        match self.breakers.get(&scope) {
            Some(&Breaker { until, kind, failures, .. }) => Change::Open { until, kind, failures },
            None => Change::Closed,
        }
    }

    /// For each place the first of its hosts, for places have no name that others know.
    pub(crate) fn witnesses(&self) -> HashMap<RowId, IpAddr> {
        let mut witnesses = HashMap::new();
        for (_, &address, host) in self.hosts.rows() {
            let first = witnesses.entry(host.site).or_insert(address);
            *first = address.min(*first);
        }
        witnesses
    }

    /// The round trips from each egress to each place.
    pub(crate) fn round_trips(&self) -> impl Iterator<Item = (RowId, u8, Tick, Timing)> {
        self.sites.rows().flat_map(|(id, ..)| {
            (0..).zip(self.ways.to(id)).filter_map(move |(egress, way)| {
                let (at, timing) = way.timing()?;
                Some((id, egress, at, timing))
            })
        })
    }

    /// The work of each host on a mail.
    pub(crate) fn works_of_hosts(&self) -> impl Iterator<Item = (IpAddr, Tick, Timing)> {
        self.hosts.rows().filter_map(|(_, address, host)| {
            let (at, timing) = host.timing()?;
            Some((*address, at, timing))
        })
    }

    /// The address of a host.
    pub(crate) fn address_of(&self, host: RowId) -> Option<IpAddr> {
        self.hosts.key(host).copied()
    }

    /// Whether a host can be told from the way to it.
    pub(crate) fn has_second_egress(&self, host: RowId) -> bool {
        self.egresses_for(host).nth(1).is_some()
    }

    /// The row of a host that another planner tells of; none where it would take the place of another one.
    pub(crate) fn host_told_of(&mut self, address: IpAddr) -> Option<RowId> {
        if !self.hosts.has_room() {
            return self.hosts.find(&address);
        }
        let service = self.model.service;
        Some(self.hosts.claim(address, || HostEvidence::new(RowId::NONE, service)))
    }

    /// The same of a domain.
    pub(crate) fn domain_told_of(&mut self, name: &Host) -> Option<RowId> {
        let key = KeyHash(self.domains.hash_of(name));
        if !self.domains.has_room() {
            return self.domains.find(&key);
        }
        Some(self.domains.claim(key, DomainEvidence::default))
    }

    /// The row of a host that was met before, and of its place.
    pub(crate) fn place_of(&self, address: IpAddr) -> Option<(RowId, RowId)> {
        let (host, site) = self.find_host(address);
        self.sites.get(site).map(|_| (host, site))
    }

    /// Takes in what became of a breaker at another planner, for no longer than any pause; whether that was news.
    pub(crate) fn adopt_change(
        &mut self,
        scope: Scope,
        at: Tick,
        change: Change,
        now: Tick,
    ) -> bool {
        let change = match change {
            Change::Open { until, kind, failures } => {
                let until = until.min(at.plus(LONGEST));
                if until <= now {
                    return false;
                }
                Change::Open { until, kind, failures }
            }
            Change::Closed => change,
        };
        // As with a failure seen here: without another egress, the way is as good as the host.
        if let (Scope::Path(_, host), Change::Open { kind: Kind::Connection, .. }) = (scope, change)
            && !self.has_second_egress(host)
        {
            self.adopt_later(Scope::Host(host), at, change, now);
        }
        self.adopt_later(scope, at, change, now)
    }

    fn adopt_later(&mut self, scope: Scope, at: Tick, change: Change, now: Tick) -> bool {
        let ahead = SharedEvidence::AHEAD.as_secs_f32();
        let known = self.sharing.changes.get(&scope).filter(|known| known.since(now) <= ahead);
        if known.is_some_and(|known| (*known, self.state_of(scope)) >= (at, change)) {
            return false;
        }
        self.keep_change(scope, at, now);
        match change {
            Change::Closed => {
                if self.drop_breaker(scope) {
                    self.reopened(scope);
                }
            }
            Change::Open { kind, failures, until } => {
                let pause = until.since(now);
                let breaker = Breaker { failures, until, pause, kind, trial: None, heard: true };
                self.open(scope, breaker, now);
            }
        }
        true
    }

    /// Takes in how long connections from an egress to the place of a host took; whether that was news.
    pub(crate) fn adopt_round_trip(
        &mut self,
        egress: u8,
        site: RowId,
        at: Tick,
        timing: Timing,
    ) -> bool {
        let way = self.ways.to_mut(site).get_mut(usize::from(egress));
        way.is_some_and(|way| way.adopt(timing, at))
    }

    /// Takes in how long a host worked on mails; whether that was news.
    pub(crate) fn adopt_work(&mut self, host: RowId, at: Tick, timing: Timing) -> bool {
        self.hosts.get_mut(host).is_some_and(|host| host.adopt(timing, at))
    }
}

/// In seconds.
const A_TICK: f32 = 1.0 / 16.0;
/// Changes, and names, that are kept.
const MOST: usize = 65_536;
