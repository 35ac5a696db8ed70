//! Why a hop is missing.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use crate::BreakerScope;

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
    /// Whether the host has TLSA records was not found out, or their signatures do not hold (RFC 7672 section 2.1).
    DaneLookupFailed,
    /// A host before it in the MX set has the same address.
    DuplicateAddress,
    /// The host stands in a record with a lower preference already.
    DuplicateHost,
    /// The plan is long enough without this hop, see [`Limits::hops`](crate::Limits::hops).
    HopLimit,
    /// The target of the MX record is not a host name (RFC 5321 section 5.1).
    InvalidTarget,
    /// The enforced MTA-STS policy does not name the host (RFC 8461 section 4.1).
    MtaStsMismatch,
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
    /// Loopback, private, shared, link-local, site-local, multicast, reserved or unspecified: no host of somebody else's.
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
            Self::DaneLookupFailed => "dane_lookup_failed",
            Self::DuplicateAddress => "duplicate_address",
            Self::DuplicateHost => "duplicate_host",
            Self::HopLimit => "hop_limit",
            Self::InvalidTarget => "invalid_target",
            Self::MtaStsMismatch => "mta_sts_mismatch",
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
            Self::DaneLookupFailed => f.write_str("TLSA records were not found out"),
            Self::DuplicateAddress => f.write_str("a host before it has the same address"),
            Self::DuplicateHost => f.write_str("host is listed twice"),
            Self::HopLimit => f.write_str("beyond the limit of hops"),
            Self::InvalidTarget => f.write_str("MX target is not a host name"),
            Self::MtaStsMismatch => f.write_str("the MTA-STS policy does not name it"),
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
