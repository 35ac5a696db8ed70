//! The TXT record at `_mta-sts.<domain>`, which says that there is a policy (RFC 8461 section 3.1).

use std::{fmt, str::FromStr};

use crate::{ParseError, ParseErrorKind};

/// Announces an MTA-STS policy; a new [`id`](Self::id) says that it changed.
///
/// ```
/// use mailkit_route::tls_policy::MtaStsRecord;
/// let texts = ["v=spf1 -all", "v=STSv1; id=20260101T000000;"];
/// let record = MtaStsRecord::among(texts)?;
/// assert_eq!(record.to_string(), "v=STSv1; id=20260101T000000");
/// # Ok::<(), mailkit_route::tls_policy::RecordFault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MtaStsRecord {
    id: PolicyId,
}

impl MtaStsRecord {
    /// The record among the TXT records of `_mta-sts.<domain>`, each with its strings joined.
    ///
    /// # Errors
    /// When there is not exactly one that begins with `v=STSv1;`, or that one is malformed: then the
    /// domain announces no policy.
    pub fn among<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, RecordFault> {
        let mut records = texts.into_iter().filter(|text| has_version(text.as_ref()));
        let first = records.next().ok_or(RecordFault::Absent)?;
        if records.next().is_some() {
            return Err(RecordFault::Several);
        }
        first.as_ref().parse().map_err(RecordFault::Invalid)
    }

    /// Which version of the policy is in force (`id`).
    #[must_use]
    pub fn id(&self) -> &PolicyId {
        &self.id
    }
}

impl FromStr for MtaStsRecord {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new(ParseErrorKind::WrongVersion { expected: VERSION }, 0..0);
        let rest = text.strip_prefix(VERSION).ok_or_else(wrong)?;
        let fields = rest.trim_start_matches(BLANK).strip_prefix(';').ok_or_else(wrong)?;
        let mut id = None;
        let mut next = text.len() - fields.len();
        let mut fields = fields.split(';').peekable();
        while let Some(field) = fields.next() {
            let start = next + field.len() - field.trim_start_matches(BLANK).len();
            next += field.len() + 1;
            let field = field.trim_matches(BLANK);
            let is_end = field.is_empty() && fields.peek().is_none();
            if !is_end {
                read_field(field, start, &mut id)?;
            }
        }
        let missing = ParseErrorKind::MissingField { name: "id" };
        let id = id.ok_or_else(|| ParseError::new(missing, text.len()..text.len()))?;
        Ok(Self { id })
    }
}

fn read_field(field: &str, start: usize, id: &mut Option<PolicyId>) -> Result<(), ParseError> {
    let span = start..start + field.len();
    match field.split_once('=') {
        Some(("id", value)) if id.is_none() => {
            let at = span.end - value.len();
            *id = Some(value.parse().map_err(|error: ParseError| error.shifted(at))?);
            Ok(())
        }
        Some(("id", _)) => {
            Err(ParseError::new(ParseErrorKind::DuplicateField { name: "id" }, span))
        }
        Some((name, value)) if is_extension(name, value) => Ok(()),
        _ => Err(ParseError::new(ParseErrorKind::MalformedField, span)),
    }
}

/// `sts-ext-name` and `sts-ext-value`.
fn is_extension(name: &str, value: &str) -> bool {
    let named = (1..=32).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let valued = value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=');
    named && valued && !value.is_empty()
}

fn has_version(text: &str) -> bool {
    let rest = text.strip_prefix(VERSION);
    rest.is_some_and(|rest| rest.trim_start_matches(BLANK).starts_with(';'))
}

impl fmt::Display for MtaStsRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}; id={}", self.id)
    }
}

/// The name of one version of a policy: 1 to 32 letters and digits.
///
/// ```
/// use mailkit_route::tls_policy::PolicyId;
/// assert!("20260101".parse::<PolicyId>().is_ok());
/// assert!("2026-01-01".parse::<PolicyId>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PolicyId(Box<str>);

impl PolicyId {
    /// The letters and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PolicyId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let formed =
            (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let kind = ParseErrorKind::InvalidField { name: "id" };
        if formed { Ok(Self(text.into())) } else { Err(ParseError::new(kind, 0..text.len())) }
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a domain announces no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordFault {
    /// No text begins with `v=STSv1;`.
    #[error("no MTA-STS record")]
    Absent,
    /// The one record is malformed.
    #[error("malformed MTA-STS record")]
    Invalid(#[source] ParseError),
    /// There are several, which counts as none.
    #[error("several MTA-STS records")]
    Several,
}

const VERSION: &str = "v=STSv1";
const BLANK: [char; 2] = [' ', '\t'];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let read = text.parse::<MtaStsRecord>().map(|record| record.id.to_string());
        let read = read.map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn s1_texts() {
        check("v=STSv1; id=20160831085700Z;", Ok("20160831085700Z"));
        check("v=STSv1;id=1", Ok("1"));
        check("v=STSv1 ;\tid=1 ; ", Ok("1"));
        check("v=STSv1;x-1.a=!;id=a", Ok("a"));
        check("v=STSv1; id=1; note=", Err("malformed field at byte 15"));
        check("", Err("expected version `v=STSv1` at byte 0"));
        check("v=stsv1; id=1", Err("expected version `v=STSv1` at byte 0"));
        check(" v=STSv1; id=1", Err("expected version `v=STSv1` at byte 0"));
        check("v=STSv1a; id=1", Err("expected version `v=STSv1` at byte 0"));
        check("v=STSv1", Err("expected version `v=STSv1` at byte 0"));
        check("v=STSv1;", Err("missing field `id` at byte 8"));
        check("v=STSv1; id=", Err("invalid value of `id` at byte 12"));
        check("v=STSv1; id=a-b", Err("invalid value of `id` at byte 12"));
        check("v=STSv1; id =1", Err("malformed field at byte 9"));
        check("v=STSv1; id=1; id=1", Err("duplicate field `id` at byte 15"));
        check("v=STSv1;; id=1", Err("malformed field at byte 8"));
        check("v=STSv1; id=1; x=a=b", Err("malformed field at byte 15"));
        check("v=STSv1; id=1; x=ü", Err("malformed field at byte 15"));
        let id = |length| "1".repeat(length);
        check(&format!("v=STSv1; id={}", id(32)), Ok(&id(32)));
        check(&format!("v=STSv1; id={}", id(33)), Err("invalid value of `id` at byte 12"));
    }

    #[test]
    fn s1_exactly_one_record_counts() {
        let among = |texts: &[&str]| {
            MtaStsRecord::among(texts).map(|it| it.to_string()).map_err(|it| it.to_string())
        };
        let one = Ok("v=STSv1; id=1".to_owned());
        assert_eq!(among(&["v=STSv1; id=1"]), one);
        assert_eq!(among(&["v=spf1 -all", "v=STSv1 ; id=1", "v=STSv10; id=2", "v=STSv1"]), one);
        assert_eq!(among(&[]), Err("no MTA-STS record".into()));
        assert_eq!(
            among(&["v=STSv1; id=1", "v=STSv1; id=1"]),
            Err("several MTA-STS records".into())
        );
        assert_eq!(among(&["v=STSv1; id=1", "v=STSv1; x"]), Err("several MTA-STS records".into()));
        assert_eq!(among(&["v=STSv1; id=?"]), Err("malformed MTA-STS record".into()));
    }

    proptest! {
        #[test]
        fn s1_what_reads_prints_and_reads_back(
            text in "v=STSv1( ?; ?(id|x|1-a)=[a-z0-9!=]{0,9}){0,4};?|\\PC{0,60}",
        ) {
            if let Ok(record) = text.parse::<MtaStsRecord>() {
                prop_assert_eq!(record.to_string().parse(), Ok(record));
            }
        }
    }
}
