//! The words of the field.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Where the value of a property comes from (RFC 8601 section 2.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct PropertyType(Keyword);

impl PropertyType {
    /// A header field.
    pub const HEADER: Self = Self(Keyword(Cow::Borrowed("header")));
    /// What the receiver applied.
    pub const POLICY: Self = Self(Keyword(Cow::Borrowed("policy")));
    /// The SMTP session.
    pub const SMTP: Self = Self(Keyword(Cow::Borrowed("smtp")));

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for PropertyType {
    type Err = KeywordError;

    fn from_str(text: &str) -> Result<Self, KeywordError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for PropertyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A word of the field: letters, digits and hyphens (RFC 8601 section 2.2) and the underscores that
/// some receivers write, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct Keyword(Cow<'static, str>);

impl Keyword {
    /// The method `spf`.
    pub const SPF: Self = Self(Cow::Borrowed("spf"));
    /// The method `arc`.
    pub const ARC: Self = Self(Cow::Borrowed("arc"));
    /// The method `dkim`.
    pub const DKIM: Self = Self(Cow::Borrowed("dkim"));
    /// The method `dmarc`.
    pub const DMARC: Self = Self(Cow::Borrowed("dmarc"));
    /// The result `none`.
    pub const NONE: Self = Self(Cow::Borrowed("none"));
    /// The property `smtp.mailfrom`.
    pub const MAILFROM: Self = Self(Cow::Borrowed("mailfrom"));
    /// The property `smtp.helo`.
    pub const HELO: Self = Self(Cow::Borrowed("helo"));
    /// The property `header.d`.
    pub const D: Self = Self(Cow::Borrowed("d"));
    /// The property `header.s`.
    pub const S: Self = Self(Cow::Borrowed("s"));
    /// The property `header.b`.
    pub const B: Self = Self(Cow::Borrowed("b"));
    /// The property `header.oldest-pass`.
    pub const OLDEST_PASS: Self = Self(Cow::Borrowed("oldest-pass"));
    /// The property `smtp.remote-ip`.
    pub const REMOTE_IP: Self = Self(Cow::Borrowed("remote-ip"));
    /// The property `header.from`.
    pub const FROM: Self = Self(Cow::Borrowed("from"));

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A word of the standard.
    pub(crate) fn of(word: &'static str) -> Self {
        Self(Cow::Borrowed(word))
    }

    /// Whether a word may hold this character.
    pub(super) fn has(c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '-' || c == '_'
    }
}

impl FromStr for Keyword {
    type Err = KeywordError;

    fn from_str(text: &str) -> Result<Self, KeywordError> {
        if text.is_empty() || !text.chars().all(Self::has) || text.eq_ignore_ascii_case("reason") {
            return Err(KeywordError);
        }
        Ok(Self(Cow::Owned(text.to_ascii_lowercase())))
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no word of letters, digits, hyphens and underscores, or is `reason`, which is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a keyword")]
#[non_exhaustive]
pub struct KeywordError;
