//! What a look at a mail host asks, and what it is told.

use super::DanePolicy;
use crate::{Domain, tls_policy::TlsaRecord};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever drives a lookup must see every step")]
pub enum DaneStep {
    /// Ask this.
    Ask(DaneQuestion),
    /// What applies to the host.
    Done(DanePolicy),
}

/// A question about a mail host, to a resolver that validates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever drives a lookup must answer every question")]
pub enum DaneQuestion {
    /// The A and AAAA records, and to which name its aliases lead.
    Addresses {
        /// The name in the MX record.
        host: Domain,
    },
    /// The CNAME record alone, without what it leads to.
    Alias {
        /// The name in the MX record.
        host: Domain,
    },
    /// The TLSA records of `_25._tcp.<base>`.
    Tlsa {
        /// The TLSA base domain (RFC 7672 section 2.2.3).
        base: Domain,
    },
}

/// The answer to a [`DaneQuestion`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DaneAnswer {
    /// The host has addresses, or is known to have none.
    Addresses {
        /// Secure if an A or AAAA answer is, with every alias on the way.
        status: DnssecStatus,
        /// The name at the end of its aliases; none for a host that is no alias.
        alias_of: Option<Domain>,
    },
    /// The CNAME record.
    Alias(DnssecStatus),
    /// No answer that can be used: time-out, `SERVFAIL`.
    Failed,
    /// The TLSA records; none if the answer denies that there are any.
    Tlsa {
        /// Of the records, or of the denial.
        status: DnssecStatus,
        /// The records.
        records: Vec<TlsaRecord>,
    },
}

/// What a validating resolver says of an answer (RFC 4035 section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DnssecStatus {
    /// It is signed, and the signatures do not hold.
    Bogus,
    /// It is not signed, or whether it should be is not known (RFC 7672 section 2.1.1).
    Insecure,
    /// It is signed, and the signatures hold.
    Secure,
}
