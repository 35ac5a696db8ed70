//! What the check of one DKIM signature found.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::auth_results::Keyword;
use crate::record::DkimSignature;
use crate::record::dkim::KeyType;
use crate::{Domain, HeaderError, RecordError, Selector};

/// The outcome of one signature and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DkimVerdict {
    /// The result.
    pub result: DkimResult,
    /// The domain that signed (`d=`), if the signature can be read.
    pub domain: Option<Domain>,
    /// The selector of its key (`s=`), if the signature can be read.
    pub selector: Option<Selector>,
    /// The first eight characters of the signature (`b=`), which tell it from others of its domain
    /// (RFC 6008), if it can be read.
    pub signature_front: Option<String>,
    /// Why it did not pass.
    pub problem: Option<DkimProblem>,
    /// The outcome in words, in visible ASCII.
    pub reason: String,
    /// What the signature leaves open, if it passed.
    pub weaknesses: Vec<DkimWeakness>,
}

impl DkimVerdict {
    pub(super) fn failed(signature: Option<&DkimSignature>, problem: DkimProblem) -> Self {
        let (result, reason) = (problem.result(), problem.to_string());
        Self { problem: Some(problem), ..Self::new(signature, result, reason) }
    }

    pub(super) fn passed(signature: &DkimSignature, weaknesses: Vec<DkimWeakness>) -> Self {
        let weak: Vec<String> = weaknesses.iter().map(ToString::to_string).collect();
        let but =
            if weak.is_empty() { String::new() } else { format!(", but {}", weak.join(", ")) };
        let reason = format!("signed by {}{but}", signature.domain());
        Self { weaknesses, ..Self::new(Some(signature), DkimResult::Pass, reason) }
    }

    fn new(signature: Option<&DkimSignature>, result: DkimResult, reason: String) -> Self {
        // Six octets make eight characters.
        let front = |octets: &[u8]| STANDARD.encode(octets.get(..6).unwrap_or(octets));
        Self {
            result,
            domain: signature.map(|it| it.domain().clone()),
            selector: signature.map(|it| it.selector().clone()),
            signature_front: signature.map(|it| front(it.signature())),
            problem: None,
            reason,
            weaknesses: Vec::new(),
        }
    }
}

/// The result of a signature (RFC 8601 section 2.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[expect(clippy::exhaustive_enums, reason = "the registry of results has these seven")]
pub enum DkimResult {
    /// The message is not signed.
    None,
    /// The signature holds.
    Pass,
    /// The signature does not hold.
    Fail,
    /// The signature is not one that is accepted here.
    Policy,
    /// The signature cannot be read.
    Neutral,
    /// The key could not be looked up now; another try may find it.
    TempError,
    /// The signature cannot be checked, now or later.
    PermError,
}

impl DkimResult {
    /// The word of the result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Policy => "policy",
            Self::Neutral => "neutral",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for DkimResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<DkimResult> for Keyword {
    fn from(result: DkimResult) -> Self {
        Self::of(result.as_str())
    }
}

/// Why a signature did not pass.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DkimProblem {
    /// The header of the message cannot be read, so that nobody can say whether it is signed.
    #[error("unreadable header: {0}")]
    Header(HeaderError),
    /// The field is outside the grammar, repeats a tag or lacks one.
    #[error("malformed signature: {0}")]
    Malformed(RecordError),
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
    #[error("malformed key: {0}")]
    MalformedKey(RecordError),
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
    /// As its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a signature that passed leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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
