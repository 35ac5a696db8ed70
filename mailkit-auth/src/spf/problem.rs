//! Why an SPF check ends without a directive.

use thiserror::Error;

use super::SpfResult;
use crate::RecordError;
use crate::lookup::{Name, Question};

/// Why a check ended without a directive.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpfProblem {
    /// The name in the envelope is not a domain of two or more labels (RFC 7208 section 4.3).
    #[error("the name in the envelope is not a domain")]
    NotADomain,
    /// The domain publishes no SPF record.
    #[error("{0} has no SPF record")]
    NoRecord(Name),
    /// A record leads by `include` or `redirect` to a domain without one.
    #[error("`{term}` leads to a domain without SPF record")]
    NoRecordAt {
        /// The term that leads there.
        term: String,
    },
    /// The domain publishes more than one SPF record (section 4.5).
    #[error("{0} has more than one SPF record")]
    MultipleRecords(Name),
    /// A record is outside the grammar.
    #[error("the SPF record of {domain} is invalid")]
    InvalidRecord {
        /// Whose record it is.
        domain: Name,
        /// What is wrong with it, and where.
        #[source]
        error: RecordError,
    },
    /// The records hold more terms that need a lookup than a check may follow (section 4.6.4).
    #[error("more than {0} terms need a lookup")]
    LookupLimit(usize),
    /// More lookups brought nothing than a check may forgive (section 4.6.4).
    #[error("more than {0} lookups brought nothing")]
    VoidLookupLimit(usize),
    /// A domain has more mail exchangers than a check may follow (section 4.6.4).
    #[error("more than {limit} mail exchangers of {domain}")]
    MxLimit {
        /// The domain of the `mx` mechanism.
        domain: Name,
        /// The limit.
        limit: usize,
    },
    /// The terms ask the DNS more than a check may.
    #[error("more than {0} questions to the DNS")]
    QuestionLimit(usize),
    /// A macro grows beyond any name.
    #[error("`{term}` grows beyond any name")]
    ExpansionLimit {
        /// The term that holds the macro.
        term: String,
    },
    /// The DNS gave no answer to this question.
    #[error("no answer to {0}")]
    TemporaryFailure(Question),
    /// No directive matched and there is no `redirect` (section 4.7).
    #[error("no term of {0} matches")]
    NoMatch(Name),
}

impl SpfProblem {
    /// The result to which the problem leads.
    #[must_use]
    pub fn result(&self) -> SpfResult {
        match self {
            Self::NotADomain | Self::NoRecord(_) => SpfResult::None,
            Self::NoMatch(_) => SpfResult::Neutral,
            Self::TemporaryFailure(_) => SpfResult::TempError,
            _ => SpfResult::PermError,
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SpfProblem {
    /// As its kind in kebab case with its values, and its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = |kind| crate::tagged::Tagged::new(serializer, kind);
        let tagged = match self {
            Self::NotADomain => kind("not-a-domain"),
            Self::NoRecord(domain) => kind("no-record").with("domain", domain),
            Self::NoRecordAt { term } => kind("no-record-at").with("term", term),
            Self::MultipleRecords(domain) => kind("multiple-records").with("domain", domain),
            Self::InvalidRecord { domain, error } => {
                kind("invalid-record").with("domain", domain).with("error", error)
            }
            Self::LookupLimit(limit) => kind("lookup-limit").with("limit", limit),
            Self::VoidLookupLimit(limit) => kind("void-lookup-limit").with("limit", limit),
            Self::MxLimit { domain, limit } => {
                kind("mx-limit").with("domain", domain).with("limit", limit)
            }
            Self::QuestionLimit(limit) => kind("question-limit").with("limit", limit),
            Self::ExpansionLimit { term } => kind("expansion-limit").with("term", term),
            Self::TemporaryFailure(question) => {
                kind("temporary-failure").with("question", question)
            }
            Self::NoMatch(domain) => kind("no-match").with("domain", domain),
        };
        tagged.end(self)
    }
}
