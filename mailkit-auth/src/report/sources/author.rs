//! Who wrote the mail that carries a report.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::{Domain, DomainError};

/// The author of a mail that carries a report: an address, or a domain where no more is known of it.
///
/// ```
/// use mailkit_auth::report::sources::ReportAuthor;
///
/// let author: ReportAuthor = "DMARC-Reports@receiver.test".parse()?;
/// assert_eq!(author.to_string(), "dmarc-reports@receiver.test");
/// assert_eq!(author.domain().as_str(), "receiver.test");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportAuthor {
    domain: Domain,
    /// In lower case: no receiver tells authors of reports apart by the case of their letters.
    local_part: Option<String>,
}

impl ReportAuthor {
    /// Somebody who writes from a domain.
    #[must_use]
    pub fn from_domain(domain: Domain) -> Self {
        Self { domain, local_part: None }
    }

    /// An address; its domain alone if what stands before the `@` is no plain word.
    #[cfg(feature = "verify")]
    pub(super) fn from_address(local_part: &str, domain: Domain) -> Self {
        let local_part = is_plain(local_part).then(|| local_part.to_ascii_lowercase());
        Self { domain, local_part }
    }

    /// The domain.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// What stands before the `@`, if that is known.
    #[must_use]
    pub fn local_part(&self) -> Option<&str> {
        self.local_part.as_deref()
    }
}

impl FromStr for ReportAuthor {
    type Err = ReportAuthorError;

    fn from_str(text: &str) -> Result<Self, ReportAuthorError> {
        let (local_part, domain) = match text.rsplit_once('@') {
            Some((local_part, domain)) => (Some(local_part), domain),
            None => (None, text),
        };
        if local_part.is_some_and(|it| !is_plain(it)) {
            return Err(ReportAuthorError::LocalPart);
        }
        let domain = domain.parse().map_err(ReportAuthorError::Domain)?;
        Ok(Self { domain, local_part: local_part.map(str::to_ascii_lowercase) })
    }
}

impl fmt::Display for ReportAuthor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.local_part {
            Some(local_part) => write!(f, "{local_part}@{}", self.domain),
            None => self.domain.fmt(f),
        }
    }
}

/// Why a text is no [`ReportAuthor`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReportAuthorError {
    /// What stands behind the `@`, or the whole, is no domain.
    #[error("no domain, nor an address in one")]
    Domain(#[source] DomainError),
    /// What stands before the `@` is no word without quotes (RFC 5322 section 3.2.3, `dot-atom`), or
    /// longer than 64 octets.
    #[error("no plain word before the `@`")]
    LocalPart,
}

/// Whether this is a `dot-atom`, as the addresses of programs are.
fn is_plain(local_part: &str) -> bool {
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local_part.len() <= MAX_LOCAL_PART
        && local_part.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

/// RFC 5321 section 4.5.3.1.1.
const MAX_LOCAL_PART: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let read = text.parse::<ReportAuthor>().ok().map(|author| author.to_string());
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn authors() {
        check("google.com", Some("google.com"));
        check("NoReply.x+1@Google.com", Some("noreply.x+1@google.com"));
        for text in
            ["", "@google.com", "a@", "a b@x.test", "\"a\"@x.test", "a..b@x.test", "a@b@x.test"]
        {
            check(text, None);
        }
        check(&format!("{}@x.test", "a".repeat(64)), Some(&format!("{}@x.test", "a".repeat(64))));
        check(&format!("{}@x.test", "a".repeat(65)), None);
    }
}
