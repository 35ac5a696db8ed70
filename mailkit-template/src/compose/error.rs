//! The error of reading what stands in a header.

use std::ops::Range;

use thiserror::Error;

/// A text is not the header name, header text, mailbox or message identifier it should be, and where it is not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {}", span.start)]
pub struct HeaderError {
    kind: HeaderErrorKind,
    span: Range<usize>,
}

impl HeaderError {
    pub(super) const fn new(kind: HeaderErrorKind, span: Range<usize>) -> Self {
        Self { kind, span }
    }

    /// An error in `part`, which is a slice of `whole`.
    pub(super) fn in_part(kind: HeaderErrorKind, part: &str, whole: &str) -> Self {
        let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
        Self::new(kind, start..start + part.len())
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> HeaderErrorKind {
        self.kind
    }

    /// The bytes of the text that are wrong; an empty range where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What is wrong with a text that should stand in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HeaderErrorKind {
    /// An angle bracket of a mailbox is missing.
    #[error("the angle brackets do not match")]
    Brackets,
    /// A character that has no place there: a line break, another control character, a direction override; in a name
    /// or an identifier anything but printable ASCII.
    #[error("character that is not allowed")]
    Character,
    /// The domain of a mailbox is neither a host name in ASCII nor an address literal.
    #[error("the domain is not a host name")]
    Domain,
    /// A name of a header field without a character.
    #[error("empty name")]
    Empty,
    /// The beginning of an encoded word (RFC 2047): a mail program would show what it decodes to, line breaks among it.
    #[error("beginning of an encoded word")]
    EncodedWord,
    /// The local part of a mailbox is not a dot-separated word in ASCII (RFC 5322 section 3.2.3).
    #[error("the local part is not a dot-separated word")]
    LocalPart,
    /// The name of a mailbox is not one line of text, has an unfinished quote, or has to be quoted: a comma or a
    /// semicolon outside of quotes ends a mailbox and begins another.
    #[error("the name is not one line of text, or has to be quoted")]
    MailboxName,
    /// A mailbox or an identifier without an `@`, or an identifier with nothing on one side of it.
    #[error("there are no two sides of an `@`")]
    NoAt,
    /// White space at an end, which folding would lose.
    #[error("white space at an end")]
    OuterSpace,
    /// Longer than may stand there.
    #[error("too long")]
    TooLong,
}
