//! The values of DMARC tags.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::error::UnknownWord;

/// What a receiver is asked to do with mail that fails (RFC 9989 section 4.7), weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Policy {
    /// Deliver as usual, and report.
    None,
    /// Treat with suspicion.
    Quarantine,
    /// Refuse.
    Reject,
}

impl Policy {
    /// The next weaker policy, which is what `t=y` asks for; `none` stays `none`.
    #[must_use]
    pub fn weakened(self) -> Self {
        match self {
            Self::Reject => Self::Quarantine,
            Self::Quarantine | Self::None => Self::None,
        }
    }
}

/// How near two domains must be (RFC 9989 section 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum AlignmentMode {
    /// The same organizational domain.
    Relaxed,
    /// The same domain.
    Strict,
}

/// Whether a domain is a public suffix domain (`psd`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Psd {
    /// It is one (`y`).
    Yes,
    /// It is not, and is an organizational domain (`n`).
    No,
    /// The tree walk decides (`u`).
    Unknown,
}

/// When a failure report is wanted (`fo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureOption {
    /// When no mechanism gave an aligned pass (`0`).
    All,
    /// When any mechanism gave no aligned pass (`1`).
    Any,
    /// When a DKIM signature failed (`d`).
    Dkim,
    /// When SPF failed (`s`).
    Spf,
}

/// Reads and prints an enum by its words; the words of DMARC match in any case.
macro_rules! words {
    ($type:ident, $($word:literal => $variant:ident),+) => {
        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text.to_ascii_lowercase().as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word,)+ })
            }
        }
    };
}

words!(Policy, "none" => None, "quarantine" => Quarantine, "reject" => Reject);
words!(AlignmentMode, "r" => Relaxed, "s" => Strict);
words!(Psd, "y" => Yes, "n" => No, "u" => Unknown);
words!(FailureOption, "0" => All, "1" => Any, "d" => Dkim, "s" => Spf);

/// Where reports go: a URI, in practice `mailto:` (RFC 9989 section 4.7).
///
/// ```
/// use mailkit_auth::record::ReportUri;
///
/// let uri: ReportUri = "mailto:dmarc@example.com".parse()?;
/// assert_eq!(uri.mailbox(), Some("dmarc@example.com"));
/// # Ok::<(), mailkit_auth::record::dmarc::ReportUriError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportUri(String);

impl ReportUri {
    /// The address of a `mailto:` URI, without the obsolete `!size` at its end.
    #[must_use]
    pub fn mailbox(&self) -> Option<&str> {
        let (scheme, rest) = self.0.split_once(':')?;
        let address = rest.split_once('!').map_or(rest, |(address, _size)| address);
        scheme.eq_ignore_ascii_case("mailto").then_some(address)
    }
}

impl FromStr for ReportUri {
    type Err = ReportUriError;

    fn from_str(text: &str) -> Result<Self, ReportUriError> {
        let (scheme, rest) = text.split_once(':').ok_or(ReportUriError::NoScheme)?;
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(in_scheme)
        {
            return Err(ReportUriError::NoScheme);
        }
        // RFC 9989 section 4.7: commas, semicolons and spaces in a URI are percent-encoded.
        if !rest.chars().all(|c| c.is_ascii_graphic() && c != ',' && c != ';') {
            return Err(ReportUriError::Character);
        }
        let uri = Self(text.to_owned());
        match uri.mailbox() {
            Some(address) if !is_mailbox(address) => Err(ReportUriError::Mailbox),
            _ if rest.is_empty() => Err(ReportUriError::Mailbox),
            _ => Ok(uri),
        }
    }
}

impl fmt::Display for ReportUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_mailbox(address: &str) -> bool {
    address
        .rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.parse::<crate::Domain>().is_ok())
}

/// Why a text is not a [`ReportUri`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReportUriError {
    /// There is no `mailto:` or other scheme in front.
    #[error("no URI scheme such as `mailto:`")]
    NoScheme,
    /// A character that must be percent-encoded, or none of ASCII.
    #[error("character that a report URI must percent-encode")]
    Character,
    /// What follows `mailto:` is no address.
    #[error("no address after the scheme")]
    Mailbox,
}
