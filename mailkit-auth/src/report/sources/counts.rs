//! Messages by what became of them.

use serde::{Deserialize, Serialize};

use crate::report::dmarc::{
    AggregateRecord, AlignmentResult, Disposition, DkimResult, OverrideReason, OverrideType,
};
use crate::rollout::SourceDay;
use crate::spf::SpfResult;

/// What a source sent in all, apart by who says so.
///
/// The two are not to be added up: what a known reporter saw may come again from one that nobody knows,
/// or be made up there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceTotals {
    /// As known reporters say ([`Sources::knows`](super::Sources::knows)).
    pub known: MessageCounts,
    /// As all others say.
    pub others: MessageCounts,
}

/// Messages by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageCounts {
    /// All messages.
    pub messages: u64,
    /// Passed DMARC, by DKIM, by SPF or by both.
    pub aligned: u64,
    /// Passed DMARC by DKIM.
    pub dkim_aligned: u64,
    /// Passed DMARC by SPF.
    pub spf_aligned: u64,
    /// Were quarantined.
    pub quarantined: u64,
    /// Were refused.
    pub rejected: u64,
    /// Failed, and the reporter says that they were forwarded.
    pub forwarded: u64,
    /// Failed, and the reporter says that they came over a mailing list.
    pub mailing_list: u64,
    /// Failed, and the reporter trusted an ARC chain.
    pub arc: u64,
    /// Failed, and the reporter had another reason not to follow the policy.
    pub other_override: u64,
    /// Failed, and had a signature of another domain that holds.
    pub foreign_dkim: u64,
    /// Failed, and SPF passed for another domain.
    pub foreign_spf: u64,
}

impl MessageCounts {
    /// Messages that did not pass DMARC.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.messages.saturating_sub(self.aligned)
    }

    /// Messages that did not pass because of somebody between sender and receiver, as the reporters
    /// say.
    #[must_use]
    pub fn excused(&self) -> u64 {
        self.forwarded.saturating_add(self.mailing_list).saturating_add(self.arc)
    }

    /// Messages that SPF did not prove, and DKIM did.
    pub(super) fn passed_by_dkim_alone(&self) -> u64 {
        self.aligned.saturating_sub(self.spf_aligned)
    }

    /// Adds the messages of a record.
    pub(super) fn count(&mut self, record: &AggregateRecord) {
        *self = self.plus(&Self::of_record(record));
    }

    fn of_record(record: &AggregateRecord) -> Self {
        let mut counts = Self::default();
        let messages = record.count;
        let evaluated = &record.policy_evaluated;
        let add = |slot: &mut u64, condition: bool| {
            if condition {
                *slot = messages;
            }
        };
        let failed = !record.is_aligned();
        let holds = |result: Option<DkimResult>| result == Some(DkimResult::Pass);
        add(&mut counts.messages, true);
        add(&mut counts.aligned, !failed);
        add(&mut counts.dkim_aligned, evaluated.dkim == Some(AlignmentResult::Pass));
        add(&mut counts.spf_aligned, evaluated.spf == Some(AlignmentResult::Pass));
        add(&mut counts.quarantined, evaluated.disposition == Some(Disposition::Quarantine));
        add(&mut counts.rejected, evaluated.disposition == Some(Disposition::Reject));
        add(&mut counts.foreign_dkim, failed && record.dkim.iter().any(|dkim| holds(dkim.result)));
        let passes = |result: Option<SpfResult>| result == Some(SpfResult::Pass);
        add(&mut counts.foreign_spf, failed && record.spf.iter().any(|spf| passes(spf.result)));
        if let Some(reason) = evaluated.reasons.first().filter(|_| failed) {
            add(counts.reason(reason), true);
        }
        counts
    }

    fn reason(&mut self, reason: &OverrideReason) -> &mut u64 {
        match reason.kind {
            _ if reason.is_arc() => &mut self.arc,
            Some(OverrideType::Forwarded | OverrideType::TrustedForwarder) => &mut self.forwarded,
            Some(OverrideType::MailingList) => &mut self.mailing_list,
            _ => &mut self.other_override,
        }
    }

    /// Both together. Where there are more messages than a number holds, those that failed stay and
    /// some that passed are left out: numbers that a reporter makes up hide no failure.
    pub(super) fn plus(self, other: &Self) -> Self {
        let messages = self.messages.saturating_add(other.messages);
        let failed = self.failed().saturating_add(other.failed());
        let passed =
            |one: u64, more: u64| one.saturating_add(more).min(messages.saturating_sub(failed));
        Self {
            messages,
            aligned: passed(self.aligned, other.aligned),
            dkim_aligned: passed(self.dkim_aligned, other.dkim_aligned),
            spf_aligned: passed(self.spf_aligned, other.spf_aligned),
            quarantined: self.quarantined.saturating_add(other.quarantined),
            rejected: self.rejected.saturating_add(other.rejected),
            forwarded: self.forwarded.saturating_add(other.forwarded),
            mailing_list: self.mailing_list.saturating_add(other.mailing_list),
            arc: self.arc.saturating_add(other.arc),
            other_override: self.other_override.saturating_add(other.other_override),
            foreign_dkim: self.foreign_dkim.saturating_add(other.foreign_dkim),
            foreign_spf: self.foreign_spf.saturating_add(other.foreign_spf),
        }
    }

    /// The counts as evidence for a rollout.
    pub(super) fn fill(&self, row: SourceDay) -> SourceDay {
        let failed = self.failed();
        row.with_aligned(self.aligned)
            .with_failed(failed)
            .with_overridden(self.excused().min(failed))
            .with_enforced(self.quarantined.saturating_add(self.rejected).min(failed))
            .with_foreign_dkim(self.foreign_dkim)
            .with_foreign_spf(self.foreign_spf)
    }
}
