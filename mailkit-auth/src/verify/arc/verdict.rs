//! What the check of an Authenticated Received Chain found.

use std::fmt;

use thiserror::Error;

use super::super::DkimProblem;
use crate::auth_results::AuthenticationResults;
use crate::{Domain, RecordError, Selector};

/// Whether the chain of a message holds, and what the hosts on its way said (RFC 8617).
///
/// A chain that holds proves who handled the message and what each of them found; whether to believe
/// them is the receiver's decision. It changes no result of DMARC.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ArcVerdict {
    /// The result.
    pub result: ArcResult,
    /// The highest instance number in the message, from 0, where there is none, to 50.
    pub instance: u32,
    /// If the chain holds, the oldest instance from which on the message was not altered; 0 if it
    /// never was (RFC 8617 section 5.2).
    pub oldest_pass: Option<u32>,
    /// The sets of the chain, from the first host to the last; empty if they are out of order. They
    /// are proved only if the chain holds.
    pub sets: Vec<ArcSet>,
    /// Why it does not hold.
    pub problem: Option<ArcProblem>,
    /// The outcome in words, in visible ASCII.
    pub reason: String,
}

impl ArcVerdict {
    pub(in super::super) fn none() -> Self {
        Self {
            result: ArcResult::None,
            instance: 0,
            oldest_pass: None,
            sets: Vec::new(),
            problem: None,
            reason: "no chain".to_owned(),
        }
    }

    pub(super) fn failed(instance: u32, sets: Vec<ArcSet>, problem: ArcProblem) -> Self {
        let reason = problem.to_string();
        let problem = Some(problem);
        Self { result: ArcResult::Fail, instance, oldest_pass: None, sets, problem, reason }
    }

    pub(super) fn passed(instance: u32, sets: Vec<ArcSet>, oldest_pass: u32) -> Self {
        let domain = sets.last().map(|set| set.seal_domain.to_string()).unwrap_or_default();
        Self {
            result: ArcResult::Pass,
            instance,
            oldest_pass: Some(oldest_pass),
            sets,
            problem: None,
            reason: format!("a chain of {instance}, sealed by {domain}"),
        }
    }
}

/// The status of a chain (RFC 8617 section 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[expect(clippy::exhaustive_enums, reason = "the standard knows these three")]
pub enum ArcResult {
    /// The message has no chain.
    None,
    /// The chain holds.
    Pass,
    /// The chain does not hold, and no later try will change that.
    Fail,
}

impl fmt::Display for ArcResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
        })
    }
}

/// The three fields that one host added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ArcSet {
    /// Its place in the chain, from 1 (`i=`).
    pub instance: u32,
    /// The domain that sealed the chain (`d=` of the `ARC-Seal`).
    pub seal_domain: Domain,
    /// The selector of the key of the seal (`s=`).
    pub seal_selector: Selector,
    /// The domain that signed the message (`d=` of the `ARC-Message-Signature`).
    pub message_domain: Domain,
    /// What the host found out when the message arrived there, if that can be read.
    pub results: Option<AuthenticationResults>,
}

/// Why a chain does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {kind}", Place(self))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ArcProblem {
    /// What is wrong.
    pub kind: ArcProblemKind,
    /// The field that is wrong or missing.
    pub field: ArcField,
    /// The instance of the field, if it can be read.
    pub instance: Option<u32>,
}

impl ArcProblem {
    pub(super) fn at(kind: ArcProblemKind, field: ArcField, instance: Option<u32>) -> Self {
        Self { kind, field, instance }
    }
}

/// The field and the instance of a problem, as they stand before its kind.
struct Place<'a>(&'a ArcProblem);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.field, self.0.instance) {
            (field, Some(instance)) => write!(f, "{field} i={instance}"),
            (field, None) => field.fmt(f),
        }
    }
}

/// What can be wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ArcProblemKind {
    /// The `ARC-Authentication-Results` field does not begin with its instance.
    #[error("malformed field: {0}")]
    Malformed(RecordError),
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
    #[error("{0}")]
    Signature(DkimProblem),
}

#[cfg(feature = "serde")]
impl serde::Serialize for ArcProblemKind {
    /// As its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One of the fields of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
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
