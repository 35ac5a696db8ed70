//! The plan: hops to walk, what was left out, and why there may be none.

use std::{fmt, net::IpAddr, time::Duration};

use crate::evidence::PathId;
use crate::{
    EgressId, Host, Reason, Rule,
    mx::{MxFault, MxFaultKind, MxHost},
    tls_policy::TlsRequirement,
};

mod no_route;

pub use no_route::NoRoute;

/// The hops to one destination, in the order to try them.
///
/// Its `Display` is an explanation for a person; see [`RoutePlanner::plan`](crate::RoutePlanner::plan).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RoutePlan {
    destination: Host,
    hops: Vec<Hop>,
    removed: Vec<Removed>,
    no_route: Option<NoRoute>,
}

impl RoutePlan {
    pub(crate) fn new(
        destination: Host,
        hops: Vec<Hop>,
        removed: Vec<Removed>,
        no_route: Option<NoRoute>,
    ) -> Self {
        Self { destination, hops, removed, no_route }
    }

    /// The domain or literal the mail is for.
    #[must_use]
    pub fn destination(&self) -> &Host {
        &self.destination
    }

    /// The hops, best first.
    #[must_use]
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// What was left out, and by which rule.
    #[must_use]
    pub fn removed(&self) -> &[Removed] {
        &self.removed
    }

    /// Why there is no hop; `None` when there is one.
    #[must_use]
    pub fn no_route(&self) -> Option<&NoRoute> {
        self.no_route.as_ref()
    }
}

impl fmt::Display for RoutePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.no_route {
            Some(cause) => write!(f, "{}: no route, {cause}", self.destination)?,
            None => write!(f, "{}: {} to try", self.destination, count(self.hops.len(), "hop"))?,
        }
        for (index, hop) in self.hops.iter().enumerate() {
            write!(f, "\n{:>3}. {hop}", index + 1)?;
            for reason in &hop.reasons {
                write!(f, "\n     {reason}")?;
            }
        }
        for removed in &self.removed {
            write!(f, "\n  -  {removed}")?;
        }
        Ok(())
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// One connection to try.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Hop {
    /// The egress that connects.
    pub egress: EgressId,
    /// The address to bind before connecting; `None` lets the system choose.
    pub source: Option<IpAddr>,
    /// The mail host, for TLS and for the log.
    pub host: Host,
    /// The address to connect to.
    pub address: IpAddr,
    /// The preference of the host; 0 without MX records.
    pub preference: u16,
    /// What the connection must do about TLS, by the policies of [`Demand::with_tls`](crate::Demand::with_tls).
    pub tls: TlsRequirement,
    /// The time to the acceptance of a mail, from the first SYN.
    #[cfg_attr(feature = "serde", serde(rename = "estimate_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
    pub estimate: Duration,
    /// How long to wait for the TCP connection. Once it stands, the waits of
    /// [`Stage::minimum_wait`](crate::Stage::minimum_wait) apply.
    #[cfg_attr(feature = "serde", serde(rename = "connect_timeout_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
    pub connect_timeout: Duration,
    /// The connect time-outs of all hops of the plan together, or of the hops tried so far and this one: no
    /// breaker opens for less.
    #[cfg_attr(feature = "serde", serde(rename = "attempt_timeout_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
    pub attempt_timeout: Duration,
    /// How long to wait for the connection before the next hop is tried beside this one, from the choice
    /// on, handing over included (RFC 8305 calls it the Connection Attempt Delay); see [`RoutePlanner::overdue`](crate::RoutePlanner::overdue).
    #[cfg_attr(feature = "serde", serde(rename = "stagger_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
    pub stagger: Duration,
    /// Why it stands here.
    pub reasons: Vec<Reason>,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) destination: Host,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) path: PathId,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) ticket: u32,
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}) from {}, about {} ms, connect within {} ms",
            self.host,
            self.address,
            self.egress,
            self.estimate.as_millis(),
            self.connect_timeout.as_millis()
        )
    }
}

/// Something left out of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Removed {
    /// The preference of the host.
    pub preference: Option<u16>,
    /// The host, or the target of an unusable MX record as the record gave it: not escaped, so print it with care.
    pub host: Option<String>,
    /// The address, when the rule is about one.
    pub address: Option<IpAddr>,
    /// The egress, when the rule is about one.
    pub egress: Option<EgressId>,
    /// The rule.
    pub rule: Rule,
}

impl Removed {
    pub(crate) fn new(rule: Rule) -> Self {
        Self { preference: None, host: None, address: None, egress: None, rule }
    }

    pub(crate) fn host(mx: &MxHost, rule: Rule) -> Self {
        let host = Some(mx.host.to_string());
        Self { preference: Some(mx.preference), host, ..Self::new(rule) }
    }

    pub(crate) fn address(mx: &MxHost, address: IpAddr, rule: Rule) -> Self {
        Self { address: Some(address), ..Self::host(mx, rule) }
    }

    /// Whether it says that the address of a hop, or its path, is paused.
    pub(crate) fn is_pause_of(&self, hop: &Hop) -> bool {
        matches!(self.rule, Rule::BreakerOpen { .. })
            && self.address == Some(hop.address)
            && self.egress.as_ref().is_none_or(|egress| *egress == hop.egress)
    }

    pub(crate) fn hop(hop: &Hop, rule: Rule) -> Self {
        Self {
            preference: Some(hop.preference),
            host: Some(hop.host.to_string()),
            address: Some(hop.address),
            egress: Some(hop.egress.clone()),
            rule,
        }
    }
}

impl From<&MxFault> for Removed {
    fn from(fault: &MxFault) -> Self {
        let rule = match fault.kind {
            MxFaultKind::Duplicate => Rule::DuplicateHost,
            MxFaultKind::InvalidTarget(_) => Rule::InvalidTarget,
            MxFaultKind::NullAmongOthers => Rule::NullMxAmongOthers,
            MxFaultKind::OverLimit { count } => Rule::MxLimit { count },
        };
        let host = Some(fault.target.clone());
        Self { preference: Some(fault.preference), host, ..Self::new(rule) }
    }
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("left out")?;
        if let Some(host) = &self.host {
            // The target of a bad record is whatever the zone's owner wrote.
            write!(f, " {}", host.escape_debug())?;
        }
        if let Some(address) = self.address {
            write!(f, " ({address})")?;
        }
        if let Some(egress) = &self.egress {
            write!(f, " from {egress}")?;
        }
        write!(f, ": {}", self.rule)
    }
}
