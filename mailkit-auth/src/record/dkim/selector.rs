//! The name under which a domain publishes one of its keys.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::domain::{Domain, DomainError};

/// The selector of a key (RFC 6376 section 3.1): one or more labels, in lower case.
///
/// ```
/// use mailkit_auth::{Domain, Selector};
///
/// let selector: Selector = "2026-q1".parse()?;
/// let domain: Domain = "example.com".parse()?;
/// assert_eq!(selector.record_name(&domain).as_str(), "2026-q1._domainkey.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct Selector(Domain);

impl Selector {
    /// The selector, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Where `domain` publishes this selector's key.
    ///
    /// Two very long names make one of more than 253 octets, which no name server answers.
    #[must_use]
    pub fn record_name(&self, domain: &Domain) -> Domain {
        self.0.joined("_domainkey", domain)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        if text.ends_with('.') {
            return Err(SelectorError { cause: None });
        }
        text.parse().map(Self).map_err(|cause| SelectorError { cause: Some(cause) })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text is no selector; the source says which label is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("malformed selector")]
pub struct SelectorError {
    #[source]
    cause: Option<DomainError>,
}
