//! The planner: what is known about paths, turned into a plan for one mail.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::{Duration, SystemTime},
};

use crate::evidence::{EgressFacts, Evidence, Mark, Model, PathId, RowId, SiteKey, Tick};
use crate::{
    ConfigError, Destination, Domain, Egress, EgressId, Hop, HopOutcome, Limits, MxHost, Reason,
    RoutePlan,
};

mod cut;
mod decision;
mod draft;
mod probing;
mod rank;
mod view;

pub use decision::DestinationId;

/// Plans routes and learns from how they went.
///
/// It holds latencies and breakers of the paths used last, within [`Limits`]; everything else comes in
/// as arguments. Equal arguments and equal history give equal plans.
#[derive(Debug)]
pub struct RoutePlanner {
    egresses: Vec<Egress>,
    options: PlannerOptions,
    evidence: Evidence,
    /// The time of the first call.
    began: Option<SystemTime>,
    /// Plans made, to tell their hops apart.
    plans: u32,
}

impl RoutePlanner {
    /// A planner with the default options. Where two egresses are about as near, the first is used.
    ///
    /// # Errors
    /// When there is no egress, or too many, two share an id, or an id or region is not 1 to 64
    /// printable ASCII characters.
    pub fn new(egresses: impl IntoIterator<Item = Egress>) -> Result<Self, ConfigError> {
        Self::with_options(egresses, PlannerOptions::default())
    }

    /// A planner with options.
    ///
    /// # Errors
    /// As [`RoutePlanner::new`].
    ///
    /// ```
    /// use mailkit_route::{Destination, Egress, GeoPoint, NoRoute, PlannerOptions, RoutePlanner};
    /// let mut options = PlannerOptions::default();
    /// options.own_names = vec!["mx1.buyer.example".parse()?];
    /// let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
    /// let mut planner = RoutePlanner::with_options([egress], options)?;
    /// let rows = [(10, "mx1.buyer.example", "203.0.113.10")];
    /// let destination = Destination::from_mx("buyer.example".parse()?, rows)?;
    /// let plan = planner.plan(&destination, std::time::SystemTime::UNIX_EPOCH, 1);
    /// assert_eq!(plan.no_route(), Some(&NoRoute::MailLoop));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_options(
        egresses: impl IntoIterator<Item = Egress>,
        options: PlannerOptions,
    ) -> Result<Self, ConfigError> {
        let most = options.limits.egresses.min(Limits::EGRESSES);
        let egresses: Vec<_> = egresses.into_iter().take(most.saturating_add(1)).collect();
        if egresses.len() > most {
            return Err(ConfigError::TooManyEgresses(most));
        }
        check_names(&egresses)?;
        let facts = egresses.iter().map(|egress| EgressFacts {
            handoff: egress.handoff().as_secs_f32(),
            ipv4: egress.reaches(Ipv4Addr::UNSPECIFIED.into()),
            ipv6: egress.reaches(Ipv6Addr::UNSPECIFIED.into()),
        });
        let is_strict = options.preference_rule == PreferenceRule::Strict;
        let evidence =
            Evidence::new(options.model(), facts, is_strict, &options.limits, options.seed);
        Ok(Self { egresses, options, evidence, began: None, plans: 0 })
    }

    /// The egresses, in the order given.
    #[must_use]
    pub fn egresses(&self) -> &[Egress] {
        &self.egresses
    }

    /// The egress of a hop.
    #[must_use]
    pub fn egress(&self, id: &EgressId) -> Option<&Egress> {
        self.egresses.iter().find(|egress| egress.id() == id)
    }

    /// The hops to a destination, best first; a plan without a hop says why.
    ///
    /// Preferences come in order. Within one, each address comes first from its best egress, the
    /// fastest addresses before the slower ones, hosts about as fast in an order drawn from `seed`;
    /// then each address from its next egress. What failed before is left out for a while. An address
    /// that several hosts have is that of the first; see [`Limits::hops`] for what a long plan leaves out.
    ///
    /// When the first hop is the trial of something that failed before, the planner gives that trial to
    /// this plan alone: so make a plan only to use it.
    pub fn plan(&mut self, destination: &Destination, now: SystemTime, seed: u64) -> RoutePlan {
        let now = self.tick(now);
        let domain = self.admit(destination);
        self.plans = self.plans.wrapping_add(1);
        let began = self.began.unwrap_or(SystemTime::UNIX_EPOCH);
        let view = view::View { planner: self, destination, began, now };
        let draft::Outcome { hops, removed, no_route } =
            draft::Draft::new(view, domain, seed).run();
        match hops.first() {
            Some(first) => self.begin_trials(first, now),
            None => self.evidence.wait(domain, destination.name()),
        }
        RoutePlan::new(destination.name().clone(), hops, removed, no_route)
    }

    /// Tells that a hop is tried now. What follows is told by [`connected`](Self::connected),
    /// [`overdue`](Self::overdue) and [`record`](Self::record); only the last one is a must.
    ///
    /// A mail under way that takes longer than it should keeps others off its host.
    pub fn begin(&mut self, hop: &Hop, now: SystemTime) {
        let now = self.tick(now);
        let forced = hop.reasons.contains(&Reason::Forced);
        if let Some(path) = self.path(hop) {
            self.evidence.began(hop.ticket, path, forced, now);
        }
    }

    /// Tells that the connection of a hop stands, so long after its SYN.
    pub fn connected(&mut self, hop: &Hop, round_trip: Duration, now: SystemTime) {
        let now = self.tick(now);
        if let Some(path) = self.path(hop) {
            self.evidence.connected(path, round_trip.as_secs_f32(), now);
        }
    }

    /// Tells that there is no connection after [`Hop::stagger`]. The mail may go on with its next hop
    /// while this one waits for the rest of [`Hop::connect_timeout`]: no command was sent yet, so that
    /// nothing can arrive twice (RFC 8305 does the same with addresses).
    pub fn overdue(&mut self, hop: &Hop, now: SystemTime) {
        let now = self.tick(now);
        if let Some(path) = self.path(hop) {
            self.evidence.set_least_pause(hop.attempt_timeout.as_secs_f32());
            self.evidence.overdue(path, now);
        }
    }

    /// Learns how a hop went. A hop of another planner, with an egress unknown here, is ignored.
    ///
    /// Failures to connect, broken sessions, refusals before `MAIL FROM` and replies about the host's own
    /// trouble or our reputation speak against the path; any other reply shows that it works.
    pub fn record(&mut self, hop: &Hop, outcome: &HopOutcome, now: SystemTime) {
        let now = self.tick(now);
        let Some(path) = self.path(hop) else { return };
        match (outcome, outcome.fault()) {
            (_, Some(fault)) => {
                self.evidence.set_least_pause(hop.attempt_timeout.as_secs_f32());
                self.evidence.failed(hop.ticket, path, fault, now);
                self.evidence.wait(path.domain, &hop.destination);
            }
            (HopOutcome::Accepted { latency }, None) => {
                self.evidence.taken(hop.ticket, path, latency.as_secs_f32(), now);
            }
            (_, None) => self.evidence.answered(hop.ticket, path),
        }
    }

    /// How many hosts, places and domains are remembered, at most as many as [`Limits`] says.
    #[must_use]
    pub fn remembered(&self) -> [usize; 3] {
        self.evidence.sizes()
    }

    /// Makes room for what is learned of a destination.
    fn admit(&mut self, destination: &Destination) -> RowId {
        let cut = destination.mx().without_own(|mx| self.is_own(destination, mx));
        let mut targets: Vec<Mark> = Vec::new();
        let tiers = cut.kept.hosts().chunk_by(|a, b| a.preference == b.preference);
        for (number, mx) in tiers.flat_map(|tier| (0..).zip(tier)) {
            for &address in destination.addresses(&mx.host) {
                if self.is_refused(address) {
                    continue;
                }
                let host = self.claim_host(destination, address);
                if !targets.iter().any(|mark| mark.host == host) {
                    targets.push(Mark { preference: mx.preference, number, host });
                }
            }
        }
        self.evidence.claim_domain(destination.name(), &targets)
    }

    fn claim_host(&mut self, destination: &Destination, address: IpAddr) -> RowId {
        let site = destination.site(address).map_or_else(
            || SiteKey::network(address),
            |name| SiteKey::Named(self.evidence.hash_of(name)),
        );
        let location = destination.location(address);
        let (egresses, assumed) = (&self.egresses, self.options.assumed_round_trip);
        self.evidence.claim_host(address, site, |egress| {
            let guess = |to| Some(egresses.get(egress)?.location().expected_round_trip(to));
            location.and_then(guess).unwrap_or(assumed).as_secs_f32()
        })
    }

    fn begin_trials(&mut self, hop: &Hop, now: Tick) {
        let Some(path) = self.path(hop) else { return };
        if hop.reasons.iter().any(|reason| matches!(reason, Reason::HalfOpen { .. })) {
            let seconds = hop.attempt_timeout.as_secs_f32();
            for scope in self.evidence.scopes(path) {
                self.evidence.begin_trial(scope, seconds, now);
            }
        }
    }

    /// The path of a hop, if it is one of ours.
    fn path(&self, hop: &Hop) -> Option<PathId> {
        let egress = self.egresses.get(usize::from(hop.path.egress))?;
        let known = self.evidence.address(hop.path)?;
        (*egress.id() == hop.egress && known == hop.address).then_some(hop.path)
    }

    /// The tick of a time, if there was a call before.
    fn tick_of(&self, now: SystemTime) -> Option<Tick> {
        Some(Tick::new(self.began?, now))
    }

    fn tick(&mut self, now: SystemTime) -> Tick {
        Tick::new(*self.began.get_or_insert(now), now)
    }

    fn is_own(&self, destination: &Destination, mx: &MxHost) -> bool {
        let named = |own: &_| mx.host.as_domain() == Some(own);
        self.options.own_names.iter().any(named)
            || destination.addresses(&mx.host).iter().any(|&a| self.is_own_address(a))
    }

    fn is_refused(&self, address: IpAddr) -> bool {
        view::is_special(address) && self.options.special_addresses == SpecialAddresses::Refuse
    }

    /// A loopback address is everybody's own; it tells nothing where tests deliver to themselves.
    fn is_own_address(&self, address: IpAddr) -> bool {
        let ours = |egress: &Egress| egress.addresses().any(|own| own == address);
        let listed = self.options.own_addresses.iter().any(|own| own.to_canonical() == address);
        listed || (!address.is_loopback() && self.egresses.iter().any(ours))
    }
}

/// How a [`RoutePlanner`] plans.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannerOptions {
    /// Names of our own mail hosts: mail is never sent to them or to a host no better than them.
    pub own_names: Vec<Domain>,
    /// Addresses of our own mail hosts, beside those of the egresses.
    pub own_addresses: Vec<IpAddr>,
    /// Whether hosts known to be down are skipped.
    pub preference_rule: PreferenceRule,
    /// Whether an MX may point to a loopback address and the like.
    pub special_addresses: SpecialAddresses,
    /// From how many egresses one address is tried, before the plan goes on to the next preference.
    pub egresses_per_address: usize,
    /// Round trips of one delivery, from the first SYN to the 250 after the final dot.
    pub round_trips: u32,
    /// The round trip to an address whose place is not known.
    pub assumed_round_trip: Duration,
    /// What a host takes for its own work on one mail.
    pub service_time: Duration,
    /// Where the dice of pauses begin, so that two planners do not try again at the same moment.
    pub seed: u64,
    /// The most that is planned and remembered.
    pub limits: Limits,
}

impl Default for PlannerOptions {
    /// Skips hosts that are down, refuses special addresses, tries two egresses, and estimates eight
    /// round trips (TCP, greeting, `EHLO`, `STARTTLS`, TLS 1.3, `EHLO`, one for the pipelined envelope, one for the
    /// message) of 150 ms where the place is unknown, and 200 ms of work.
    fn default() -> Self {
        Self {
            own_names: Vec::new(),
            own_addresses: Vec::new(),
            preference_rule: PreferenceRule::SkipFailed,
            special_addresses: SpecialAddresses::Refuse,
            egresses_per_address: 2,
            round_trips: 8,
            assumed_round_trip: Duration::from_millis(150),
            service_time: Duration::from_millis(200),
            seed: 0,
            limits: Limits::default(),
        }
    }
}

impl PlannerOptions {
    fn model(&self) -> Model {
        Model {
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            round_trips: self.round_trips as f32,
            service: self.service_time.as_secs_f32(),
            round_trip: self.assumed_round_trip.as_secs_f32(),
            round_trip_memory: 45.0,
            service_memory: 120.0,
        }
    }
}

/// What a breaker may do to the order of preferences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PreferenceRule {
    /// Hosts recorded as failing are left out for a while (RFC 5321 section 4.5.4.1, RFC 1123
    /// section 5.3.1.1), so that the next preference may come first.
    SkipFailed,
    /// Every host stays in the plan; those that failed stand last of their preference.
    Strict,
}

/// What to do with addresses that can be nobody's mail host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpecialAddresses {
    /// Connect to them: for tests, and for relays on the same machine or in the same house.
    Allow,
    /// Leave out loopback, private (RFC 1918, RFC 4193), shared (RFC 6598), link-local, site-local, multicast, broadcast,
    /// reserved (240.0.0.0/4) and unspecified addresses, so that a zone of a stranger does not make us talk to ourselves or
    /// to the machines behind us.
    Refuse,
}

fn check_names(egresses: &[Egress]) -> Result<(), ConfigError> {
    if egresses.is_empty() {
        return Err(ConfigError::NoEgress);
    }
    let good = |name: &str| {
        (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
    };
    for (index, egress) in egresses.iter().enumerate() {
        if !good(egress.id().as_str()) || !good(egress.region()) {
            return Err(ConfigError::InvalidEgressName(index));
        }
        if egresses.iter().take(index).any(|before| before.id() == egress.id()) {
            return Err(ConfigError::DuplicateEgress(egress.id().clone()));
        }
    }
    Ok(())
}
