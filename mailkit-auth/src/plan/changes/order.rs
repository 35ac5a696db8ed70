//! Which step comes after which.

use std::time::Duration;

use super::super::PublishedRecord;
use super::super::step::{Condition, Reversal, StepKind};
use super::super::subject::{PolicyChange, Replacement, Subject};
use super::draft::{After, Draft, LOW_TTL, Planned, Proposal};
use super::groups::Groups;
use super::mail_hosts;
use super::senders::{self, Order};
use crate::lookup::RecordData;
use crate::zone::ZoneRecord;
use crate::{DmarcRecord, Policy};

/// Adds every step.
pub(super) fn arrange(draft: &mut Draft<'_>, all: &[Replacement]) -> Planned<()> {
    let groups = Groups::of(all, draft.wanted);
    let order = senders::order(&groups.senders, groups.hosts_move())?;
    senders::addresses_stay(draft, &groups.hosts)?;
    let announcements = mail_hosts::announcements(draft, &groups.mx, &groups.policy_files)?;
    let relaxed = relax(draft, &groups);
    let lowered = draft.lower_ttl(&groups.later(relaxed));
    let (published, new_keys) = publish(draft, &groups);
    let plain = Proposal::new(StepKind::Replace, draft.settled(relaxed)).replacing(&groups.plain);
    let plain = draft.replace(lowered, plain);

    let before_policy = After::new();
    let mut work = Work { groups: &groups, relaxed, lowered, published, new_keys, before_policy };
    work.before_policy.extend(draft.settled(plain));
    work.before_policy.extend(work.published.clone());
    match order {
        Order::SendersFirst => {
            let senders = work.senders(draft, After::new());
            let hosts = work.hosts(draft, draft.settled(senders));
            let first = draft.settled(senders);
            work.mail_hosts(draft, announcements, hosts, first);
        }
        Order::HostsFirst => {
            let hosts = work.hosts(draft, After::new());
            let moved = work.mail_hosts(draft, announcements, hosts, After::new());
            let mut first = draft.settled(hosts);
            first.extend(draft.settled(moved));
            work.senders(draft, first);
        }
    }
    let switched = work.keys(draft, plain);
    work.policy(draft);
    work.revoke(draft, &switched);
    draft.raise_ttl();
    Ok(())
}

/// Publishes the weaker policy; before a change that is both weaker and stronger, one that asks for
/// nothing.
fn relax(draft: &mut Draft<'_>, groups: &Groups<'_>) -> Option<usize> {
    let mut proposal = Proposal::new(StepKind::RelaxPolicy, After::new());
    for it in &groups.policies {
        match it.policy_change() {
            PolicyChange::Weaker => proposal = proposal.replacing(&[it]),
            PolicyChange::Mixed if groups.mail_changes() => {
                proposal.remove.extend(it.removed.clone());
                proposal.add.extend(interim(it));
            }
            PolicyChange::Mixed | PolicyChange::Stronger | PolicyChange::Same => {}
        }
    }
    let changes = !proposal.remove.is_empty();
    changes.then(|| draft.push(proposal, Reversal::SwapBack))
}

/// Publishes what nobody asks for yet, and says when everybody can see of it what others refer to: hosts
/// and senders, and keys.
fn publish(draft: &mut Draft<'_>, groups: &Groups<'_>) -> (After, After) {
    let additions = Proposal::new(StepKind::Publish, After::new()).replacing(&groups.additions);
    let of = |fits: fn(&Subject) -> bool| -> Vec<&Replacement> {
        groups.additions.iter().filter(|it| fits(&it.subject)).copied().collect()
    };
    let named = of(|it| matches!(it, Subject::Host(_) | Subject::Spf(_)));
    let keys = of(|it| matches!(it, Subject::Key(_)));
    let seen = [named, keys].map(|them| (!them.is_empty()).then(|| draft.seen_after(&them)));
    let step = draft.replace(None, additions);
    let [named, keys] = seen.map(|seen| step.zip(seen).into_iter().collect());
    (named, keys)
}

/// A policy that asks for nothing, with the reports of the wanted one.
fn interim(it: &Replacement) -> Option<ZoneRecord> {
    let wanted = it.added.first()?;
    let reports = match &wanted.data {
        RecordData::Txt(text) => str::from_utf8(text).ok()?.parse::<DmarcRecord>().ok(),
        _ => None,
    };
    let record = reports.iter().flat_map(|it| it.aggregate_reports().to_vec());
    let record = record.fold(DmarcRecord::new(Policy::None), DmarcRecord::with_aggregate_reports);
    let text = record.to_string().into_bytes();
    Some(ZoneRecord::new(wanted.name.clone(), LOW_TTL, RecordData::Txt(text)))
}

/// The steps between the first and the last.
struct Work<'g> {
    groups: &'g Groups<'g>,
    relaxed: Option<usize>,
    lowered: Option<usize>,
    /// When everybody sees the hosts and the senders that are new.
    published: After,
    /// When everybody sees the keys that are new.
    new_keys: After,
    /// What has to be seen by everybody before the policy becomes stronger.
    before_policy: After,
}

impl Work<'_> {
    /// What everybody has to see before mail can fail that passed.
    fn before(&self, draft: &Draft<'_>, mut first: After) -> After {
        first.extend(draft.settled(self.relaxed));
        first.extend(self.published.clone());
        first
    }

    fn senders(&mut self, draft: &mut Draft<'_>, first: After) -> Option<usize> {
        let senders = &self.groups.senders;
        let only_new = senders.iter().all(|it| it.removed.is_empty());
        // A record where none was can only let mail pass, unless it refers to one that is not seen yet.
        let first = if only_new { self.published.clone() } else { self.before(draft, first) };
        let proposal = Proposal::new(StepKind::ReplaceSpf, first).replacing(senders);
        let step = draft.replace(self.lowered, proposal.once(senders::condition(senders)));
        self.before_policy.extend(draft.settled(step));
        step
    }

    fn hosts(&mut self, draft: &mut Draft<'_>, first: After) -> Option<usize> {
        let first = self.before(draft, first);
        let proposal = Proposal::new(StepKind::Replace, first).replacing(&self.groups.hosts);
        let step = draft.replace(self.lowered, proposal.once(Some(Condition::HostsAccept)));
        self.before_policy.extend(draft.settled(step));
        step
    }

    fn mail_hosts(
        &mut self,
        draft: &mut Draft<'_>,
        announcements: mail_hosts::Announcements,
        hosts: Option<usize>,
        mut first: After,
    ) -> Option<usize> {
        first.extend(draft.settled(hosts));
        first.extend(draft.settled(self.relaxed));
        let published = self.published.clone();
        let moved = mail_hosts::arrange(
            draft,
            announcements,
            &self.groups.mx,
            self.lowered,
            (published, first),
        );
        self.before_policy.extend(draft.settled(moved));
        moved
    }

    /// New keys sign once everybody can have them. One that changes under its selector first rests until
    /// the last mail that it signed has arrived.
    fn keys(&mut self, draft: &mut Draft<'_>, plain: Option<usize>) -> Vec<usize> {
        let brings = |group: &[&Replacement]| group.iter().any(|it| it.brings_key());
        let mut first = After::new();
        first.extend(self.new_keys.iter().filter(|_| brings(&self.groups.additions)));
        first.extend(draft.settled(plain.filter(|_| brings(&self.groups.plain))));
        let switch = |draft: &mut Draft<'_>, first: After| {
            (!first.is_empty())
                .then(|| draft.elsewhere(Proposal::new(StepKind::SwitchSigning, first)))
        };
        let mut switched: Vec<usize> = switch(draft, first).into_iter().collect();
        if !self.groups.keys.is_empty() {
            let mut first = draft.settled(self.relaxed);
            first.extend(switched.iter().map(|step| (*step, Duration::ZERO)));
            let stop = Proposal::new(StepKind::StopSigning, first);
            let stopped = draft.elsewhere(stop.once(Some(Condition::OtherKeySigns)));
            let rest = vec![(stopped, KEEP_OLD_KEY)];
            let proposal = Proposal::new(StepKind::Replace, rest).replacing(&self.groups.keys);
            let replaced = draft.replace(self.lowered, proposal);
            let again = draft.settled(replaced.filter(|_| brings(&self.groups.keys)));
            switched.extend(switch(draft, again));
            self.before_policy.extend(draft.settled(replaced));
        }
        self.before_policy.extend(switched.iter().map(|step| (*step, REPORTED)));
        switched
    }

    fn policy(&mut self, draft: &mut Draft<'_>) {
        let mut proposal =
            Proposal::new(StepKind::PublishPolicy, std::mem::take(&mut self.before_policy));
        proposal.after.extend(draft.settled(self.relaxed));
        for it in &self.groups.policies {
            let change = it.policy_change();
            let is_interim = change == PolicyChange::Mixed && self.groups.mail_changes();
            match change {
                PolicyChange::Weaker => continue,
                PolicyChange::Mixed if is_interim && !it.removed.is_empty() => {
                    proposal.remove.extend(interim(it).map(PublishedRecord::from));
                    proposal.add.extend(it.added.clone());
                }
                _ => proposal = proposal.replacing(&[it]),
            }
            if change != PolicyChange::Same {
                proposal.condition = Some(Condition::MailPasses);
            }
        }
        let policy = draft.replace(self.lowered, proposal);
        let first = draft.settled(policy);
        let proposal = Proposal::new(StepKind::PublishLogo, first).replacing(&self.groups.logos);
        draft.replace(self.lowered, proposal);
    }

    fn revoke(&mut self, draft: &mut Draft<'_>, switched: &[usize]) {
        if self.groups.revoked.is_empty() {
            return;
        }
        let mut first = draft.settled(self.relaxed);
        first.extend(switched.iter().map(|step| (*step, KEEP_OLD_KEY)));
        let proposal = Proposal::new(StepKind::RevokeKey, first).replacing(&self.groups.revoked);
        let step =
            draft.push(proposal.once(Some(Condition::OldKeySilent)), Reversal::PublishOldKey);
        // Where signing does not change here, its end is not known: it may be today.
        draft.not_within(step, KEEP_OLD_KEY);
    }
}

/// How long a key stands after its last signature: queues give up after five days (RFC 5321 section
/// 4.5.4.1), and some receivers check later.
const KEEP_OLD_KEY: Duration = Duration::from_secs(7 * 86_400);
/// How long after a change of signing the first reports tell of it.
const REPORTED: Duration = Duration::from_secs(86_400);
