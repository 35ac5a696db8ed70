//! The planner: what is known about paths, turned into a plan for one mail.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use crate::{
    ConfigError, Destination, Domain, Egress, EgressId, HopOutcome, Limits, Reason, RoutePlan,
    breaker::BreakerOptions, health::Health, plan::Hop,
};

mod cut;
mod draft;
mod rank;
mod view;

/// Plans routes and learns from how they went.
///
/// It holds latencies and breakers of the paths used last, within [`Limits`]; everything else comes in
/// as arguments. Equal arguments and equal history give equal plans.
#[derive(Debug)]
pub struct RoutePlanner {
    egresses: Vec<Egress>,
    options: PlannerOptions,
    health: Health,
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
        let most = options.limits.egresses;
        let egresses: Vec<_> = egresses.into_iter().take(most.saturating_add(1)).collect();
        if egresses.len() > most {
            return Err(ConfigError::TooManyEgresses(most));
        }
        check_names(&egresses)?;
        let health = Health::new(egresses.len(), &options.limits, options.breaker);
        Ok(Self { egresses, options, health })
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
        let view = view::View { planner: self, destination, now };
        let draft::Outcome { hops, removed, no_route } = draft::Draft::new(view, seed).run();
        if let Some(first) = hops.first() {
            self.begin_trials(first, now);
        }
        RoutePlan::new(destination.name().clone(), hops, removed, no_route)
    }

    /// Learns how a hop went. A hop of another planner, with an egress unknown here, is ignored.
    ///
    /// Failures to connect, broken sessions, refusals before `MAIL FROM` and replies about the host's own
    /// trouble or our reputation speak against the path; any other reply shows that it works.
    pub fn record(&mut self, hop: &Hop, outcome: &HopOutcome, now: SystemTime) {
        let Some(egress) = self.egress_index(&hop.egress) else { return };
        if outcome.is_fault() {
            return self.health.fail(egress, hop.address, hop.attempt_timeout, now);
        }
        let latency = match outcome {
            HopOutcome::Accepted { latency } => Some(*latency),
            _ => None,
        };
        self.health.succeed(egress, hop.address, latency, now);
    }

    /// How many paths are remembered, at most [`Limits::paths`].
    #[must_use]
    pub fn remembered_paths(&self) -> usize {
        self.health.len()
    }

    fn begin_trials(&mut self, hop: &Hop, now: SystemTime) {
        let Some(egress) = self.egress_index(&hop.egress) else { return };
        for reason in &hop.reasons {
            if let Reason::HalfOpen { scope, .. } = reason {
                self.health.begin_trial(*scope, egress, hop.address, now, hop.attempt_timeout);
            }
        }
    }

    fn egress_index(&self, id: &EgressId) -> Option<usize> {
        self.egresses.iter().position(|egress| egress.id() == id)
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
    /// How long something that failed is left alone.
    pub breaker: BreakerOptions,
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
            breaker: BreakerOptions::default(),
            limits: Limits::default(),
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
