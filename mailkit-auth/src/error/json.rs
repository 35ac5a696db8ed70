//! The error of a record as data.

use serde::{Serialize, Serializer};

use super::{RecordError, RecordErrorKind};
use crate::tagged::Tagged;

impl Serialize for RecordError {
    /// As its kind in kebab case with its values, its bytes, and its message with its cause.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.kind.tagged(serializer).with("span", &self.span).end(self)
    }
}

impl RecordErrorKind {
    fn tagged<S: Serializer>(&self, serializer: S) -> Tagged<S> {
        let kind = |kind| Tagged::new(serializer, kind);
        match self {
            Self::WrongVersion { expected } => kind("wrong-version").with("expected", expected),
            Self::MissingTag { tag } => kind("missing-tag").with("tag", tag),
            Self::DuplicateTag { tag } => kind("duplicate-tag").with("tag", tag),
            Self::MalformedTag => kind("malformed-tag"),
            Self::InvalidValue { tag } => kind("invalid-value").with("tag", tag),
            Self::NotUtf8 => kind("not-utf8"),
            Self::UnexpectedCharacter(c) => kind("unexpected-character").with("character", c),
            Self::UnknownMechanism { name } => kind("unknown-mechanism").with("name", name),
            Self::InvalidArgument => kind("invalid-argument"),
            Self::InvalidCidrLength { max } => kind("invalid-cidr-length").with("max", max),
            Self::InvalidDomain => kind("invalid-domain"),
            Self::InvalidUri => kind("invalid-uri"),
            Self::InvalidMacro => kind("invalid-macro"),
            Self::DuplicateModifier { name } => kind("duplicate-modifier").with("name", name),
            Self::TooLong { limit } => kind("too-long").with("limit", limit),
        }
    }
}
