//! The policy at `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 section 3.2).

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use super::MxPattern;
use crate::{Domain, ParseError};

mod read;

/// Which hosts take mail for a domain, and whether TLS with them is a must.
///
/// Lines end in LF or CRLF (errata 6253 and 7282). Of a field that stands twice the first counts,
/// except for `mx`; fields that the standard does not name are passed over and not kept. A clone
/// costs little.
///
/// ```
/// use mailkit_route::tls_policy::{MtaStsMode, MtaStsPolicy};
/// let text = "version: STSv1\r\nmode: enforce\r\nmx: *.buyer.example\r\nmax_age: 604800\r\n";
/// let policy: MtaStsPolicy = text.parse()?;
/// assert_eq!(policy.mode(), MtaStsMode::Enforce);
/// assert!(policy.allows(&"mx1.buyer.example".parse()?));
/// assert_eq!(policy.to_string(), text.replace('\r', ""));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MtaStsPolicy {
    mode: MtaStsMode,
    mx: Arc<[MxPattern]>,
    /// Never more than [`Self::MAX_AGE`].
    max_age: Duration,
}

impl MtaStsPolicy {
    /// The longest text that is read, in bytes (RFC 8461 section 3.3).
    pub const MAX_BYTES: usize = 64 * 1024;
    /// The most `mx` fields of one policy. The standard has no limit; this one bounds the memory of a
    /// cache, and no policy that we know has a quarter of it.
    pub const MAX_PATTERNS: usize = 256;
    /// The longest time a policy is kept (RFC 8461 section 3.2). A longer one counts as this.
    pub const MAX_AGE: Duration = Duration::from_secs(31_557_600);

    /// What to do about a host that fails (`mode`).
    #[must_use]
    pub fn mode(&self) -> MtaStsMode {
        self.mode
    }

    /// The hosts that may take the domain's mail (`mx`); none only if the mode is `none`.
    #[must_use]
    pub fn mx(&self) -> &[MxPattern] {
        &self.mx
    }

    /// Whether a host may take the domain's mail (RFC 8461 section 4.1).
    #[must_use]
    pub fn allows(&self, host: &Domain) -> bool {
        self.mx.iter().any(|pattern| pattern.matches(host))
    }

    /// How long the policy may be kept from the time of its fetch (`max_age`), at most
    /// [`MAX_AGE`](Self::MAX_AGE).
    #[must_use]
    pub fn max_age(&self) -> Duration {
        self.max_age
    }
}

impl FromStr for MtaStsPolicy {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        read::policy(text)
    }
}

impl fmt::Display for MtaStsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "version: STSv1\nmode: {}", self.mode)?;
        self.mx.iter().try_for_each(|pattern| writeln!(f, "mx: {pattern}"))?;
        writeln!(f, "max_age: {}", self.max_age.as_secs())
    }
}

/// What to do about a host that the policy does not name, or that shows no valid certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum MtaStsMode {
    /// Do not deliver to it.
    Enforce,
    /// Deliver, and report it.
    Testing,
    /// Deliver as if there were no policy.
    None,
}

impl fmt::Display for MtaStsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        })
    }
}

#[cfg(test)]
mod tests;
