//! Reads reports of all kinds; what cannot be read is explained, and the rest goes on.

use std::path::{Path, PathBuf};

use mailkit_auth::Domain;
use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReader};
use mailkit_auth::report::extract::{Content, Document, ExtractLimits, extract};
use mailkit_auth::report::failure::FailureReport;
use mailkit_auth::report::sources::{ReportSender, SourceLimits, Sources, SourcesError};
use mailkit_auth::report::tls::{TlsLimits, TlsReport};
use serde::Serialize;

use super::arguments::SourceArguments;
use super::senders::Senders;
use super::{about, files};
use crate::commands::error::{CommandError, because};
use crate::commands::input::read;
use crate::commands::output::{self, Progress};

/// What all reports say.
pub(crate) struct Collected {
    pub(crate) sources: Sources,
    pub(crate) aggregates: usize,
    /// Aggregate reports that were there before, in another file.
    pub(crate) duplicates: usize,
    /// Aggregate reports of reporters that are not known, so that they do not count in a rollout.
    pub(crate) unknown: usize,
    /// The first failure and TLS reports, as many as find room.
    pub(crate) failures: Vec<FailureReport>,
    pub(crate) tls: Vec<TlsReport>,
    /// Failure and TLS reports about other domains than the one that was asked for.
    others: usize,
    /// The number of these, those that are not kept among them.
    pub(crate) failure_count: usize,
    pub(crate) tls_count: usize,
    /// Octets that those which are kept take at most.
    kept_octets: u64,
    /// Files that could not be read, or not to their end.
    pub(crate) skipped: Vec<Skipped>,
    /// Records that could not be read, in reports that could.
    pub(crate) bad_records: Vec<Skipped>,
    /// The number of these, those that are not kept among them.
    pub(crate) bad_record_count: usize,
}

/// A file, and why it or a part of it was not read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Skipped {
    pub(super) file: PathBuf,
    pub(super) reason: String,
}

/// Why a file was not read, or not to its end.
pub(super) enum Fault {
    /// What is wrong with it, or with what it needs.
    OfFile(String),
    /// What keeps the others from being read as well.
    OfAll(CommandError),
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::OfFile(reason)
    }
}

impl Collected {
    /// Reads the files and folders; of failure and TLS reports what is about a domain, if one is
    /// asked for.
    pub(crate) async fn read(
        paths: &[PathBuf],
        sources: &SourceArguments,
        domain: Option<&Domain>,
        progress: bool,
    ) -> Result<Self, CommandError> {
        let files = files::below(paths)?;
        let senders = sources.senders.open()?;
        let mut collected = Self {
            sources: Sources::new(sources.rules(), SourceLimits::default()),
            aggregates: 0,
            duplicates: 0,
            unknown: 0,
            failures: Vec::new(),
            tls: Vec::new(),
            others: 0,
            failure_count: 0,
            tls_count: 0,
            kept_octets: 0,
            skipped: Vec::new(),
            bad_records: Vec::new(),
            bad_record_count: 0,
        };
        let progress = Progress::new("reports", progress);
        for (index, file) in files.iter().enumerate() {
            match collected.add(file, domain, &senders).await {
                Ok(()) => {}
                Err(Fault::OfFile(reason)) => {
                    collected.skipped.push(Skipped { file: file.clone(), reason });
                }
                Err(Fault::OfAll(error)) => return Err(error),
            }
            progress.tell(index + 1, Some(files.len()));
        }
        drop(progress);
        senders.tell_unseen();
        let collected = collected.any(&files)?;
        sources.check(&collected.sources)?;
        Ok(collected)
    }

    /// Reads one file; the error says why not, or not to its end.
    async fn add(
        &mut self,
        file: &Path,
        domain: Option<&Domain>,
        senders: &Senders,
    ) -> Result<(), Fault> {
        let limits = ExtractLimits::default();
        let octets = read(file, u64::try_from(limits.input_octets).unwrap_or(u64::MAX));
        let octets = octets.map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            cause.unwrap_or_else(|| error.to_string())
        })?;
        let document = extract(&octets, limits).map_err(|error| error.to_string())?;
        match document {
            Document::Aggregate(content) => {
                let sender = senders.of(&octets).await?;
                Ok(self.aggregate(file, content, &sender)?)
            }
            Document::Failure(report) if domain.is_some_and(|it| !about::failure(&report, it)) => {
                self.others += 1;
                Ok(())
            }
            Document::Failure(report) => {
                self.failure_count += 1;
                if self.has_room(u64::try_from(octets.len()).unwrap_or(u64::MAX)) {
                    self.failures.push(*report);
                }
                Ok(())
            }
            Document::Tls(mut content) => {
                let report = TlsReport::read(&mut content, TlsLimits::default());
                let mut report = report.map_err(|error| error.to_string())?;
                if let Some(domain) = domain {
                    let Some(part) = about::tls(report, domain) else {
                        self.others += 1;
                        return Ok(());
                    };
                    report = part;
                }
                self.tls_count += 1;
                if self.has_room(content.unpacked_octets()) {
                    self.tls.push(report);
                }
                Ok(())
            }
            _ => Err("a kind of report that is not known here".to_owned().into()),
        }
    }

    /// Whether a report that was made from so many octets is kept.
    fn has_room(&mut self, octets: u64) -> bool {
        let kept = self.kept_octets.saturating_add(octets);
        let has_room = kept <= MAX_KEPT_OCTETS;
        if has_room {
            self.kept_octets = kept;
        }
        has_room
    }

    fn aggregate(
        &mut self,
        file: &Path,
        content: Content<'_>,
        sender: &ReportSender,
    ) -> Result<(), String> {
        let reader = AggregateReader::new(content, AggregateLimits::default());
        let mut reader = reader.map_err(|error| error.to_string())?;
        if let Some(mut repeat) = self.sources.repeat(reader.header(), sender) {
            let mut is_readable = None;
            for record in &mut reader {
                is_readable = Some(is_readable == Some(true) || record.is_ok());
                record.iter().for_each(|record| repeat.add(record));
            }
            if is_readable == Some(false) {
                return Err(UNREADABLE.to_owned());
            }
            if !repeat.is_same() {
                return Err(SourcesError::Conflicting.to_string());
            }
            self.duplicates += 1;
            return Ok(());
        }
        let counting = self.sources.begin(reader.header(), sender);
        let mut counting = counting.map_err(|error| error.to_string())?;
        let is_known = counting.is_known();
        let (mut good, mut bad_here) = (0_usize, 0_usize);
        for record in &mut reader {
            match record {
                Ok(record) => {
                    good += 1;
                    counting.add(&record, None);
                }
                Err(bad) => {
                    bad_here += 1;
                    self.bad_record_count += 1;
                    if self.bad_records.len() < MAX_KEPT {
                        let (file, reason) = (file.to_owned(), bad.to_string());
                        self.bad_records.push(Skipped { file, reason });
                    }
                }
            }
        }
        self.aggregates += 1;
        self.unknown += usize::from(!is_known);
        let (_header, end) = reader.finish();
        end.map_err(|error| format!("read in part: {error}"))?;
        if good == 0 && bad_here > 0 {
            return Err(UNREADABLE.to_owned());
        }
        Ok(())
    }

    /// Fails where nothing could be read at all.
    fn any(self, files: &[PathBuf]) -> Result<Self, CommandError> {
        if self.aggregates + self.failure_count + self.tls_count + self.others > 0 {
            return Ok(self);
        }
        let what = format!("there is no report in {}", output::counted(files.len(), "file"));
        Err(match self.skipped.into_iter().next() {
            Some(first) => because(what)(format!("{}: {}", first.file.display(), first.reason)),
            None => CommandError::new(what),
        })
    }
}

/// Of a report with records, of which nothing is known then.
const UNREADABLE: &str = "none of its records could be read";
/// Octets of failure and TLS reports that are kept; all are counted.
const MAX_KEPT_OCTETS: u64 = 64 * 1024 * 1024;
/// Bad records that are kept; all are counted.
const MAX_KEPT: usize = 1_000;
