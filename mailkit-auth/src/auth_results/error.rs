//! The error of reading the field.

use std::ops::Range;

use thiserror::Error;

use super::read::MAX_OCTETS;

/// Why a text is no `Authentication-Results` field, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {}", span.start)]
pub struct ResultsError {
    kind: ResultsErrorKind,
    span: Range<usize>,
}

impl ResultsError {
    pub(super) fn new(kind: ResultsErrorKind, span: Range<usize>) -> Self {
        Self { kind, span }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ResultsErrorKind {
        &self.kind
    }

    /// The bytes of the input that are wrong; an empty range where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What can be wrong with the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResultsErrorKind {
    /// A comment that does not end, or lies too deep in others.
    #[error("comment without an end, or nested too deep")]
    Comment,
    /// Another character should stand here.
    #[error("expected {0:?}")]
    Expected(char),
    /// A method, a result or a property name should stand here.
    #[error("expected a keyword")]
    Keyword,
    /// A quoted string that does not end.
    #[error("quoted string without an end")]
    QuotedString,
    /// More octets than a header field should hold.
    #[error("field longer than {MAX_OCTETS} octets")]
    TooLong,
    /// A value should stand here.
    #[error("expected a value")]
    Value,
    /// A version other than 1.
    #[error("unknown version")]
    Version,
}
