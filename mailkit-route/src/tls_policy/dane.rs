//! Whether DANE holds for a mail host, and with which TLSA records (RFC 7672 section 2.2).

use super::{TlsFailure, TlsPolicyType, TlsResultType, TlsaRecord, tlsa::usable};
use crate::{Domain, Host};

/// The questions about one mail host: its addresses first, then its TLSA records.
///
/// A host whose addresses are not signed is never asked for TLSA records: name servers of such hosts
/// often answer that question wrongly, and the records would not count (RFC 7672 section 2.2.2).
///
/// ```
/// use mailkit_route::tls_policy::{
///     DaneAnswer, DaneLookup, DanePolicy, DaneQuestion, DaneStep, DnssecStatus, TlsaRecord,
/// };
/// let mut lookup = DaneLookup::new(
///     "buyer.example".parse()?, "mx1.buyer.example".parse()?, DnssecStatus::Secure);
/// let policy = loop {
///     match lookup.step() {
///         DaneStep::Ask(DaneQuestion::Tlsa { base }) => {
///             assert_eq!(base.to_string(), "mx1.buyer.example");
///             let records = vec![TlsaRecord::new(3, 1, 1, [0xab; 32])];
///             lookup.answer(DaneAnswer::Tlsa { status: DnssecStatus::Secure, records });
///         }
///         DaneStep::Ask(_) => {
///             lookup.answer(DaneAnswer::Addresses { status: DnssecStatus::Secure, alias_of: None });
///         }
///         DaneStep::Done(policy) => break policy,
///     }
/// };
/// assert!(matches!(policy, DanePolicy::Required(_)));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DaneLookup {
    next_hop: Domain,
    host: Domain,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Addresses,
    Alias,
    /// The host's complete name first, then the name in the MX record, if it is another one.
    Tlsa {
        base: Domain,
        or_host: bool,
    },
    Done(DanePolicy),
}

impl DaneLookup {
    /// A host of the domain the mail is for, and whether the MX records that name it are signed. The
    /// status of an implicit MX is that of the answer that there are no MX records.
    #[must_use]
    pub fn new(next_hop: Domain, host: Domain, mx: DnssecStatus) -> Self {
        let state = match mx {
            DnssecStatus::Secure => State::Addresses,
            DnssecStatus::Insecure => State::Done(DanePolicy::NotOffered),
            DnssecStatus::Bogus => State::Done(DanePolicy::Failed(DaneFault::Bogus)),
        };
        Self { next_hop, host, state }
    }

    /// The next question, or what applies.
    #[must_use]
    pub fn step(&self) -> DaneStep {
        let host = || self.host.clone();
        match &self.state {
            State::Addresses => DaneStep::Ask(DaneQuestion::Addresses { host: host() }),
            State::Alias => DaneStep::Ask(DaneQuestion::Alias { host: host() }),
            State::Tlsa { base, .. } => DaneStep::Ask(DaneQuestion::Tlsa { base: base.clone() }),
            State::Done(policy) => DaneStep::Done(policy.clone()),
        }
    }

    /// Takes the answer to the question of [`step`](Self::step). One that is not of its kind counts as
    /// a failed lookup; one to no question is ignored.
    pub fn answer(&mut self, answer: DaneAnswer) {
        use DnssecStatus::{Bogus, Insecure, Secure};
        let failed = |fault| State::Done(DanePolicy::Failed(fault));
        let next = match (&self.state, answer) {
            (State::Done(_), _) => return,
            (
                _,
                DaneAnswer::Addresses { status: Bogus, .. }
                | DaneAnswer::Alias(Bogus)
                | DaneAnswer::Tlsa { status: Bogus, .. },
            ) => failed(DaneFault::Bogus),
            (State::Addresses, DaneAnswer::Addresses { status, alias_of }) => {
                self.after_addresses(status, alias_of)
            }
            (State::Alias, DaneAnswer::Alias(Secure)) => self.tlsa_of_host(),
            (State::Alias, DaneAnswer::Alias(_)) => State::Done(DanePolicy::NotOffered),
            (State::Tlsa { base, .. }, DaneAnswer::Tlsa { status: Secure, records })
                if !records.is_empty() =>
            {
                State::Done(self.policy(base.clone(), records))
            }
            (
                State::Tlsa { or_host: true, .. },
                DaneAnswer::Tlsa { status: Secure | Insecure, .. },
            ) => self.tlsa_of_host(),
            (State::Tlsa { .. }, DaneAnswer::Tlsa { .. }) => State::Done(DanePolicy::NotOffered),
            _ => failed(DaneFault::LookupFailed),
        };
        self.state = next;
    }

    fn after_addresses(&self, status: DnssecStatus, alias_of: Option<Domain>) -> State {
        match (status, alias_of.filter(|name| *name != self.host)) {
            (DnssecStatus::Secure, Some(base)) => State::Tlsa { base, or_host: true },
            (DnssecStatus::Secure, None) => self.tlsa_of_host(),
            // The alias itself may be signed although what it leads to is not.
            (_, Some(_)) => State::Alias,
            (_, None) => State::Done(DanePolicy::NotOffered),
        }
    }

    fn tlsa_of_host(&self) -> State {
        State::Tlsa { base: self.host.clone(), or_host: false }
    }

    fn policy(&self, base: Domain, records: Vec<TlsaRecord>) -> DanePolicy {
        let records = usable(records);
        if records.is_empty() {
            return DanePolicy::Unusable;
        }
        let mut names = vec![base.clone()];
        if self.next_hop != base {
            names.push(self.next_hop.clone());
        }
        DanePolicy::Required(DaneTls { base, names, records })
    }
}

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

#[cfg(test)]
mod tests;
