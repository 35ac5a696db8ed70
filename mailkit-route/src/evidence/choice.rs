//! The path for the next mail, without an allocation.

use std::cmp::Ordering;

use super::breaker::Scope;
use super::host::HostEvidence;
use super::site::SiteEvidence;
use super::table::RowId;
use super::tick::Tick;
use super::{DomainEvidence, Evidence, Mark, PathId};
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
        self.egresses >> egress & 1 == 1
    }

    /// How much the mail would rather take another egress.
    pub(crate) fn reluctance(&self, egress: u8) -> u8 {
        let is_in = |mask: u32| mask >> egress & 1 == 1;
        if is_in(self.kept) { 0 } else { 2 - u8::from(is_in(self.wished)) }
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

/// The longest time that is about as fast as this one: less of a difference is noise.
pub(crate) fn about_as_fast(seconds: f32) -> f32 {
    seconds * (1.0 + NEAR) + NEAR_SECONDS
}

/// How good a path is, or the best one to a host.
#[derive(Clone, Copy)]
struct Scored {
    /// The lower, the better, whatever the score; see [`class_of`].
    class: u8,
    egress: u8,
    /// The seconds that it is hoped to take.
    score: f32,
}

impl Scored {
    const NONE: Self = Self { class: u8::MAX, egress: 0, score: f32::INFINITY };

    fn order(self, other: Self) -> Ordering {
        self.class.cmp(&other.class).then(self.score.total_cmp(&other.score))
    }

    /// Whether it is about as good as the best one.
    fn is_near(self, best: Self) -> bool {
        self.class == best.class && self.score <= about_as_fast(best.score)
    }
}

/// Open paths come before those that strict order keeps all the same, hosts that did not fail in this attempt
/// before those that did, and egresses that the mail would rather take before the others.
fn class_of(is_open: bool, failed: u8, reluctance: u8) -> u8 {
    (u8::from(!is_open) * MOST_OF_A_HOST + failed) * 3 + reluctance
}

/// The best of them, if any is one.
fn best_of(found: &[Scored]) -> Option<Scored> {
    found.iter().copied().min_by(|a, b| a.order(*b)).filter(|best| best.class < u8::MAX)
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
        let mut found = [Scored::NONE; MOST_TARGETS];
        for (place, mark) in found.iter_mut().zip(tier) {
            *place = self.best_egress(attempt, mark.host).unwrap_or(Scored::NONE);
        }
        let best = best_of(found.get(..tier.len())?)?;
        let equals = found.iter().zip(tier).filter(|(scored, _)| scored.is_near(best));
        let (scored, mark) = equals.min_by_key(|(_, mark)| chance(attempt.seed, mark.number))?;
        Some(PathId { egress: scored.egress, host: mark.host, domain: attempt.domain })
    }

    /// The fastest open path to a host; of egresses about as fast, the first one.
    fn best_egress(&self, attempt: &Attempt<'_>, host: RowId) -> Option<Scored> {
        let Attempt { domain, known, field, tried, now, .. } = *attempt;
        let failed = tried.iter().filter(|it| it.path.host == host).count();
        let failed = u8::try_from(failed).ok().filter(|&failed| failed < MOST_OF_A_HOST)?;
        let row = self.hosts.get(host)?;
        let site = self.sites.get(row.site);
        let work = row.estimate(now, self.model.service_memory) - row.hope(now);
        let mut found = [Scored::NONE; Limits::EGRESSES];
        let egresses = self.egresses_for(host).filter(|&egress| field.has(egress));
        for (place, egress) in found.iter_mut().zip(egresses) {
            let path = PathId { egress, host, domain };
            if tried.iter().any(|it| it.path == path) {
                continue;
            }
            let open = self.lets_pass(known, row, site, path, now);
            let again = tried.iter().any(|it| it.path.egress == egress);
            let seconds = self.seconds_on_the_way(site, egress, now) + work;
            let score = seconds * if again { SAME_EGRESS } else { 1.0 };
            if open || self.is_strict {
                let class = class_of(open, failed, field.reluctance(egress));
                *place = Scored { class, egress, score };
            }
        }
        let best = best_of(&found)?;
        found.into_iter().find(|scored| scored.is_near(best))
    }

    /// Seconds until a mail over this path is taken.
    pub(crate) fn seconds(&self, path: PathId, now: Tick) -> f32 {
        let host = self.hosts.get(path.host);
        let site = host.and_then(|host| self.sites.get(host.site));
        let work = |host: &HostEvidence| host.estimate(now, self.model.service_memory);
        self.seconds_on_the_way(site, path.egress, now) + host.map_or(self.model.service, work)
    }

    /// The least of seconds that one may hope for: by these, paths are compared.
    pub(crate) fn hoped_seconds(&self, path: PathId, now: Tick) -> f32 {
        let hope = self.hosts.get(path.host).map_or(0.0, |host| host.hope(now));
        self.seconds(path, now) - hope
    }

    /// Seconds from SYN to SYN-ACK.
    pub(crate) fn round_trip(&self, path: PathId, now: Tick) -> f32 {
        let site = self.hosts.get(path.host).and_then(|host| self.sites.get(host.site));
        self.round_trip_to(site, path.egress, now)
    }

    fn round_trip_to(&self, site: Option<&SiteEvidence>, egress: u8, now: Tick) -> f32 {
        let way = site.and_then(|site| site.ways.get(usize::from(egress)));
        way.map_or(self.model.round_trip, |way| way.estimate(now, self.model.round_trip_memory))
    }

    /// Seconds of handing over and of round trips.
    fn seconds_on_the_way(&self, site: Option<&SiteEvidence>, egress: u8, now: Tick) -> f32 {
        let handoff = self.handoffs.get(usize::from(egress)).copied().unwrap_or_default();
        handoff + self.model.round_trips * self.round_trip_to(site, egress, now)
    }

    /// Whether no breaker keeps mail off a path.
    fn lets_pass(
        &self,
        known: &DomainEvidence,
        host: &HostEvidence,
        site: Option<&SiteEvidence>,
        path: PathId,
        now: Tick,
    ) -> bool {
        let shut = self.shut | site.map_or(0, |site| site.shut) | host.shut_paths | known.shut;
        if shut >> path.egress & 1 == 0 && !host.shut {
            return true;
        }
        !self.scopes(path).into_iter().any(|scope| self.is_open(scope, now))
    }

    /// What a failure on a path may be about, the widest first.
    pub(crate) fn scopes(&self, path: PathId) -> [Scope; 5] {
        let PathId { egress, host, domain } = path;
        let site = self.hosts.get(host).map_or(RowId::NONE, |host| host.site);
        [
            Scope::Egress(egress),
            Scope::Way(egress, site),
            Scope::Host(host),
            Scope::Path(egress, host),
            Scope::Reputation(egress, domain),
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
            let [egress, way, host, ..] = self.scopes(path);
            ![egress, way, host].into_iter().any(|scope| self.is_about_connections(scope))
        });
        asks.min_by_key(|path| self.until(Scope::Path(path.egress, path.host)))
    }
}

/// From how many egresses a host is tried in one attempt.
const MOST_OF_A_HOST: u8 = 2;
/// No destination has more addresses.
const MOST_TARGETS: usize = Limits::MX_HOSTS * Limits::HOST_ADDRESSES;
/// What a path from an egress that just failed has to be faster.
const SAME_EGRESS: f32 = 1.5;
/// Hosts within this share and so many seconds are about as fast.
const NEAR: f32 = 0.02;
const NEAR_SECONDS: f32 = 0.01;
/// Seconds between two mails sent against all breakers.
pub(super) const FORCED_EVERY: f32 = 30.0;
