//! The steps as far as they are found, and what the DNS says after them.

use std::time::{Duration, SystemTime};

use super::super::step::{ChangeStep, Condition, NotBefore, Reversal, StepKind};
use super::super::subject::Replacement;
use super::super::{ChangeError, PublishedRecord};
use crate::lookup::{Name, RecordType};
use crate::zone::{Ttl, Zone, ZoneRecord};

/// The steps that come first, and how long before.
pub(super) type After = Vec<(usize, Duration)>;

/// The steps as far as they are found.
pub(super) struct Draft<'w> {
    pub(super) steps: Vec<ChangeStep>,
    /// How long after each step a cache may still hold what was before.
    settling: Vec<Duration>,
    /// What is published after the steps.
    state: Vec<PublishedRecord>,
    /// The sets that each step changes, and how long after it caches may hold what was before.
    changed: Vec<(usize, Set, Duration)>,
    /// The sets whose time to live was shortened, and what it was.
    lowered: Vec<(Set, Duration)>,
    published: &'w [PublishedRecord],
    pub(super) wanted: &'w Zone,
    now: SystemTime,
}

/// Records of one name and type, which caches keep together.
type Set = (Name, RecordType);

/// A step that is to be added.
pub(super) struct Proposal {
    pub(super) kind: StepKind,
    pub(super) remove: Vec<PublishedRecord>,
    pub(super) add: Vec<ZoneRecord>,
    pub(super) after: After,
    pub(super) condition: Option<Condition>,
}

impl Proposal {
    pub(super) fn new(kind: StepKind, after: After) -> Self {
        Self { kind, remove: Vec::new(), add: Vec::new(), after, condition: None }
    }

    /// With all that these replace.
    pub(super) fn replacing(mut self, them: &[&Replacement]) -> Self {
        self.remove.extend(them.iter().flat_map(|it| &it.removed).cloned());
        self.add.extend(them.iter().flat_map(|it| &it.added).cloned());
        self
    }

    pub(super) fn once(mut self, condition: Option<Condition>) -> Self {
        self.condition = condition;
        self
    }
}

impl<'w> Draft<'w> {
    pub(super) fn new(published: &'w [PublishedRecord], wanted: &'w Zone, now: SystemTime) -> Self {
        let state = published.to_vec();
        let (steps, settling, changed, lowered) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { steps, settling, state, changed, lowered, published, wanted, now }
    }

    /// What is published now.
    pub(super) fn published(&self) -> &'w [PublishedRecord] {
        self.published
    }

    /// Shortens the sets that are replaced later.
    pub(super) fn lower_ttl(&mut self, later: &[&Replacement]) -> Option<usize> {
        let mut proposal = Proposal::new(StepKind::LowerTtl, After::new());
        for set in later.iter().flat_map(|it| &it.removed).map(|it| set(&it.record)) {
            let Some(lifetime) = self.lifetime(&set).filter(|it| *it > SHORT) else { continue };
            if self.lowered.iter().any(|(known, _)| *known == set) {
                continue;
            }
            let of_set = self.state.iter().filter(|it| in_set(&it.record, &set));
            let long: Vec<_> = of_set.filter(|it| it.record.ttl > LOW_TTL).cloned().collect();
            proposal.add.extend(long.iter().map(|it| with_ttl(&it.record, LOW_TTL)));
            proposal.remove.extend(long);
            self.lowered.push((set, lifetime));
        }
        (!proposal.remove.is_empty()).then(|| self.push(proposal, Reversal::NotNeeded))
    }

    /// Adds a step that changes records, if there are any, once the caches have let go of those that
    /// were kept for long.
    pub(super) fn replace(&mut self, lowered: Option<usize>, mut it: Proposal) -> Option<usize> {
        if it.remove.is_empty() && it.add.is_empty() {
            return None;
        }
        let touched = |(known, _): &&(Set, Duration)| {
            it.remove.iter().any(|record| in_set(&record.record, known))
        };
        let wait = self.lowered.iter().filter(touched).map(|(_, lifetime)| *lifetime).max();
        it.after.extend(lowered.zip(wait));
        // What comes is kept for a short time until nothing is left to take back.
        for record in &mut it.add {
            let is_short = self.lowered.iter().any(|(known, _)| in_set(record, known));
            if is_short || !it.remove.is_empty() {
                record.ttl = record.ttl.min(LOW_TTL);
            }
        }
        let reversal = if it.remove.is_empty() { Reversal::Remove } else { Reversal::SwapBack };
        Some(self.push(it, reversal))
    }

    /// Adds a step that is done elsewhere.
    pub(super) fn elsewhere(&mut self, it: Proposal) -> usize {
        self.push(it, Reversal::Elsewhere)
    }

    pub(super) fn push(&mut self, it: Proposal, reversal: Reversal) -> usize {
        let Proposal { kind, remove, add, after, condition } = it;
        let assumes_ttl = kind != StepKind::LowerTtl && self.assumes_ttl(&remove);
        let from = self.held_until(&remove).map_or(self.now, |until| until.max(self.now));
        let mut not_before = NotBefore { at: from, from, after, condition, assumes_ttl };
        let done: Vec<_> = self.steps.iter().map(|step| Some(step.not_before.at)).collect();
        not_before.at = not_before.given(&done, self.now).unwrap_or(from);
        let sets = self.settles(&remove, &add, &not_before.after);
        self.settling.push(sets.iter().map(|(_, time)| *time).max().unwrap_or_default());
        let index = self.steps.len();
        self.changed.extend(sets.into_iter().map(|(set, time)| (index, set, time)));
        self.state.retain(|it| !remove.iter().any(|gone| gone.record.says_the_same(&it.record)));
        self.state.extend(add.iter().cloned().map(PublishedRecord::from));
        self.steps.push(ChangeStep { kind, remove, add, allow: Vec::new(), not_before, reversal });
        index
    }

    /// The step, and how long it takes until everybody sees it.
    pub(super) fn settled(&self, step: Option<usize>) -> After {
        let time = |step: usize| Some((step, *self.settling.get(step)?));
        step.and_then(time).into_iter().collect()
    }

    /// How long after the additions of these everybody sees them.
    pub(super) fn seen_after(&self, them: &[&Replacement]) -> Duration {
        let added: Vec<_> = them.iter().flat_map(|it| &it.added).cloned().collect();
        let sets = self.settles(&[], &added, &After::new());
        sets.iter().map(|(_, time)| *time).max().unwrap_or_default()
    }

    /// Changes a step.
    pub(super) fn edit(&mut self, step: usize, change: impl FnOnce(&mut ChangeStep)) {
        if let Some(step) = self.steps.get_mut(step) {
            change(step);
        }
    }

    /// Does not let a step be done before this much time has passed from now.
    pub(super) fn not_within(&mut self, step: usize, wait: Duration) {
        let from = self.now.checked_add(wait).unwrap_or(self.now);
        self.edit(step, |it| {
            it.not_before.from = it.not_before.from.max(from);
            it.not_before.at = it.not_before.at.max(from);
        });
    }

    /// Lengthens what was made short-lived, a day after the last step that touched its set: until then
    /// others count on the short time.
    pub(super) fn raise_ttl(&mut self) {
        let mut proposal = Proposal::new(StepKind::RaiseTtl, After::new());
        let touched = |it: &&PublishedRecord| {
            self.steps.iter().flat_map(|step| &step.add).any(|added| *added == it.record)
        };
        for short in self.state.iter().filter(touched) {
            let full = self.full_ttl(&short.record).filter(|full| *full > short.record.ttl);
            if let Some(full) = full {
                proposal.remove.push(short.clone());
                proposal.add.push(with_ttl(&short.record, full));
            }
        }
        let sets: Vec<Set> = proposal.remove.iter().map(|it| set(&it.record)).collect();
        let touches = |step: &ChangeStep| {
            let mut records = step.remove.iter().map(|it| &it.record).chain(&step.add);
            records.any(|it| sets.contains(&set(it)))
        };
        let touching = self.steps.iter().enumerate().filter(|(_, step)| touches(step));
        proposal.after = touching.map(|(index, _)| (index, BEFORE_RAISING)).collect();
        if !sets.is_empty() {
            self.push(proposal, Reversal::NotNeeded);
        }
    }

    /// The time to live that a record has at the end: the wanted one, else the one it had.
    fn full_ttl(&self, record: &ZoneRecord) -> Option<Ttl> {
        let wanted = self.wanted.into_iter().find(|it| it.says_the_same(record));
        let found = || self.published.iter().find(|it| it.record.says_the_same(record));
        let found = || found().filter(|it| it.ttl_is_known).map(|it| it.record.ttl);
        wanted.map(|it| it.ttl).or_else(found)
    }

    /// How long a cache may hold a set that is published now.
    fn lifetime(&self, set: &Set) -> Option<Duration> {
        let of_set = self.state.iter().filter(|it| in_set(&it.record, set));
        of_set.map(PublishedRecord::lifetime).max()
    }

    /// How long after a step caches may hold of each set what was before: that there was nothing, or
    /// what stood before an earlier step that was not waited for.
    fn settles(
        &self,
        remove: &[PublishedRecord],
        add: &[ZoneRecord],
        after: &After,
    ) -> Vec<(Set, Duration)> {
        let sets = remove.iter().map(|it| &it.record).chain(add).map(set);
        let with_time = |set: Set| {
            let awaited = |step: usize, time: Duration| {
                after.iter().any(|(first, wait)| *first == step && *wait >= time)
            };
            let earlier =
                self.changed.iter().filter(|(step, it, time)| *it == set && !awaited(*step, *time));
            let earlier = earlier.map(|(_, _, time)| *time).max().unwrap_or_default();
            let time = self.lifetime(&set).unwrap_or(NEGATIVE).max(earlier);
            (set, time)
        };
        sets.map(with_time).collect()
    }

    /// Until when caches may hold an earlier state of these sets.
    fn held_until(&self, remove: &[PublishedRecord]) -> Option<SystemTime> {
        let sets: Vec<Set> = remove.iter().map(|it| set(&it.record)).collect();
        let of_sets = self.published.iter().filter(|it| sets.contains(&set(&it.record)));
        of_sets.filter_map(|it| it.held_until).max()
    }

    fn assumes_ttl(&self, remove: &[PublishedRecord]) -> bool {
        let unknown = |it: &&PublishedRecord| !it.ttl_is_known;
        let sets: Vec<Set> =
            self.published.iter().filter(unknown).map(|it| set(&it.record)).collect();
        remove.iter().any(|it| sets.contains(&set(&it.record)))
    }
}

/// The error of a change that needs another plan.
pub(super) type Planned<T> = Result<T, ChangeError>;

fn set(record: &ZoneRecord) -> Set {
    (record.name.clone(), record.data.record_type())
}

fn in_set(record: &ZoneRecord, set: &Set) -> bool {
    record.name == set.0 && record.data.record_type() == set.1
}

fn with_ttl(record: &ZoneRecord, ttl: Ttl) -> ZoneRecord {
    ZoneRecord { ttl, ..record.clone() }
}

/// How long a record is kept while it may have to be taken back.
pub(super) const LOW_TTL: Ttl = Ttl::of_secs(300);
/// The same as a wait.
const SHORT: Duration = Duration::from_secs(300);
/// How long a cache is thought to hold that there is no such name or record: the SOA record, which says
/// it, is not known here; RFC 2308 section 5 finds one to three hours sensible.
const NEGATIVE: Duration = Duration::from_secs(3 * 3600);
/// How long a change is watched before its records are given their full time to live.
const BEFORE_RAISING: Duration = Duration::from_secs(86_400);
