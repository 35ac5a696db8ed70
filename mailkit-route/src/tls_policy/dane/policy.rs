//! What DANE asks of a mail host.

use crate::{
    Domain, Host,
    tls_policy::{TlsFailure, TlsPolicyType, TlsResultType, TlsaRecord},
};

/// What DANE asks of a mail host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DanePolicy {
    /// That could not be found out: the host must not be used now.
    Failed(DaneFault),
    /// Nothing: no signed TLSA records.
    NotOffered,
    /// TLS with a certificate that one of the records names.
    Required(DaneTls),
    /// TLS with any certificate: there are records, and none is usable (RFC 7672 section 2.2).
    Unusable,
}

impl DanePolicy {
    /// What a TLS report says of it, if there is something wrong.
    #[must_use]
    pub fn failure(&self, host: &Domain) -> Option<TlsFailure> {
        let result_type = match self {
            Self::Failed(_) => TlsResultType::DnssecInvalid,
            Self::Unusable => TlsResultType::TlsaInvalid,
            Self::NotOffered | Self::Required(_) => return None,
        };
        let host = Some(Host::Name(host.clone()));
        Some(TlsFailure::new(result_type, TlsPolicyType::Tlsa, host))
    }
}

/// Why it was not found out whether DANE holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DaneFault {
    /// Signatures do not hold.
    #[error("DNSSEC signatures do not hold")]
    Bogus,
    /// No answer.
    #[error("lookup failed")]
    LookupFailed,
    /// The host is not among those of the domain: somebody forged an answer, or the records changed since.
    #[error("the signed MX records do not name the host")]
    Unlisted,
}

/// A certificate that TLSA records name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DaneTls {
    /// The TLSA base domain, to be sent as the server name (RFC 7672 section 8.1).
    pub base: Domain,
    /// The names of which the certificate must have one, where usage 2 vouches for it; usage 3 asks for
    /// no name and no time (RFC 7672 sections 3.1.1 and 3.2.2).
    pub names: Vec<Domain>,
    /// The usable records, at least one. One that fits is enough.
    pub records: Vec<TlsaRecord>,
}
