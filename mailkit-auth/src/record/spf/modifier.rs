//! What an SPF record says besides its mechanisms (RFC 7208 section 6).

use std::fmt;

use super::{DomainSpec, MacroString};
use crate::RecordError;
use crate::text::split_once;

/// A modifier of an SPF record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Modifier {
    /// Where the record goes on if no mechanism matches (`redirect`, section 6.1).
    Redirect(DomainSpec),
    /// Where the text stands that explains a fail (`exp`, section 6.2).
    Explanation(DomainSpec),
    /// A modifier without a meaning in RFC 7208; it is ignored.
    Other(OtherModifier),
}

impl Modifier {
    /// The name as it is written: `redirect`, `exp`, or the other's own.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Redirect(_) => REDIRECT,
            Self::Explanation(_) => EXPLANATION,
            Self::Other(other) => &other.name,
        }
    }

    pub(super) fn read(name: &str, value: &str) -> Result<Self, RecordError> {
        let shift = |error: RecordError| error.shifted(name.len() + 1);
        if name.eq_ignore_ascii_case(REDIRECT) {
            return DomainSpec::read(value).map(Self::Redirect).map_err(shift);
        }
        if name.eq_ignore_ascii_case(EXPLANATION) {
            return DomainSpec::read(value).map(Self::Explanation).map_err(shift);
        }
        let value = MacroString::read(value).map_err(shift)?;
        Ok(Self::Other(OtherModifier { name: name.to_owned(), value }))
    }
}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.name())?;
        match self {
            Self::Redirect(target) | Self::Explanation(target) => target.fmt(f),
            Self::Other(other) => other.value.fmt(f),
        }
    }
}

/// A modifier that RFC 7208 does not define, kept as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherModifier {
    name: String,
    value: MacroString,
}

impl OtherModifier {
    /// The name as it is written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &MacroString {
        &self.value
    }
}

/// Name and value, if the term has the form of a modifier: a name that starts with a letter, then
/// `=`. Anything else can only be a directive.
pub(super) fn split(term: &str) -> Option<(&str, &str)> {
    let (name, value) = split_once(term, b'=')?;
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    named.then_some((name, value))
}

const REDIRECT: &str = "redirect";
const EXPLANATION: &str = "exp";
