//! Why a hop stands where it stands.

use std::{fmt, time::Duration};

use crate::Carrier;

/// One reason for the place of a hop. The codes are stable.
///
/// ```
/// let reason = mailkit_route::Reason::LowestPreference { preference: 10 };
/// assert_eq!(reason.code(), "lowest-preference");
/// assert_eq!(reason.to_string(), "preference 10 is the lowest");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Reason {
    /// The mail is for an address literal, so no MX was looked up.
    AddressLiteral,
    /// A breaker is open, and the hop stands last of its preference: strict order leaves nothing out, and neither does
    /// a doubt about the way to a site, which rests on neighbours of the host.
    #[non_exhaustive]
    BreakerIgnored {
        /// What the breaker is about.
        scope: BreakerScope,
        /// Failures in a row.
        failures: u32,
    },
    /// The time is estimated from the distance.
    #[non_exhaustive]
    Distance {
        /// Between egress and address, along the surface.
        kilometers: u32,
        /// The round trip to expect over that distance.
        #[cfg_attr(feature = "serde", serde(rename = "round_trip_ms"))]
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
        round_trip: Duration,
    },
    /// Hosts of one preference and of nearly the same estimate stand in an order drawn by chance
    /// (RFC 5321 section 5.1).
    #[non_exhaustive]
    EqualPreference {
        /// How many hosts were shuffled.
        hosts: usize,
        /// The seed of the plan.
        seed: u64,
    },
    /// Everything is paused; this mail asks whether that is over.
    Forced,
    /// The pause of a breaker is over: this is the one trial.
    #[non_exhaustive]
    HalfOpen {
        /// What the breaker is about.
        scope: BreakerScope,
        /// Failures in a row.
        failures: u32,
    },
    /// The domain has no MX record and is its own host.
    ImplicitMx,
    /// The mail came from this egress before; see [`Demand::keeping_egress`](crate::Demand::keeping_egress).
    KeptEgress,
    /// A host of a higher preference, for when those before it fail.
    LaterPreference {
        /// Its preference.
        preference: u16,
    },
    /// A host of the lowest preference.
    LowestPreference {
        /// Its preference.
        preference: u16,
    },
    /// Every host of a lower preference is left out; see [`RoutePlan::removed`](crate::RoutePlan::removed).
    #[non_exhaustive]
    LowerPreferencesRemoved {
        /// Its preference.
        preference: u16,
        /// The lowest preference of the MX set.
        lowest: u16,
    },
    /// The time is estimated from what was seen of the way and of the host.
    #[non_exhaustive]
    Observed {
        /// Round trips from this egress to the place of the host, counted up to 30.
        round_trips: u32,
        /// Mails that the host took, from whatever egress, counted up to 255.
        deliveries: u32,
    },
    /// Every address of this preference was tried from a better egress before.
    OtherEgress,
    /// The mail would rather take an egress of this carrier; see [`Demand::preferring_carrier`](crate::Demand::preferring_carrier).
    PreferredCarrier {
        /// The carrier.
        carrier: Carrier,
    },
    /// The resolver in the region of the egress gave the address; see `Destination::with_seen_from`.
    RegionalAddress {
        /// The region.
        region: String,
    },
    /// Nobody knows where the address stands, so a round trip was assumed.
    UnknownLocation {
        /// The round trip assumed.
        #[cfg_attr(feature = "serde", serde(rename = "round_trip_ms"))]
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
        round_trip: Duration,
    },
}

impl Reason {
    /// The failures in a row that it speaks of.
    pub(crate) fn failures(&self) -> u32 {
        match self {
            Self::BreakerIgnored { failures, .. } | Self::HalfOpen { failures, .. } => *failures,
            _ => 0,
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressLiteral => "address-literal",
            Self::BreakerIgnored { .. } => "breaker-ignored",
            Self::Distance { .. } => "distance",
            Self::EqualPreference { .. } => "equal-preference",
            Self::Forced => "forced",
            Self::HalfOpen { .. } => "half-open",
            Self::ImplicitMx => "implicit-mx",
            Self::KeptEgress => "kept-egress",
            Self::LaterPreference { .. } => "later-preference",
            Self::LowestPreference { .. } => "lowest-preference",
            Self::LowerPreferencesRemoved { .. } => "lower-preferences-removed",
            Self::Observed { .. } => "observed",
            Self::OtherEgress => "other-egress",
            Self::PreferredCarrier { .. } => "preferred-carrier",
            Self::RegionalAddress { .. } => "regional-address",
            Self::UnknownLocation { .. } => "unknown-location",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddressLiteral => f.write_str("address literal, no MX lookup"),
            Self::BreakerIgnored { scope, failures } => {
                write!(f, "{scope} failed {failures} in a row, kept behind the others")
            }
            Self::Distance { kilometers, round_trip } => {
                write!(f, "{kilometers} km, {} ms a round trip", round_trip.as_millis())
            }
            Self::EqualPreference { hosts, seed } => {
                write!(f, "one of {hosts} equal hosts, shuffled with seed {seed}")
            }
            Self::Forced => f.write_str("everything is paused: asks whether that is over"),
            Self::HalfOpen { scope, failures } => {
                write!(f, "trial after {scope} failed {failures} in a row")
            }
            Self::ImplicitMx => f.write_str("no MX record, the domain is its own host"),
            Self::KeptEgress => f.write_str("the mail came from this egress before"),
            Self::LaterPreference { preference } => {
                write!(f, "preference {preference} comes later")
            }
            Self::LowestPreference { preference } => {
                write!(f, "preference {preference} is the lowest")
            }
            Self::LowerPreferencesRemoved { preference, lowest } => {
                write!(f, "preference {preference}, as no host from {lowest} on is left")
            }
            Self::Observed { round_trips, deliveries } => {
                write!(f, "seen: round trips {round_trips}, deliveries {deliveries}")
            }
            Self::OtherEgress => f.write_str("after every address from its best egress"),
            Self::PreferredCarrier { carrier } => write!(f, "an egress of {carrier}, as wished"),
            Self::RegionalAddress { region } => {
                write!(f, "an address that is seen from {}", region.escape_debug())
            }
            Self::UnknownLocation { round_trip } => {
                write!(f, "location unknown, {} ms a round trip assumed", round_trip.as_millis())
            }
        }
    }
}

/// What a breaker is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum BreakerScope {
    /// The host's address, whoever connects.
    Address,
    /// The host, for mail to this domain.
    Domain,
    /// Our egress, wherever it connects to.
    Egress,
    /// The way from one egress to one address.
    Path,
    /// What the domain holds against our egress.
    Reputation,
    /// The way from our egress to the site where the host stands.
    Site,
}

impl BreakerScope {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Domain => "domain",
            Self::Egress => "egress",
            Self::Path => "path",
            Self::Reputation => "reputation",
            Self::Site => "site",
        }
    }
}

impl fmt::Display for BreakerScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "address for this domain",
            Self::Site => "way to the site",
            _ => self.code(),
        })
    }
}
