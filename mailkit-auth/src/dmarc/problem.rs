//! Why a DMARC check does not come to its end.

use thiserror::Error;

use super::{AuthorError, DmarcResult};
use crate::lookup::Question;
use crate::{Domain, RecordError};

/// What kept a check from its end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DmarcProblem {
    /// The From field names no domain.
    #[error("the From field names no domain")]
    NoAuthor,
    /// The message does not say plainly who wrote it, so that nobody can say what applies to it.
    #[error(transparent)]
    Author(AuthorError),
    /// The From field names several domains, and not every one of them is proved.
    #[error("the From field names {0} domains, and not every one is proved")]
    SeveralAuthors(usize),
    /// The domain publishes no record, and neither does any above it.
    #[error("no DMARC record applies to {0}")]
    NoRecord(Domain),
    /// The author's domain publishes more than one record; all are discarded.
    #[error("{0} has more than one DMARC record")]
    MultipleRecords(Domain),
    /// The record that applies has neither valid policies nor a valid report address (section
    /// 4.10.1).
    #[error("the DMARC record of {domain} has no valid policy and no report address")]
    UnusableRecord {
        /// Whose record it is.
        domain: Domain,
        /// What is wrong with it, and where.
        #[source]
        error: RecordError,
    },
    /// The DNS gave no answer to this question.
    #[error("no answer to {0}")]
    TemporaryFailure(Question),
    /// SPF ended without an answer from the DNS; had it passed, the message might be proved.
    #[error("SPF came to no result for {0}")]
    SpfUndecided(Domain),
    /// The key of a DKIM signature could not be looked up; had it passed, the message might be
    /// proved.
    #[error("DKIM came to no result for {0}")]
    DkimUndecided(Domain),
}

impl DmarcProblem {
    /// The result to which the problem leads.
    #[must_use]
    pub fn result(&self) -> DmarcResult {
        match self {
            Self::NoAuthor | Self::Author(_) | Self::SeveralAuthors(_) => DmarcResult::PermError,
            Self::TemporaryFailure(_) | Self::SpfUndecided(_) | Self::DkimUndecided(_) => {
                DmarcResult::TempError
            }
            Self::NoRecord(_) | Self::MultipleRecords(_) | Self::UnusableRecord { .. } => {
                DmarcResult::None
            }
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for DmarcProblem {
    /// As its kind in kebab case with its values, and its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = |kind| crate::tagged::Tagged::new(serializer, kind);
        let tagged = match self {
            Self::NoAuthor => kind("no-author"),
            Self::Author(error) => kind("author").with("error", error),
            Self::SeveralAuthors(count) => kind("several-authors").with("count", count),
            Self::NoRecord(domain) => kind("no-record").with("domain", domain),
            Self::MultipleRecords(domain) => kind("multiple-records").with("domain", domain),
            Self::UnusableRecord { domain, error } => {
                kind("unusable-record").with("domain", domain).with("error", error)
            }
            Self::TemporaryFailure(question) => {
                kind("temporary-failure").with("question", question)
            }
            Self::SpfUndecided(domain) => kind("spf-undecided").with("domain", domain),
            Self::DkimUndecided(domain) => kind("dkim-undecided").with("domain", domain),
        };
        tagged.end(self)
    }
}
