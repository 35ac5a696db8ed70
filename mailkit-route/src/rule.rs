//! Why a hop is missing.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use crate::{BreakerScope, Carrier};

/// The rule that left something out of a plan. The codes are stable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
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
    #[non_exhaustive]
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
    /// The mail asks for a tag that the egress has not; see [`Demand::requiring_tag`](crate::Demand::requiring_tag).
    MissingTag {
        /// The first tag that is missing.
        tag: String,
    },
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
    /// The mail needs `SMTPUTF8`, and the host does not offer it (RFC 6531 section 3.2).
    NoSmtputf8,
    /// The sender's domain does not name the egress in its SPF record (RFC 7208).
    NotAligned,
    /// A null MX beside other records (RFC 7505 section 3).
    NullMxAmongOthers,
    /// The mail asks for an egress of another carrier.
    OtherCarrier {
        /// The carrier it asks for.
        required: Carrier,
    },
    /// Only regions in which no egress of ours stands see the address.
    OtherRegion,
    /// The host is our own, or no better than our own (RFC 5321 section 5.1).
    OwnHost,
    /// The egress has as many connections to the provider, or makes them as fast, as the provider takes well.
    #[non_exhaustive]
    Pacing {
        /// The code of the [`PacingVerdict`](crate::timing::PacingVerdict).
        reason: &'static str,
        /// When to ask again, if that is known.
        #[cfg_attr(
            feature = "serde",
            serde(serialize_with = "crate::timing::wire::maybe_unix_seconds")
        )]
        until: Option<SystemTime>,
    },
    /// Better egresses reach this address.
    SlowerEgress,
    /// Loopback, private, shared, link-local, site-local, multicast, reserved or unspecified: no host of somebody else's.
    SpecialAddress,
    /// The warm-up of the egress towards the provider holds the mail back.
    #[non_exhaustive]
    WarmUp {
        /// The code of the [`WarmUpVerdict`](crate::timing::WarmUpVerdict).
        reason: &'static str,
        /// When to ask again, if that is known.
        #[cfg_attr(
            feature = "serde",
            serde(serialize_with = "crate::timing::wire::maybe_unix_seconds")
        )]
        until: Option<SystemTime>,
    },
}

impl Rule {
    /// When it no longer holds, if that is known.
    #[must_use]
    pub fn until(&self) -> Option<SystemTime> {
        match self {
            Self::BreakerOpen { until, .. } => Some(*until),
            Self::Pacing { until, .. } | Self::WarmUp { until, .. } => *until,
            _ => None,
        }
    }

    /// Whether a demand leaves an egress out by it.
    pub(crate) fn is_demanded(&self) -> bool {
        matches!(
            self,
            Self::MissingTag { .. }
                | Self::NotAligned
                | Self::OtherCarrier { .. }
                | Self::Pacing { .. }
                | Self::WarmUp { .. }
        )
    }

    /// Orders rules by how long they hold: what has no known end holds longest, but a connection may be given back
    /// at any time.
    pub(crate) fn lasts(&self) -> (bool, Option<SystemTime>) {
        (self.until().is_none() && !self.may_end_soon(), self.until())
    }

    /// Whether it ends by a connection that is given back, at a time that nobody knows.
    pub(crate) fn may_end_soon(&self) -> bool {
        matches!(self, Self::Pacing { until: None, .. })
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressLimit { .. } => "address-limit",
            Self::AddressLookupFailed => "address-lookup-failed",
            Self::BreakerOpen { .. } => "breaker-open",
            Self::DaneLookupFailed => "dane-lookup-failed",
            Self::DuplicateAddress => "duplicate-address",
            Self::DuplicateHost => "duplicate-host",
            Self::HopLimit => "hop-limit",
            Self::InvalidTarget => "invalid-target",
            Self::MissingTag { .. } => "missing-tag",
            Self::MtaStsMismatch => "mta-sts-mismatch",
            Self::MxLimit { .. } => "mx-limit",
            Self::NoAddress => "no-address",
            Self::NoEgressForFamily => "no-egress-for-family",
            Self::NoSmtputf8 => "no-smtputf8",
            Self::NotAligned => "not-aligned",
            Self::NullMxAmongOthers => "null-mx-among-others",
            Self::OtherCarrier { .. } => "other-carrier",
            Self::OtherRegion => "other-region",
            Self::OwnHost => "own-host",
            Self::Pacing { .. } => "pacing",
            Self::SlowerEgress => "slower-egress",
            Self::SpecialAddress => "special-address",
            Self::WarmUp { .. } => "warm-up",
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
            Self::MissingTag { tag } => write!(f, "it has not the tag `{}`", tag.escape_debug()),
            Self::MtaStsMismatch => f.write_str("the MTA-STS policy does not name it"),
            Self::MxLimit { count } => write!(f, "{count} MX records beyond the limit"),
            Self::NoAddress => f.write_str("no address"),
            Self::NoEgressForFamily => f.write_str("no egress of this address family"),
            Self::NoSmtputf8 => f.write_str("it does not offer SMTPUTF8, which the mail needs"),
            Self::NotAligned => f.write_str("not in the SPF record of the sender's domain"),
            Self::NullMxAmongOthers => f.write_str("null MX beside other records"),
            Self::OtherCarrier { required } => write!(f, "its carrier is not {required}"),
            Self::OtherRegion => f.write_str("only regions without an egress of ours see it"),
            Self::OwnHost => f.write_str("our own host, or no better than our own"),
            Self::Pacing { reason, .. } => write!(f, "pacing says {reason}"),
            Self::SlowerEgress => f.write_str("better egresses reach this address"),
            Self::SpecialAddress => f.write_str("special-use address"),
            Self::WarmUp { reason, .. } => write!(f, "warm-up says {reason}"),
        }
    }
}
