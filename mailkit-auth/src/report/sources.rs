//! Who sends under a domain's name, from all its aggregate reports, over time.
//!
//! [`Sources`] folds records into counts by source, day and reporter. A source is what
//! [`SourceRules`] make of an address: a name of the caller's own, a provider of the table, or the
//! network around the address. It is bounded: what finds no room is counted under
//! [`SourceName::Other`], never lost.
//!
//! In a rollout only reports of receivers count that the owner of the domain knows: those that the
//! caller calls [`Trusted`](ReportSender::Trusted), and those whose mail proved an author that is
//! known to send reports, or that [`SourceRules::with_reporter`] names. All others are counted apart,
//! to be looked at.

mod author;
mod counts;
mod error;
mod evidence;
mod known;
mod name;
mod repeat;
mod reporter;
mod rules;
mod sender;
mod snapshot;
mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::dmarc::{AggregateHeader, AggregateRecord, AggregateReport};
use crate::Domain;
use crate::rollout::Day;
pub use author::{ReportAuthor, ReportAuthorError};
pub use counts::{MessageCounts, SourceTotals};
pub use error::SourcesError;
pub use known::{KnownReporter, KnownReporterError};
pub use name::{SourceKey, SourceName};
use repeat::Content;
pub use repeat::Repeat;
use reporter::{ReportId, identity};
pub use reporter::{Reporter, ReporterProof};
pub use rules::SourceRules;
pub use sender::ReportSender;
pub use snapshot::{CountedReports, ReportHash, SourceRow, SourcesSnapshot};
use table::Table;

/// How much is kept of known reporters, and as much again of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceLimits {
    /// Reports: 200,000. They are remembered so that none counts twice.
    pub reports: usize,
    /// Sources: 10,000. Half of them is for those that a rule or the table of providers names:
    /// networks are as many as whoever forges a report likes.
    pub sources: usize,
    /// Days of a source at a reporter, over all: 300,000, of which half is for named sources too.
    pub days: usize,
}

impl Default for SourceLimits {
    fn default() -> Self {
        Self { reports: 200_000, sources: 10_000, days: 300_000 }
    }
}

/// Counts by source, day and reporter.
///
/// ```
/// use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
/// use mailkit_auth::report::sources::{ReportSender, SourceLimits, SourceRules, Sources, SourcesError};
///
/// let xml = "<feedback>
///   <report_metadata>
///     <org_name>receiver.test</org_name><report_id>1</report_id>
///     <date_range><begin>1772323200</begin><end>1772409599</end></date_range>
///   </report_metadata>
///   <record>
///     <row>
///       <source_ip>192.0.2.1</source_ip><count>3</count>
///       <policy_evaluated><dkim>pass</dkim><spf>fail</spf></policy_evaluated>
///     </row>
///     <identifiers><header_from>acme.test</header_from></identifiers>
///   </record>
/// </feedback>";
/// let report = AggregateReport::read(xml.as_bytes(), AggregateLimits::default())?;
/// let mut sources = Sources::new(SourceRules::default(), SourceLimits::default());
/// let sender = ReportSender::Verified("dmarcreport@microsoft.com".parse()?);
/// sources.add(&report, &sender)?;
/// assert_eq!(sources.add(&report, &sender), Err(SourcesError::Duplicate));
/// sources.add(&report, &ReportSender::Unverified)?;
///
/// let (source, totals) = sources.totals().next().ok_or("no source")?;
/// assert_eq!(source.name.to_string(), "192.0.2.0/24");
/// assert_eq!((totals.known.messages, totals.known.dkim_aligned), (3, 3));
/// assert_eq!(totals.others.messages, 3, "of the same mail, or made up");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sources {
    rules: SourceRules,
    limits: SourceLimits,
    /// What known reporters counted, and what the others did: these take no room of those.
    known: Table,
    unknown: Table,
}

impl Sources {
    /// Counts of nothing yet.
    #[must_use]
    pub fn new(rules: SourceRules, limits: SourceLimits) -> Self {
        Self { rules, limits, known: Table::default(), unknown: Table::default() }
    }

    /// Adds the records of a report from this sender.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Self::begin); and [`SourcesError::Conflicting`] if the report that was
    /// counted under this name said something else.
    pub fn add(
        &mut self,
        report: &AggregateReport,
        sender: &ReportSender,
    ) -> Result<(), SourcesError> {
        if let Some(mut repeat) = self.repeat(&report.header, sender) {
            report.records.iter().for_each(|record| repeat.add(record));
            let is_same = repeat.is_same();
            return Err(if is_same { SourcesError::Duplicate } else { SourcesError::Conflicting });
        }
        let mut counting = self.begin(&report.header, sender)?;
        report.records.iter().for_each(|record| counting.add(record, None));
        Ok(())
    }

    /// Begins to add a report that is read record by record.
    ///
    /// # Errors
    ///
    /// If a report of this name has been added before ([`repeat`](Self::repeat) tells whether it said
    /// the same), or it does not say which day it is about, or the limit of reports is reached.
    /// Nothing is counted then.
    pub fn begin(
        &mut self,
        header: &AggregateHeader,
        sender: &ReportSender,
    ) -> Result<Counting<'_>, SourcesError> {
        let (report, day) = identity(header, sender)?;
        if self.counted(&report).is_some() {
            return Err(SourcesError::Duplicate);
        }
        let (is_known, limit) = (self.knows(&report.0), self.limits.reports);
        let table = self.table(is_known);
        if table.reports.len() >= limit {
            return Err(SourcesError::TooManyReports { limit });
        }
        Ok(Counting { sources: self, day, is_known, report, content: Content::default() })
    }

    /// The sources and what they sent in all.
    pub fn totals(&self) -> impl Iterator<Item = (&SourceKey, SourceTotals)> {
        let keys: BTreeSet<&SourceKey> =
            self.tables().flat_map(|table| table.sources().keys()).collect();
        keys.into_iter().map(|key| {
            (key, SourceTotals { known: self.known.total(key), others: self.unknown.total(key) })
        })
    }

    /// What a source sent, by day and reporter: first as known reporters say.
    pub fn days(
        &self,
        source: &SourceKey,
    ) -> impl Iterator<Item = (Day, &Reporter, &MessageCounts)> {
        let days = self.tables().filter_map(|table| table.sources().get(source)).flatten();
        days.map(|((day, reporter), counts)| (*day, reporter, counts))
    }

    /// Whether the reports of a reporter count in a rollout.
    #[must_use]
    pub fn knows(&self, reporter: &Reporter) -> bool {
        self.rules.receiver(reporter).is_some()
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        [&self.known, &self.unknown].into_iter()
    }

    fn table(&mut self, is_known: bool) -> &mut Table {
        if is_known { &mut self.known } else { &mut self.unknown }
    }

    /// What a report said that was counted.
    fn counted(&self, report: &ReportId) -> Option<Content> {
        self.tables().find_map(|table| table.reports.get(report).copied())
    }
}

/// Adds the records of one report to [`Sources`]; one without a record is not remembered.
#[derive(Debug)]
pub struct Counting<'a> {
    sources: &'a mut Sources,
    day: Day,
    is_known: bool,
    report: ReportId,
    content: Content,
}

impl Drop for Counting<'_> {
    /// Keeps what the report said, for [`Sources::repeat`]. One of which nothing was counted must not
    /// stand in the way of one of its name that can be read.
    fn drop(&mut self) {
        if self.content != Content::default() {
            let table = self.sources.table(self.is_known);
            table.reports.insert(self.report.clone(), self.content);
        }
    }
}

impl Counting<'_> {
    /// Adds a record. `host` is the reverse name of its address, where the caller knows it and has
    /// checked that it leads back to the address.
    pub fn add(&mut self, record: &AggregateRecord, host: Option<&Domain>) {
        self.content.add(record);
        let name = self.sources.rules.name_of(record, host);
        let key = SourceKey { name, header_from: record.header_from.clone() };
        let limits = self.sources.limits;
        let table = self.sources.table(self.is_known);
        table.slot(limits, key, (self.day, self.report.0.clone())).count(record);
    }

    /// Whether what is added counts in a rollout: [`Sources::knows`] of the reporter.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.is_known
    }
}
