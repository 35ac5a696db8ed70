//! Reads a report record by record.

use std::borrow::Cow;
use std::io::Read;

use super::error::{AggregateError, AggregateErrorKind, BadRecord, BadRecordKind};
use super::header::AggregateHeader;
use super::names::Names;
use super::parse::RecordFault;
use super::read_header::{expect_head, read_section};
use super::read_record::read_record;
use super::record::AggregateRecord;
use super::sections::{Section, Sections};
use super::window::octets_u64;
use super::{AggregateLimits, XmlErrorKind};
use crate::report::AnomalyKind;
use crate::report::anomaly::Anomalies;

/// Gives the header of a report and then its records, one at a time.
///
/// A record that cannot be read comes as [`BadRecord`], and the next follows. After the last record
/// [`finish`](Self::finish) says whether the report was read to its end.
///
/// ```
/// use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReader};
///
/// let xml = "<feedback>
///   <report_metadata><org_name>receiver.test</org_name></report_metadata>
///   <record><row><source_ip>192.0.2.1</source_ip><count>3</count></row></record>
///   <record><row><source_ip>192.0.2.2</source_ip><count>4</count>";
/// let mut reader = AggregateReader::new(xml.as_bytes(), AggregateLimits::default())?;
/// assert_eq!(reader.header().metadata.org_name.as_deref(), Some("receiver.test"));
/// let messages: u64 = reader.by_ref().flatten().map(|record| record.count).sum();
/// assert_eq!(messages, 3);
/// let (_header, end) = reader.finish();
/// assert_eq!(end.unwrap_err().to_string(), "report cut off at octet 225");
/// # Ok::<(), mailkit_auth::report::dmarc::AggregateError>(())
/// ```
#[derive(Debug)]
pub struct AggregateReader<R> {
    sections: Sections<R>,
    limits: AggregateLimits,
    header: AggregateHeader,
    anomalies: Anomalies,
    names: Names,
    /// The record that has been cut and not been read.
    next: Option<Section>,
    records: u64,
    end: Result<(), AggregateError>,
}

impl<R: Read> AggregateReader<R> {
    /// Reads the head of a report. `read` may give the XML in pieces of any size; it is asked for
    /// 64 KiB at a time.
    ///
    /// # Errors
    ///
    /// If what stands there is not a report, or breaks before its first record.
    pub fn new(read: R, limits: AggregateLimits) -> Result<Self, AggregateError> {
        let mut reader = Self {
            sections: Sections::new(read, limits),
            limits,
            header: AggregateHeader::default(),
            anomalies: Anomalies::default(),
            names: Names::new(),
            next: None,
            records: 0,
            end: Ok(()),
        };
        reader.next = reader.seek_record();
        reader.end.clone()?;
        reader.header.anomalies = reader.all_anomalies();
        Ok(reader)
    }

    /// Who reports what about which policy. Some receivers write parts of it behind the records;
    /// [`finish`](Self::finish) has those, too.
    pub fn header(&self) -> &AggregateHeader {
        &self.header
    }

    /// The header with all that the report said, and whether it was read to its end.
    ///
    /// Records that have not been asked for are read no more, and then the end is `Ok`, too.
    #[must_use = "a report that was cut off looks like a short one"]
    pub fn finish(mut self) -> (AggregateHeader, Result<(), AggregateError>) {
        self.header.anomalies = self.all_anomalies();
        (self.header, self.end)
    }

    fn all_anomalies(&self) -> Vec<crate::report::Anomaly> {
        let mut anomalies = self.anomalies.clone();
        expect_head(&self.header, &mut anomalies);
        anomalies.into_vec()
    }

    /// Goes to the next record and reads what stands before it; `None` at the end of the report.
    fn seek_record(&mut self) -> Option<Section> {
        loop {
            match self.sections.next(&mut self.anomalies) {
                Ok(Some(Section::Head(octets))) => self.read_head(octets),
                Ok(section) => return section,
                Err(kind) => {
                    self.fail(kind);
                    return None;
                }
            }
        }
    }

    fn fail(&mut self, kind: AggregateErrorKind) {
        self.end = Err(AggregateError::new(kind, self.sections.window.position()));
    }

    fn read_head(&mut self, octets: usize) {
        let section = String::from_utf8_lossy(self.sections.window.first(octets));
        if matches!(section, Cow::Owned(_)) {
            self.anomalies.add(AnomalyKind::InvalidUtf8, "feedback", "");
        }
        read_section(
            &mut self.header,
            &section,
            &self.limits,
            &mut self.names,
            &mut self.anomalies,
        );
        self.sections.window.consume(octets);
    }

    fn read_record(&mut self, octets: usize) -> Result<AggregateRecord, BadRecord> {
        let section = self.sections.window.first(octets);
        // The check alone is several times faster than the repair.
        let text = match std::str::from_utf8(section) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(section),
        };
        let replaced = matches!(text, Cow::Owned(_));
        let record = read_record(&text, &self.limits, &mut self.names, replaced);
        let start = self.sections.window.position();
        let end = start + octets_u64(octets);
        let record = record.map_err(|RecordFault { kind, at }| {
            let at = (start + octets_u64(at)).min(end);
            BadRecord { number: self.records, span: start..end, at, kind }
        });
        self.sections.window.consume(octets);
        record
    }

    fn oversized(&self, start: u64) -> BadRecord {
        let end = self.sections.window.position();
        let kind = BadRecordKind::TooLong { limit: self.limits.record_octets };
        BadRecord { number: self.records, span: start..end, at: start, kind }
    }
}

impl<R: Read> Iterator for AggregateReader<R> {
    type Item = Result<AggregateRecord, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        let section = self.next.take()?;
        if self.records == self.limits.records {
            self.fail(AggregateErrorKind::TooManyRecords { limit: self.limits.records });
            return None;
        }
        self.records += 1;
        let record = match section {
            Section::Head(octets) | Section::Record(octets) => self.read_record(octets),
            Section::Truncated(octets) => self.read_record(octets).map_err(|bad| BadRecord {
                kind: BadRecordKind::Xml(XmlErrorKind::Unclosed),
                ..bad
            }),
            Section::Oversized(start) => Err(self.oversized(start)),
        };
        self.next = self.seek_record();
        Some(record)
    }
}
