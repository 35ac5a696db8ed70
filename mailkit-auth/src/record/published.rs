//! A record as it was published, whether it reads or not.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::{RecordError, RecordErrorKind};

/// The octets of a record, and the record or what is wrong with it.
///
/// What was read is never lost or made even: it prints as it was published, also where it is not
/// valid.
///
/// ```
/// use mailkit_auth::{MtaStsRecord, Published};
///
/// let good: Published<MtaStsRecord> = Published::read(b"v=STSv1;id=1");
/// assert!(good.record().is_some_and(|record| record.id().as_str() == "1"));
/// let bad: Published<MtaStsRecord> = Published::read("v=STSv1; id=è".as_bytes());
/// assert_eq!(bad.to_string(), "v=STSv1; id=è");
/// assert_eq!(bad.error().map(|error| error.span()), Some(12..14));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published<T> {
    octets: Vec<u8>,
    record: Result<T, RecordError>,
}

impl<T: FromStr<Err = RecordError>> Published<T> {
    /// Reads a record. Octets that are not UTF-8 are kept, and are what is wrong with it.
    #[must_use]
    pub fn read(octets: impl Into<Vec<u8>>) -> Self {
        let octets = octets.into();
        let record = utf8(&octets).and_then(str::parse);
        Self { octets, record }
    }
}

impl<T> Published<T> {
    /// What was published.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// What was published as a text, with `U+FFFD` for what is not UTF-8.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.octets)
    }

    /// The record, if it is valid.
    #[must_use]
    pub fn record(&self) -> Option<&T> {
        self.record.as_ref().ok()
    }

    /// What is wrong with it, if it is not.
    #[must_use]
    pub fn error(&self) -> Option<&RecordError> {
        self.record.as_ref().err()
    }

    /// The record, or what is wrong with it.
    ///
    /// # Errors
    ///
    /// If the record is not valid; the error says where.
    pub fn into_record(self) -> Result<T, RecordError> {
        self.record
    }
}

impl<T> fmt::Display for Published<T> {
    /// Prints [`text`](Self::text); the octets, if they are UTF-8.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The octets as a text, or where they are none.
pub(crate) fn utf8(octets: &[u8]) -> Result<&str, RecordError> {
    std::str::from_utf8(octets).map_err(|error| {
        let at = error.valid_up_to();
        RecordError::new(RecordErrorKind::NotUtf8, at..at + error.error_len().unwrap_or(1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DmarcRecord, SpfRecord};
    use proptest::prelude::*;

    #[test]
    fn octets_that_are_no_text_are_an_error_in_their_place() {
        let published: Published<SpfRecord> = Published::read(b"v=spf1 \xff -all");
        assert_eq!(published.octets(), b"v=spf1 \xff -all");
        assert_eq!(published.text(), "v=spf1 \u{fffd} -all");
        let error = published.into_record().map_err(|error| error.to_string());
        assert_eq!(error, Err("octets that are not UTF-8 at byte 7".to_owned()));
    }

    proptest! {
        #[test]
        fn what_was_published_is_printed(text in "(v=DMARC1; ?p=[a-z]{0,6};?)?\\PC{0,20}") {
            let published: Published<DmarcRecord> = Published::read(text.as_bytes());
            prop_assert_eq!(published.record().cloned(), text.parse().ok());
            prop_assert_eq!(published.record().is_some(), published.error().is_none());
            prop_assert_eq!(published.to_string(), text);
        }
    }
}
