//! What an aggregate report says before its records.

use serde::Serialize;

use super::values::{DiscoveryMethod, Testing};
use crate::Domain;
use crate::record::Policy;
use crate::record::dmarc::AlignmentMode;
use crate::report::{Anomaly, DateRange};

/// Who reports what about which policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AggregateHeader {
    /// The version of the format, as written.
    pub version: Option<String>,
    /// Who reports.
    pub metadata: ReportMetadata,
    /// The policy that the receiver found.
    pub policy: PublishedPolicy,
    /// What was forgiven outside of the records.
    pub anomalies: Vec<Anomaly>,
}

/// Who reports (RFC 9990 section 3.1.1.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReportMetadata {
    /// The receiver's name.
    pub org_name: Option<String>,
    /// An address of the receiver.
    pub email: Option<String>,
    /// Where to ask further.
    pub extra_contact_info: Option<String>,
    /// The receiver's name for this report.
    pub report_id: Option<String>,
    /// The time that the report covers.
    pub date_range: Option<DateRange>,
    /// What went wrong at the receiver.
    pub errors: Vec<String>,
    /// The program that wrote the report (RFC 9990).
    pub generator: Option<String>,
}

/// The policy that the receiver found (RFC 9990 section 3.1.1.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PublishedPolicy {
    /// The domain that publishes it.
    pub domain: Option<Domain>,
    /// How near a signature's domain must be (`adkim`).
    pub adkim: Option<AlignmentMode>,
    /// How near the envelope's domain must be (`aspf`).
    pub aspf: Option<AlignmentMode>,
    /// The policy (`p`).
    pub policy: Option<Policy>,
    /// The policy for subdomains (`sp`).
    pub subdomain_policy: Option<Policy>,
    /// The policy for subdomains that do not exist (`np`).
    pub non_existent_policy: Option<Policy>,
    /// The share of messages that the policy is for, in percent (`pct`, RFC 7489).
    pub percent: Option<u8>,
    /// When failure reports are wanted (`fo`), as written.
    pub failure_options: Option<String>,
    /// Whether the domain asks for a test (`t`, RFC 9990).
    pub testing: Option<Testing>,
    /// How the policy was found (RFC 9990).
    pub discovery_method: Option<DiscoveryMethod>,
}
