//! What to do about a source.

use std::fmt;

use super::SourceCounts;
use super::health::{Health, State};

/// What to do about a source that stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Remedy {
    /// Its signatures pass, but for its own domain.
    AlignDkim,
    /// SPF passes, but for its own bounce domain, and it does not sign.
    AlignSpf,
    /// It has no pass of any kind.
    Authorize,
    /// Nobody has said who it is.
    Classify,
    /// Some of its ways pass and some do not.
    MendPath,
    /// It passed before and does no more.
    Restore,
    /// It failed and passes now: more of its mail, or more days of it, will prove that.
    Wait,
}

impl Remedy {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AlignDkim => "align-dkim",
            Self::AlignSpf => "align-spf",
            Self::Authorize => "authorize",
            Self::Classify => "classify",
            Self::MendPath => "mend-path",
            Self::Restore => "restore",
            Self::Wait => "wait",
        }
    }

    /// What a legitimate source that fails needs.
    pub(super) fn of(health: Health, counts: SourceCounts) -> Self {
        match health.state {
            State::Passing | State::Repaired | State::Recovering => Self::Wait,
            State::Broken if counts.aligned > 0 => Self::Restore,
            State::Poor => Self::MendPath,
            State::Broken if counts.foreign_dkim > 0 => Self::AlignDkim,
            State::Broken if counts.foreign_spf > 0 => Self::AlignSpf,
            State::Broken => Self::Authorize,
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlignDkim => "let it sign with a selector under your domain",
            Self::AlignSpf => "let it sign with a key of yours, or use a bounce domain under yours",
            Self::Authorize => "include it in your SPF record and let it sign with a key of yours",
            Self::Classify => "say whether it sends for you",
            Self::MendPath => "find the servers or templates of it that do not sign, and add them",
            Self::Restore => {
                "it passed before: look for a changed key, selector, address or provider"
            }
            Self::Wait => "it failed and passes again: wait for more of its mail",
        })
    }
}
