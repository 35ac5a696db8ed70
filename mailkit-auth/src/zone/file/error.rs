//! Why a text is no zone file.

use std::net::AddrParseError;

use thiserror::Error;

use super::words::Fault;
use crate::lookup::NameError;

/// Why a text is no zone file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneFileError {
    kind: ZoneFileErrorKind,
    line: usize,
    column: usize,
}

impl ZoneFileError {
    pub(super) fn new(text: &str, fault: Fault) -> Self {
        let before = text.get(..text.floor_char_boundary(fault.at)).unwrap_or(text);
        let line = before.bytes().filter(|octet| *octet == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        Self { kind: fault.kind, line, column }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ZoneFileErrorKind {
        &self.kind
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The character of the line, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}

impl std::fmt::Display for ZoneFileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, line, column } = self;
        write!(f, "{kind} in line {line}, column {column}")
    }
}

impl std::error::Error for ZoneFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}

/// What can be wrong with the text of a zone file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ZoneFileErrorKind {
    /// A class other than `IN`.
    #[error("class `{word}`, which holds no mail")]
    Class {
        /// The class.
        word: String,
    },
    /// More content than a record holds: 65,535 octets.
    #[error("record longer than 65535 octets")]
    DataTooLong,
    /// A label with a dot or with octets that are not UTF-8, which no name of mail has.
    #[error("name with a dot or an odd octet within a label")]
    OddLabel,
    /// `$GENERATE`, which BIND alone reads.
    #[error("$GENERATE is not carried out: write the records themselves")]
    Generate,
    /// Content in the form of RFC 3597, `\# 4 c0000201`.
    #[error("content of a known type written as octets")]
    GenericData,
    /// `$INCLUDE`: a text never has another file read.
    #[error("$INCLUDE is not followed: read the other file by itself")]
    Include,
    /// Not an address.
    #[error("invalid address")]
    InvalidAddress(#[source] AddrParseError),
    /// A backslash before nothing, or before a number that is not three digits up to 255.
    #[error("invalid escape")]
    InvalidEscape,
    /// Not hexadecimal digits in pairs.
    #[error("invalid hexadecimal digits")]
    InvalidHex,
    /// Not a name.
    #[error("invalid name")]
    InvalidName(#[source] NameError),
    /// Not a number, or too large a one.
    #[error("invalid number")]
    InvalidNumber,
    /// Not a time for which a record may be kept.
    #[error("invalid time to live")]
    InvalidTtl,
    /// The content ends too early.
    #[error("content is missing")]
    MissingContent,
    /// `@`, or a name without a dot at its end, before `$ORIGIN`.
    #[error(
        "name without a dot at its end before any $ORIGIN: add the dot, or `$ORIGIN acme.example.`"
    )]
    NoOrigin,
    /// The first entry begins with a blank, so it belongs to no owner.
    #[error("record without an owner")]
    NoOwner,
    /// No time to live is said here nor before.
    #[error("record without a time to live: put `$TTL 3600` first")]
    NoTtl,
    /// The entry ends before its type.
    #[error("record without a type")]
    NoType,
    /// A text of more than 255 octets in one pair of quotes.
    #[error("string longer than 255 octets: write it as several in quotes")]
    StringTooLong,
    /// Something follows the content.
    #[error("more content than the type has")]
    SurplusContent,
    /// The text is longer than is read.
    #[error("text longer than 64 MiB")]
    TextTooLong,
    /// The text has more records than are read.
    #[error("more than 1000000 records")]
    TooManyRecords,
    /// A bracket is open at the end of the text.
    #[error("bracket that is never closed")]
    UnclosedBracket,
    /// A quote is open at the end of its line.
    #[error("quote that is not closed on its line")]
    UnclosedQuote,
    /// A directive that nobody knows.
    #[error("unknown directive `{word}`")]
    UnknownDirective {
        /// The directive.
        word: String,
    },
    /// A type that nobody knows; perhaps a slip.
    #[error("unknown type `{word}`")]
    UnknownType {
        /// The type.
        word: String,
    },
    /// A bracket is closed that was not open.
    #[error("bracket that was never opened")]
    UnopenedBracket,
}
