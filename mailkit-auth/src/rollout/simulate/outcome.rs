//! What became of one domain.

use std::collections::{BTreeMap, BTreeSet};

use super::report::MailCounts;
use super::stream::Role;
use crate::Policy;
use crate::rollout::Stage;

/// Everything that is counted about one domain under one rule.
#[derive(Clone, Debug, Default)]
pub(super) struct DomainOutcome {
    /// The day on which a stage was first published.
    pub(super) quarantining: Option<u32>,
    pub(super) rejecting: Option<u32>,
    pub(super) step_backs: u64,
    pub(super) broken: BTreeSet<usize>,
    pub(super) unseen: BTreeSet<usize>,
    pub(super) late: BTreeMap<usize, u32>,
    /// Days from the first mail hurt to the step back, for each step back.
    pub(super) reactions: Vec<u32>,
    /// The first day of harm that no step back answered yet.
    hurting: Option<u32>,
    pub(super) mail: MailCounts,
}

/// Why mail of a legitimate stream is hurt.
#[derive(Clone, Copy, Debug)]
pub(super) enum Harm {
    /// A report of the fault was due before the last step forward, and arrived or could be missed.
    Broken { stream: usize },
    /// Faulty mail was sent before the last step forward, but to nobody who reports.
    Unseen { stream: usize },
    /// The fault came to light after the last step forward.
    Late { stream: usize, at: u32 },
}

impl DomainOutcome {
    pub(super) fn reached(&mut self, stage: Stage, at: u32) {
        if stage >= Stage::Quarantine {
            self.quarantining.get_or_insert(at);
        }
        if stage == Stage::Reject {
            self.rejecting.get_or_insert(at);
        }
    }

    pub(super) fn stepped_back(&mut self, at: u32) {
        self.step_backs += 1;
        self.reactions.extend(self.hurting.take().map(|first| at.saturating_sub(first)));
    }

    /// Counts mail that was sent, and that of spoofers which was stopped.
    pub(super) fn count(&mut self, role: Role, sent: u64, failed: u64, policy: Policy) {
        match role {
            Role::Legitimate => self.mail.legitimate += sent,
            Role::Forwarder if policy > Policy::None => {
                self.mail.forwarded_hurt += failed.div_ceil(2);
            }
            Role::Forwarder => {}
            Role::Spoofer => {
                self.mail.spoofed += sent;
                self.mail.spoofed_stopped += if policy > Policy::None { failed } else { 0 };
            }
        }
    }

    /// Counts mail of a legitimate stream that failed and that this policy was applied to.
    pub(super) fn hurt(&mut self, harm: Harm, unaligned: u64, noise: u64, policy: Policy) {
        self.mail.stray_hurt += noise;
        if unaligned == 0 {
            return;
        }
        if policy == Policy::Reject {
            self.mail.refused += unaligned;
        }
        match harm {
            Harm::Broken { stream } => {
                self.broken.insert(stream);
                self.mail.broken_hurt += unaligned;
            }
            Harm::Unseen { stream } => {
                self.unseen.insert(stream);
                self.mail.unseen_hurt += unaligned;
            }
            Harm::Late { stream, at } => {
                self.late.entry(stream).or_insert(at);
                self.hurting.get_or_insert(at);
                self.mail.late_hurt += unaligned;
            }
        }
    }
}
