//! What the check of an Authenticated Received Chain found.

use std::fmt;

use super::digest::ChainDigest;
use super::{ArcProblem, ArcProblemKind};
use crate::HeaderError;
use crate::auth_results::{AuthenticationResults, Keyword};
use crate::error::in_words;
use crate::record::dkim_signature::FieldName;
use crate::{Domain, Selector};

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
    /// Which fields the chain had, so that a seal goes onto this chain and no other.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) digest: ChainDigest,
}

/// What the message has of a chain, whatever it is worth.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) instance: u32,
    pub(super) digest: ChainDigest,
}

impl ArcVerdict {
    /// A header that cannot be read hides whether there is a chain.
    pub(in super::super) fn unreadable(error: HeaderError) -> Self {
        let kind = ArcProblemKind::Header(error);
        let problem = ArcProblem { kind, field: None, instance: None };
        Self::failed(Found { instance: 0, digest: ChainDigest::of_nothing() }, Vec::new(), problem)
    }

    pub(super) fn none(found: Found) -> Self {
        Self::new(ArcResult::None, found, Vec::new(), "no chain".to_owned())
    }

    pub(super) fn failed(found: Found, sets: Vec<ArcSet>, problem: ArcProblem) -> Self {
        let reason = in_words(&problem);
        Self { problem: Some(problem), ..Self::new(ArcResult::Fail, found, sets, reason) }
    }

    pub(super) fn passed(found: Found, sets: Vec<ArcSet>, oldest_pass: u32) -> Self {
        let last = sets.last();
        let domain = last.map(|set| set.seal_domain.to_string()).unwrap_or_default();
        // The suite of the protocol has a signature that covers no field pass.
        let but = match last {
            Some(set) if !set.covers("From") => ", but the From field is not signed",
            _ => "",
        };
        let reason = format!("a chain of {}, sealed by {domain}{but}", found.instance);
        let oldest_pass = Some(oldest_pass);
        Self { oldest_pass, ..Self::new(ArcResult::Pass, found, sets, reason) }
    }

    fn new(result: ArcResult, found: Found, sets: Vec<ArcSet>, reason: String) -> Self {
        let Found { instance, digest } = found;
        Self { result, instance, oldest_pass: None, sets, problem: None, reason, digest }
    }
}

impl fmt::Display for ArcVerdict {
    /// The result and the reason on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.result, self.reason)
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

impl ArcResult {
    /// The word of the result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for ArcResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<ArcResult> for Keyword {
    fn from(result: ArcResult) -> Self {
        Self::of(result.as_str())
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
    /// The header fields that the signature of the message covers, in their order, beside all of the
    /// body; what is not among them may be anybody's.
    pub signed_fields: Vec<FieldName>,
    /// What the host found out when the message arrived there, if that can be read.
    pub results: Option<AuthenticationResults>,
}

impl ArcSet {
    /// Whether the signature of the message covers fields of this name, in any case of its letters.
    /// Without `From` it proves nothing about the author.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        self.signed_fields.iter().any(|signed| signed.is(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A signature of the message that does not cover its author says nothing about them.
    #[test]
    fn an_unsigned_author_is_told() -> Result<(), Box<dyn std::error::Error>> {
        let check = |names: &[&str], expected: &str| -> Result<(), Box<dyn std::error::Error>> {
            let signed_fields = names.iter().map(|name| name.parse()).collect::<Result<_, _>>()?;
            let set = ArcSet {
                instance: 1,
                seal_domain: "list.test".parse()?,
                seal_selector: "s1".parse()?,
                message_domain: "list.test".parse()?,
                signed_fields,
                results: None,
            };
            let found = Found { instance: 1, digest: ChainDigest::of_nothing() };
            let chain = ArcVerdict::passed(found, vec![set], 0);
            assert_eq!(chain.reason, format!("a chain of 1, sealed by list.test{expected}"));
            Ok(())
        };
        check(&["to", "FROM"], "")?;
        check(&["to"], ", but the From field is not signed")?;
        check(&[], ", but the From field is not signed")
    }
}
