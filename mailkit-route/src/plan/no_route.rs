//! Why there is nothing to try, and what to tell the sender.

use std::time::SystemTime;

use crate::{EnhancedCode, SmtpReply};

/// Why a plan has no hop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum NoRoute {
    /// The addresses of a host that could be used were not found out.
    #[error("address lookup failed")]
    AddressLookupFailed,
    /// Everything that is left failed shortly before.
    #[error("every path is paused after failures")]
    AllPaused {
        /// The end of the first pause.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// Whether the hosts have TLSA records was not found out, or their signatures do not hold (RFC 7672 section 2.1.2).
    #[error("TLSA records were not found out")]
    DaneLookupFailed,
    /// We are the best exchanger ourselves (RFC 5321 section 5.1).
    #[error("mail loops back to ourselves")]
    MailLoop,
    /// The enforced MTA-STS policy names none of the hosts (RFC 8461 section 5): the mail waits, for the policy or the
    /// records may be an attacker's.
    #[error("no mail host is in the MTA-STS policy")]
    MtaStsMismatch,
    /// No host has an address that may be used.
    #[error("no mail host has a usable address")]
    NoAddress,
    /// No egress has an address of the family the hosts have.
    #[error("no egress of the address family")]
    NoEgressForFamily,
    /// The [`Demand`](crate::Demand) of the mail leaves no egress.
    #[error("no egress may send this mail")]
    NoEligibleEgress {
        /// The end of the first rule that ends by itself; `None` also when one ends as soon as a connection is given
        /// back.
        #[cfg_attr(
            feature = "serde",
            serde(serialize_with = "crate::timing::wire::maybe_unix_seconds")
        )]
        until: Option<SystemTime>,
    },
    /// The mail needs `SMTPUTF8`, and no host offers it (RFC 6531 section 3.2).
    #[error("no mail host takes non-ASCII addresses")]
    NoSmtputf8,
    /// There are MX records, and none names a host.
    #[error("no MX record is usable")]
    NoUsableMx,
    /// The domain says that it takes no mail (RFC 7505).
    #[error("domain takes no mail (null MX)")]
    NullMx,
    /// The mail is not to be sent now.
    #[error("outside of the send windows")]
    OutsideWindows {
        /// The start of the next window.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// The mail is not to be sent now or later.
    #[error("the last send window is over")]
    WindowsOver,
}

impl NoRoute {
    /// Whether no later try will help, so that the sender should be told now.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.enhanced_code().class() == 5
    }

    /// When to plan again at the earliest, if that is known.
    #[must_use]
    pub fn retry_at(&self) -> Option<SystemTime> {
        match self {
            Self::AllPaused { until } | Self::OutsideWindows { until } => Some(*until),
            Self::NoEligibleEgress { until } => *until,
            _ => None,
        }
    }

    /// The status for a bounce or a delay notice.
    ///
    /// ```
    /// use mailkit_route::NoRoute;
    /// assert_eq!(NoRoute::NullMx.enhanced_code().to_string(), "5.1.10");
    /// assert_eq!(NoRoute::MailLoop.enhanced_code().to_string(), "5.4.6");
    /// ```
    #[must_use]
    pub fn enhanced_code(&self) -> EnhancedCode {
        match self {
            Self::AddressLookupFailed | Self::DaneLookupFailed => EnhancedCode::new(4, 4, 3),
            Self::AllPaused { .. } => EnhancedCode::new(4, 4, 1),
            Self::MailLoop => EnhancedCode::new(5, 4, 6),
            Self::NoAddress | Self::NoUsableMx => EnhancedCode::new(5, 4, 4),
            Self::MtaStsMismatch => EnhancedCode::new(4, 7, 5),
            Self::NoEgressForFamily | Self::NoEligibleEgress { .. } => EnhancedCode::new(4, 4, 4),
            Self::NoSmtputf8 => EnhancedCode::new(5, 6, 7),
            Self::NullMx => EnhancedCode::new(5, 1, 10),
            Self::OutsideWindows { .. } => EnhancedCode::new(4, 0, 0),
            Self::WindowsOver => EnhancedCode::new(5, 4, 7),
        }
    }

    /// The stable name, as in JSON.
    ///
    /// ```
    /// assert_eq!(mailkit_route::NoRoute::NullMx.code(), "null-mx");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressLookupFailed => "address-lookup-failed",
            Self::AllPaused { .. } => "all-paused",
            Self::DaneLookupFailed => "dane-lookup-failed",
            Self::MailLoop => "mail-loop",
            Self::MtaStsMismatch => "mta-sts-mismatch",
            Self::NoAddress => "no-address",
            Self::NoEgressForFamily => "no-egress-for-family",
            Self::NoEligibleEgress { .. } => "no-eligible-egress",
            Self::NoSmtputf8 => "no-smtputf8",
            Self::NoUsableMx => "no-usable-mx",
            Self::NullMx => "null-mx",
            Self::OutsideWindows { .. } => "outside-windows",
            Self::WindowsOver => "windows-over",
        }
    }

    /// What a server would have said, such as `556 5.1.10 domain takes no mail (null MX)`.
    #[must_use]
    pub fn reply(&self) -> SmtpReply {
        let code = match self {
            Self::NoSmtputf8 => 553,
            Self::NullMx => 556,
            _ if self.is_permanent() => 554,
            _ => 451,
        };
        SmtpReply::ours(code, Some(self.enhanced_code()), &self.to_string())
    }
}
