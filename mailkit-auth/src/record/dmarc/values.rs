//! The values of DMARC tags.

use crate::record::words::words;

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

words!(Policy, any case, "none" => None, "quarantine" => Quarantine, "reject" => Reject);
words!(AlignmentMode, any case, "r" => Relaxed, "s" => Strict);
words!(Psd, any case, "y" => Yes, "n" => No, "u" => Unknown);
words!(FailureOption, any case, "0" => All, "1" => Any, "d" => Dkim, "s" => Spf);
