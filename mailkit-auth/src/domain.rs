//! DNS names as mail authentication uses them.

mod error;
mod plain;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

pub use error::{DomainError, DomainErrorKind};
pub(crate) use plain::PlainName;

/// A DNS name in A-label form: lower case, without the trailing dot.
///
/// Labels hold letters, digits, hyphens and underscores; underscores occur in names such as
/// `_dmarc.example.com`. A name has at most 253 octets and a label 1 to 63 (RFC 1035 section
/// 2.3.4). Internationalized names are written with their `xn--` labels (RFC 5890). Clones share the
/// text.
///
/// ```
/// use mailkit_auth::Domain;
///
/// let domain: Domain = "Mail.Example.COM.".parse()?;
/// assert_eq!(domain.as_str(), "mail.example.com");
/// assert!(domain.is_subdomain_of(&"example.com".parse()?));
/// # Ok::<(), mailkit_auth::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(Arc<str>);

impl Domain {
    /// The name, in lower case and without a trailing dot.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its first label; `None` for a name of one label.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.split_once('.').map(|(_, parent)| Self(parent.into()))
    }

    /// The labels, from the most specific to the top level.
    #[must_use]
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether this name lies under `other`; a name lies under itself.
    #[must_use]
    pub fn is_subdomain_of(&self, other: &Self) -> bool {
        match self.0.strip_suffix(&*other.0) {
            Some("") => true,
            Some(rest) => rest.ends_with('.'),
            None => false,
        }
    }

    /// Puts `prefix`, one or more labels, before this name: `_dmarc` before `example.com`.
    ///
    /// # Errors
    ///
    /// If a label of the prefix is malformed or the whole becomes longer than 253 octets.
    pub fn prefixed(&self, prefix: &str) -> Result<Self, DomainError> {
        format!("{prefix}.{self}").parse()
    }

    /// The text, shared.
    pub(crate) fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        match PlainName::split_off(text) {
            Some(("", name)) => Ok(name.into()),
            _ => check(text).map(|name| Self(lower_case(name))),
        }
    }
}

/// The text in lower case.
pub(crate) fn lower_case(text: &str) -> Arc<str> {
    // To the end, so that many octets are compared at a time.
    match text.bytes().fold(false, |upper, octet| upper | octet.is_ascii_uppercase()) {
        true => text.to_ascii_lowercase().into(),
        false => text.into(),
    }
}

/// The name without its trailing dot, if it is one.
pub(crate) fn check(text: &str) -> Result<&str, DomainError> {
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.is_empty() {
        return Err(DomainError::new(DomainErrorKind::Empty, 0..0));
    }
    if name.len() > MAX_OCTETS {
        let span = name.floor_char_boundary(MAX_OCTETS)..name.len();
        return Err(DomainError::new(DomainErrorKind::TooLong, span));
    }
    check_labels(name)?;
    Ok(name)
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Domain {
    /// As its text.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Domain {
    /// From its text.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl AsRef<str> for Domain {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Octets of a name without its trailing dot (RFC 1035 section 2.3.4).
pub(crate) const MAX_OCTETS: usize = 253;
/// Octets of one label.
pub(crate) const MAX_LABEL_OCTETS: usize = 63;

fn check_labels(name: &str) -> Result<(), DomainError> {
    let mut start = 0;
    for (at, octet) in name.bytes().enumerate() {
        // Most octets by far are these.
        if octet.is_ascii_lowercase() {
            continue;
        }
        match octet {
            b'0'..=b'9' | b'-' | b'_' | b'A'..=b'Z' => {}
            b'.' => {
                check_label(name, start..at)?;
                start = at + 1;
            }
            _ => {
                let c = name.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                let kind = DomainErrorKind::Character(c);
                return Err(DomainError::new(kind, at..at + c.len_utf8()));
            }
        }
    }
    check_label(name, start..name.len())
}

/// Checks the length of a label and the octets at its edges.
fn check_label(name: &str, label: Range<usize>) -> Result<(), DomainError> {
    let Range { start, end } = label;
    let octets = name.as_bytes();
    let (kind, span) = if start == end {
        (DomainErrorKind::EmptyLabel, start..start)
    } else if end - start > MAX_LABEL_OCTETS {
        (DomainErrorKind::LabelTooLong, start + MAX_LABEL_OCTETS..end)
    } else if octets.get(start) == Some(&b'-') {
        (DomainErrorKind::Hyphen, start..start + 1)
    } else if octets.get(end - 1) == Some(&b'-') {
        (DomainErrorKind::Hyphen, end - 1..end)
    } else {
        return Ok(());
    };
    Err(DomainError::new(kind, span))
}

#[cfg(test)]
mod tests;
