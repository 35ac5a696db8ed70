//! Finds the report in what a receiver sent: mail, gzip, zip, or the plain report.
//!
//! [`extract`] looks at the content, not at names, and opens one report of a message. What is
//! compressed is unpacked while it is read, against one budget for the message: a size, and a ratio
//! that no report reaches.

mod archive;
mod mail;
mod part;
mod unpack;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use thiserror::Error;

use super::failure::{FailureLimits, FailureReport};
pub(super) use part::Part;
pub use unpack::Content;

/// A report, found and ready to be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Document<'a> {
    /// An aggregate report of DMARC, for [`AggregateReader`](super::dmarc::AggregateReader).
    Aggregate(Content<'a>),
    /// A failure report.
    Failure(Box<FailureReport>),
    /// A TLS report, for [`TlsReport::read`](super::tls::TlsReport::read).
    Tls(Content<'a>),
}

/// How much is unpacked.
///
/// ```
/// use mailkit_auth::report::extract::ExtractLimits;
///
/// let mut limits = ExtractLimits::default();
/// limits.octets = 10 * 1024 * 1024;
/// assert_eq!(limits.ratio, 100);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtractLimits {
    /// Octets of the message or file as it came: 25 MiB.
    pub input_octets: usize,
    /// Octets of the report when unpacked: 100 MiB.
    pub octets: u64,
    /// Octets of the report for each octet of its compressed form: 100.
    pub ratio: u64,
    /// Octets of the report that are unpacked before the ratio counts: 1 MiB.
    pub ratio_free_octets: u64,
    /// Parts of a message: 100. A message within it is one.
    pub parts: usize,
    /// Parts that one part stands in: 10.
    pub depth: usize,
    /// Octets of the header of a message or part: 256 KiB.
    pub header_octets: usize,
    /// Names in the directory of a zip archive, of which one may be a file, and further members of a
    /// gzip file: 16.
    pub entries: usize,
    /// What is kept of a failure report.
    pub failure: FailureLimits,
}

impl Default for ExtractLimits {
    fn default() -> Self {
        Self {
            input_octets: 25 * 1024 * 1024,
            octets: 100 * 1024 * 1024,
            ratio: 100,
            ratio_free_octets: 1024 * 1024,
            parts: 100,
            depth: 10,
            header_octets: 256 * 1024,
            entries: 16,
            failure: FailureLimits::default(),
        }
    }
}

/// Finds the report in a message, an archive or a plain file.
///
/// If a message has more than one report, the first is taken: receivers send one (RFC 9990 section
/// 3.2), and whoever sends more wants work done.
///
/// ```
/// use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReader};
/// use mailkit_auth::report::extract::{Document, ExtractLimits, extract};
///
/// let mail = b"From: dmarc@receiver.test\r\n\
///     Content-Type: text/xml\r\n\
///     \r\n\
///     <feedback><version>1.0</version></feedback>\r\n";
/// let Document::Aggregate(content) = extract(mail, ExtractLimits::default())? else {
///     unreachable!("the message holds an aggregate report");
/// };
/// let reader = AggregateReader::new(content, AggregateLimits::default())?;
/// assert_eq!(reader.header().version.as_deref(), Some("1.0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If there is no report in it, it cannot be unpacked, or it is larger than the limits. What is
/// wrong further inside of compressed content comes as the source of an error while it is read.
pub fn extract(input: &[u8], limits: ExtractLimits) -> Result<Document<'_>, ExtractError> {
    if input.len() > limits.input_octets {
        return Err(ExtractError::InputTooLong { limit: limits.input_octets });
    }
    match Form::of(input) {
        Some(form) => form.open(Cow::Borrowed(input), limits),
        None => mail::open(input, limits),
    }
}

/// How a report stands in a file or a part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Gzip,
    Zip,
    Plain,
}

impl Form {
    /// The form that these octets begin with, if it is one that reports have.
    fn of(octets: &[u8]) -> Option<Self> {
        if octets.starts_with(&unpack::GZIP) {
            Some(Self::Gzip)
        } else if octets.starts_with(b"PK\x03\x04") || octets.starts_with(b"PK\x05\x06") {
            Some(Self::Zip)
        } else {
            Language::of(octets).map(|_| Self::Plain)
        }
    }

    fn open(
        self,
        octets: Cow<'_, [u8]>,
        limits: ExtractLimits,
    ) -> Result<Document<'_>, ExtractError> {
        let mut content = match self {
            Self::Gzip => Content::gzip(octets, limits),
            Self::Zip => archive::open(octets, limits)?,
            Self::Plain => Content::plain(octets, limits),
        };
        match Language::of(content.peek()?) {
            Some(Language::Xml) => Ok(Document::Aggregate(content)),
            Some(Language::Json) => Ok(Document::Tls(content)),
            None => Err(ExtractError::NoReport),
        }
    }
}

/// What a report is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Json,
    Xml,
}

impl Language {
    /// The language of a text by its first sign.
    fn of(octets: &[u8]) -> Option<Self> {
        let text = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets).trim_ascii_start();
        match text.first() {
            Some(b'<') if !is_html(text) => Some(Self::Xml),
            Some(b'{') => Some(Self::Json),
            _ => None,
        }
    }
}

/// Whether a text is a page for people, which many receivers put before the report.
fn is_html(text: &[u8]) -> bool {
    let starts =
        |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    [b"<!doctype html".as_slice(), b"<html", b"<head", b"<body", b"<div", b"<p>", b"<table"]
        .into_iter()
        .any(starts)
}

/// Why no report is read from what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ExtractError {
    /// The compressed content is damaged, or its checksum is wrong.
    #[error("damaged archive")]
    Damaged,
    /// The archive is encrypted.
    #[error("encrypted archive")]
    Encrypted,
    /// The header of the message or of a part is longer than the limit.
    #[error("header longer than {limit} octets")]
    HeaderTooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// What came is larger than the limit.
    #[error("input longer than {limit} octets")]
    InputTooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// There is no report in it.
    #[error("no report found")]
    NoReport,
    /// The report unpacks to more than a report does.
    #[error("compressed to less than one in {limit} octets")]
    Ratio {
        /// The limit: octets for each compressed octet.
        limit: u64,
    },
    /// The parts of the message are nested deeper than the limit.
    #[error("parts nested more than {limit} deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// The report is larger than the limit when unpacked.
    #[error("report longer than {limit} octets when unpacked")]
    TooLong {
        /// The limit in octets.
        limit: u64,
    },
    /// The archive has more than one file, too long a directory, or too many members.
    #[error("archive of more than one file")]
    TooManyFiles,
    /// The message has more parts than the limit.
    #[error("message of more than {limit} parts")]
    TooManyParts {
        /// The limit.
        limit: usize,
    },
    /// The archive is compressed in a way that reports are not (RFC 9990 section 3.2).
    #[error("unknown compression method {method}")]
    UnknownMethod {
        /// The number of the method in the archive.
        method: u16,
    },
}
