//! Texts with macros, as a record holds them (RFC 7208 section 7.1).

use std::fmt;
use std::str::FromStr;

use memchr::memrchr;

use crate::spf::macro_string::{self, Part};
use crate::{RecordError, RecordErrorKind};

/// A text in which `%{…}` stands for a fact about the mail, kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroString(String);

impl MacroString {
    /// The text, macros unexpanded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a text whose characters are visible.
    pub(super) fn read(text: &str) -> Result<Self, RecordError> {
        for part in macro_string::parts(text) {
            part?;
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for MacroString {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        check_visible(text)?;
        Self::read(text)
    }
}

impl fmt::Display for MacroString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a domain in an SPF record, which may hold macros (`domain-spec`).
///
/// It ends in a macro, or in a dot and a top label that is not a number.
///
/// ```
/// use mailkit_auth::record::spf::DomainSpec;
///
/// let domain: DomainSpec = "%{ir}.list.acme.test".parse()?;
/// assert!(domain.has_macros());
/// assert!("localhost".parse::<DomainSpec>().is_err());
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainSpec(String);

impl DomainSpec {
    /// The text, macros unexpanded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name depends on the mail.
    #[must_use]
    pub fn has_macros(&self) -> bool {
        self.0.contains('%')
    }

    /// Reads a text whose characters are visible.
    pub(super) fn read(text: &str) -> Result<Self, RecordError> {
        let mut last = Part::Literal("");
        for part in macro_string::parts(text) {
            let (span, part) = part?;
            if let Part::Macro(expansion) = part
                && expansion.is_for_explanations()
            {
                return Err(RecordError::new(RecordErrorKind::InvalidMacro, span));
            }
            last = part;
        }
        let complete = match last {
            Part::Macro(_) => true,
            Part::Literal(end) => ends_in_top_label(end),
            Part::Escape(_) => false,
        };
        match complete {
            true => Ok(Self(text.to_owned())),
            false => Err(RecordError::new(RecordErrorKind::InvalidDomain, 0..text.len())),
        }
    }
}

impl FromStr for DomainSpec {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        check_visible(text)?;
        Self::read(text)
    }
}

impl fmt::Display for DomainSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Refuses what no term may hold: a space would begin the next one.
pub(super) fn check_visible(text: &str) -> Result<(), RecordError> {
    if text.bytes().all(|octet| octet.is_ascii_graphic()) {
        return Ok(());
    }
    match text.char_indices().find(|(_, c)| !c.is_ascii_graphic()) {
        Some((at, odd)) => {
            let kind = RecordErrorKind::UnexpectedCharacter(odd);
            Err(RecordError::new(kind, at..at + odd.len_utf8()))
        }
        None => Ok(()),
    }
}

/// `"." toplabel ["."]`: letters, digits and inner hyphens, not digits alone.
fn ends_in_top_label(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let Some(dot) = memrchr(b'.', text.as_bytes()) else { return false };
    let label = text.get(dot + 1..).unwrap_or_default();
    let edges = |label: &str| label.starts_with('-') || label.ends_with('-');
    label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && label.bytes().any(|b| !b.is_ascii_digit())
        && !edges(label)
}
