//! What is wrong with a tree.

use std::fmt;

use thiserror::Error;

use crate::RecordError;
use crate::lookup::{Name, Question};

/// What is wrong with a branch of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpfTreeProblem {
    /// The name publishes no SPF record.
    #[error("no SPF record")]
    NoRecord,
    /// The name publishes more than one (RFC 7208 section 4.5).
    #[error("more than one SPF record")]
    MultipleRecords,
    /// The record is outside the grammar.
    #[error("invalid SPF record")]
    InvalidRecord(#[source] RecordError),
    /// The DNS gave no answer to this question; another try may find one.
    #[error("no answer to {0}")]
    TemporaryFailure(Question),
    /// The record leads back to this name, which it came from.
    #[error("leads back to {0}")]
    Loop(Name),
    /// What the term names is no name that a server could be asked for.
    #[error("not a name that can be asked for")]
    NotAName,
    /// The domain has more mail exchangers than a check follows.
    #[error("{0} mail exchangers, of which a check follows 10")]
    MxHosts(usize),
    /// The walk stopped here.
    #[error("not followed: more than {limit} {what}")]
    Limit {
        /// What there was too much of.
        what: SpfTreeBound,
        /// The limit.
        limit: usize,
    },
}

/// What a walk is limited in; see [`SpfTreeLimits`](super::SpfTreeLimits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum SpfTreeBound {
    /// Records below each other.
    Depth,
    /// Networks in all.
    Networks,
    /// Questions to the DNS.
    Questions,
    /// Records in all.
    Records,
    /// Terms in all.
    Terms,
}

impl fmt::Display for SpfTreeBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Depth => "levels",
            Self::Networks => "networks",
            Self::Questions => "questions",
            Self::Records => "records",
            Self::Terms => "terms",
        })
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SpfTreeProblem {
    /// As its kind in kebab case with its values, and its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = |kind| crate::tagged::Tagged::new(serializer, kind);
        let tagged = match self {
            Self::NoRecord => kind("no-record"),
            Self::MultipleRecords => kind("multiple-records"),
            Self::InvalidRecord(error) => kind("invalid-record").with("error", error),
            Self::TemporaryFailure(question) => {
                kind("temporary-failure").with("question", question)
            }
            Self::Loop(name) => kind("loop").with("name", name),
            Self::NotAName => kind("not-a-name"),
            Self::MxHosts(count) => kind("mx-hosts").with("count", count),
            Self::Limit { what, limit } => kind("limit").with("what", what).with("limit", limit),
        };
        tagged.end(self)
    }
}
