//! Why a hop stands where it stands, and why others are missing.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// One reason for the place of a hop. The codes are stable.
///
/// ```
/// let reason = mailkit_route::Reason::LowestPreference { preference: 10 };
/// assert_eq!(reason.code(), "lowest_preference");
/// assert_eq!(reason.to_string(), "preference 10 is the lowest");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reason {
    /// The mail is for an address literal, so no MX was looked up.
    AddressLiteral,
    /// A breaker is open, but strict order leaves nothing out; the hop stands last of its preference.
    BreakerIgnored {
        /// What the breaker is about.
        scope: BreakerScope,
        /// Failures in a row.
        failures: u32,
    },
    /// The time is estimated from the distance.
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
    EqualPreference {
        /// How many hosts were shuffled.
        hosts: usize,
        /// The seed of the plan.
        seed: u64,
    },
    /// The pause of a breaker is over: this is the one trial.
    HalfOpen {
        /// What the breaker is about.
        scope: BreakerScope,
        /// Failures in a row.
        failures: u32,
    },
    /// The domain has no MX record and is its own host.
    ImplicitMx,
    /// The mail came from this egress before; see `RoutePlan::keeping_egress`.
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
    /// Every host of a lower preference is left out; see `RoutePlan::removed`.
    LowerPreferencesRemoved {
        /// Its preference.
        preference: u16,
        /// The lowest preference of the MX set.
        lowest: u16,
    },
    /// The time is estimated from deliveries over this path, and from the guess before them.
    Observed {
        /// How many deliveries were seen.
        deliveries: u32,
    },
    /// Every address of this preference was tried from a better egress before.
    OtherEgress,
    /// Nobody knows where the address stands, so a round trip was assumed.
    UnknownLocation {
        /// The round trip assumed.
        #[cfg_attr(feature = "serde", serde(rename = "round_trip_ms"))]
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
        round_trip: Duration,
    },
}

impl Reason {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressLiteral => "address_literal",
            Self::BreakerIgnored { .. } => "breaker_ignored",
            Self::Distance { .. } => "distance",
            Self::EqualPreference { .. } => "equal_preference",
            Self::HalfOpen { .. } => "half_open",
            Self::ImplicitMx => "implicit_mx",
            Self::KeptEgress => "kept_egress",
            Self::LaterPreference { .. } => "later_preference",
            Self::LowestPreference { .. } => "lowest_preference",
            Self::LowerPreferencesRemoved { .. } => "lower_preferences_removed",
            Self::Observed { .. } => "observed",
            Self::OtherEgress => "other_egress",
            Self::UnknownLocation { .. } => "unknown_location",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddressLiteral => f.write_str("address literal, no MX lookup"),
            Self::BreakerIgnored { scope, failures } => {
                write!(f, "{scope} failed {failures} in a row, kept by strict order")
            }
            Self::Distance { kilometers, round_trip } => {
                write!(f, "{kilometers} km, {} ms a round trip", round_trip.as_millis())
            }
            Self::EqualPreference { hosts, seed } => {
                write!(f, "one of {hosts} equal hosts, shuffled with seed {seed}")
            }
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
            Self::Observed { deliveries: 1 } => f.write_str("seen in one delivery"),
            Self::Observed { deliveries } => write!(f, "seen in {deliveries} deliveries"),
            Self::OtherEgress => f.write_str("after every address from its best egress"),
            Self::UnknownLocation { round_trip } => {
                write!(f, "location unknown, {} ms a round trip assumed", round_trip.as_millis())
            }
        }
    }
}

/// What a breaker is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum BreakerScope {
    /// The host's address, whoever connects.
    Address,
    /// Our egress, wherever it connects to.
    Egress,
    /// The way from one egress to one address.
    Path,
}

impl fmt::Display for BreakerScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "address",
            Self::Egress => "egress",
            Self::Path => "path",
        })
    }
}

/// The rule that left something out of a plan. The codes are stable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Rule {
    /// More addresses than [`Limits::HOST_ADDRESSES`](crate::Limits::HOST_ADDRESSES).
    AddressLimit {
        /// How many were cut off.
        count: usize,
    },
    /// The addresses of the host could not be looked up this time.
    AddressLookupFailed,
    /// It failed and is left alone for a while.
    BreakerOpen {
        /// What the breaker is about.
        scope: BreakerScope,
        /// Failures in a row.
        failures: u32,
        /// The end of the pause.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
        /// The pause left at the time of the plan.
        #[cfg_attr(feature = "serde", serde(rename = "remaining_ms"))]
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
        remaining: Duration,
    },
    /// The host stands in a record with a lower preference already.
    DuplicateHost,
    /// The plan is long enough, see [`Limits::hops`](crate::Limits::hops).
    HopLimit {
        /// How many hops were cut off.
        count: usize,
    },
    /// The target of the MX record is not a host name (RFC 5321 section 5.1).
    InvalidTarget,
    /// More MX records than [`Limits::MX_HOSTS`](crate::Limits::MX_HOSTS).
    MxLimit {
        /// How many were cut off.
        count: usize,
    },
    /// The host has no address.
    NoAddress,
    /// No egress has an address of this family.
    NoEgressForFamily,
    /// A null MX beside other records (RFC 7505 section 3).
    NullMxAmongOthers,
    /// The host is our own, or no better than our own (RFC 5321 section 5.1).
    OwnHost,
    /// Better egresses reach this address.
    SlowerEgress,
    /// Loopback, link-local, multicast or unspecified: no host of somebody else's.
    SpecialAddress,
}

impl Rule {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressLimit { .. } => "address_limit",
            Self::AddressLookupFailed => "address_lookup_failed",
            Self::BreakerOpen { .. } => "breaker_open",
            Self::DuplicateHost => "duplicate_host",
            Self::HopLimit { .. } => "hop_limit",
            Self::InvalidTarget => "invalid_target",
            Self::MxLimit { .. } => "mx_limit",
            Self::NoAddress => "no_address",
            Self::NoEgressForFamily => "no_egress_for_family",
            Self::NullMxAmongOthers => "null_mx_among_others",
            Self::OwnHost => "own_host",
            Self::SlowerEgress => "slower_egress",
            Self::SpecialAddress => "special_address",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddressLimit { count } => write!(f, "{count} addresses beyond the limit"),
            Self::AddressLookupFailed => f.write_str("address lookup failed"),
            Self::BreakerOpen { scope, failures, remaining, .. } => {
                write!(
                    f,
                    "{scope} failed {failures} in a row, next try in {} s",
                    remaining.as_secs()
                )
            }
            Self::DuplicateHost => f.write_str("host is listed twice"),
            Self::HopLimit { count } => write!(f, "{count} hops beyond the limit"),
            Self::InvalidTarget => f.write_str("MX target is not a host name"),
            Self::MxLimit { count } => write!(f, "{count} MX records beyond the limit"),
            Self::NoAddress => f.write_str("no address"),
            Self::NoEgressForFamily => f.write_str("no egress of this address family"),
            Self::NullMxAmongOthers => f.write_str("null MX beside other records"),
            Self::OwnHost => f.write_str("our own host, or no better than our own"),
            Self::SlowerEgress => f.write_str("better egresses reach this address"),
            Self::SpecialAddress => f.write_str("special-use address"),
        }
    }
}
