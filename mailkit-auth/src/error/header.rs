//! The error of reading the header of a message.

use thiserror::Error;

/// Why a message is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// A line of the header is neither a field nor the continuation of one.
    #[error("no header field at byte {at}")]
    Malformed {
        /// Where the line begins.
        at: usize,
    },
    /// A NUL, or a carriage return that ends no line: programs disagree on what stands after it.
    #[error("NUL or bare carriage return at byte {at}")]
    Control {
        /// Where it stands.
        at: usize,
    },
    /// A line that ends otherwise than the first: programs that take one kind of end alone see
    /// other header fields than programs that take both.
    #[error("another kind of line end at byte {at}")]
    MixedLineEnds {
        /// Where the line begins, or the end that a body has and its header has not.
        at: usize,
    },
    /// The header has more fields than the limit.
    #[error("more than {limit} header fields")]
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// The header has more octets than the limit.
    #[error("header longer than {limit} octets")]
    TooLong {
        /// The limit in octets.
        limit: usize,
    },
}

#[cfg(feature = "serde")]
impl serde::Serialize for HeaderError {
    /// As its kind in kebab case with its values, and its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = |kind| crate::tagged::Tagged::new(serializer, kind);
        let tagged = match self {
            Self::Malformed { at } => kind("malformed").with("at", at),
            Self::Control { at } => kind("control").with("at", at),
            Self::MixedLineEnds { at } => kind("mixed-line-ends").with("at", at),
            Self::TooManyFields { limit } => kind("too-many-fields").with("limit", limit),
            Self::TooLong { limit } => kind("too-long").with("limit", limit),
        };
        tagged.end(self)
    }
}
