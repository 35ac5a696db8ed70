//! Who reports, and which report is which.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::name::{bounded, hash};
use super::{ReportSender, SourcesError};
use crate::Domain;
use crate::report::dmarc::AggregateHeader;
use crate::rollout::Day;

/// Who counted messages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reporter {
    name: Arc<str>,
    proof: ReporterProof,
}

/// How it is known whose report it is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReporterProof {
    /// The caller vouched for the name that the report gives.
    Trusted,
    /// Not at all: the name is what the report says of itself.
    #[default]
    Unverified,
    /// The mail that carried it proved the author that is the name.
    Verified,
}

impl Reporter {
    pub(super) fn new(name: &str, proof: ReporterProof) -> Self {
        Self { name: bounded(name).as_str().into(), proof }
    }

    /// The reporter of what found no room.
    pub(super) fn nobody() -> Self {
        Self::new("other", ReporterProof::Unverified)
    }

    fn of(header: &AggregateHeader, sender: &ReportSender) -> Self {
        match sender {
            ReportSender::Verified(author) => {
                Self::new(&author.to_string(), ReporterProof::Verified)
            }
            ReportSender::Trusted => Self::new(&claimed(header), ReporterProof::Trusted),
            ReportSender::Unverified => Self::new(&claimed(header), ReporterProof::Unverified),
        }
    }

    /// The author that was verified; else the name that the report gives its author, in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is known whose report it is.
    #[must_use]
    pub fn proof(&self) -> ReporterProof {
        self.proof
    }
}

impl fmt::Display for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.proof {
            ReporterProof::Unverified => f.write_str(" (unverified)"),
            ReporterProof::Trusted | ReporterProof::Verified => Ok(()),
        }
    }
}

/// A report among all: who sent it, and a hash of what it is called. That of another reporter is never
/// the same, however its hash was chosen.
pub(super) type ReportId = (Reporter, u128);

/// Which report it is, and its day.
pub(super) fn identity(
    header: &AggregateHeader,
    sender: &ReportSender,
) -> Result<(ReportId, Day), SourcesError> {
    let range = header.metadata.date_range.ok_or(SourcesError::NoDate)?;
    let reporter = Reporter::of(header, sender);
    let claimed = claimed(header);
    let domain = header.policy.domain.as_ref().map_or("", Domain::as_str);
    let id = header.metadata.report_id.as_deref().unwrap_or_default();
    let day = Day::of(range.begin);
    let name = format!("{claimed}\n{domain}\n{day}\n{id}");
    Ok(((reporter, hash(&name)), day))
}

/// The organization that reports, as it says; the domain of its address if it does not say its name.
fn claimed(header: &AggregateHeader) -> String {
    let metadata = &header.metadata;
    let email = metadata.email.as_deref().and_then(|email| email.rsplit_once('@'));
    let name = metadata.org_name.as_deref().or_else(|| email.map(|(_, domain)| domain));
    let name = bounded(&name.unwrap_or_default().to_lowercase());
    if name.is_empty() { "unknown".to_owned() } else { name }
}
