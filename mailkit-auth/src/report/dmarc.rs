//! Aggregate reports of DMARC, in the forms of RFC 7489 appendix C and RFC 9990.
//!
//! [`AggregateReader`] gives the header and then one record at a time, from any
//! [`Read`], with never more than one record in memory. A record that cannot be read
//! is skipped and explained; what is only odd is read and noted as an
//! [`Anomaly`](super::Anomaly). [`AggregateReport::read`] collects a whole report.

mod error;
mod header;
mod lexer;
mod names;
mod parse;
mod read_header;
mod read_record;
mod reader;
mod record;
mod sections;
mod seek;
mod values;
mod window;
mod xml_error;

#[cfg(test)]
mod tests;

use std::io::Read;

use serde::Serialize;

pub use error::{AggregateError, AggregateErrorKind, BadRecord, BadRecordKind};
pub use header::{AggregateHeader, PublishedPolicy, ReportMetadata};

pub use reader::AggregateReader;
pub use record::{AggregateRecord, DkimAuthResult, OverrideReason, PolicyEvaluated, SpfAuthResult};
pub use values::{
    AlignmentResult, DiscoveryMethod, Disposition, DkimResult, OverrideType, SpfScope, Testing,
};
pub use xml_error::XmlErrorKind;

/// How much of a report is read.
///
/// ```
/// use mailkit_auth::report::dmarc::AggregateLimits;
///
/// let mut limits = AggregateLimits::default();
/// limits.records = 1_000;
/// assert_eq!(limits.octets, 100 * 1024 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AggregateLimits {
    /// Octets of the whole: 100 MiB.
    pub octets: u64,
    /// Octets of one element of the head, and of a comment: 256 KiB.
    pub section_octets: usize,
    /// Records: 1,000,000.
    pub records: u64,
    /// Octets of one record: 256 KiB.
    pub record_octets: usize,
    /// Octets of one value: 4 KiB.
    pub text_octets: usize,
    /// Elements inside one another: 16.
    pub depth: usize,
    /// Attributes of one tag: 32.
    pub attributes: usize,
    /// Values of one kind in a record: signatures, SPF checks, reasons; and errors of the head: 100.
    pub values: usize,
    /// Records that cannot be read of which [`AggregateReport`] keeps what is wrong: 1,000. All are
    /// counted.
    pub bad_records: usize,
}

impl Default for AggregateLimits {
    fn default() -> Self {
        Self {
            octets: 100 * 1024 * 1024,
            section_octets: 256 * 1024,
            records: 1_000_000,
            record_octets: 256 * 1024,
            text_octets: 4 * 1024,
            depth: 16,
            attributes: 32,
            values: 100,
            bad_records: 1_000,
        }
    }
}

/// A whole report in memory.
///
/// ```
/// use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport, Disposition};
///
/// let xml = "<feedback>
///   <report_metadata><org_name>receiver.test</org_name></report_metadata>
///   <record>
///     <row>
///       <source_ip>192.0.2.1</source_ip><count>3</count>
///       <policy_evaluated>
///         <disposition>None</disposition><dkim>pass</dkim><spf>fail</spf>
///       </policy_evaluated>
///     </row>
///     <identifiers><header_from>acme.test</header_from></identifiers>
///     <auth_results/>
///   </record>
///   <record><row><source_ip>nowhere</source_ip></row></record>
/// </feedback>";
/// let report = AggregateReport::read(xml.as_bytes(), AggregateLimits::default())?;
/// let [record] = report.records.as_slice() else { unreachable!() };
/// assert!(record.is_aligned());
/// assert_eq!(record.policy_evaluated.disposition, Some(Disposition::None));
/// assert_eq!(record.anomalies[0].to_string(), r#"disposition: wrong case "None""#);
/// assert_eq!(
///     report.bad_records[0].to_string(),
///     r#"record 2 at octet 395: invalid value "nowhere" of `source_ip`"#,
/// );
/// assert_eq!(report.error, None);
/// # Ok::<(), mailkit_auth::report::dmarc::AggregateError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AggregateReport {
    /// Who reports what about which policy.
    pub header: AggregateHeader,
    /// The records that could be read.
    pub records: Vec<AggregateRecord>,
    /// Those that could not, in the order of the report: the first
    /// [`AggregateLimits::bad_records`] of them.
    pub bad_records: Vec<BadRecord>,
    /// How many could not be read, those that are not kept among them.
    pub bad_record_count: u64,
    /// Why the report was not read to its end, if it was not.
    pub error: Option<AggregateError>,
}

impl AggregateReport {
    /// Reads a whole report into memory.
    ///
    /// # Errors
    ///
    /// If nothing could be read: what stands there is not a report, or breaks before the first
    /// record. An error behind that is told in [`error`](Self::error), beside what was read.
    pub fn read(read: impl Read, limits: AggregateLimits) -> Result<Self, AggregateError> {
        let mut reader = AggregateReader::new(read, limits)?;
        let (mut records, mut bad_records, mut bad_record_count) = (Vec::new(), Vec::new(), 0);
        for record in &mut reader {
            match record {
                Ok(record) => records.push(record),
                Err(bad) => {
                    bad_record_count += 1;
                    if bad_records.len() < limits.bad_records {
                        bad_records.push(bad);
                    }
                }
            }
        }
        let (header, end) = reader.finish();
        Ok(Self { header, records, bad_records, bad_record_count, error: end.err() })
    }
}
