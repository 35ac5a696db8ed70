//! A TLSA record as it stands in the DNS.

use std::fmt;
use std::str::FromStr;

use super::fields::Fields;
use super::{MAX_TEXT, TlsaRecord};
use crate::RecordError;
use crate::record::check_length;

/// The four parts of a TLSA record as they were published (RFC 6698 section 2.1), whether they make a
/// [`TlsaRecord`] or not: data of any length under any numbers.
///
/// It prints in presentation form, which is what [`lint_tlsa`](crate::lint::lint_tlsa) explains.
///
/// ```
/// use mailkit_auth::lint::lint_tlsa;
/// use mailkit_auth::record::tlsa::TlsaData;
///
/// let cut = TlsaData { usage: 3, selector: 1, matching: 1, data: vec![0xab; 31] };
/// assert!(cut.record().is_err());
/// let finding = lint_tlsa(&cut.to_string()).into_iter().next().ok_or("no finding")?;
/// assert_eq!(finding.message, "31 of the 32 octets of matching type 1");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the standard gives the record these four parts")]
pub struct TlsaData {
    /// How the certificate is to be trusted.
    pub usage: u8,
    /// Which part of the certificate is meant.
    pub selector: u8,
    /// How that part is written.
    pub matching: u8,
    /// The part itself or its digest.
    pub data: Vec<u8>,
}

impl TlsaData {
    /// The record that these parts make.
    ///
    /// # Errors
    ///
    /// If there is no data, or not as much as a digest has; the place is that in the printed text.
    pub fn record(&self) -> Result<TlsaRecord, RecordError> {
        self.to_string().parse()
    }
}

impl From<TlsaRecord> for TlsaData {
    fn from(record: TlsaRecord) -> Self {
        let TlsaRecord { usage, selector, matching, data } = record;
        Self { usage: usage.into(), selector: selector.into(), matching: matching.into(), data }
    }
}

impl FromStr for TlsaData {
    type Err = RecordError;

    /// Reads the presentation form: three numbers, then hexadecimal digits, which may be split by
    /// white space.
    fn from_str(text: &str) -> Result<Self, RecordError> {
        check_length(text, MAX_TEXT)?;
        let mut fields = Fields { text, at: 0 };
        Ok(Self {
            usage: fields.number("usage")?,
            selector: fields.number("selector")?,
            matching: fields.number("matching")?,
            data: fields.digits()?,
        })
    }
}

impl fmt::Display for TlsaData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { usage, selector, matching, data } = self;
        write!(f, "{usage} {selector} {matching} ")?;
        data.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let record = text.parse::<TlsaData>().expect("three numbers and digits").record();
        let actual = record.map(|it| it.to_string()).map_err(|error| error.to_string());
        assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn what_stands_there_need_not_be_a_record() {
        check("3 1 1 ab", Err("invalid value for tag `data` at byte 8"));
        check("3 1 2", Err("invalid value for tag `data` at byte 6"));
        check("9 8 7 ab", Ok("9 8 7 ab"));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(head: [u8; 3], data in prop::collection::vec(any::<u8>(), 0..70)) {
            let [usage, selector, matching] = head;
            let published = TlsaData { usage, selector, matching, data };
            prop_assert_eq!(published.to_string().parse::<TlsaData>(), Ok(published.clone()));
            if let Ok(record) = published.record() {
                prop_assert_eq!(TlsaData::from(record), published);
            }
        }
    }
}
