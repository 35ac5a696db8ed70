//! From what is published to what is wanted, in an order in which no mail is lost.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::PublishedRecord;
use super::step::{Condition, NotBefore, Reversal, Step, StepKind};
use super::subject::{Replacement, Subject, replacements};
use crate::zone::{Ttl, Zone, ZoneRecord};

/// The steps of a change in their order, printed as a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Changes {
    /// The steps.
    pub steps: Vec<Step>,
    /// Published records about mail that the plan does not speak of and that are left alone, such as
    /// keys of other senders: add them to the plan or retire them there.
    pub left_alone: Vec<PublishedRecord>,
}

/// The steps from what is published to what is wanted.
///
/// A record that the wanted zone says nothing about stays. To retire a key, plan the empty key for its
/// selector ([`DomainPlan::with_retired_selector`](super::DomainPlan::with_retired_selector)). Records
/// that say the same in other words, such as tags in another order or a shorter time to live, are not
/// changed.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use mailkit_auth::lookup::{Name, RecordData};
/// use mailkit_auth::plan::{PublishedRecord, StepKind, changes};
/// use mailkit_auth::zone::{Zone, ZoneRecord};
///
/// let spf = |text: &str| RecordData::Txt(text.into());
/// let name = Name::new("acme.test")?;
/// let published = [PublishedRecord::new(name.clone(), Some(7200.into()), spf("v=spf1 a -all"))];
/// let wanted = Zone::new().with_record(ZoneRecord::new(name, 3600, spf("v=spf1 mx -all")));
/// let now = UNIX_EPOCH + Duration::from_secs(1_795_373_759);
/// let changes = changes(&published, &wanted, now);
/// let kinds: Vec<StepKind> = changes.steps.iter().map(|step| step.kind).collect();
/// assert_eq!(kinds, [StepKind::LowerTtl, StepKind::ReplaceSpf, StepKind::RaiseTtl]);
/// assert_eq!(changes.steps[1].not_before.at, now + Duration::from_secs(7200));
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[must_use]
pub fn changes(published: &[PublishedRecord], wanted: &Zone, now: SystemTime) -> Changes {
    let (replacements, left_alone) = replacements(published, wanted);
    let mut draft = Draft { steps: Vec::new(), wanted, now };
    draft.steps_for(&replacements);
    Changes { steps: draft.steps, left_alone }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            writeln!(f, "nothing to change")?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(f, "[ ] {}. {step}", index + 1)?;
        }
        for record in &self.left_alone {
            writeln!(f, "left alone: {record}")?;
        }
        Ok(())
    }
}

/// The steps as far as they are found.
struct Draft<'w> {
    steps: Vec<Step>,
    wanted: &'w Zone,
    now: SystemTime,
}

/// The steps that come first, and how long before.
type After = Vec<(usize, Duration)>;

impl Draft<'_> {
    fn steps_for(&mut self, all: &[Replacement]) {
        let of = |kind: StepKind| all.iter().filter(|it| kind_of(it) == kind).collect::<Vec<_>>();
        let relaxed = of(StepKind::RelaxPolicy);
        self.push(StepKind::RelaxPolicy, &relaxed, Vec::new(), None);
        let lowered = self.lower_ttl(all);
        let additions = of(StepKind::Publish);
        let published = self.push(StepKind::Publish, &additions, Vec::new(), None);
        let replaced = of(StepKind::Replace);
        let replaced_at = self.replace(StepKind::Replace, &replaced, lowered, Vec::new());
        let spf =
            self.replace(StepKind::ReplaceSpf, &of(StepKind::ReplaceSpf), lowered, Vec::new());
        let signing = self.switch_signing([(&additions, published), (&replaced, replaced_at)]);
        let hosts = self.policy_file(&of(StepKind::AnnouncePolicyFile), published, lowered);
        self.mail_hosts(&of(StepKind::ReplaceMx), hosts, lowered);
        let first = [spf, signing].into_iter().flatten().map(|step| (step, SHORT)).collect();
        self.policy(&of(StepKind::PublishPolicy), first, lowered);
        self.logo(&of(StepKind::PublishLogo), lowered);
        self.revoke(&of(StepKind::RevokeKey), signing);
        self.raise_ttl();
    }

    /// Shortens what is replaced later, and says where in the list.
    fn lower_ttl(&mut self, all: &[Replacement]) -> Option<usize> {
        let later =
            |it: &&Replacement| !matches!(kind_of(it), StepKind::RelaxPolicy | StepKind::RevokeKey);
        let removed = all.iter().filter(later).flat_map(|it| &it.removed);
        let long: Vec<PublishedRecord> =
            removed.filter(|it| !it.ttl_is_known || it.record.ttl > LOW_TTL).cloned().collect();
        if long.is_empty() {
            return None;
        }
        let add = long.iter().map(|it| with_ttl(&it.record, LOW_TTL)).collect();
        let not_before = self.not_before(Vec::new());
        let reversal = Reversal::NotNeeded;
        self.steps.push(Step { kind: StepKind::LowerTtl, remove: long, add, not_before, reversal });
        Some(self.steps.len() - 1)
    }

    /// Replaces records when the caches have let go of the long-lived ones.
    fn replace(
        &mut self,
        kind: StepKind,
        them: &[&Replacement],
        lowered: Option<usize>,
        mut after: After,
    ) -> Option<usize> {
        let removed = || them.iter().flat_map(|it| &it.removed);
        let wait = removed().map(PublishedRecord::lifetime).max();
        if let (Some(step), Some(wait)) = (lowered, wait.filter(|wait| *wait > SHORT)) {
            after.push((step, wait));
        }
        let assumes_ttl = removed().any(|it| !it.ttl_is_known);
        let step = self.push(kind, them, after, None)?;
        self.edit(step, |it| {
            it.not_before.assumes_ttl = assumes_ttl;
            // The new records stay short-lived until nothing is left to take back.
            if !it.remove.is_empty() {
                it.add.iter_mut().for_each(|record| record.ttl = record.ttl.min(LOW_TTL));
            }
        });
        Some(step)
    }

    fn switch_signing(&mut self, keys: [(&[&Replacement], Option<usize>); 2]) -> Option<usize> {
        let mut after = After::new();
        for (them, step) in keys {
            let keys = them.iter().filter(|it| matches!(it.subject, Subject::Key(_)));
            // Whoever asked too early keeps the "no such key" for the lifetime of the zone's SOA record,
            // most often an hour or less; the key's own time to live is the nearest that is known.
            let wait = keys.flat_map(|it| &it.added).map(|record| record.ttl).max();
            after.extend(step.zip(wait.map(|ttl| Duration::from(ttl))));
        }
        if after.is_empty() {
            return None;
        }
        let not_before = self.not_before(after);
        Some(self.elsewhere(StepKind::SwitchSigning, not_before))
    }

    /// Gives what has to be done before the mail exchangers change.
    fn policy_file(
        &mut self,
        them: &[&Replacement],
        published: Option<usize>,
        lowered: Option<usize>,
    ) -> After {
        let after: After = published.map(|step| (step, Duration::ZERO)).into_iter().collect();
        if them.is_empty() {
            return after;
        }
        let not_before = self.not_before(after);
        let served = self.elsewhere(StepKind::ServePolicyFile, not_before);
        let first = vec![(served, Duration::ZERO)];
        let step = self.replace(StepKind::AnnouncePolicyFile, them, lowered, first);
        if let Some(step) = step {
            self.edit(step, |it| it.not_before.condition = Some(Condition::PolicyFileServed));
        }
        step.map(|step| (step, SHORT)).into_iter().collect()
    }

    fn mail_hosts(&mut self, them: &[&Replacement], first: After, lowered: Option<usize>) {
        let are_new = them.iter().any(|it| !it.added.is_empty());
        if let Some(step) = self.replace(StepKind::ReplaceMx, them, lowered, first) {
            let condition = are_new.then_some(Condition::HostsAccept);
            self.edit(step, |it| it.not_before.condition = condition);
        }
    }

    fn policy(&mut self, them: &[&Replacement], first: After, lowered: Option<usize>) {
        let enforces = them.iter().any(|it| it.enforces());
        if let Some(step) = self.replace(StepKind::PublishPolicy, them, lowered, first) {
            let condition = enforces.then_some(Condition::MailPasses);
            self.edit(step, |it| it.not_before.condition = condition);
        }
    }

    fn logo(&mut self, them: &[&Replacement], lowered: Option<usize>) {
        let policy = self.steps.iter().position(|step| step.kind == StepKind::PublishPolicy);
        let first = policy.map(|step| (step, SHORT)).into_iter().collect();
        self.replace(StepKind::PublishLogo, them, lowered, first);
    }

    fn revoke(&mut self, them: &[&Replacement], signing: Option<usize>) {
        let after = signing.map(|step| (step, KEEP_OLD_KEY)).into_iter().collect();
        let condition = Some(Condition::OldKeySilent);
        if let Some(step) = self.push(StepKind::RevokeKey, them, after, condition) {
            let now = self.now;
            self.edit(step, |it| {
                // If signing does not change here, its end is not known: wait from today.
                let kept = now.checked_add(KEEP_OLD_KEY).unwrap_or(now);
                it.not_before.at = it.not_before.at.max(kept);
                it.reversal = Reversal::PublishOldKey;
            });
        }
    }

    /// Lengthens what was published short-lived, a day after the last replacement.
    fn raise_ttl(&mut self) {
        let mut after = After::new();
        let (mut remove, mut add) = (Vec::new(), Vec::new());
        for (index, step) in self.steps.iter().enumerate() {
            let short =
                step.add.iter().filter(|it| step.kind != StepKind::LowerTtl && it.ttl <= LOW_TTL);
            let pairs = short.filter_map(|it| {
                let wanted = self.wanted.into_iter().find(|wanted| wanted.says_the_same(it))?;
                (wanted.ttl > it.ttl).then(|| (PublishedRecord::from(it.clone()), wanted.clone()))
            });
            let (short, full): (Vec<_>, Vec<_>) = pairs.unzip();
            if !short.is_empty() {
                after.push((index, BEFORE_RAISING));
            }
            remove.extend(short);
            add.extend(full);
        }
        if remove.is_empty() {
            return;
        }
        let not_before = self.not_before(after);
        let reversal = Reversal::NotNeeded;
        self.steps.push(Step { kind: StepKind::RaiseTtl, remove, add, not_before, reversal });
    }

    fn push(
        &mut self,
        kind: StepKind,
        them: &[&Replacement],
        after: After,
        condition: Option<Condition>,
    ) -> Option<usize> {
        if them.is_empty() {
            return None;
        }
        let remove: Vec<_> = them.iter().flat_map(|it| &it.removed).cloned().collect();
        let add = them.iter().flat_map(|it| &it.added).cloned().collect();
        let reversal = if remove.is_empty() { Reversal::Remove } else { Reversal::SwapBack };
        let not_before = NotBefore { condition, ..self.not_before(after) };
        self.steps.push(Step { kind, remove, add, not_before, reversal });
        Some(self.steps.len() - 1)
    }

    fn elsewhere(&mut self, kind: StepKind, not_before: NotBefore) -> usize {
        let (remove, add, reversal) = (Vec::new(), Vec::new(), Reversal::Elsewhere);
        self.steps.push(Step { kind, remove, add, not_before, reversal });
        self.steps.len() - 1
    }

    fn not_before(&self, after: After) -> NotBefore {
        let mut not_before = NotBefore { at: self.now, after, condition: None, assumes_ttl: false };
        not_before.at = self.earliest(&not_before);
        not_before
    }

    /// The earliest moment if every step before is done at its own earliest.
    fn earliest(&self, not_before: &NotBefore) -> SystemTime {
        let done: Vec<_> = self.steps.iter().map(|step| Some(step.not_before.at)).collect();
        not_before.given(&done, self.now).unwrap_or(self.now)
    }

    /// Changes a step, and with it its earliest moment.
    fn edit(&mut self, index: usize, change: impl FnOnce(&mut Step)) {
        let Some(step) = self.steps.get_mut(index) else { return };
        change(step);
        let not_before = step.not_before.clone();
        let at = self.earliest(&not_before).max(not_before.at);
        if let Some(step) = self.steps.get_mut(index) {
            step.not_before.at = at;
        }
    }
}

/// The step that a replacement belongs to.
fn kind_of(it: &Replacement) -> StepKind {
    let is_new = it.removed.is_empty();
    match it.subject {
        Subject::Dmarc(_) if it.relaxes() => StepKind::RelaxPolicy,
        Subject::Dmarc(_) => StepKind::PublishPolicy,
        Subject::Spf(_) => StepKind::ReplaceSpf,
        Subject::Mx(_) => StepKind::ReplaceMx,
        Subject::MtaSts(_) => StepKind::AnnouncePolicyFile,
        Subject::Bimi(_) => StepKind::PublishLogo,
        Subject::Key(_) if it.revokes() => StepKind::RevokeKey,
        Subject::Key(_) | Subject::Host(_) | Subject::TlsRpt(_) if !is_new => StepKind::Replace,
        Subject::Key(_) | Subject::Host(_) | Subject::TlsRpt(_) | Subject::Other => {
            StepKind::Publish
        }
    }
}

fn with_ttl(record: &ZoneRecord, ttl: Ttl) -> ZoneRecord {
    ZoneRecord { ttl, ..record.clone() }
}

/// Seconds that a record is kept while it may have to be taken back.
const LOW_TTL: Ttl = Ttl::of_secs(300);
/// The same as a wait.
const SHORT: Duration = Duration::from_secs(300);
/// How long a key stands after its last signature: queues give up after five days (RFC 5321 section
/// 4.5.4.1), and some receivers check later.
const KEEP_OLD_KEY: Duration = Duration::from_secs(7 * 86_400);
/// How long a change is watched before its records are given their full time to live.
const BEFORE_RAISING: Duration = Duration::from_secs(86_400);
