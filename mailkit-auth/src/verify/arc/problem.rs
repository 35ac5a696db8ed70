//! Why an Authenticated Received Chain does not hold.

use std::fmt;

use thiserror::Error;

use super::super::DkimProblem;
use super::verdict::ArcResult;
use crate::message::Field;
use crate::{HeaderError, RecordError};

/// Why a chain does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArcProblem {
    /// What is wrong.
    pub kind: ArcProblemKind,
    /// The field that is wrong or missing, if it is one.
    pub field: Option<ArcField>,
    /// The instance of the field, if it can be read.
    pub instance: Option<u32>,
}

impl ArcProblem {
    pub(super) fn at(kind: ArcProblemKind, field: ArcField, instance: Option<u32>) -> Self {
        Self { kind, field: Some(field), instance }
    }
}

impl fmt::Display for ArcProblem {
    /// The kind, after the field and its instance where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.field, self.instance) {
            (Some(field), Some(instance)) => write!(f, "{field} i={instance}: "),
            (Some(field), None) => write!(f, "{field}: "),
            (None, _) => Ok(()),
        }?;
        self.kind.fmt(f)
    }
}

impl std::error::Error for ArcProblem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}

/// What can be wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ArcProblemKind {
    /// The header of the message cannot be read.
    #[error("unreadable header")]
    Header(#[source] HeaderError),
    /// The `ARC-Authentication-Results` field does not begin with its instance.
    #[error("malformed field")]
    Malformed(#[source] RecordError),
    /// The set has two fields of this name.
    #[error("the field stands twice")]
    Duplicate,
    /// The chain has a set of a higher number, and none or half a set of this one.
    #[error("the field is missing")]
    Missing,
    /// The seal states another status than its place in the chain asks for: `none` in the first set,
    /// `pass` in every other.
    #[error("cv={0} is out of place")]
    Status(ArcResult),
    /// The last host that sealed the chain found that it had failed (`cv=fail`).
    #[error("the chain had failed before")]
    FailedBefore,
    /// The signature of the message covers seals, which it must not (RFC 8617 section 4.1.2).
    #[error("a seal is among the signed fields")]
    SignsSeals,
    /// The seal lists signed fields, which it must not (RFC 8617 section 4.1.3).
    #[error("the seal lists signed fields")]
    ListsFields,
    /// The signature cannot be read, or does not hold.
    #[error(transparent)]
    Signature(DkimProblem),
}

/// One of the fields of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a set has these three fields")]
pub enum ArcField {
    /// `ARC-Authentication-Results`.
    AuthenticationResults,
    /// `ARC-Message-Signature`.
    MessageSignature,
    /// `ARC-Seal`.
    Seal,
}

impl ArcField {
    /// Which of the three a header field is, if it is one.
    pub(crate) fn of(field: Field<'_>) -> Option<Self> {
        const ALL: [ArcField; 3] =
            [ArcField::AuthenticationResults, ArcField::MessageSignature, ArcField::Seal];
        ALL.into_iter().find(|kind| field.is(kind.name()))
    }

    /// The name of the field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthenticationResults => "ARC-Authentication-Results",
            Self::MessageSignature => "ARC-Message-Signature",
            Self::Seal => "ARC-Seal",
        }
    }
}

impl fmt::Display for ArcField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(feature = "serde")]
mod json {
    use serde::{Serialize, Serializer};

    use super::{ArcField, ArcProblem, ArcProblemKind};
    use crate::tagged::Tagged;

    impl Serialize for ArcProblem {
        /// As its kind, with the field and the instance among the values of it.
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let kind = self.kind.tagged(serializer);
            kind.with("field", &self.field).with("instance", &self.instance).end(self)
        }
    }

    impl ArcProblemKind {
        fn tagged<S: Serializer>(&self, serializer: S) -> Tagged<S> {
            let kind = |kind| Tagged::new(serializer, kind);
            match self {
                Self::Header(error) => kind("header").with("error", error),
                Self::Malformed(error) => kind("malformed").with("error", error),
                Self::Duplicate => kind("duplicate"),
                Self::Missing => kind("missing"),
                Self::Status(status) => kind("status").with("status", status),
                Self::FailedBefore => kind("failed-before"),
                Self::SignsSeals => kind("signs-seals"),
                Self::ListsFields => kind("lists-fields"),
                Self::Signature(problem) => kind("signature").with("problem", problem),
            }
        }
    }

    impl Serialize for ArcProblemKind {
        /// As its kind in kebab case with its values, and its message.
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.tagged(serializer).end(self)
        }
    }

    impl Serialize for ArcField {
        /// As its name.
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.name())
        }
    }
}
