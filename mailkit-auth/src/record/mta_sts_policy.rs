//! The MTA-STS policy at `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 section 3.2).

mod pattern;
mod wire;

use std::time::Duration;

pub use pattern::MxPattern;
pub(crate) use wire::{Line, MAX_OCTETS, lines};

use crate::record::words::words;
use crate::{Domain, RecordError, RecordErrorKind};

/// Which hosts receive mail for a domain, and whether senders must insist on TLS with them.
///
/// Lines may end in LF or CRLF; they are printed with LF. A key that stands twice counts once, as
/// the standard asks, except `mx`; unknown keys are kept.
///
/// ```
/// use mailkit_auth::MtaStsPolicy;
/// use mailkit_auth::record::mta_sts_policy::Mode;
///
/// let text = "version: STSv1\r\nmode: enforce\r\nmx: *.acme.test\r\nmax_age: 604800\r\n";
/// let policy: MtaStsPolicy = text.parse()?;
/// assert_eq!((policy.mode(), policy.max_age().as_secs()), (Mode::Enforce, 604_800));
/// assert!(policy.allows(&"mx1.acme.test".parse()?) && !policy.allows(&"acme.test".parse()?));
/// assert_eq!(policy.to_string(), text.replace('\r', ""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MtaStsPolicy {
    mode: Mode,
    mx: Vec<MxPattern>,
    /// In seconds.
    max_age: u64,
    extensions: Vec<(String, String)>,
}

impl MtaStsPolicy {
    /// A policy for the hosts of this pattern, that senders keep for `max_age`; see
    /// [`max_age`](Self::max_age) for its range.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use mailkit_auth::MtaStsPolicy;
    /// use mailkit_auth::record::mta_sts_policy::Mode;
    ///
    /// let week = Duration::from_secs(604_800);
    /// let policy = MtaStsPolicy::new(Mode::Testing, "mx1.acme.test".parse()?, week)
    ///     .with_mx("mx2.acme.test".parse()?);
    /// assert_eq!(policy.mx().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(mode: Mode, mx: MxPattern, max_age: Duration) -> Self {
        Self { mode, mx: vec![mx], ..Self::none(max_age) }
    }

    /// A policy that takes back an earlier one (RFC 8461 section 8.3).
    #[must_use]
    pub fn none(max_age: Duration) -> Self {
        let max_age = max_age.as_secs().min(MAX_AGE);
        Self { mode: Mode::None, mx: Vec::new(), max_age, extensions: Vec::new() }
    }

    /// What senders do about a host that fails (`mode`).
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The hosts that may receive the domain's mail (`mx`).
    #[must_use]
    pub fn mx(&self) -> &[MxPattern] {
        &self.mx
    }

    /// Whether a host may receive the domain's mail (RFC 8461 section 4.1).
    #[must_use]
    pub fn allows(&self, host: &Domain) -> bool {
        self.mx.iter().any(|pattern| pattern.matches(host))
    }

    /// How long senders keep the policy (`max_age`), in whole seconds: at most 31,557,600, about a
    /// year. A larger number in a text counts as that.
    #[must_use]
    pub fn max_age(&self) -> Duration {
        Duration::from_secs(self.max_age.min(MAX_AGE))
    }

    /// Keys and values that the standard does not define, in their order.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.extensions.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With one more pattern of hosts (`mx`).
    #[must_use]
    pub fn with_mx(mut self, pattern: MxPattern) -> Self {
        self.mx.push(pattern);
        self
    }

    /// With another mode.
    ///
    /// # Errors
    ///
    /// If a mode other than `none` is to hold for no host at all: add one first
    /// ([`with_mx`](Self::with_mx)).
    pub fn with_mode(self, mode: Mode) -> Result<Self, RecordError> {
        if self.mx.is_empty() && mode != Mode::None {
            return Err(RecordError::new(RecordErrorKind::MissingTag { tag: "mx" }, 0..0));
        }
        Ok(Self { mode, ..self })
    }
}

/// What a sender does about a host that shows no valid certificate (`mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Mode {
    /// Does not deliver to it.
    Enforce,
    /// Delivers, and reports.
    Testing,
    /// Delivers, as if there were no policy.
    None,
}

words!(Mode, "enforce" => Enforce, "testing" => Testing, "none" => None);

/// Seconds that a policy may be kept at most (RFC 8461 section 3.2).
pub(crate) const MAX_AGE: u64 = 31_557_600;

#[cfg(test)]
mod tests;
