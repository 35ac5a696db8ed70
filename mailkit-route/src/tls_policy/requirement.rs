//! What one connection must do about TLS.

use std::fmt;

use super::DaneTls;
use crate::Domain;

/// What one connection must do about TLS before it may carry mail.
///
/// [`after`](Self::after) says what to do with what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum TlsRequirement {
    /// STARTTLS where it is offered, with any certificate; otherwise none (RFC 7435).
    Opportunistic,
    /// As opportunistic, and what [`Verified`](Self::Verified) would ask is looked at and reported
    /// (RFC 8461 section 5, mode `testing`).
    Reported {
        /// The names of which the certificate should have one.
        names: Vec<Domain>,
    },
    /// STARTTLS, with any certificate (RFC 7672 section 2.2, TLSA records that are not usable).
    Encrypted,
    /// STARTTLS, with a certificate of a public issuer (RFC 8461 section 4.2).
    Verified {
        /// The names of which the certificate must have one.
        names: Vec<Domain>,
    },
    /// STARTTLS, with a certificate that TLSA records name (RFC 7672).
    Dane(DaneTls),
}

impl TlsRequirement {
    /// The server name to send in the handshake (RFC 8461 section 7, RFC 7672 section 8.1); none where
    /// any certificate will do, then the name of the host is a good choice.
    #[must_use]
    pub fn server_name(&self) -> Option<&Domain> {
        match self {
            Self::Opportunistic | Self::Encrypted => None,
            Self::Reported { names } | Self::Verified { names } => names.first(),
            Self::Dane(tls) => Some(&tls.base),
        }
    }

    /// Whether mail may go without TLS if there is none.
    ///
    /// ```
    /// use mailkit_route::tls_policy::TlsRequirement;
    /// assert!(TlsRequirement::Opportunistic.allows_cleartext());
    /// assert!(!TlsRequirement::Encrypted.allows_cleartext());
    /// ```
    #[must_use]
    pub fn allows_cleartext(&self) -> bool {
        matches!(self, Self::Opportunistic | Self::Reported { .. })
    }
}

impl fmt::Display for TlsRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opportunistic => "TLS if it is offered",
            Self::Reported { .. } => "TLS if it is offered, faults are reported (MTA-STS, testing)",
            Self::Encrypted => "TLS with any certificate (DANE without a usable record)",
            Self::Verified { .. } => "TLS with a valid certificate (MTA-STS)",
            Self::Dane(_) => "TLS with a certificate of its TLSA records (DANE)",
        })
    }
}
