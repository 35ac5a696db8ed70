//! What a connection teaches.

use super::agenda::Due;
use super::breaker::{Pause, Scope};
use super::domain::Deferral;
use super::table::RowId;
use super::tick::Tick;
use super::{Evidence, PathId};

/// What failed, as far as the way is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The host put off mail to the domain. It need not mean another's: whoever owns a domain names its hosts, and
    /// may name those of others.
    Declined,
    /// A temporary reply of the host about itself, or a session that broke off.
    Deferred,
    /// The host thinks ill of the egress, as far as mail to the domain goes.
    Distrusted,
    /// The egress itself did not work.
    Egress,
    /// The host refused the connection.
    Refused,
    /// No answer.
    Silent,
}

impl Evidence {
    /// A mail takes a path.
    pub(crate) fn began(&mut self, mail: u32, path: PathId, now: Tick) {
        self.agenda.begin(now);
        let due = now.plus(self.seconds(path, now));
        if let Some(host) = self.hosts.get_mut(path.host) {
            host.watch(mail, due, now);
            let id = host.site;
            if self.sites.get_mut(id).is_some_and(|site| site.touch(path.host, now)) {
                self.agenda.add_active(id);
            }
        }
        for scope in self.scopes(path) {
            self.begin_trial(scope, TRIAL, now);
        }
    }

    /// A mail asks a domain whose hosts are all shut whether that is over; for a while no other one does.
    pub(crate) fn begin_forced(&mut self, domain: RowId, now: Tick) {
        if let Some(known) = self.domains.get_mut(domain) {
            known.forced = Some(now.plus(super::choice::FORCED_EVERY));
        }
    }

    /// The answer to the SYN came after so many seconds.
    pub(crate) fn connected(&mut self, path: PathId, seconds: f32, now: Tick) {
        let site = self.hosts.get(path.host).map(|host| host.site);
        let Some(site) = site.filter(|&site| self.sites.get(site).is_some()) else { return };
        if let Some(way) = self.ways.to_mut(site).get_mut(usize::from(path.egress)) {
            way.learn(seconds, now);
        }
    }

    /// The SYN was refused, or no answer came in the time that it takes: is it the host, or the way to it? No pause
    /// that follows is shorter than `least` seconds, here and below.
    pub(crate) fn overdue(&mut self, path: PathId, least: f32, now: Tick) {
        let pause = Pause::CONNECTION.at_least(least);
        let elsewhere = self.fails_elsewhere(path);
        self.trip(Scope::Path(path.egress, path.host), pause, now);
        if let Some(host) = self.hosts.get_mut(path.host) {
            host.suspect(now);
        }
        if elsewhere {
            self.trip(Scope::Host(path.host), pause, now);
            return;
        }
        let others = self.egresses_for(path.host).filter(|&it| it != path.egress);
        let others = others.filter(|&egress| !self.has(Scope::Egress(egress)));
        let others = others.map(|egress| PathId { egress, ..path });
        let near =
            |a: &PathId, b: &PathId| self.round_trip(*a, now).total_cmp(&self.round_trip(*b, now));
        if let Some(other) = others.min_by(near) {
            self.agenda.at(now, Due::Diagnosis { path, other });
        } else {
            self.trip(Scope::Host(path.host), pause, now);
        }
    }

    /// Whether connections to the host fail from another egress, too.
    fn fails_elsewhere(&self, path: PathId) -> bool {
        self.egresses_for(path.host).any(|egress| {
            egress != path.egress && self.is_about_connections(Scope::Path(egress, path.host))
        })
    }

    /// A mail was taken, so many seconds after its SYN.
    pub(crate) fn taken(&mut self, mail: u32, path: PathId, seconds: f32, now: Tick) {
        for scope in self.scopes(path) {
            self.close(scope, now);
        }
        self.blame(path, now);
        self.works(path.domain);
        let service = seconds - self.model.round_trips * self.round_trip(path, now);
        if let Some(host) = self.hosts.get_mut(path.host) {
            host.unwatch(mail);
            host.learn(service, now);
        }
    }

    /// The host answered, and the mail was not taken for a reason of its own.
    pub(crate) fn answered(&mut self, mail: u32, path: PathId, now: Tick) {
        for scope in self.scopes(path) {
            self.close(scope, now);
        }
        if let Some(host) = self.hosts.get_mut(path.host) {
            host.unwatch(mail);
        }
    }

    /// A mail was not taken, and not for its own sake.
    pub(crate) fn failed(&mut self, mail: u32, path: PathId, fault: Fault, least: f32, now: Tick) {
        if let Some(host) = self.hosts.get_mut(path.host) {
            host.unwatch(mail);
        }
        match fault {
            Fault::Egress => {
                self.trip(Scope::Egress(path.egress), Pause::EGRESS.at_least(least), now);
            }
            Fault::Declined => {
                let scope = Scope::Refusal(path.host, path.domain);
                self.trip(scope, Pause::PATH_DEFERRED.at_least(least), now);
            }
            Fault::Distrusted => {
                let scope = Scope::Reputation(path.egress, path.domain);
                self.trip(scope, Pause::REPUTATION.at_least(least), now);
            }
            Fault::Refused => self.overdue(path, least, now),
            Fault::Deferred => self.deferred(path, least, now),
            Fault::Silent => self.silent(path, least, now),
        }
    }

    /// There was no answer until the end. Breakers that are open know it already, and where the pause of one is
    /// over, its trial failed.
    fn silent(&mut self, path: PathId, least: f32, now: Tick) {
        let [egress, way, host, own, ..] = self.scopes(path);
        if ![egress, host, own].into_iter().any(|scope| self.has(scope)) {
            return self.overdue(path, least, now);
        }
        for scope in [egress, way, host, own] {
            if self.is_over(scope, now) {
                self.trip(scope, Pause::CONNECTION.at_least(least), now);
            }
        }
    }

    /// One host that defers two egresses defers them all; an egress that two hosts defer has lost its
    /// reputation with the domain. Whatever was held so before, still is.
    fn deferred(&mut self, path: PathId, least: f32, now: Tick) {
        let PathId { egress, host: id, domain } = path;
        self.trip(Scope::Path(egress, id), Pause::PATH_DEFERRED.at_least(least), now);
        let other_egress = self.hosts.get_mut(id).is_some_and(|host| {
            let last = host.defer(egress, now);
            last.is_some_and(|(then, other)| other != egress && now.since(then) < HOST_MEMORY)
        });
        let other_host = self.domains.get_mut(domain).is_some_and(|known| {
            let last = known.deferral();
            known.set_deferral(Some(Deferral { at: now, egress, host: id }));
            last.is_some_and(|last| {
                last.egress == egress && last.host != id && now.since(last.at) < REPUTATION_MEMORY
            })
        });
        if other_egress || self.has(Scope::Host(id)) {
            self.trip(Scope::Host(id), Pause::HOST_DEFERRED.at_least(least), now);
        }
        if other_host || self.has(Scope::Reputation(egress, domain)) {
            self.trip(Scope::Reputation(egress, domain), Pause::REPUTATION.at_least(least), now);
        }
    }

    /// A deferral shortly before was the host's, if the domain takes mail of the same egress by another
    /// host; it was for the egress, if the same host takes mail of another one.
    fn blame(&mut self, path: PathId, now: Tick) {
        let Some(known) = self.domains.get_mut(path.domain) else { return };
        let recent = known.deferral().filter(|last| now.since(last.at) < BLAME_MEMORY);
        let Some(Deferral { egress, host, .. }) = recent else { return };
        match (egress == path.egress, host == path.host) {
            (true, false) => {
                known.set_deferral(None);
                self.trip(Scope::Host(host), Pause::HOST_DEFERRED, now);
            }
            (false, true) => {
                known.set_deferral(None);
                self.trip(Scope::Reputation(egress, path.domain), Pause::REPUTATION, now);
            }
            (true, true) => known.set_deferral(None),
            (false, false) => {}
        }
    }
}

/// Seconds for which one mail alone tries a path that failed before.
const TRIAL: f32 = 20.0;
/// Seconds within which two deferrals are about one thing.
const HOST_MEMORY: f32 = 120.0;
const REPUTATION_MEMORY: f32 = 300.0;
const BLAME_MEMORY: f32 = 60.0;
