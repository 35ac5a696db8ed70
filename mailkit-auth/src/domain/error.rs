//! Why a text is no domain.

use std::ops::Range;

use thiserror::Error;

/// Why a text is not a [`Domain`](crate::Domain), and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {}", span.start)]
pub struct DomainError {
    kind: DomainErrorKind,
    span: Range<usize>,
}

impl DomainError {
    pub(crate) fn new(kind: DomainErrorKind, span: Range<usize>) -> Self {
        Self { kind, span }
    }

    /// The same error in a text in which the one it was found in starts at `offset`.
    pub(crate) fn shifted(self, offset: usize) -> Self {
        Self { span: self.span.start + offset..self.span.end + offset, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &DomainErrorKind {
        &self.kind
    }

    /// The bytes of the input that are wrong; an empty range where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What can be wrong with a domain name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DomainErrorKind {
    /// There is no name.
    #[error("empty name")]
    Empty,
    /// Two dots in a row, or a dot in front.
    #[error("empty label")]
    EmptyLabel,
    /// A label starts or ends with a hyphen (RFC 1123 section 2.1).
    #[error("hyphen at the edge of a label")]
    Hyphen,
    /// A character that no A-label holds; names beyond ASCII are written as `xn--` labels.
    #[error("character {0:?} in a name")]
    Character(char),
    /// A label of more than 63 octets.
    #[error("label longer than 63 octets")]
    LabelTooLong,
    /// A name of more than 253 octets.
    #[error("name longer than 253 octets")]
    TooLong,
}
