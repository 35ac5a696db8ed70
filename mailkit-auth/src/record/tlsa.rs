//! The TLSA record: which certificate a TLS server shows (RFC 6698 section 2).

use std::fmt;
use std::str::FromStr;

use super::check_length;
use crate::{RecordError, RecordErrorKind};

/// A TLSA record, in the words of RFC 7218.
///
/// ```
/// use mailkit_auth::record::tlsa::{CertificateUsage, TlsaRecord};
///
/// let text = format!("3 1 1 {}", "ab".repeat(32));
/// let record: TlsaRecord = text.parse()?;
/// assert_eq!(record.usage, CertificateUsage::DaneEe);
/// assert_eq!(record.to_string(), text);
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TlsaRecord {
    /// How the certificate is to be trusted.
    pub usage: CertificateUsage,
    /// Which part of the certificate is meant.
    pub selector: CertificatePart,
    /// How that part is written.
    pub matching: MatchingType,
    /// The part itself or its digest.
    pub data: Vec<u8>,
}

impl TlsaRecord {
    /// A record of these four.
    #[must_use]
    pub fn new(
        usage: CertificateUsage,
        selector: CertificatePart,
        matching: MatchingType,
        data: impl Into<Vec<u8>>,
    ) -> Self {
        Self { usage, selector, matching, data: data.into() }
    }
}

impl FromStr for TlsaRecord {
    type Err = RecordError;

    /// Reads the presentation form: three numbers, then hexadecimal digits, which may be split by white space.
    fn from_str(text: &str) -> Result<Self, RecordError> {
        check_length(text, MAX_TEXT)?;
        let mut fields = Fields { text, at: 0 };
        let usage = fields.number("usage")?.into();
        let selector = fields.number("selector")?.into();
        let matching = fields.number("matching")?.into();
        let record = Self { usage, selector, matching, data: fields.digits()? };
        match (matching.digest_octets(), record.data.len()) {
            (None, 1..) => Ok(record),
            (Some(expected), actual) if expected == actual => Ok(record),
            _ => Err(fields.invalid("data", fields.at)),
        }
    }
}

impl fmt::Display for TlsaRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { usage, selector, matching, data } = self;
        write!(f, "{} {} {} ", u8::from(*usage), u8::from(*selector), u8::from(*matching))?;
        data.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// Defines an enum of a registry of octets, with a variant for what is not registered.
macro_rules! registry {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A number that no standard gives a meaning; clients skip the record.
            Other(u8),
        }

        impl From<u8> for $name {
            fn from(number: u8) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl From<$name> for u8 {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $number,)*
                    $name::Other(other) => other,
                }
            }
        }
    };
}

registry! {
    /// How a certificate is to be trusted. Mail uses the last two alone (RFC 7672 section 3.1).
    CertificateUsage {
        /// An authority of the public web must have issued it.
        PkixTa = 0,
        /// It is the server's own, and an authority of the public web must have issued it.
        PkixEe = 1,
        /// It is that of an authority, which need not be a public one.
        DaneTa = 2,
        /// It is the server's own; nothing else is checked.
        DaneEe = 3,
    }
}

registry! {
    /// The part of a certificate that a record is about.
    CertificatePart {
        /// The whole certificate.
        Full = 0,
        /// Its public key (`SubjectPublicKeyInfo`).
        PublicKey = 1,
    }
}

registry! {
    /// How the part of the certificate is written.
    MatchingType {
        /// As it is.
        Full = 0,
        /// By its SHA-256 digest.
        Sha256 = 1,
        /// By its SHA-512 digest.
        Sha512 = 2,
    }
}

impl MatchingType {
    /// The octets of a digest; `None` where the data has no fixed length.
    #[must_use]
    pub fn digest_octets(self) -> Option<usize> {
        match self {
            Self::Sha256 => Some(32),
            Self::Sha512 => Some(64),
            Self::Full | Self::Other(_) => None,
        }
    }
}

/// What stands between white space.
struct Fields<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Fields<'a> {
    fn next(&mut self) -> (usize, &'a str) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let start = self.at + rest.len() - rest.trim_ascii_start().len();
        let rest = rest.trim_ascii_start();
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        self.at = start + end;
        (start, rest.get(..end).unwrap_or_default())
    }

    fn number(&mut self, tag: &'static str) -> Result<u8, RecordError> {
        let (start, field) = self.next();
        if field.is_empty() {
            return Err(RecordError::new(RecordErrorKind::MissingTag { tag }, start..start));
        }
        let digits = field.bytes().all(|byte| byte.is_ascii_digit());
        field.parse().ok().filter(|_| digits).ok_or_else(|| self.invalid(tag, start))
    }

    /// The rest as hexadecimal digits.
    fn digits(&mut self) -> Result<Vec<u8>, RecordError> {
        let (start, mut field) = self.next();
        let mut digits = String::new();
        while !field.is_empty() {
            digits.push_str(field);
            (_, field) = self.next();
        }
        let octet = |pair: &[u8]| {
            let pair = str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok().filter(|_| !pair.starts_with('+'))
        };
        let octets = digits.as_bytes().chunks(2).map(octet).collect::<Option<Vec<u8>>>();
        octets.ok_or_else(|| self.invalid("data", start))
    }

    fn invalid(&self, tag: &str, start: usize) -> RecordError {
        let kind = RecordErrorKind::InvalidValue { tag: tag.to_owned() };
        RecordError::new(kind, start.min(self.at)..self.at)
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
        fn what_is_printed_reads_back(head: [u8; 3], data in prop::collection::vec(any::<u8>(), 1..80)) {
            let [usage, selector, matching] = head;
            let record = TlsaRecord::new(usage.into(), selector.into(), matching.into(), data);
            let length = record.matching.digest_octets();
            prop_assume!(length.is_none_or(|length| length == record.data.len()));
            prop_assert_eq!(record.to_string().parse::<TlsaRecord>(), Ok(record));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<TlsaRecord>();
        }
    }
}
