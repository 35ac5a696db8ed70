//! The planner: what is known about paths, turned into a plan for one mail.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    time::{Duration, SystemTime},
};

use crate::evidence::{EgressFacts, Evidence, RowId, Tick};
use crate::store::SharedEvidence;
use crate::{ConfigError, Demand, Destination, Egress, EgressId, Limits, NoRoute, RoutePlan};
use draft::Draft;
use view::View;

mod cut;
mod decision;
mod draft;
mod eligible;
mod hosts;
mod learning;
mod options;
mod probing;
mod rank;
mod share;
mod view;

pub use decision::DestinationId;
pub use options::{PlannerOptions, PreferenceRule, SpecialAddresses};

/// Plans routes and learns from how they went.
///
/// It holds latencies and breakers of the paths used last, within [`Limits`]; everything else comes in
/// as arguments. Equal arguments and equal history give equal plans.
#[derive(Debug)]
pub struct RoutePlanner {
    egresses: Vec<Egress>,
    options: PlannerOptions,
    evidence: Evidence,
    /// Some time before the first call.
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
        let evidence = Evidence::new(&options, facts);
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
    /// this plan alone: so make a plan only to use it, and otherwise [`explain`](Self::explain).
    pub fn plan(&mut self, destination: &Destination, now: SystemTime, seed: u64) -> RoutePlan {
        self.plan_with(destination, &Demand::default(), now, seed)
    }

    /// [`plan`](Self::plan) for a mail that asks something of its route. What the demand rules out is in no plan,
    /// however fast it is; [`RoutePlan::removed`] names the rule.
    pub fn plan_with(
        &mut self,
        destination: &Destination,
        demand: &Demand,
        now: SystemTime,
        seed: u64,
    ) -> RoutePlan {
        self.plans = self.plans.wrapping_add(1);
        let domain = self.admit(destination);
        let plan = self.draft(destination, domain, demand, now, seed);
        let now = self.tick(now);
        if let Some(first) = plan.hops().first() {
            self.begin_trials(first, now);
        } else if let Some(NoRoute::AllPaused { .. }) = plan.no_route() {
            self.evidence.wait(domain, destination.name());
        }
        plan
    }

    /// The plan that [`plan_with`](Self::plan_with) would make, to be read and not to be used: no trial is given away.
    ///
    /// ```
    /// # use mailkit_route::{Demand, Destination, Egress, GeoPoint, RoutePlanner};
    /// # let mut planner = RoutePlanner::new([Egress::new("fra", "eu", GeoPoint::new(50.11, 8.68)?)])?;
    /// # let destination = Destination::literal("203.0.113.10".parse()?);
    /// # let now = std::time::SystemTime::UNIX_EPOCH;
    /// let plan = planner.explain(&destination, &Demand::default(), now, 7);
    /// assert!(plan.to_string().starts_with("[203.0.113.10]: 1 hop to try"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(
        &mut self,
        destination: &Destination,
        demand: &Demand,
        now: SystemTime,
        seed: u64,
    ) -> RoutePlan {
        let domain = self.admit(destination);
        self.draft(destination, domain, demand, now, seed)
    }

    fn draft(
        &mut self,
        destination: &Destination,
        domain: RowId,
        demand: &Demand,
        now: SystemTime,
        seed: u64,
    ) -> RoutePlan {
        let tick = self.tick(now);
        let began = self.began.unwrap_or(SystemTime::UNIX_EPOCH);
        let field = self.field(demand);
        let view = View { planner: self, destination, demand, field, began, now: tick };
        let draft::Outcome { hops, removed, no_route } = Draft::new(view, domain, seed).run(now);
        RoutePlan::new(destination.name().clone(), hops, removed, no_route)
    }

    /// How much is remembered, at most as much as [`Limits`] says.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        let [hosts, sites, domains] = self.evidence.sizes();
        Remembered { hosts, sites, domains }
    }

    /// The tick of a time, if there was a call before.
    fn tick_of(&self, now: SystemTime) -> Option<Tick> {
        Some(Tick::new(self.began?, now))
    }

    /// The tick of a time. A clock that was set to before the beginning, or further on than ticks go, is a new
    /// beginning, for otherwise time would stand still.
    fn tick(&mut self, now: SystemTime) -> Tick {
        let began = self
            .began
            .filter(|began| now.duration_since(*began).is_ok_and(|since| since <= SPAN_OF_TICKS));
        let began = began.unwrap_or_else(|| now.checked_sub(BEFORE).unwrap_or(now));
        self.began = Some(began);
        Tick::new(began, now)
    }
}

/// How much a [`RoutePlanner`] remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Remembered {
    /// Hosts (addresses).
    pub hosts: usize,
    /// Places where hosts stand.
    pub sites: usize,
    /// Domains.
    pub domains: usize,
}

fn check_names(egresses: &[Egress]) -> Result<(), ConfigError> {
    if egresses.is_empty() {
        return Err(ConfigError::NoEgress);
    }
    let good = |name: &str| name.parse::<EgressId>().is_ok();
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

/// Eight years.
const SPAN_OF_TICKS: Duration = Duration::from_secs(8 * 365 * 86_400);
/// Ticks begin so long before the first call: what other planners tell may have been before it.
const BEFORE: Duration = SharedEvidence::KEPT_FOR;
