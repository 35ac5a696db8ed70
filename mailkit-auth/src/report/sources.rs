//! Who sends under a domain's name, from all its aggregate reports, over time.
//!
//! [`Sources`] folds records into counts by source, day and reporter. A source is what
//! [`SourceRules`] make of an address: a name of the caller's own, a provider of the table, or the
//! network around the address. It is bounded: what finds no room is counted under
//! [`SourceName::Other`], never lost.

mod counts;
mod error;
mod evidence;
mod name;
mod repeat;
mod reporter;
mod rules;
mod sender;
mod snapshot;
mod weight;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::dmarc::{AggregateHeader, AggregateRecord, AggregateReport};
use crate::Domain;
use crate::rollout::Day;
pub use counts::MessageCounts;
pub use error::SourcesError;
pub use name::{SourceKey, SourceName};
use repeat::Content;
pub use repeat::Repeat;
pub use reporter::Reporter;
use reporter::identity;
pub use rules::SourceRules;
pub use sender::ReportSender;
pub use snapshot::{ReportHash, SourceRow, SourcesSnapshot};

/// How much is kept.
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
/// let sender = ReportSender::Verified("mail.receiver.test".parse()?);
/// sources.add(&report, &sender)?;
/// assert_eq!(sources.add(&report, &sender), Err(SourcesError::Duplicate));
///
/// let (source, counts) = sources.totals().next().ok_or("no source")?;
/// assert_eq!(source.name.to_string(), "192.0.2.0/24");
/// assert_eq!((counts.messages, counts.dkim_aligned), (3, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sources {
    rules: SourceRules,
    limits: SourceLimits,
    sources: BTreeMap<SourceKey, Days>,
    /// Days of sources at reporters, over all, and those of what found no room.
    days: usize,
    other_days: usize,
    /// The sources that found none, by domain; they take no room of the others.
    other_sources: usize,
    /// A hash of the name of each report that was added, and of what it said.
    reports: HashMap<u128, Content>,
}

/// The counts of one source.
type Days = BTreeMap<(Day, Reporter), MessageCounts>;

impl Sources {
    /// Counts of nothing yet.
    #[must_use]
    pub fn new(rules: SourceRules, limits: SourceLimits) -> Self {
        Self {
            rules,
            limits,
            sources: BTreeMap::new(),
            days: 0,
            other_days: 0,
            other_sources: 0,
            reports: HashMap::new(),
        }
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
        let (report, (day, reporter)) = identity(header, sender)?;
        if self.reports.contains_key(&report) {
            return Err(SourcesError::Duplicate);
        }
        if self.reports.len() >= self.limits.reports {
            return Err(SourcesError::TooManyReports { limit: self.limits.reports });
        }
        Ok(Counting { sources: self, day, reporter, report, content: Content::default() })
    }

    /// The sources and what they sent in all.
    pub fn totals(&self) -> impl Iterator<Item = (&SourceKey, MessageCounts)> {
        self.sources.iter().map(|(key, days)| (key, total(days)))
    }

    /// What a source sent, by day and reporter.
    pub fn days(
        &self,
        source: &SourceKey,
    ) -> impl Iterator<Item = (Day, &Reporter, &MessageCounts)> {
        let days = self.sources.get(source).into_iter().flatten();
        days.map(|((day, reporter), counts)| (*day, reporter, counts))
    }

    /// The counts of a source on a day, or those of the other sources if there is no room.
    fn slot(&mut self, key: SourceKey, day: (Day, Reporter)) -> &mut MessageCounts {
        let is_named = matches!(key.name, SourceName::Named(_) | SourceName::Provider(_));
        let part = |limit: usize| if is_named { limit } else { limit.div_ceil(2) };
        let known = self.sources.get(&key);
        let kept = self.sources.len() - self.other_sources;
        let room = self.days < part(self.limits.days)
            && (known.is_some() || kept < part(self.limits.sources));
        let has_day = known.is_some_and(|days| days.contains_key(&day));
        if (room || has_day) && key.name != SourceName::Other {
            self.days += usize::from(!has_day);
            return self.sources.entry(key).or_default().entry(day).or_default();
        }
        // The domain and the day are kept as long as there is room for these.
        let other = |header_from| SourceKey { name: SourceName::Other, header_from };
        let named = other(key.header_from);
        let known = self.sources.get(&named).is_some_and(|days| days.contains_key(&day));
        let room = known || self.other_days < self.limits.days;
        let nowhere = (other(None), (Day::FIRST, Reporter::nobody()));
        let (key, day) = if room { (named, day) } else { nowhere };
        self.other_sources += usize::from(!self.sources.contains_key(&key));
        self.other_days += usize::from(!known);
        self.sources.entry(key).or_default().entry(day).or_default()
    }
}

/// Adds the records of one report to [`Sources`]; one without a record is not remembered.
#[derive(Debug)]
pub struct Counting<'a> {
    sources: &'a mut Sources,
    day: Day,
    reporter: Reporter,
    report: u128,
    content: Content,
}

impl Drop for Counting<'_> {
    /// Keeps what the report said, for [`Sources::repeat`]. One of which nothing was counted must not
    /// stand in the way of one of its name that can be read.
    fn drop(&mut self) {
        if self.content != Content::default() {
            self.sources.reports.insert(self.report, self.content);
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
        self.sources.slot(key, (self.day, self.reporter.clone())).count(record);
    }
}

fn total(days: &Days) -> MessageCounts {
    days.values().fold(MessageCounts::default(), |total, counts| total.plus(counts))
}
