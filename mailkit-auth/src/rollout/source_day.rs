//! What one source sent on one day, as one reporter saw it.

use super::{Day, ReporterId, SourceClass, SourceId};

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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
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
