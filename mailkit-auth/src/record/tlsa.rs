//! The TLSA record: which certificate a TLS server shows (RFC 6698 section 2).

mod data;
mod fields;
mod values;

use std::fmt;
use std::str::FromStr;

use crate::RecordError;
pub use data::TlsaData;
use fields::invalid;
pub use values::{CertificateUsage, MatchingType, TlsaSelector, UnknownNumber};

/// A TLSA record, in the words of RFC 7218.
///
/// ```
/// use mailkit_auth::record::tlsa::{CertificateUsage, TlsaRecord, TlsaSelector};
///
/// let text = format!("3 1 1 {}", "ab".repeat(32));
/// let record: TlsaRecord = text.parse()?;
/// assert_eq!((record.usage(), record.selector()), (CertificateUsage::DaneEe, TlsaSelector::Spki));
/// assert_eq!(record.to_string(), text);
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TlsaRecord {
    usage: CertificateUsage,
    selector: TlsaSelector,
    matching: MatchingType,
    data: Vec<u8>,
}

impl TlsaRecord {
    /// A record of these four.
    ///
    /// # Errors
    ///
    /// If there is no data, or not as much as a digest has.
    ///
    /// ```
    /// use mailkit_auth::record::tlsa::{CertificateUsage, MatchingType, TlsaRecord, TlsaSelector};
    ///
    /// let record = |data: &[u8]| {
    ///     TlsaRecord::new(CertificateUsage::DaneEe, TlsaSelector::Spki, MatchingType::Sha2_256, data)
    /// };
    /// assert!(record(&[0xab; 32]).is_ok() && record(&[0]).is_err());
    /// ```
    pub fn new(
        usage: CertificateUsage,
        selector: TlsaSelector,
        matching: MatchingType,
        data: impl Into<Vec<u8>>,
    ) -> Result<Self, RecordError> {
        let data = data.into();
        match (matching.digest_octets(), data.len()) {
            (None, 1..) => {}
            (Some(expected), actual) if expected == actual => {}
            _ => return Err(invalid("data", 0..0)),
        }
        Ok(Self { usage, selector, matching, data })
    }

    /// A record of a SHA-256 digest.
    #[must_use]
    pub fn of_sha256(usage: CertificateUsage, selector: TlsaSelector, digest: [u8; 32]) -> Self {
        Self { usage, selector, matching: MatchingType::Sha2_256, data: digest.to_vec() }
    }

    /// How the certificate is to be trusted.
    #[must_use]
    pub fn usage(&self) -> CertificateUsage {
        self.usage
    }

    /// Which part of the certificate is meant.
    #[must_use]
    pub fn selector(&self) -> TlsaSelector {
        self.selector
    }

    /// How that part is written.
    #[must_use]
    pub fn matching(&self) -> MatchingType {
        self.matching
    }

    /// The part itself or its digest.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

impl FromStr for TlsaRecord {
    type Err = RecordError;

    /// Reads the presentation form: three numbers, then hexadecimal digits, which may be split by white space.
    fn from_str(text: &str) -> Result<Self, RecordError> {
        let TlsaData { usage, selector, matching, data } = text.parse()?;
        Self::new(usage.into(), selector.into(), matching.into(), data)
            .map_err(|error| error.shifted(text.len()))
    }
}

impl fmt::Display for TlsaRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TlsaData::from(self.clone()).fmt(f)
    }
}

/// Longest text that is read: a certificate of 64 KiB, the most a DNS record holds, in digits.
const MAX_TEXT: usize = 192 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let actual = text.parse::<TlsaRecord>().map(|it| it.to_string());
        let actual = actual.map_err(|error| error.to_string());
        assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn texts() {
        let digest = "0123456789abcdef".repeat(4);
        check(&format!("3 1 1 {digest}"), Ok(&format!("3 1 1 {digest}")));
        check(&format!(" 3\t1 1 {} ", digest.to_uppercase()), Ok(&format!("3 1 1 {digest}")));
        let (front, back) = digest.split_at(10);
        check(&format!("3 1 1 {front} {back}"), Ok(&format!("3 1 1 {digest}")));
        check("3 0 0 00", Ok("3 0 0 00"));
        check("", Err("missing tag `usage` at byte 0"));
        check("3 1", Err("missing tag `matching` at byte 3"));
        check("3 +1 1 00", Err("invalid value for tag `selector` at byte 2"));
        check("256 1 1 00", Err("invalid value for tag `usage` at byte 0"));
        check("3 1 1 00", Err("invalid value for tag `data` at byte 8"));
        check("3 1 0 0", Err("invalid value for tag `data` at byte 6"));
        check("3 1 0 +0", Err("invalid value for tag `data` at byte 6"));
        check("3 1 0", Err("invalid value for tag `data` at byte 5"));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(head in [0..5_u8, 0..5, 0..5], data in prop_oneof![
            prop::collection::vec(any::<u8>(), 1..80),
            prop::collection::vec(any::<u8>(), 32),
            prop::collection::vec(any::<u8>(), 64),
        ]) {
            let [usage, selector, matching] = head;
            let length = data.len();
            let record = TlsaRecord::new(usage.into(), selector.into(), matching.into(), data);
            let digest = MatchingType::from(matching).digest_octets();
            prop_assert_eq!(record.is_ok(), digest.is_none_or(|octets| octets == length));
            let Ok(record) = record else { return Ok(()) };
            prop_assert_eq!(record.to_string().parse::<TlsaRecord>(), Ok(record));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<TlsaRecord>();
        }
    }
}
