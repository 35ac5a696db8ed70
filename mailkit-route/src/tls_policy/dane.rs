//! Whether DANE holds for a mail host, and with which TLSA records (RFC 7672 section 2.2).

use super::{TlsaRecord, tlsa::usable};
use crate::Domain;

mod policy;
mod question;

pub use policy::{DaneFault, DanePolicy, DaneTls};
pub use question::{DaneAnswer, DaneQuestion, DaneStep, DnssecStatus};

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

#[cfg(test)]
mod tests;
