//! The name under which a domain publishes one of its keys.

use std::fmt;
use std::str::FromStr;

use crate::domain::{Domain, DomainError};

/// The selector of a key (RFC 6376 section 3.1): one or more labels, in lower case.
///
/// ```
/// use mailkit_auth::{Domain, Selector};
///
/// let selector: Selector = "2026-q1".parse()?;
/// let domain: Domain = "example.com".parse()?;
/// assert_eq!(selector.record_name(&domain)?.as_str(), "2026-q1._domainkey.example.com");
/// # Ok::<(), mailkit_auth::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct Selector(Domain);

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Selector {
    /// From its text.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Selector {
    /// The selector, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Where `domain` publishes this selector's key.
    ///
    /// # Errors
    ///
    /// If the two make a name of more than 253 octets, which the DNS cannot hold: choose a shorter
    /// selector.
    pub fn record_name(&self, domain: &Domain) -> Result<Domain, DomainError> {
        domain.prefixed(&format!("{self}._domainkey"))
    }
}

impl FromStr for Selector {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
