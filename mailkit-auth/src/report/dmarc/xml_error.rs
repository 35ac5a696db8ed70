//! What can be wrong with the XML of a report.

use thiserror::Error;

/// Why a section is not the XML of a report, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct XmlError {
    pub(super) kind: XmlErrorKind,
    pub(super) at: usize,
}

/// What can be wrong with the XML of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum XmlErrorKind {
    /// An attribute that is not `name="value"`.
    #[error("malformed attribute")]
    Attribute,
    /// A document type, which could declare entities.
    #[error("document type declaration")]
    DocumentType,
    /// An end tag that ends another element than the one that is open.
    #[error("end tag of another element")]
    EndTag,
    /// A reference to anything but a character.
    #[error("unknown entity")]
    Entity,
    /// A `<` that no name follows.
    #[error("tag without a name")]
    TagName,
    /// A value longer than the limit.
    #[error("text longer than {limit} octets")]
    TextTooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// Elements in elements beyond the limit.
    #[error("elements nested deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A tag with more attributes than the limit.
    #[error("more than {limit} attributes")]
    TooManyAttributes {
        /// The limit.
        limit: usize,
    },
    /// An element, a comment or CDATA that does not end.
    #[error("element without an end")]
    Unclosed,
    /// An element in the value of another.
    #[error("markup inside a value")]
    UnexpectedMarkup,
}
