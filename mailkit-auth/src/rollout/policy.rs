//! How much evidence a step needs.

use super::Stage;

/// What must hold before a policy is tightened, and what loosens it.
///
/// The defaults are those with which the [simulator](super::simulate) breaks at most one legitimate
/// stream in 10,000 domains and the median domain reaches `p=reject` within eight weeks.
///
/// ```
/// use mailkit_auth::rollout::{RolloutPolicy, Stage};
///
/// let mut policy = RolloutPolicy::default();
/// assert_eq!((policy.evidence_days, policy.dwell_days(Stage::Quarantine)), (35, 5));
/// policy.evidence_days = 60;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RolloutPolicy {
    /// Days of reports since the last gap in them: long enough that what sends once a month has sent,
    /// over a long month and a weekend.
    pub evidence_days: u32,
    /// Days of reports without any failure of legitimate mail, for a domain that sends too little
    /// for [`RolloutPolicy::pass_rate`] to be proved.
    pub low_volume_days: u32,
    /// Days that are remembered of the domain's mail, and after which a source that sends no more is
    /// forgotten.
    pub memory_days: u32,
    /// Days at `p=none` before the first step, also after a step back to it.
    pub none_days: u32,
    /// Days at a stage with `t=y`: until its first day is reported.
    pub testing_days: u32,
    /// Days at `p=quarantine`: with those at `t=y`, which receivers that do not know the tag skip,
    /// mail of each weekday met it.
    pub quarantine_days: u32,
    /// Independent reporters, each with reports on at least [`RolloutPolicy::reporter_days`] of the
    /// last 14 days.
    pub reporters: u32,
    /// Days of the last 14 that a reporter must have reported on to count.
    pub reporter_days: u32,
    /// Days without any report that are a gap, where silence is not the habit.
    pub gap_days: u32,
    /// Days until the reports on a day have arrived.
    pub report_lag_days: u32,
    /// Share, from 0 to 1, of aligned messages among these and the messages of unknown sources.
    pub classified: f64,
    /// Share, from 0 to 1, of the domain's mail above which an unknown source that fails, and passes
    /// neither SPF nor DKIM for another domain, must be classified before a step; what sends less is
    /// taken for forged. One that sent nothing for [`RolloutPolicy::evidence_days`] is forgotten.
    ///
    /// By default each must be: nothing but the owner's word tells a forger from a forgotten device of
    /// the domain that sends little. So whoever forges one message a month holds up a rollout until the
    /// owner calls that source hostile; a share above 0 ends that, and breaks the mail of such devices.
    pub unknown_share: f64,
    /// Pass rate, from 0 to 1, that the lower bound for all legitimate mail must reach and that
    /// each legitimate source must have.
    pub pass_rate: f64,
    /// Pass rate, from 0 to 1, that the lower bound for the mail of a source must reach since it was
    /// repaired: a repair may have left a part of the fault behind.
    pub repair_rate: f64,
    /// Part of the mail of a day on which the source usually sends that it must have sent since its
    /// repair at least: test messages alone prove nothing.
    pub repair_volume: f64,
    /// Days that a new legitimate source must be known before the next step if it ever failed.
    pub new_source_days: u32,
    /// Loss of pass rate, from 0 to 1, that leads a step back: against what it was, or against
    /// [`RolloutPolicy::pass_rate`] if it was worse.
    pub drop: f64,
    /// Share of legitimate mail, from 0 to 1, that a new source may send without a pass before it
    /// leads a step back; with more than that hurt, the way leads back to `p=none`.
    pub hurt: f64,
    /// Legitimate messages quarantined or rejected, all from sources that fail, that lead a step
    /// back.
    pub hurt_messages: u64,
}

impl RolloutPolicy {
    /// The days that a domain stays at a stage at least.
    #[must_use]
    pub fn dwell_days(&self, stage: Stage) -> u32 {
        match stage {
            Stage::None => self.none_days,
            Stage::QuarantineTesting | Stage::RejectTesting => self.testing_days,
            Stage::Quarantine => self.quarantine_days,
            Stage::Reject => 0,
        }
    }
}

impl Default for RolloutPolicy {
    fn default() -> Self {
        Self {
            evidence_days: 35,
            low_volume_days: 42,
            memory_days: 92,
            none_days: 14,
            testing_days: 3,
            quarantine_days: 5,
            reporters: 3,
            reporter_days: 3,
            gap_days: 3,
            report_lag_days: 2,
            classified: 0.99,
            unknown_share: 0.0,
            pass_rate: 0.995,
            repair_rate: 0.975,
            repair_volume: 0.5,
            new_source_days: 14,
            drop: 0.005,
            hurt: 0.01,
            hurt_messages: 3,
        }
    }
}
