//! How a planner plans.

use std::{net::IpAddr, time::Duration};

use crate::{Domain, Limits, evidence::Model};

/// How a [`RoutePlanner`](crate::RoutePlanner) plans.
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
    /// From how many egresses one address is tried, before the plan goes on to the next preference; 0 counts as 1.
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
    pub(crate) fn model(&self) -> Model {
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
    /// reserved (192.0.0.0/24, 240.0.0.0/4) and unspecified addresses, also where an IPv6 address holds one of them, so that a zone of a stranger does not make us talk to ourselves or
    /// to the machines behind us.
    Refuse,
}
