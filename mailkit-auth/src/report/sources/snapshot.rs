//! What a host stores between two days of reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::repeat::Content;
use super::table::Table;
use super::{
    MessageCounts, Reporter, ReporterProof, SourceKey, SourceLimits, SourceName, SourceRules,
    Sources, SourcesError,
};
use crate::Domain;
use crate::rollout::Day;

/// All that [`Sources`] have counted, to be stored and gone on with later.
///
/// ```
/// use mailkit_auth::report::sources::{SourceLimits, SourceRules, Sources, SourcesSnapshot};
///
/// let sources = Sources::new(SourceRules::default(), SourceLimits::default());
/// let stored = serde_json::to_string(&sources.snapshot())?;
/// let snapshot: SourcesSnapshot = serde_json::from_str(&stored)?;
/// let sources = Sources::restored(SourceRules::default(), SourceLimits::default(), snapshot)?;
/// assert_eq!(sources.totals().count(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourcesSnapshot {
    /// The counts.
    pub rows: Vec<SourceRow>,
    /// The reports that were counted, so that none counts twice.
    pub reports: Vec<CountedReports>,
}

/// The reports of one reporter that were counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CountedReports {
    /// Who reports.
    pub reporter: String,
    /// How that is known.
    pub proof: ReporterProof,
    /// The reports, as 64 hexadecimal digits each.
    pub hashes: Vec<ReportHash>,
}

/// What one source sent on one day, as one reporter saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceRow {
    /// What sends.
    pub name: SourceName,
    /// The domain of the From field.
    pub header_from: Option<Domain>,
    /// The day.
    pub day: Day,
    /// Who reports.
    pub reporter: String,
    /// How that is known.
    #[serde(default)]
    pub proof: ReporterProof,
    /// What became of the messages.
    pub counts: MessageCounts,
}

/// A report that was counted, by a hash of its domain, day and name, and one of what it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ReportHash(u128, Content);

impl From<ReportHash> for String {
    fn from(hash: ReportHash) -> Self {
        format!("{:032x}{:032x}", hash.0, hash.1.0)
    }
}

impl TryFrom<String> for ReportHash {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (name, content) = text.split_at_checked(DIGITS).unwrap_or((&text, ""));
        let content = u128::from_str_radix(content, 16)?;
        Ok(Self(u128::from_str_radix(name, 16)?, Content(content)))
    }
}

/// Hexadecimal digits of a hash.
const DIGITS: usize = 32;

impl Sources {
    /// All that was counted, by source, day and reporter.
    pub fn rows(&self) -> impl Iterator<Item = SourceRow> {
        self.tables().flat_map(Table::sources).flat_map(|(key, days)| {
            days.iter().map(|((day, reporter), counts)| SourceRow {
                name: key.name.clone(),
                header_from: key.header_from.clone(),
                day: *day,
                reporter: reporter.name().to_owned(),
                proof: reporter.proof(),
                counts: *counts,
            })
        })
    }

    /// All that was counted, to be stored. The rules and the limits are the caller's.
    #[must_use]
    pub fn snapshot(&self) -> SourcesSnapshot {
        let mut reports: BTreeMap<&Reporter, Vec<ReportHash>> = BTreeMap::new();
        for ((reporter, name), content) in self.tables().flat_map(|table| &table.reports) {
            reports.entry(reporter).or_default().push(ReportHash(*name, *content));
        }
        let counted = |(by, hashes): (&Reporter, _)| CountedReports {
            reporter: by.name().to_owned(),
            proof: by.proof(),
            hashes,
        };
        let reports = reports.into_iter().map(counted).collect();
        SourcesSnapshot { rows: self.rows().collect(), reports }
    }

    /// Goes on with what was stored. Sources keep the names that they had when they were counted; which
    /// reporters count is what these rules say.
    ///
    /// # Errors
    ///
    /// If more reports were counted than the limits allow. Rows that find no room are counted under
    /// [`SourceName::Other`].
    pub fn restored(
        rules: SourceRules,
        limits: SourceLimits,
        snapshot: SourcesSnapshot,
    ) -> Result<Self, SourcesError> {
        let mut sources = Self::new(rules, limits);
        for CountedReports { reporter, proof, hashes } in snapshot.reports {
            let reporter = Reporter::new(&reporter, proof);
            let is_known = sources.knows(&reporter);
            let reports = &mut sources.table(is_known).reports;
            reports.extend(hashes.into_iter().map(|it| ((reporter.clone(), it.0), it.1)));
        }
        if sources.tables().any(|table| table.reports.len() > limits.reports) {
            return Err(SourcesError::TooManyReports { limit: limits.reports });
        }
        for SourceRow { name, header_from, day, reporter, proof, counts } in snapshot.rows {
            let reporter = Reporter::new(&reporter, proof);
            let is_known = sources.knows(&reporter);
            let key = SourceKey { name, header_from };
            let slot = sources.table(is_known).slot(limits, key, (day, reporter));
            *slot = slot.plus(&counts);
        }
        Ok(sources)
    }
}
