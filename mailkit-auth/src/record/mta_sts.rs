//! The MTA-STS record at `_mta-sts.<domain>`, which says that there is a policy and which
//! (RFC 8461 section 3.1).

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use super::field_list::{extension, fields};
use super::tag_list::{self, FromTags, Grammar, Tag, missing};
use crate::{RecordError, RecordErrorKind};

/// Says that a domain has an MTA-STS policy, and when it changes.
///
/// ```
/// use mailkit_auth::MtaStsRecord;
///
/// let record: MtaStsRecord = "v=STSv1; id=20260101T000000;".parse()?;
/// assert_eq!(record.id().as_str(), "20260101T000000");
/// assert_eq!(record.to_string(), "v=STSv1; id=20260101T000000");
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MtaStsRecord {
    id: PolicyId,
    extensions: Vec<(String, String)>,
}

impl MtaStsRecord {
    /// A record that announces this version of the policy.
    #[must_use]
    pub fn new(id: PolicyId) -> Self {
        Self { id, extensions: Vec::new() }
    }

    /// Which version of the policy is in force (`id`); senders fetch the policy when it changes.
    #[must_use]
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// With another `id`, which every change of the policy needs.
    ///
    /// ```
    /// use mailkit_auth::MtaStsRecord;
    ///
    /// let record: MtaStsRecord = "v=STSv1; id=1; note=ours".parse()?;
    /// let changed = record.with_id("2".parse()?);
    /// assert_eq!(changed.to_string(), "v=STSv1; id=2; note=ours");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_id(mut self, id: PolicyId) -> Self {
        self.id = id;
        self
    }

    /// Names and values of the other fields in their order, which senders ignore.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.extensions.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromTags for MtaStsRecord {
    const GRAMMAR: Grammar = Grammar::Extensible;

    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        let (mut id, mut extensions) = (None, Vec::new());
        for tag in fields(tags, VERSION)? {
            let tag = tag?;
            let tag = tag.borrow();
            match tag.name {
                "id" if id.is_none() => id = Some(tag.parse()?),
                "id" => {
                    let kind = RecordErrorKind::DuplicateTag { tag: tag.name.to_owned() };
                    return Err(RecordError::new(kind, tag.span.clone()));
                }
                _ => extensions.push(extension(tag)?),
            }
        }
        Ok(Self { id: id.ok_or_else(|| missing("id", end))?, extensions })
    }
}

impl FromStr for MtaStsRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        tag_list::read(text)
    }
}

impl fmt::Display for MtaStsRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}; id={}", self.id)?;
        self.extensions.iter().try_for_each(|(name, value)| write!(f, "; {name}={value}"))
    }
}

/// The version of a policy (`id`): 1 to 32 letters and digits, often a date.
///
/// ```
/// use mailkit_auth::record::mta_sts::PolicyId;
///
/// let id: PolicyId = "20260101".parse()?;
/// assert_eq!(id.as_str(), "20260101");
/// assert!("2026-01-01".parse::<PolicyId>().is_err());
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct PolicyId(String);

impl PolicyId {
    /// The letters and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PolicyId {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let formed = (1..=MAX_ID).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let kind = RecordErrorKind::InvalidValue { tag: "id".to_owned() };
        if formed { Ok(Self(text.to_owned())) } else { Err(RecordError::new(kind, 0..text.len())) }
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first field, letter by letter.
const VERSION: &str = "v=STSv1";
/// Letters and digits of an `id`.
const MAX_ID: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let actual = text.parse::<MtaStsRecord>().map(|it| it.to_string());
        let actual = actual.map_err(|error| error.to_string());
        assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn texts() {
        check("v=STSv1; id=20160831085700Z;", Ok("v=STSv1; id=20160831085700Z"));
        check("v=STSv1 ;\tid=1 ; ", Ok("v=STSv1; id=1"));
        check("v=STSv1;x-1.a=!;id=a", Ok("v=STSv1; id=a; x-1.a=!"));
        check("", Err("expected version `v=STSv1` at byte 0"));
        check("v=stsv1; id=1", Err("expected version `v=STSv1` at byte 0"));
        check("V=STSv1; id=1", Err("expected version `v=STSv1` at byte 0"));
        check("x=STSv1; id=1", Err("expected version `v=STSv1` at byte 0"));
        check(" v=STSv1; id=1", Err("expected version `v=STSv1` at byte 1"));
        check("v = STSv1; id=1", Err("expected version `v=STSv1` at byte 0"));
        check("v=STSv1a; id=1", Err("expected version `v=STSv1` at byte 0"));
        check("id=1; v=STSv1", Err("expected version `v=STSv1` at byte 0"));
        check("v=STSv1", Err("missing tag `id` at byte 7"));
        check("v=STSv1; id=", Err("invalid value for tag `id` at byte 12"));
        check("v=STSv1; id=a-b", Err("invalid value for tag `id` at byte 12"));
        check("v=STSv1; id =1", Err("malformed tag at byte 9"));
        check("v=STSv1; id=1; id=1", Err("duplicate tag `id` at byte 15"));
        check("v=STSv1;; id=1", Err("malformed tag at byte 8"));
        check("v=STSv1; id=1; x=a=b", Err("invalid value for tag `x` at byte 17"));
        check("v=STSv1; id=1; x=ü", Err("unexpected character 'ü' at byte 17"));
        let id = |length| format!("v=STSv1; id={}", "1".repeat(length));
        check(&id(32), Ok(&id(32)));
        check(&id(33), Err("invalid value for tag `id` at byte 12"));
        check(&id(9000), Err("record longer than 8192 octets at byte 8192"));
    }

    proptest! {
        #[test]
        fn what_reads_prints_and_reads_back(
            text in "v=STSv1( ?; ?(id|x|1-a)=[a-z0-9!=]{0,9}){0,4};?|\\PC{0,60}",
        ) {
            if let Ok(record) = text.parse::<MtaStsRecord>() {
                prop_assert_eq!(record.to_string().parse(), Ok(record));
            }
        }

        #[test]
        fn what_prints_reads_back(
            id in "[a-zA-Z0-9]{1,32}",
            extensions in prop::collection::vec(("x[a-z0-9_.-]{0,31}", "[!-:<>-~]{1,9}"), 0..4),
        ) {
            let record = MtaStsRecord { id: PolicyId(id), extensions };
            prop_assert_eq!(record.to_string().parse(), Ok(record));
        }
    }
}
