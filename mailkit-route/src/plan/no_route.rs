//! Why there is nothing to try, and what to tell the sender.

use std::time::SystemTime;

use crate::{EnhancedCode, SmtpReply};

/// Why a plan has no hop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "snake_case"))]
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
    /// We are the best exchanger ourselves (RFC 5321 section 5.1).
    #[error("mail loops back to ourselves")]
    MailLoop,
    /// No host has an address that may be used.
    #[error("no mail host has a usable address")]
    NoAddress,
    /// No egress has an address of the family the hosts have.
    #[error("no egress of the address family")]
    NoEgressForFamily,
    /// There are MX records, and none names a host.
    #[error("no MX record is usable")]
    NoUsableMx,
    /// The domain says that it takes no mail (RFC 7505).
    #[error("domain takes no mail (null MX)")]
    NullMx,
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
            Self::AllPaused { until } => Some(*until),
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
            Self::AddressLookupFailed => EnhancedCode::new(4, 4, 3),
            Self::AllPaused { .. } => EnhancedCode::new(4, 4, 1),
            Self::MailLoop => EnhancedCode::new(5, 4, 6),
            Self::NoAddress | Self::NoUsableMx => EnhancedCode::new(5, 4, 4),
            Self::NoEgressForFamily => EnhancedCode::new(4, 4, 4),
            Self::NullMx => EnhancedCode::new(5, 1, 10),
        }
    }

    /// What a server would have said, such as `556 5.1.10 domain takes no mail (null MX)`.
    #[must_use]
    pub fn reply(&self) -> SmtpReply {
        let code = match self {
            Self::NullMx => 556,
            _ if self.is_permanent() => 554,
            _ => 451,
        };
        SmtpReply::ours(code, Some(self.enhanced_code()), &self.to_string())
    }
}
