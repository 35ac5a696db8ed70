//! Which domains wait for a way that is open again.

use std::net::IpAddr;

use super::breaker::Scope;
use super::table::RowId;
use super::{Evidence, PathId};
use crate::Host;

impl Evidence {
    /// Mail to the domain failed.
    pub(crate) fn wait(&mut self, domain: RowId, name: &Host) {
        if self.waiting.len() >= MOST_WAITING {
            self.forget_waiting();
        }
        self.waiting.entry(domain).or_insert_with(|| name.clone());
    }

    /// Makes room: domains that are forgotten go, and where that is not enough, every second one.
    fn forget_waiting(&mut self) {
        let domains = &self.domains;
        self.waiting.retain(|domain, _| domains.get(*domain).is_some());
        if self.waiting.len() > MOST_WAITING / 2 {
            let mut odd = false;
            self.waiting.retain(|_, _| {
                odd = !odd;
                odd
            });
        }
    }

    /// The domain took mail.
    pub(super) fn works(&mut self, domain: RowId) {
        let name = self.waiting.remove(&domain);
        if self.recovered.len() < MOST_WAITING {
            self.recovered.extend(name);
        }
    }

    /// Something was closed, and is open again.
    pub(super) fn reopened(&mut self, scope: Scope) {
        let concerns = |domain: &RowId| {
            let targets = self.domains.get(*domain).map_or(&[][..], |known| &*known.targets);
            match scope {
                Scope::Egress(_) => true,
                Scope::Host(host) | Scope::Path(_, host) => {
                    targets.iter().any(|mark| mark.host == host)
                }
                Scope::Refusal(_, other) | Scope::Reputation(_, other) => *domain == other,
                Scope::Way(_, site) => targets
                    .iter()
                    .any(|mark| self.hosts.get(mark.host).is_some_and(|host| host.site == site)),
            }
        };
        let back: Vec<RowId> = self.waiting.keys().copied().filter(concerns).collect();
        back.into_iter().for_each(|domain| self.works(domain));
    }

    /// The domains that are back, in the order of their names.
    pub(crate) fn recovered(&mut self) -> Vec<Host> {
        std::mem::take(&mut self.recovered).into_iter().collect()
    }

    pub(crate) fn address(&self, path: PathId) -> Option<IpAddr> {
        self.hosts.key(path.host).copied()
    }
}

/// Of more domains nobody is told at once; their mail waits for its next attempt.
const MOST_WAITING: usize = 65_536;
