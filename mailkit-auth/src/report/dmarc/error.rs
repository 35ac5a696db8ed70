//! What can be wrong with an aggregate report.

use std::io;
use std::ops::Range;

use serde::Serialize;
use thiserror::Error;

use super::xml_error::XmlErrorKind;
use crate::report::Interrupted;
use crate::report::extract::ExtractError;

/// Why a report is not read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[error("{kind} at octet {at}")]
pub struct AggregateError {
    kind: AggregateErrorKind,
    at: u64,
}

impl AggregateError {
    pub(super) fn new(kind: AggregateErrorKind, at: u64) -> Self {
        Self { kind, at }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &AggregateErrorKind {
        &self.kind
    }

    /// Where in the XML reading ended, in octets.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }
}

/// What can be wrong with a report as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AggregateErrorKind {
    /// The content could not be unpacked.
    #[error(transparent)]
    Extract(ExtractError),
    /// The caller's check said to stop.
    #[error(transparent)]
    Interrupted(#[serde(skip)] Interrupted),
    /// There is no `feedback` element.
    #[error("no aggregate report")]
    NoReport,
    /// The source could not be read.
    #[error("{message}")]
    Read {
        /// The kind of the error.
        #[serde(skip)]
        kind: io::ErrorKind,
        /// The error in words.
        message: String,
    },
    /// An element of the head, or a comment, is longer than the limit.
    #[error("element longer than {limit} octets")]
    SectionTooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// The report is longer than the limit.
    #[error("report longer than {limit} octets")]
    TooLong {
        /// The limit in octets.
        limit: u64,
    },
    /// The report has more records than the limit.
    #[error("more than {limit} records")]
    TooManyRecords {
        /// The limit.
        limit: u64,
    },
    /// The report ends before its end tag.
    #[error("report cut off")]
    Truncated,
    /// What stands there is not the XML of a report.
    #[error(transparent)]
    Xml(XmlErrorKind),
}

impl From<io::Error> for AggregateErrorKind {
    fn from(error: io::Error) -> Self {
        let source = error.get_ref();
        if let Some(error) = source.and_then(|source| source.downcast_ref()) {
            Self::Extract(*error)
        } else if let Some(error) = source.and_then(|source| source.downcast_ref()) {
            Self::Interrupted(*error)
        } else {
            Self::Read { kind: error.kind(), message: error.to_string() }
        }
    }
}

/// A record that was skipped, and why.
///
/// [`Display`](std::fmt::Display) escapes what a stranger wrote, and is safe in a log.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[error("record {number} at octet {}: {kind}", span.start)]
#[non_exhaustive]
pub struct BadRecord {
    /// Which record it is, counted from one.
    pub number: u64,
    /// The octets of the XML that it takes.
    pub span: Range<u64>,
    /// Where in the XML it cannot be read, in octets.
    pub at: u64,
    /// What is wrong.
    pub kind: BadRecordKind,
}

/// What can be wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BadRecordKind {
    /// A value that the record means nothing without is none of its kind.
    #[error("invalid value {value:?} of `{element}`")]
    InvalidValue {
        /// The element.
        element: &'static str,
        /// What stands there, at most 100 characters of it.
        value: Box<str>,
    },
    /// An element is missing that the record means nothing without, or says nothing.
    #[error("no value of `{element}`")]
    Missing {
        /// The element.
        element: &'static str,
    },
    /// The record is longer than the limit.
    #[error("record longer than {limit} octets")]
    TooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// What stands there is not the XML of a record.
    #[error(transparent)]
    Xml(XmlErrorKind),
}

impl BadRecordKind {
    pub(super) fn invalid(element: &'static str, value: &str) -> Self {
        Self::InvalidValue { element, value: value.chars().take(100).collect() }
    }
}
