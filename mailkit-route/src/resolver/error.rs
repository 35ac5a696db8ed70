//! Why a lookup failed, and whether a later one may succeed.

use std::error::Error;

use hickory_resolver::net::NetError;

use crate::ParseError;

/// Why the mail exchangers of a domain were not found out.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct ResolveError {
    kind: ResolveErrorKind,
    source: Box<dyn Error + Send + Sync>,
}

impl ResolveError {
    pub(super) fn new(kind: ResolveErrorKind, source: impl Error + Send + Sync + 'static) -> Self {
        Self { kind, source: Box::new(source) }
    }

    pub(super) fn settings(source: NetError) -> Self {
        Self::new(ResolveErrorKind::Settings, source)
    }

    pub(super) fn name(source: ParseError) -> Self {
        Self::new(ResolveErrorKind::InvalidName, source)
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ResolveErrorKind {
        self.kind
    }

    /// Whether a later try may succeed: then the mail stays in the queue. So it does while settings of ours
    /// cannot be used, which are ours to mend and no fault of the domain.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self.kind,
            ResolveErrorKind::LookupFailed
                | ResolveErrorKind::Settings
                | ResolveErrorKind::TimedOut
        )
    }
}

impl From<NetError> for ResolveError {
    fn from(error: NetError) -> Self {
        Self::new(ResolveErrorKind::of(&error), error)
    }
}

impl ResolveErrorKind {
    pub(super) fn of(error: &NetError) -> Self {
        match error {
            error if error.is_nx_domain() => Self::NoSuchDomain,
            NetError::Timeout => Self::TimedOut,
            _ => Self::LookupFailed,
        }
    }
}

/// What went wrong in a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ResolveErrorKind {
    /// The text is neither a domain nor an address literal.
    #[error("invalid domain")]
    InvalidName,
    /// The name servers did not give an answer that can be used.
    #[error("lookup failed")]
    LookupFailed,
    /// The domain does not exist.
    #[error("no such domain")]
    NoSuchDomain,
    /// The settings of the resolver cannot be used.
    #[error("resolver settings cannot be used")]
    Settings,
    /// No answer in time.
    #[error("lookup timed out")]
    TimedOut,
}
