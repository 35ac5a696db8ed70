//! Why a text is no name.

use std::ops::Range;

use thiserror::Error;

/// Why no server could be asked for a name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {}", span.start)]
pub struct NameError {
    pub(super) kind: NameErrorKind,
    pub(super) span: Range<usize>,
}

impl NameError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> NameErrorKind {
        self.kind
    }

    /// The bytes of the input that are wrong; an empty range where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What can be wrong with a [`Name`](super::Name) (RFC 1035 section 2.3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameErrorKind {
    /// Two dots in a row, or a dot in front.
    #[error("empty label")]
    EmptyLabel,
    /// A backslash that begins no escape, or the escape of a dot, which no label here can hold, or of
    /// octets that are not UTF-8.
    #[error("invalid escape")]
    InvalidEscape,
    /// A label of more than 63 octets.
    #[error("label longer than 63 octets")]
    LabelTooLong,
    /// A name of more than 253 octets.
    #[error("name longer than 253 octets")]
    TooLong,
}
