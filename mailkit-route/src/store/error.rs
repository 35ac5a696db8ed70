//! Why a store did not answer.

use std::error::Error;

/// A store that could not do what it was asked.
///
/// An engine makes one of a kind, with its own error as the source.
///
/// ```
/// use mailkit_route::store::{StoreError, StoreErrorKind};
/// let cause = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = StoreError::from(StoreErrorKind::Away).with_source(cause);
/// assert_eq!(error.to_string(), "the store does not answer");
/// assert_eq!(*error.kind(), StoreErrorKind::Away);
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// The same with its cause.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &StoreErrorKind {
        &self.kind
    }
}

impl From<StoreErrorKind> for StoreError {
    fn from(kind: StoreErrorKind) -> Self {
        Self { kind, source: None }
    }
}

/// What is wrong with a store, or with what it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No answer, or not in time: go on with what is known here.
    #[error("the store does not answer")]
    Away,
    /// Everything there is in use.
    #[error("no room for more than {limit} entries")]
    Full {
        /// The most entries.
        limit: usize,
    },
    /// A document that is longer than is kept.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// The most bytes.
        limit: usize,
    },
    /// The engine answered what it should not.
    #[error("the store answered something else")]
    Unexpected,
}
