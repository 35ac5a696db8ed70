//! Why a DKIM signature does not pass, and what it leaves open if it does.

use thiserror::Error;

use super::DkimResult;
use crate::record::dkim::KeyType;
use crate::{HeaderError, RecordError};

/// Why a signature did not pass.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DkimProblem {
    /// The header of the message cannot be read, so that nobody can say whether it is signed.
    #[error("unreadable header")]
    Header(#[source] HeaderError),
    /// The field is outside the grammar, repeats a tag or lacks one.
    #[error("malformed signature")]
    Malformed(#[source] RecordError),
    /// The signature was made with SHA-1 (RFC 8301 section 3.1).
    #[error("rsa-sha1 is no longer accepted")]
    Sha1,
    /// The From field is not among the signed ones (RFC 6376 section 5.4).
    #[error("the From field is not signed")]
    FromUnsigned,
    /// The identity (`i`) is not in the signing domain.
    #[error("the identity is not in the signing domain")]
    Identity,
    /// The signature says that it is no longer valid (`x`).
    #[error("the signature has expired")]
    Expired,
    /// There are more signatures than are checked: one verdict stands for all of these.
    #[error("only the first {limit} signatures are checked, {unchecked} more were not")]
    TooMany {
        /// The limit.
        limit: usize,
        /// The signatures that were not checked.
        unchecked: usize,
    },
    /// The signatures of the message need more keys than are looked up.
    #[error("only {limit} keys are looked up")]
    TooManyKeys {
        /// The limit.
        limit: usize,
    },
    /// The key could not be looked up.
    #[error("the key could not be looked up")]
    KeyUnavailable,
    /// There is no key.
    #[error("there is no key")]
    NoKey,
    /// There are several keys under the selector (RFC 6376 section 3.6.2.2).
    #[error("there is more than one key")]
    SeveralKeys,
    /// The record is no key.
    #[error("malformed key")]
    MalformedKey(#[source] RecordError),
    /// The key was revoked.
    #[error("the key was revoked")]
    Revoked,
    /// The key is of another kind than the signature, or not for SHA-256 or e-mail.
    #[error("the key is not for this use")]
    KeyUse,
    /// The key is longer than signatures are checked with: 8,192 bits.
    #[error("a key of {bits} bits is too long")]
    LongKey {
        /// Its length.
        bits: usize,
    },
    /// The octets of the key are no key of this kind.
    #[error("the {0} key cannot be read")]
    UnreadableKey(KeyType),
    /// The key is too short (RFC 8301 section 3.2).
    #[error("a key of {bits} bits is too weak")]
    WeakKey {
        /// Its length.
        bits: usize,
    },
    /// The body is not the one that was signed.
    #[error("the body was changed")]
    Body,
    /// Less than the body was signed (`l`), so that anything could stand after it.
    #[error("only {signed} of {octets} octets of the body are signed")]
    PartialBody {
        /// The octets signed.
        signed: u64,
        /// The octets of the body, in canonical form.
        octets: u64,
    },
    /// A signed header field is not the one that was signed, or the key is another.
    #[error("the signed header fields were changed, or the key is another")]
    Signature,
}

impl DkimProblem {
    /// The result to which the problem leads.
    #[must_use]
    pub fn result(&self) -> DkimResult {
        match self {
            Self::KeyUnavailable => DkimResult::TempError,
            Self::Body | Self::Signature | Self::Expired | Self::WeakKey { .. } => DkimResult::Fail,
            Self::PartialBody { .. } | Self::TooMany { .. } | Self::TooManyKeys { .. } => {
                DkimResult::Policy
            }
            Self::Header(_)
            | Self::Malformed(_)
            | Self::Sha1
            | Self::FromUnsigned
            | Self::Identity
            | Self::NoKey
            | Self::SeveralKeys
            | Self::MalformedKey(_)
            | Self::Revoked
            | Self::KeyUse
            | Self::LongKey { .. }
            | Self::UnreadableKey(_) => DkimResult::PermError,
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for DkimProblem {
    /// As its kind in kebab case with its values, and its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = |kind| crate::tagged::Tagged::new(serializer, kind);
        let tagged = match self {
            Self::Header(error) => kind("header").with("error", error),
            Self::Malformed(error) => kind("malformed").with("error", error),
            Self::Sha1 => kind("sha1"),
            Self::FromUnsigned => kind("from-unsigned"),
            Self::Identity => kind("identity"),
            Self::Expired => kind("expired"),
            Self::TooMany { limit, unchecked } => {
                kind("too-many").with("limit", limit).with("unchecked", unchecked)
            }
            Self::TooManyKeys { limit } => kind("too-many-keys").with("limit", limit),
            Self::KeyUnavailable => kind("key-unavailable"),
            Self::NoKey => kind("no-key"),
            Self::SeveralKeys => kind("several-keys"),
            Self::MalformedKey(error) => kind("malformed-key").with("error", error),
            Self::Revoked => kind("revoked"),
            Self::KeyUse => kind("key-use"),
            Self::LongKey { bits } => kind("long-key").with("bits", bits),
            Self::UnreadableKey(key_type) => kind("unreadable-key").with("key_type", key_type),
            Self::WeakKey { bits } => kind("weak-key").with("bits", bits),
            Self::Body => kind("body"),
            Self::PartialBody { signed, octets } => {
                kind("partial-body").with("signed", signed).with("octets", octets)
            }
            Self::Signature => kind("signature"),
        };
        tagged.end(self)
    }
}

/// What a signature that passed leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DkimWeakness {
    /// It limits the body it covers (`l`); here it covers all of it.
    #[error("it limits the body that it covers")]
    BodyLength,
    /// Its key is shorter than 2048 bits.
    #[error("its key has {bits} bits only")]
    ShortKey {
        /// Its length.
        bits: usize,
    },
    /// The domain says that it is only testing DKIM (`t=y`).
    #[error("the domain is testing")]
    Testing,
    /// A field of this name is not signed, so that anybody could have written it.
    #[error("{name} is not signed")]
    Unsigned {
        /// The field.
        name: &'static str,
    },
    /// It says that it was made in the future (`t`).
    #[error("it is dated in the future")]
    FromTheFuture,
}

#[cfg(feature = "serde")]
impl serde::Serialize for DkimWeakness {
    /// As its kind in kebab case with its values, and its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = |kind| crate::tagged::Tagged::new(serializer, kind);
        let tagged = match self {
            Self::BodyLength => kind("body-length"),
            Self::ShortKey { bits } => kind("short-key").with("bits", bits),
            Self::Testing => kind("testing"),
            Self::Unsigned { name } => kind("unsigned").with("name", name),
            Self::FromTheFuture => kind("from-the-future"),
        };
        tagged.end(self)
    }
}
