//! Why there is no plan.

use std::fmt;

use thiserror::Error;

use super::Changes;
use crate::lint::Finding;
use crate::lookup::Name;
use crate::provider::TemplateError;
use crate::{DomainError, RecordError, Selector};

/// Why the decisions about a domain give no set of records.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A provider's record needs a value that was not given.
    #[error("a record of provider `{provider}` cannot be written")]
    Value {
        /// The provider's identifier.
        provider: String,
        /// What is missing.
        source: TemplateError,
    },
    /// A provider's record, filled in, has a name that is none.
    #[error("a record of provider `{provider}` has an invalid name {name:?}")]
    ProviderName {
        /// The provider's identifier.
        provider: String,
        /// What was made of the values.
        name: String,
        /// What is wrong with it.
        source: DomainError,
    },
    /// A name below the domain is none, most often because it is longer than the DNS allows.
    #[error("a name below the domain cannot be written")]
    InvalidName(#[from] DomainError),
    /// Everybody in the world would be allowed to send for the domain.
    #[error("SPF would allow every host: plan the hosts that send")]
    EverybodySends,
    /// A record of the plan is wrong, or contradicts another at its name.
    #[error("`{name}`: {} ({})", finding.message, finding.code)]
    Faulty {
        /// The name.
        name: Name,
        /// What a lint finds wrong.
        finding: Box<Finding>,
    },
    /// Two providers are to receive the mail, and each would get a part of it.
    #[error("`{first}` and `{second}` are both to receive the mail: let one of them only send")]
    TwoReceivers {
        /// The identifier of one provider.
        first: String,
        /// The identifier of the other.
        second: String,
    },
    /// A text that a record is made of is none of its kind.
    #[error("a record cannot be written")]
    Record(#[from] RecordError),
    /// A policy of MTA-STS needs hosts to be about.
    #[error("MTA-STS without a host that receives the mail")]
    MtaStsWithoutMailHost,
    /// A logo is shown only where the policy for the domain and for its subdomains is `quarantine` or
    /// `reject`, without `t=y`.
    #[error("a logo without an enforced policy")]
    LogoWithoutPolicy,
    /// A provider is to receive the mail, its hosts are not in the table, and no host was given.
    #[error("the hosts with which provider `{provider}` receives are not known: give them")]
    UnknownMailHosts {
        /// The provider's identifier.
        provider: String,
    },
    /// A check of the SPF record would cost more than ten lookups and end in an error (RFC 7208 section
    /// 4.6.4).
    #[error("SPF costs {lookups} lookups of 10: {}", advice(costs))]
    TooManyLookups {
        /// The lookups, as far as they are known.
        lookups: u32,
        /// What costs them, the dearest first.
        costs: Vec<SpfCost>,
    },
    /// Two different keys or aliases have the same selector.
    #[error("selector `{selector}` stands for two different keys")]
    SelectorTwice {
        /// The selector.
        selector: Selector,
    },
    /// An alias stands at a name that has other records (RFC 1034 section 3.6.2).
    #[error("an alias and another record stand at the same name `{name}`")]
    AliasBesideRecord {
        /// The name.
        name: Name,
    },
}

/// Why there is no safe way from what is published to what is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// An address leaves one host for another while an SPF record names hosts, so that caches may for a
    /// time allow it nowhere.
    #[error("an address of `{name}` also belongs to another host: name it in the SPF record first")]
    AddressMoves {
        /// One of the hosts.
        name: Name,
    },
    /// An alias and other records would stand at the same name (RFC 1034 section 3.6.2).
    #[error(
        "an alias and other records meet at `{name}`: remove by hand what shall not stay there"
    )]
    AliasBesideRecord {
        /// The name.
        name: Name,
    },
    /// Mail exchangers come that the published policy of MTA-STS does not allow, and the plan has no
    /// policy: senders that hold the old one would refuse them (RFC 8461 section 5).
    #[error(
        "`{name}` gets new mail exchangers, and its policy of MTA-STS is not in the plan: plan one"
    )]
    PolicyNotPlanned {
        /// The domain.
        name: Name,
    },
    /// Mail exchangers come that the published policy of MTA-STS does not allow, and its number stays:
    /// senders would not fetch the new one (RFC 8461 section 3.1).
    #[error(
        "`{name}` gets new mail exchangers, and its policy of MTA-STS keeps its number: change it"
    )]
    PolicyNumberKept {
        /// The domain.
        name: Name,
    },
    /// The SPF record changes together with hosts that it names before and after, so that in either
    /// order senders of both would fail in between.
    #[error(
        "the SPF record of `{name}` and hosts that it names change together: plan first a record with \
         the terms of both"
    )]
    SendersFollowHosts {
        /// The domain.
        name: Name,
    },
    /// Several records are wanted where only one counts.
    #[error("several records of one kind are wanted at `{name}`")]
    SeveralRecords {
        /// The name.
        name: Name,
    },
    /// There are more records than a plan may take to make.
    #[error("{records} records are too many, at most {} can be compared", Changes::MAX_RECORDS)]
    TooManyRecords {
        /// The published and the wanted records together.
        records: usize,
    },
}

/// What one term of an SPF record costs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfCost {
    /// The term, such as `include:spf.163.com`.
    pub term: String,
    /// The identifier of the provider that asks for it, if one does.
    pub provider: Option<String>,
    /// The lookups that it costs.
    pub lookups: u32,
    /// Whether the number is known; if not, it is the least it can be.
    pub is_known: bool,
}

impl fmt::Display for SpfCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = if self.is_known { "" } else { "at least " };
        write!(f, "`{}` ({least}{})", self.term, self.lookups)
    }
}

/// What to do about it, the dearest first.
fn advice(costs: &[SpfCost]) -> String {
    let terms: Vec<String> = costs.iter().map(ToString::to_string).collect();
    format!("drop one of, replace by addresses, or move to a subdomain {}", terms.join(", "))
}
