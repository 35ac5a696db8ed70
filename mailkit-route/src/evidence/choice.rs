//! The path for the next mail, without an allocation.

use super::breaker::Scope;
use super::host::HostEvidence;
use super::round_trip::RoundTrip;
use super::score::{Score, class_of};
use super::table::RowId;
use super::tick::Tick;
use super::{DomainEvidence, Evidence, Mark, PathId, egresses_of, has};
use crate::Limits;
use crate::seed::Dice;

/// The path that a mail takes next, by [`RoutePlanner::decide`](crate::RoutePlanner::decide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    pub(crate) path: PathId,
    /// Whether everything is shut, and this mail asks whether that is over.
    pub(crate) forced: bool,
}

/// The paths that a mail may take, and those it would rather. The default is every path to its domain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// The hosts; `None` for all of the domain.
    pub(crate) targets: Option<&'a [Mark]>,
    /// The egresses, a bit each.
    pub(crate) egresses: u32,
    /// The egresses that come before all others.
    pub(crate) kept: u32,
    /// The egresses that come before the rest.
    pub(crate) wished: u32,
}

impl Default for Field<'_> {
    fn default() -> Self {
        Self { targets: None, egresses: u32::MAX, kept: 0, wished: 0 }
    }
}

impl<'a> Field<'a> {
    pub(crate) fn has(&self, egress: u8) -> bool {
        has(self.egresses, egress)
    }

    /// How much the mail would rather take another egress.
    pub(crate) fn reluctance(&self, egress: u8) -> u8 {
        if has(self.kept, egress) { 0 } else { 2 - u8::from(has(self.wished, egress)) }
    }

    fn targets(&self, known: &'a DomainEvidence) -> &'a [Mark] {
        self.targets.unwrap_or(&known.targets)
    }
}

/// A mail that looks for a path.
struct Attempt<'a> {
    domain: RowId,
    known: &'a DomainEvidence,
    field: Field<'a>,
    tried: &'a [Decision],
    seed: u64,
    now: Tick,
}

/// What was tried in an attempt, as far as it bears on one host.
struct Tries {
    /// Egresses that failed, whatever the host.
    egresses: u32,
    /// Those that failed with this host.
    gone: u32,
    of_host: u8,
}

impl Attempt<'_> {
    /// `None` when the host failed from as many egresses as it may.
    fn tries_of(&self, host: RowId, most: u8) -> Option<Tries> {
        let mut tries = Tries { egresses: 0, gone: 0, of_host: 0 };
        for Decision { path, .. } in self.tried {
            tries.egresses |= 1 << path.egress;
            if path.host == host {
                tries.gone |= 1 << path.egress;
                tries.of_host = tries.of_host.saturating_add(1);
            }
        }
        (tries.of_host < most).then_some(tries)
    }
}

/// An address that a mail may go to, and what is known of it.
struct Known<'a> {
    mark: &'a Mark,
    host: &'a HostEvidence,
    /// Egresses whose way to its place has a breaker.
    site_shut: u32,
    ways: &'a [RoundTrip],
}

/// The egresses from which breakers speak against a host.
struct Shut {
    /// Mail keeps away.
    closed: u32,
    /// Mail takes another path if there is one.
    doubted: u32,
}

/// The place of a host among its equals: all orders are equally likely.
pub(crate) fn chance(seed: u64, number: u16) -> u64 {
    Dice::keyed(seed, &[number.into()]).roll()
}

impl Evidence {
    /// The path of the lowest preference that is open and takes the least time, where `tried` have failed
    /// in this attempt. Hosts that did not fail come first; of hosts about as fast, `seed` says which.
    pub(crate) fn choose(
        &self,
        domain: RowId,
        field: Field<'_>,
        tried: &[Decision],
        seed: u64,
        now: Tick,
    ) -> Option<Decision> {
        let known = self.domains.get(domain)?;
        let tiers = field.targets(known).chunk_by(|a, b| a.preference == b.preference);
        let attempt = Attempt { domain, known, field, tried, seed, now };
        let mut open = tiers.filter_map(|tier| self.fastest(&attempt, tier));
        match open.next() {
            Some(path) => Some(Decision { path, forced: false }),
            None if tried.is_empty() => {
                Some(Decision { path: self.force(domain, field, now)?, forced: true })
            }
            None => None,
        }
    }

    /// The fastest open path to the hosts of one preference. Of hosts about as fast, chance takes one.
    fn fastest(&self, attempt: &Attempt<'_>, tier: &[Mark]) -> Option<PathId> {
        let mut found = [Score::NONE; Limits::DESTINATION];
        for (places, marks) in found.chunks_mut(AT_ONCE).zip(tier.chunks(AT_ONCE)) {
            self.weigh(attempt, marks, places);
        }
        let near = Score::best(found.get(..tier.len())?)?.near();
        let equals = found.iter().zip(tier).filter(|(score, _)| **score <= near);
        let (score, mark) = equals.min_by_key(|(_, mark)| chance(attempt.seed, mark.number))?;
        Some(PathId { egress: score.egress(), host: mark.host, domain: attempt.domain })
    }

    /// All rows are fetched before the first is weighed, so that the waits for memory run side by side.
    fn weigh(&self, attempt: &Attempt<'_>, marks: &[Mark], found: &mut [Score]) {
        let mut known = [const { None }; AT_ONCE];
        for (place, mark) in known.iter_mut().zip(marks) {
            *place = self.known(mark);
        }
        for (place, known) in found.iter_mut().zip(&known) {
            let score = known.as_ref().and_then(|known| self.best_egress(attempt, known));
            *place = score.unwrap_or(Score::NONE);
        }
    }

    fn known<'a>(&'a self, mark: &'a Mark) -> Option<Known<'a>> {
        let host = self.hosts.get(mark.host)?;
        let site = self.sites.get(mark.site);
        let ways = if site.is_some() { self.ways.to(mark.site) } else { &[] };
        Some(Known { mark, host, site_shut: site.map_or(0, |site| site.shut), ways })
    }

    /// The fastest open path to a host; of egresses about as fast, the first one.
    fn best_egress(&self, attempt: &Attempt<'_>, to: &Known<'_>) -> Option<Score> {
        let Attempt { field, now, .. } = *attempt;
        let tries = attempt.tries_of(to.mark.host, self.most_of_a_host)?;
        let Shut { closed, doubted } = self.shut_towards(attempt, to);
        let usable = if self.is_strict { u32::MAX } else { !closed };
        let usable = usable & self.families_of(to.mark.host) & field.egresses & !tries.gone;
        let work = to.host.estimate(now, self.model.service_memory) - to.host.hope(now);
        let mut found = [Score::NONE; Limits::EGRESSES];
        for (place, egress) in found.iter_mut().zip(egresses_of(usable)) {
            let seconds = self.seconds_on_the_way(to.ways, egress, now) + work;
            let seconds = if has(tries.egresses, egress) { seconds * SAME_EGRESS } else { seconds };
            let class =
                class_of(!has(closed | doubted, egress), tries.of_host, field.reluctance(egress));
            *place = Score::new(class, seconds, egress);
        }
        let found = found.get(..usable.count_ones() as usize)?;
        let near = Score::best(found)?.near();
        found.iter().copied().find(|score| *score <= near)
    }

    /// The egresses whose paths to a host have an open breaker. The masks tell at a glance where there may be one.
    fn shut_towards(&self, attempt: &Attempt<'_>, to: &Known<'_>) -> Shut {
        let host = if to.host.shut { u32::MAX } else { to.host.shut_paths };
        let domain = if attempt.known.declined { u32::MAX } else { attempt.known.shut };
        let doubtful = self.shut | to.site_shut | host | domain;
        let path = |egress| PathId { egress, host: to.mark.host, domain: attempt.domain };
        let mut shut = Shut { closed: 0, doubted: 0 };
        for egress in egresses_of(doubtful & self.families_of(to.mark.host)) {
            let open =
                self.scopes(path(egress)).into_iter().filter(|it| self.is_open(*it, attempt.now));
            for scope in open {
                let mask = if scope.is_doubt() { &mut shut.doubted } else { &mut shut.closed };
                *mask |= 1 << egress;
            }
        }
        shut
    }

    /// What a failure on a path may be about, the widest first.
    pub(crate) fn scopes(&self, path: PathId) -> [Scope; 6] {
        let PathId { egress, host, domain } = path;
        let site = self.hosts.get(host).map_or(RowId::NONE, |host| host.site);
        [
            Scope::Egress(egress),
            Scope::Way(egress, site),
            Scope::Host(host),
            Scope::Path(egress, host),
            Scope::Reputation(egress, domain),
            Scope::Refusal(host, domain),
        ]
    }

    /// Where only mail can tell whether a deferral is over, one mail in a while is sent to ask.
    pub(crate) fn force(&self, domain: RowId, field: Field<'_>, now: Tick) -> Option<PathId> {
        let known = self.domains.get(domain)?;
        if known.forced.is_some_and(|until| now < until && until.since(now) <= FORCED_EVERY) {
            return None;
        }
        let paths = field.targets(known).iter().flat_map(|mark| {
            let host = mark.host;
            let egresses = self.egresses_for(host).filter(move |&egress| field.has(egress));
            egresses.map(move |egress| PathId { egress, host, domain })
        });
        let asks = paths.filter(|&path| {
            let [egress, way, host, own, ..] = self.scopes(path);
            ![egress, way, host, own].into_iter().any(|scope| self.is_about_connections(scope))
        });
        asks.min_by_key(|path| {
            let until = |scope| self.until(scope);
            until(Scope::Path(path.egress, path.host)).max(until(Scope::Refusal(path.host, domain)))
        })
    }
}

/// Rows that are fetched side by side.
const AT_ONCE: usize = 8;
/// What a path from an egress that just failed has to be faster.
const SAME_EGRESS: f32 = 1.5;
/// Seconds between two mails sent against all breakers.
pub(super) const FORCED_EVERY: f32 = 30.0;
