//! What a record of an aggregate report says.

use std::net::IpAddr;

use serde::Serialize;

use super::values::{AlignmentResult, Disposition, DkimResult, OverrideType, SpfScope};
use crate::Domain;
use crate::report::Anomaly;
use crate::spf::SpfResult;

/// Messages of one source with one outcome (RFC 9990 section 3.1.1.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AggregateRecord {
    /// The address that sent them.
    pub source_ip: IpAddr,
    /// How many there were.
    pub count: u64,
    /// What DMARC found, and what the receiver did.
    pub policy_evaluated: PolicyEvaluated,
    /// The domain of the From field; `None` if what the report says is not a domain.
    pub header_from: Option<Domain>,
    /// The domain of the envelope's sender; `None` for the null sender and where it is not told.
    pub envelope_from: Option<Domain>,
    /// The domain of the envelope's recipient, where it is told.
    pub envelope_to: Option<Domain>,
    /// The signatures that were checked.
    pub dkim: Vec<DkimAuthResult>,
    /// The SPF checks that were made.
    pub spf: Vec<SpfAuthResult>,
    /// What was forgiven.
    pub anomalies: Vec<Anomaly>,
}

impl AggregateRecord {
    /// Whether the messages passed DMARC: by an aligned signature or by an aligned SPF check.
    #[must_use]
    pub fn is_aligned(&self) -> bool {
        let evaluated = &self.policy_evaluated;
        [evaluated.dkim, evaluated.spf].contains(&Some(AlignmentResult::Pass))
    }
}

/// What DMARC found, and what the receiver did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PolicyEvaluated {
    /// What was done with the messages.
    pub disposition: Option<Disposition>,
    /// Whether a signature of an aligned domain holds.
    pub dkim: Option<AlignmentResult>,
    /// Whether SPF passed for an aligned domain.
    pub spf: Option<AlignmentResult>,
    /// Why something else was done than the policy asks for.
    pub reasons: Vec<OverrideReason>,
}

/// Why a receiver did something else than the policy asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OverrideReason {
    /// The kind of the reason, if it is one that the standard knows.
    pub kind: Option<OverrideType>,
    /// The receiver's words.
    pub comment: Option<String>,
}

impl OverrideReason {
    /// Whether the receiver trusted an authenticated chain of forwarders (RFC 8617 section 7.2.2:
    /// a local policy with a comment that says `arc=pass`).
    #[must_use]
    pub fn is_arc(&self) -> bool {
        let comment = self.comment.as_deref().unwrap_or_default();
        self.kind == Some(OverrideType::LocalPolicy) && comment.contains("arc=pass")
    }
}

/// One signature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DkimAuthResult {
    /// The domain that signed (`d=`).
    pub domain: Option<Domain>,
    /// The selector of its key (`s=`).
    pub selector: Option<String>,
    /// The result.
    pub result: Option<DkimResult>,
    /// The receiver's words.
    pub human_result: Option<String>,
}

/// One SPF check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SpfAuthResult {
    /// The domain that was checked.
    pub domain: Option<Domain>,
    /// Which name of the envelope it is.
    pub scope: Option<SpfScope>,
    /// The result.
    pub result: Option<SpfResult>,
    /// The receiver's words.
    pub human_result: Option<String>,
}
