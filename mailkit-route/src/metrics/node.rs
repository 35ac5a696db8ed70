//! What one node has counted.

use std::net::IpAddr;

use super::{
    Scope, ScopeKind,
    table::ScopeTable,
    track::{Cell, Track},
};
use crate::{EgressId, Hop, Host, timing::Provider};

/// A table for each kind of scope, so that a flood of hosts makes nobody forget a provider.
#[derive(Debug)]
pub(super) struct Node {
    /// Grows with each record.
    pub(super) revision: u64,
    egresses: ScopeTable<EgressId>,
    hosts: ScopeTable<Host>,
    paths: ScopeTable<(EgressId, IpAddr)>,
    providers: ScopeTable<Provider>,
}

impl Node {
    /// Each kind has a quarter of the memory.
    pub(super) fn new(octets: usize) -> Self {
        let share = octets / 4;
        Self {
            revision: 0,
            egresses: ScopeTable::new(share),
            hosts: ScopeTable::new(share),
            paths: ScopeTable::new(share),
            providers: ScopeTable::new(share),
        }
    }

    pub(super) fn record(
        &mut self,
        hop: &Hop,
        provider: Option<&Provider>,
        cells: &[Cell],
        second: u64,
    ) {
        self.egresses.record(&hop.egress, cells, second);
        self.hosts.record(&hop.host, cells, second);
        self.paths.record(&(hop.egress.clone(), hop.address), cells, second);
        if let Some(provider) = provider {
            self.providers.record(provider, cells, second);
        }
    }

    /// Adds a scope as it is, if it is new and there is room.
    pub(super) fn restore(&mut self, scope: Scope, track: Track) -> bool {
        match scope {
            Scope::Egress(egress) => self.egresses.restore(egress, track),
            Scope::Host(host) => self.hosts.restore(host, track),
            Scope::Path(egress, address) => self.paths.restore((egress, address), track),
            Scope::Provider(provider) => self.providers.restore(provider, track),
        }
    }

    pub(super) fn get(&self, scope: &Scope) -> Option<&Track> {
        match scope {
            Scope::Egress(egress) => self.egresses.get(egress),
            Scope::Host(host) => self.hosts.get(host),
            Scope::Path(egress, address) => self.paths.get(&(egress.clone(), *address)),
            Scope::Provider(provider) => self.providers.get(provider),
        }
    }

    /// All scopes of a kind, in no order.
    pub(super) fn scopes(&self, kind: ScopeKind) -> Vec<(Scope, &Track)> {
        match kind {
            ScopeKind::Egress => {
                self.egresses.iter().map(|(id, track)| (Scope::Egress(id.clone()), track)).collect()
            }
            ScopeKind::Host => {
                self.hosts.iter().map(|(host, track)| (Scope::Host(host.clone()), track)).collect()
            }
            ScopeKind::Path => {
                let named = |((egress, address), track): (&(EgressId, _), _)| {
                    (Scope::Path(egress.clone(), *address), track)
                };
                self.paths.iter().map(named).collect()
            }
            ScopeKind::Provider => {
                let named = |(name, track): (&Provider, _)| (Scope::Provider(name.clone()), track);
                self.providers.iter().map(named).collect()
            }
        }
    }

    /// How many scopes had to go.
    pub(super) fn forgotten(&self) -> u64 {
        self.egresses.forgotten()
            + self.hosts.forgotten()
            + self.paths.forgotten()
            + self.providers.forgotten()
    }
}
