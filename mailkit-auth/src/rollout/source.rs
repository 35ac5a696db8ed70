//! What one source sent on one day, as one reporter saw it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use super::Day;
use crate::UnknownWord;

/// Who is behind a source of mail, as far as the domain's owner or a table of providers can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SourceClass {
    /// It passes on mail that others received: lists, alumni addresses. What it breaks is not for
    /// the domain to mend, so it counts as classified and no more.
    Forwarder,
    /// It uses the domain's name without leave.
    Hostile,
    /// It sends for the domain.
    Legitimate,
    /// Nobody has said yet.
    Unknown,
}

impl SourceClass {
    /// The stable name, as in JSON; [`FromStr`] reads it back.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Forwarder => "forwarder",
            Self::Hostile => "hostile",
            Self::Legitimate => "legitimate",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for SourceClass {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all = [Self::Forwarder, Self::Hostile, Self::Legitimate, Self::Unknown];
        all.into_iter().find(|class| class.code() == text).ok_or(UnknownWord)
    }
}

impl fmt::Display for SourceClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A name of something that reports tell about.
macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// A name that is made here and fits.
            pub(super) fn made(name: &str) -> Self {
                Self(name.into())
            }

            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = SourceNameError;

            fn from_str(text: &str) -> Result<Self, SourceNameError> {
                match text.len() {
                    0 => Err(SourceNameError::Empty),
                    1..=MAX_OCTETS if text.chars().any(char::is_control) => {
                        Err(SourceNameError::Control)
                    }
                    1..=MAX_OCTETS => Ok(Self(text.into())),
                    _ => Err(SourceNameError::TooLong),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $type {
            /// As its text.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

name! {
    /// Something that sends mail under the domain's name: a provider, a network, a host.
    ///
    /// ```
    /// use mailkit_auth::rollout::SourceId;
    ///
    /// let source: SourceId = "payroll.test for acme.test".parse()?;
    /// assert_eq!(source.as_str(), "payroll.test for acme.test");
    /// assert!("pay\nroll".parse::<SourceId>().is_err());
    /// # Ok::<(), mailkit_auth::rollout::SourceNameError>(())
    /// ```
    SourceId
}
name! {
    /// An organization that sends aggregate reports.
    ///
    /// Reporters count as independent of each other, so one organization has one name whatever
    /// address its reports come from.
    ReporterId
}

/// Why a text names no source and no reporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SourceNameError {
    /// It is empty.
    #[error("empty name")]
    Empty,
    /// It holds a control character, such as a line break.
    #[error("control character in a name")]
    Control,
    /// It is longer than 255 octets.
    #[error("name longer than 255 octets")]
    TooLong,
}

const MAX_OCTETS: usize = 255;

/// The messages of one source on one day, counted by one reporter.
///
/// ```
/// use mailkit_auth::rollout::{SourceClass, SourceDay};
///
/// let row = SourceDay::new("2026-03-01".parse()?, "crm".parse()?, SourceClass::Legitimate, "mx.test".parse()?)
///     .with_aligned(980)
///     .with_failed(20)
///     .with_overridden(15);
/// assert_eq!(row.counts().faults(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SourceDay {
    pub(super) day: Day,
    pub(super) source: SourceId,
    pub(super) class: SourceClass,
    pub(super) reporter: ReporterId,
    pub(super) counts: SourceCounts,
}

impl SourceDay {
    /// A row that counts no message yet.
    #[must_use]
    pub fn new(day: Day, source: SourceId, class: SourceClass, reporter: ReporterId) -> Self {
        Self { day, source, class, reporter, counts: SourceCounts::default() }
    }

    /// The day.
    #[must_use]
    pub fn day(&self) -> Day {
        self.day
    }

    /// Who sent.
    #[must_use]
    pub fn source(&self) -> &SourceId {
        &self.source
    }

    /// Who is behind the source.
    #[must_use]
    pub fn class(&self) -> SourceClass {
        self.class
    }

    /// Who counted.
    #[must_use]
    pub fn reporter(&self) -> &ReporterId {
        &self.reporter
    }

    /// The counts of the row.
    #[must_use]
    pub fn counts(&self) -> SourceCounts {
        self.counts
    }

    /// With this many messages that passed DMARC.
    #[must_use]
    pub fn with_aligned(mut self, messages: u64) -> Self {
        self.counts.aligned = messages;
        self
    }

    /// With this many messages that failed DMARC.
    #[must_use]
    pub fn with_failed(mut self, messages: u64) -> Self {
        self.counts.failed = messages;
        self
    }

    /// With this many of the failed messages excused by the reporter: forwarded, sent through a
    /// mailing list, or let through for an ARC chain (RFC 9990, `PolicyOverrideReason`).
    #[must_use]
    pub fn with_overridden(mut self, messages: u64) -> Self {
        self.counts.overridden = messages;
        self
    }

    /// With this many of the failed messages quarantined or rejected.
    #[must_use]
    pub fn with_enforced(mut self, messages: u64) -> Self {
        self.counts.enforced = messages;
        self
    }

    /// With this many of the failed messages signed with DKIM by another domain.
    #[must_use]
    pub fn with_foreign_dkim(mut self, messages: u64) -> Self {
        self.counts.foreign_dkim = messages;
        self
    }

    /// With this many of the failed messages passing SPF for another domain.
    #[must_use]
    pub fn with_foreign_spf(mut self, messages: u64) -> Self {
        self.counts.foreign_spf = messages;
        self
    }
}

/// Messages by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SourceCounts {
    /// Passed DMARC.
    pub aligned: u64,
    /// Failed DMARC.
    pub failed: u64,
    /// Of the failed: excused by the reporter.
    pub overridden: u64,
    /// Of the failed: quarantined or rejected.
    pub enforced: u64,
    /// Of the failed: with a DKIM signature of another domain that passed.
    pub foreign_dkim: u64,
    /// Of the failed: with SPF passing for another domain.
    pub foreign_spf: u64,
}

impl SourceCounts {
    /// The failed messages that no override excuses.
    #[must_use]
    pub fn faults(self) -> u64 {
        self.failed.saturating_sub(self.overridden)
    }

    /// All messages.
    #[must_use]
    pub fn messages(self) -> u64 {
        self.aligned.saturating_add(self.failed)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            aligned: self.aligned.saturating_add(other.aligned),
            failed: self.failed.saturating_add(other.failed),
            overridden: self.overridden.saturating_add(other.overridden),
            enforced: self.enforced.saturating_add(other.enforced),
            foreign_dkim: self.foreign_dkim.saturating_add(other.foreign_dkim),
            foreign_spf: self.foreign_spf.saturating_add(other.foreign_spf),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(), SourceNameError>) {
        assert_eq!(
            text.parse::<SourceId>().map(|name| assert_eq!(name.to_string(), text)),
            expected
        );
        assert_eq!(text.parse::<ReporterId>().map(|_| ()), expected);
    }

    #[test]
    fn names() {
        check("一 company", Ok(()));
        check("", Err(SourceNameError::Empty));
        check("a\u{1b}[2J", Err(SourceNameError::Control));
        check(&"a".repeat(255), Ok(()));
        check(&"a".repeat(256), Err(SourceNameError::TooLong));
    }

    #[test]
    fn classes_print_and_read_back() {
        for class in ["forwarder", "hostile", "legitimate", "unknown"] {
            assert_eq!(class.parse().map(|class: SourceClass| class.to_string()), Ok(class.into()));
        }
        assert_eq!("friend".parse::<SourceClass>(), Err(UnknownWord));
    }
}
