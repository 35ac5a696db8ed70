//! The error of reading a record.

mod header;
#[cfg(feature = "serde")]
mod json;

use std::ops::Range;

pub use header::HeaderError;
use thiserror::Error;

use crate::record::dmarc::ReportUriError;
use crate::{DomainError, visible};

/// Why a text is not the record it should be, and where.
///
/// ```
/// use mailkit_auth::DmarcRecord;
///
/// let error = "v=DMARC1; p=rejct".parse::<DmarcRecord>().unwrap_err();
/// assert_eq!(error.to_string(), "invalid value for tag `p` at byte 12");
/// assert_eq!(error.span(), 12..17);
/// let cause = std::error::Error::source(&error).map(ToString::to_string);
/// assert_eq!(cause.as_deref(), Some("unknown word"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {}", span.start)]
pub struct RecordError {
    kind: RecordErrorKind,
    span: Range<usize>,
    #[source]
    cause: Option<Box<ValueError>>,
}

impl RecordError {
    /// An error of this kind at these bytes of the text.
    #[must_use]
    pub fn new(kind: RecordErrorKind, span: Range<usize>) -> Self {
        Self { kind, span, cause: None }
    }

    /// The same error, which comes of this one about a value.
    pub(crate) fn with_cause(self, cause: impl Into<ValueError>) -> Self {
        Self { cause: Some(Box::new(cause.into())), ..self }
    }

    /// The same error in a text in which the one it was found in starts at `offset`.
    pub(crate) fn shifted(self, offset: usize) -> Self {
        Self { span: self.span.start + offset..self.span.end + offset, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &RecordErrorKind {
        &self.kind
    }

    /// The bytes of the text that are wrong; an empty range where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What can be wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordErrorKind {
    /// The record does not start with the version tag of its kind.
    #[error("expected version `{expected}`")]
    WrongVersion {
        /// The version that this record must start with.
        expected: &'static str,
    },
    /// The text holds no tag that the record cannot do without.
    #[error("missing tag `{tag}`")]
    MissingTag {
        /// The tag's name.
        tag: &'static str,
    },
    /// The same tag stands twice, which voids the whole list (RFC 6376 section 3.2).
    #[error("duplicate tag `{tag}`")]
    DuplicateTag {
        /// The tag's name.
        tag: String,
    },
    /// A tag without `=`, or with a name that is not one.
    #[error("malformed tag")]
    MalformedTag,
    /// A tag has a value outside its grammar.
    #[error("invalid value for tag `{tag}`")]
    InvalidValue {
        /// The tag's name.
        tag: String,
    },
    /// Octets that are not UTF-8.
    #[error("octets that are not UTF-8")]
    NotUtf8,
    /// A byte that the grammar has no place for.
    #[error("unexpected character {0:?}")]
    UnexpectedCharacter(char),
    /// A mechanism that RFC 7208 does not define, or a term that is neither mechanism nor modifier.
    #[error("unknown mechanism `{name}`")]
    UnknownMechanism {
        /// What stands in its place.
        name: String,
    },
    /// A mechanism has an argument outside its grammar, or lacks the one it needs.
    #[error("invalid argument of a mechanism")]
    InvalidArgument,
    /// A network length that is not a plain number, or longer than an address.
    #[error("network length is not a number from 0 to {max}")]
    InvalidCidrLength {
        /// The bits of an address.
        max: u8,
    },
    /// A name that ends neither in a macro nor in a top label (RFC 7208 section 7.1).
    #[error("invalid domain name")]
    InvalidDomain,
    /// A text that is no URI of the scheme `https` with the name of a host.
    #[error("not an `https` URI")]
    InvalidUri,
    /// A `%` that starts no macro, or a macro that has no meaning in this place.
    #[error("invalid macro")]
    InvalidMacro,
    /// A modifier that may stand once stands twice (RFC 7208 section 6).
    #[error("duplicate modifier `{name}`")]
    DuplicateModifier {
        /// The modifier's name.
        name: String,
    },
    /// The text is longer than any record in use.
    #[error("record longer than {limit} octets")]
    TooLong {
        /// The limit in octets.
        limit: usize,
    },
}

/// What is wrong with the value of a tag: the [`source`](std::error::Error::source) of a
/// [`RecordError`] about one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ValueError {
    /// It is not in base64.
    #[error("not base64")]
    Base64,
    /// It is no name of a domain, a host or a selector.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// It has parts of its own, and one of them is wrong; the place counts from the value's first byte.
    #[error(transparent)]
    Part(#[from] RecordError),
    /// It is no address for reports.
    #[error(transparent)]
    Uri(#[from] ReportUriError),
    /// It is none of the words that the tag has.
    #[error(transparent)]
    Word(#[from] UnknownWord),
}

/// A value is none of the words that its tag has.
///
/// Where a record is read, [`RecordError`] says which tag it was and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown word")]
#[non_exhaustive]
pub struct UnknownWord;

/// The message of an error and those of its causes, in visible ASCII.
pub(crate) fn in_words(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |it| it.source());
    visible::reason(causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}")))
}
