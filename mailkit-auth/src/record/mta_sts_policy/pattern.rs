//! Which hosts a policy means.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::{Domain, DomainError, DomainErrorKind};

/// A host, or with `*.` in front all hosts one label below a domain (RFC 8461 section 4.1).
///
/// ```
/// use mailkit_auth::record::mta_sts_policy::MxPattern;
///
/// let pattern: MxPattern = "*.acme.test".parse()?;
/// assert!(pattern.matches(&"mx.acme.test".parse()?));
/// assert!(!pattern.matches(&"a.mx.acme.test".parse()?));
/// # Ok::<(), mailkit_auth::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MxPattern {
    wildcard: bool,
    domain: Domain,
}

impl MxPattern {
    /// The host itself, or the domain below which the hosts are.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether the hosts are those below [`domain`](Self::domain).
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.wildcard
    }

    /// Whether this host is meant. A star stands for one label, never for several or none.
    #[must_use]
    pub fn matches(&self, host: &Domain) -> bool {
        match self.wildcard {
            true => host.parent().is_some_and(|parent| parent == self.domain),
            false => *host == self.domain,
        }
    }
}

impl From<Domain> for MxPattern {
    /// The pattern of this one host.
    fn from(domain: Domain) -> Self {
        Self { wildcard: false, domain }
    }
}

impl FromStr for MxPattern {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let rest = text.strip_prefix("*.");
        let front = rest.map_or(0, |_| 2);
        let name = rest.unwrap_or(text);
        let domain: Domain = name.parse().map_err(|error: DomainError| error.shifted(front))?;
        // A pattern has no trailing dot, which a name may have.
        if name.ends_with('.') {
            let last: Range<usize> = text.len() - 1..text.len();
            return Err(DomainError::new(DomainErrorKind::EmptyLabel, last));
        }
        Ok(Self { wildcard: rest.is_some(), domain })
    }
}

impl fmt::Display for MxPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.wildcard { "*." } else { "" };
        write!(f, "{star}{}", self.domain)
    }
}
