//! The text of a zone file, read (RFC 1035 section 5).

mod content;
mod error;
mod reader;
mod words;

use std::str::FromStr;

pub use error::{ZoneFileError, ZoneFileErrorKind};

use super::{Zone, ZoneRecord};
use crate::lookup::Name;
use reader::read;

/// A zone file as it was read: the records that mail asks for in their order, each with its line, and
/// what was passed over.
///
/// Read are `$ORIGIN`, `$TTL`, brackets over several lines, comments, quotes, escapes, times with
/// units, names relative to the origin, `@`, a blank for the owner before, and the class `IN`. A time
/// to live that is not said is that of `$TTL`, else the last one said. `$INCLUDE` and `$GENERATE` are
/// refused; records of types that mail does not ask for, such as SOA, are passed over.
///
/// The text may have [`MAX_OCTETS`](Self::MAX_OCTETS) and as many as
/// [`MAX_RECORDS`](Self::MAX_RECORDS) are kept; more is an error.
///
/// ```
/// use mailkit_auth::zone::ZoneFile;
///
/// let text = "\
/// $ORIGIN acme.example.
/// $TTL 1h
/// @ IN SOA ns hostmaster ( 2026112201 ; serial
///     3600 600 86400 60 )
///   IN MX 10 mx
/// mx 5m A 192.0.2.1
/// @ TXT ( \"v=spf1 mx\"
///         \" -all\" )
/// ";
/// let file: ZoneFile = text.parse()?;
/// assert_eq!(file.apex().map(|name| name.as_str()), Some("acme.example"));
/// assert_eq!((file.records().len(), file.skipped().len()), (3, 1));
/// assert_eq!(file.zone().to_string(), "\
/// acme.example. 3600 IN MX 10 mx.acme.example.
/// acme.example. 3600 IN TXT \"v=spf1 mx -all\"
/// mx.acme.example. 300 IN A 192.0.2.1
/// ");
/// let error = "@ 60 IN A 192.0.2.1".parse::<ZoneFile>().err().ok_or("no error")?;
/// assert_eq!((error.line(), error.column()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneFile {
    apex: Option<Name>,
    records: Vec<ZoneFileRecord>,
    skipped: Vec<SkippedRecord>,
}

/// A record of a zone file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ZoneFileRecord {
    /// The record.
    pub record: ZoneRecord,
    /// Of a text its character-strings, which the record has joined; else nothing.
    pub strings: Vec<Vec<u8>>,
    /// The line at which it begins, from 1.
    pub line: usize,
}

/// A record of a type that mail does not ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedRecord {
    /// The name it stands at.
    pub name: Name,
    /// Its type, as it was written.
    pub record_type: String,
    /// The line at which it begins, from 1.
    pub line: usize,
}

impl ZoneFile {
    /// Octets of a text: 64 MiB, more than any zone of one company has.
    pub const MAX_OCTETS: usize = 64 * 1024 * 1024;
    /// Records that are kept, and that are passed over: a million each.
    pub const MAX_RECORDS: usize = 1_000_000;

    /// Reads a file whose names are relative to `origin` until it says another, as a name server
    /// does that was told the name of the zone.
    ///
    /// # Errors
    ///
    /// If the text is no zone file; the error names the line and the column to mend.
    ///
    /// ```
    /// use mailkit_auth::lookup::Name;
    /// use mailkit_auth::zone::ZoneFile;
    ///
    /// let file = ZoneFile::with_origin("mx 60 A 192.0.2.1", Name::new("acme.example")?)?;
    /// assert_eq!(file.zone().to_string(), "mx.acme.example. 60 IN A 192.0.2.1\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_origin(text: &str, origin: Name) -> Result<Self, ZoneFileError> {
        read(text, Some(origin))
    }

    /// The name of the zone: the owner of the SOA record, else the first origin.
    #[must_use]
    pub fn apex(&self) -> Option<&Name> {
        self.apex.as_ref()
    }

    /// The records in the order of the file.
    #[must_use]
    pub fn records(&self) -> &[ZoneFileRecord] {
        &self.records
    }

    /// What was passed over, in the order of the file.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedRecord] {
        &self.skipped
    }

    /// The records alone, in the order of the tree.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.records.iter().map(|it| it.record.clone()).collect()
    }
}

impl FromStr for ZoneFile {
    type Err = ZoneFileError;

    /// Reads a file that says its origin itself, or has complete names.
    fn from_str(text: &str) -> Result<Self, ZoneFileError> {
        read(text, None)
    }
}

#[cfg(test)]
mod tests;
