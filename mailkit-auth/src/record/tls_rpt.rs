//! The TLS reporting record at `_smtp._tls.<domain>` (RFC 8460 section 3).

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use super::field_list::{extension, fields};
use super::tag_list::{self, FromTags, Grammar, Tag, missing};
use super::{HttpsUri, ReportUri};
use crate::{RecordError, RecordErrorKind};

/// Where a domain wants to hear how TLS connections to its mail hosts went.
///
/// ```
/// use mailkit_auth::TlsRptRecord;
///
/// let text = "v=TLSRPTv1; rua=mailto:tls@acme.test,https://acme.test/tls";
/// let record: TlsRptRecord = text.parse()?;
/// assert_eq!(record.reports()[0].mailbox().as_deref(), Some("tls@acme.test"));
/// assert_eq!(record.to_string(), text);
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TlsRptRecord {
    reports: Vec<ReportUri>,
    extensions: Vec<(String, String)>,
}

impl TlsRptRecord {
    /// A record that asks for reports to this address.
    ///
    /// # Errors
    ///
    /// If the URI is neither `mailto:` nor `https:`, or holds a `!`, which must be written `%21`.
    pub fn new(to: ReportUri) -> Result<Self, RecordError> {
        Self { reports: Vec::new(), extensions: Vec::new() }.with_reports(to)
    }

    /// Where reports go (`rua`), at least one address.
    #[must_use]
    pub fn reports(&self) -> &[ReportUri] {
        &self.reports
    }

    /// Names and values of the other fields in their order, which senders ignore.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.extensions.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With one more address (`rua`).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_reports(mut self, to: ReportUri) -> Result<Self, RecordError> {
        if !is_report_uri(&to) {
            let kind = RecordErrorKind::InvalidValue { tag: "rua".to_owned() };
            return Err(RecordError::new(kind, 0..to.as_str().len()));
        }
        self.reports.push(to);
        Ok(self)
    }
}

impl FromTags for TlsRptRecord {
    const GRAMMAR: Grammar = Grammar::Extensible;

    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        let (mut reports, mut extensions) = (Vec::new(), Vec::new());
        for tag in fields(tags, VERSION)? {
            let tag = tag?;
            let tag = tag.borrow();
            match tag.name {
                // The grammar lets the field stand several times.
                "rua" => reports.extend(read_uris(tag)?),
                _ => extensions.push(extension(tag)?),
            }
        }
        if reports.is_empty() { Err(missing("rua", end)) } else { Ok(Self { reports, extensions }) }
    }
}

impl FromStr for TlsRptRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        tag_list::read(text)
    }
}

impl fmt::Display for TlsRptRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reports: Vec<String> = self.reports.iter().map(ToString::to_string).collect();
        write!(f, "{VERSION}; rua={}", reports.join(","))?;
        self.extensions.iter().try_for_each(|(name, value)| write!(f, "; {name}={value}"))
    }
}

fn read_uris(tag: &Tag<'_>) -> Result<Vec<ReportUri>, RecordError> {
    let uris: Vec<ReportUri> = tag.parse_list(b',')?;
    match uris.iter().zip(tag.items(b',')).find(|(uri, _)| !is_report_uri(uri)) {
        Some((_, (_, span))) => Err(tag.invalid_at(span)),
        None => Ok(uris),
    }
}

/// Whether reports can be sent there: by mail or to a URI of HTTPS, without the `!` that a DMARC
/// record once had a meaning for.
pub(crate) fn is_report_uri(uri: &ReportUri) -> bool {
    let text = uri.as_str();
    !text.contains('!') && (uri.mailbox().is_some() || text.parse::<HttpsUri>().is_ok())
}

/// The first field, letter by letter.
const VERSION: &str = "v=TLSRPTv1";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let actual = text.parse::<TlsRptRecord>().map(|it| it.to_string());
        let actual = actual.map_err(|error| error.to_string());
        assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn texts() {
        const MAIL: &str = "v=TLSRPTv1; rua=mailto:t@a.test";
        check("v=TLSRPTv1;rua=mailto:t@a.test;", Ok(MAIL));
        check(
            "v=TLSRPTv1; rua=https://a.test/v?x=1 , mailto:t@a.test",
            Ok("v=TLSRPTv1; rua=https://a.test/v?x=1,mailto:t@a.test"),
        );
        check(
            "v=TLSRPTv1; rua=mailto:t@a.test; rua=mailto:u@a.test",
            Ok("v=TLSRPTv1; rua=mailto:t@a.test,mailto:u@a.test"),
        );
        check("v=TLSRPTv1; x=1; rua=mailto:t@a.test", Ok("v=TLSRPTv1; rua=mailto:t@a.test; x=1"));
        check("v=TLSRPTV1; rua=mailto:t@a.test", Err("expected version `v=TLSRPTv1` at byte 0"));
        check("rua=mailto:t@a.test", Err("expected version `v=TLSRPTv1` at byte 0"));
        check("v=TLSRPTv1", Err("missing tag `rua` at byte 10"));
        check("v=TLSRPTv1; rua=", Err("invalid value for tag `rua` at byte 16"));
        check("v=TLSRPTv1; rua=t@a.test", Err("invalid value for tag `rua` at byte 16"));
        check("v=TLSRPTv1; rua=https:x", Err("invalid value for tag `rua` at byte 16"));
        check("v=TLSRPTv1; rua=https://u@a.test", Err("invalid value for tag `rua` at byte 16"));
        check("v=TLSRPTv1; rua=http://a.test", Err("invalid value for tag `rua` at byte 16"));
        check("v=TLSRPTv1; rua=mailto:t@a.test!1m", Err("invalid value for tag `rua` at byte 16"));
        check("v=TLSRPTv1; rua=mailto:t@a.test,", Err("invalid value for tag `rua` at byte 32"));
    }

    #[test]
    fn only_addresses_that_reports_can_be_sent_to() -> Result<(), Box<dyn std::error::Error>> {
        assert!(TlsRptRecord::new("ftp://a.test".parse()?).is_err());
        let record = TlsRptRecord::new("mailto:t@a.test".parse()?)?;
        assert!(record.clone().with_reports("mailto:t@a.test!1k".parse()?).is_err());
        let record = record.with_reports("https://a.test/t".parse()?)?;
        assert_eq!(record.to_string(), "v=TLSRPTv1; rua=mailto:t@a.test,https://a.test/t");
        Ok(())
    }

    proptest! {
        #[test]
        fn what_reads_prints_and_reads_back(
            text in "v=TLSRPTv1( ?; ?(rua=(mailto:[a-z=%]{1,5}@a\\.test|https:(//)?[a-z?=/!]{1,9})(,mailto:b@c\\.test)?|x=[a-z]{1,5})){0,4};?|\\PC{0,60}",
        ) {
            if let Ok(record) = text.parse::<TlsRptRecord>() {
                prop_assert_eq!(record.to_string().parse(), Ok(record));
            }
        }
    }
}
