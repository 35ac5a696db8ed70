//! What is left alone after failures, and until when.

use super::agenda::Due;
use super::table::RowId;
use super::tick::Tick;
use super::{Evidence, Mark};

/// What a breaker is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    Egress(u8),
    Host(RowId),
    /// From an egress to a host.
    Path(u8, RowId),
    /// What a host says of mail to a domain.
    Refusal(RowId, RowId),
    /// What a domain holds against an egress.
    Reputation(u8, RowId),
    /// From an egress to a site.
    Way(u8, RowId),
}

impl Scope {
    /// Whether it rests on other hosts: what they say of the way to a place keeps no mail off a host that was not
    /// asked, for a neighbour may be anybody.
    pub(crate) fn is_doubt(self) -> bool {
        matches!(self, Self::Way(..))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A connection tells whether it is over.
    Connection,
    /// Only a mail tells whether it is over.
    Deferral,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Breaker {
    pub(crate) failures: u8,
    pub(super) until: Tick,
    /// Seconds until then.
    pub(super) pause: f32,
    pub(super) kind: Kind,
    /// Until when one mail alone tries whether it is over.
    pub(super) trial: Option<Tick>,
    /// Whether another planner opened it, whose turn it is to try.
    pub(super) heard: bool,
}

impl Breaker {
    /// The end of its pause here: who opened it tries first, and tells what came of it.
    fn ends(&self) -> Tick {
        if self.heard { self.until.plus(HEARD) } else { self.until }
    }
}

/// Whether a breaker lets mail pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open { until: Tick },
    HalfOpen,
}

/// A pause that doubles up to a limit, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    kind: Kind,
    first: f32,
    most: f32,
    least: f32,
}

impl Pause {
    pub(super) const CONNECTION: Self = Self::of(Kind::Connection, 5.0, 30.0);
    pub(super) const WAY: Self = Self::of(Kind::Connection, 5.0, 20.0);
    pub(super) const EGRESS: Self = Self::of(Kind::Connection, 5.0, 10.0);
    pub(super) const PATH_DEFERRED: Self = Self::of(Kind::Deferral, 60.0, 200.0);
    pub(super) const HOST_DEFERRED: Self = Self::of(Kind::Deferral, 150.0, 195.0);
    pub(super) const REPUTATION: Self = Self::of(Kind::Deferral, 120.0, 240.0);

    const fn of(kind: Kind, first: f32, most: f32) -> Self {
        Self { kind, first, most, least: 0.0 }
    }

    /// Not shorter than so many seconds, whatever its limit.
    pub(super) fn at_least(self, least: f32) -> Self {
        Self { least, ..self }
    }
}

impl Evidence {
    /// Opens a breaker, or keeps it open for longer. What fails while it is open was under way before, and makes no
    /// row of failures.
    pub(super) fn trip(&mut self, scope: Scope, pause: Pause, now: Tick) {
        let one_more =
            |known: &Breaker| known.failures.saturating_add(u8::from(known.until <= now));
        let failures = self.breakers.get(&scope).map_or(0, one_more);
        let doubled = pause.first * f32::from(1_u16 << failures.min(10));
        #[expect(clippy::cast_possible_truncation, reason = "about one")]
        let jitter = self.dice.uniform(0.9, 1.1) as f32;
        let (kind, pause) = (pause.kind, (doubled.min(pause.most) * jitter).max(pause.least));
        let until = now.plus(pause);
        self.note(scope, now);
        let breaker = Breaker { failures, until, pause, kind, trial: None, heard: false };
        self.open(scope, breaker, now);
    }

    pub(super) fn open(&mut self, scope: Scope, breaker: Breaker, now: Tick) {
        if breaker.kind == Kind::Connection {
            self.agenda.at(breaker.ends(), Due::Breaker(scope));
        }
        self.forget_old_breakers(now);
        self.breakers.insert(scope, breaker);
        self.mark(scope, true);
    }

    /// Makes room for a breaker: what was not heard of for longer than any pause goes, and where that is not
    /// enough, all connections and mails are free to find out again.
    fn forget_old_breakers(&mut self, now: Tick) {
        if self.breakers.len() < MOST_BREAKERS {
            return;
        }
        let mut gone: Vec<Scope> = self.breakers.keys().copied().collect();
        gone.retain(|&scope| self.until(scope).is_none_or(|until| now.since(until) > LONGEST));
        if gone.len() < MOST_BREAKERS / 2 {
            gone = self.breakers.keys().copied().collect();
        }
        for scope in gone {
            self.drop_breaker(scope);
            self.forget_change(scope);
        }
    }

    /// What the breaker was about works again.
    pub(super) fn close(&mut self, scope: Scope, now: Tick) {
        if self.drop_breaker(scope) {
            self.note(scope, now);
        }
    }

    /// Whether there was a breaker.
    pub(super) fn drop_breaker(&mut self, scope: Scope) -> bool {
        let had = self.breakers.remove(&scope).is_some();
        if had {
            self.mark(scope, false);
        }
        had
    }

    pub(super) fn has(&self, scope: Scope) -> bool {
        self.breakers.contains_key(&scope)
    }

    /// Whether mail keeps away. Where probes are made, a breaker for connections waits for its probe a
    /// while longer.
    pub(crate) fn state(&self, scope: Scope, now: Tick) -> Option<(State, u8)> {
        let breaker = self.breakers.get(&scope)?;
        let probed = breaker.kind == Kind::Connection && self.agenda.is_read(now);
        let until = if probed { breaker.ends().plus(PROBE) } else { breaker.ends() };
        let until = breaker.trial.map_or(until, |trial| trial.max(until));
        // A clock that was set back leaves ends far away, which were never meant.
        let open = now < until && until.since(now) <= LONGEST.max(breaker.pause * 2.0);
        let state = if open { State::Open { until } } else { State::HalfOpen };
        Some((state, breaker.failures.saturating_add(1)))
    }

    pub(super) fn is_open(&self, scope: Scope, now: Tick) -> bool {
        matches!(self.state(scope, now), Some((State::Open { .. }, _)))
    }

    /// A mail tries whether it is over; for so many seconds no other one does.
    pub(crate) fn begin_trial(&mut self, scope: Scope, seconds: f32, now: Tick) {
        if let Some(breaker) = self.breakers.get_mut(&scope) {
            breaker.trial = Some(now.plus(seconds));
        }
    }

    pub(super) fn is_about_connections(&self, scope: Scope) -> bool {
        self.breakers.get(&scope).is_some_and(|breaker| breaker.kind == Kind::Connection)
    }

    /// Whether the pause of a breaker is over, so that it waits for a trial.
    pub(super) fn is_over(&self, scope: Scope, now: Tick) -> bool {
        self.breakers.get(&scope).is_some_and(|breaker| breaker.ends() <= now)
    }

    /// Failures in a row after the first.
    pub(super) fn failures(&self, scope: Scope) -> u8 {
        self.breakers.get(&scope).map_or(0, |breaker| breaker.failures)
    }

    pub(super) fn until(&self, scope: Scope) -> Option<Tick> {
        self.breakers.get(&scope).map(Breaker::ends)
    }

    fn mark_declined(&mut self, domain: RowId) {
        let Some(known) = self.domains.get_mut(domain) else { return };
        let declines = |mark: &Mark| self.breakers.contains_key(&Scope::Refusal(mark.host, domain));
        known.declined = known.targets.iter().any(declines);
    }

    /// The masks tell at a glance that there is no breaker.
    fn mark(&mut self, scope: Scope, shut: bool) {
        let (mask, egress) = match scope {
            Scope::Egress(egress) => (Some(&mut self.shut), egress),
            Scope::Path(egress, host) => {
                (self.hosts.get_mut(host).map(|host| &mut host.shut_paths), egress)
            }
            Scope::Way(egress, site) => {
                (self.sites.get_mut(site).map(|site| &mut site.shut), egress)
            }
            Scope::Reputation(egress, domain) => {
                (self.domains.get_mut(domain).map(|domain| &mut domain.shut), egress)
            }
            Scope::Host(host) => {
                if let Some(host) = self.hosts.get_mut(host) {
                    host.shut = shut;
                }
                return;
            }
            Scope::Refusal(_, domain) => return self.mark_declined(domain),
        };
        if let Some(mask) = mask {
            *mask = if shut { *mask | 1 << egress } else { *mask & !(1 << egress) };
        }
    }
}

/// More breakers are never kept.
const MOST_BREAKERS: usize = 65_536;
/// Seconds that a breaker of another planner waits longer: for a connection that gets no answer, and for word of it.
const HEARD: f32 = 6.0;
/// Seconds that a breaker waits for its probe.
const PROBE: f32 = 15.0;
/// No pause is longer, in seconds.
pub(super) const LONGEST: f32 = 300.0;
