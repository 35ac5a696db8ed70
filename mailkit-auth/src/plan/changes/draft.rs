//! The steps as far as they are found, and what the DNS says after them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::super::step::{ChangeStep, NotBefore, Reversal, StepKind};
use super::super::subject::Replacement;
use super::super::{ChangeError, PublishedRecord};
pub(super) use super::proposal::{After, Proposal};
use super::state::{Set, State, set, sets};
use crate::zone::{Place, Ttl, Zone, ZoneRecord};

/// The steps as far as they are found.
pub(super) struct Draft<'w> {
    pub(super) steps: Vec<ChangeStep>,
    /// How long after each step a cache may still hold what was before.
    settling: Vec<Duration>,
    /// What is published after the steps.
    state: State,
    /// The steps that change each set, and how long after each caches may hold what was before.
    changed: BTreeMap<Set, Vec<(usize, Duration)>>,
    /// The sets whose time to live was shortened, and what it was.
    lowered: BTreeMap<Set, Duration>,
    /// What is published now.
    pub(super) published: State,
    pub(super) wanted: &'w Zone,
    now: SystemTime,
}

impl<'w> Draft<'w> {
    pub(super) fn new(published: &[PublishedRecord], wanted: &'w Zone, now: SystemTime) -> Self {
        let published = State::new(published);
        let (steps, settling, state) = (Vec::new(), Vec::new(), published.clone());
        let (changed, lowered) = (BTreeMap::new(), BTreeMap::new());
        Self { steps, settling, state, changed, lowered, published, wanted, now }
    }

    /// Shortens the sets that are replaced later.
    pub(super) fn lower_ttl(&mut self, later: &[&Replacement]) -> Option<usize> {
        let mut proposal = Proposal::new(StepKind::LowerTtl, After::new());
        let mut met = BTreeSet::new();
        for set in later.iter().flat_map(|it| &it.removed).map(|it| set(&it.record)) {
            if !met.insert(set.clone()) {
                continue;
            }
            let lifetime = self.state.lifetime(&set).filter(|it| *it > SHORT);
            let Some(lifetime) = lifetime else { continue };
            let of_set = self.state.of(&set).iter();
            let long: Vec<_> = of_set.filter(|it| it.record.ttl > LOW_TTL).cloned().collect();
            proposal.add.extend(long.iter().map(|it| with_ttl(&it.record, LOW_TTL)));
            proposal.remove.extend(long);
            self.lowered.insert(set, lifetime);
        }
        (!proposal.remove.is_empty()).then(|| self.push(proposal, Reversal::NotNeeded))
    }

    /// Adds a step that changes records, if there are any, once the caches have let go of those that
    /// were kept for long.
    pub(super) fn replace(&mut self, lowered: Option<usize>, mut it: Proposal) -> Option<usize> {
        if it.remove.is_empty() && it.add.is_empty() {
            return None;
        }
        let wait = it.remove.iter().filter_map(|it| self.lowered.get(&set(&it.record))).max();
        it.after.extend(lowered.zip(wait.copied()));
        // What comes is kept for a short time until nothing is left to take back.
        let replaces = !it.remove.is_empty();
        for record in &mut it.add {
            if replaces || self.lowered.contains_key(&set(record)) {
                record.ttl = record.ttl.min(LOW_TTL);
            }
        }
        let reversal = if replaces { Reversal::SwapBack } else { Reversal::Remove };
        Some(self.push(it, reversal))
    }

    /// Adds a step that is done elsewhere.
    pub(super) fn elsewhere(&mut self, it: Proposal) -> usize {
        self.push(it, Reversal::Elsewhere)
    }

    pub(super) fn push(&mut self, it: Proposal, reversal: Reversal) -> usize {
        let Proposal { kind, remove, add, after, condition } = it;
        let assumes_ttl = kind != StepKind::LowerTtl && self.published.assumes_ttl(&remove);
        let held_until = self.published.held_until(&remove);
        let from = held_until.map_or(self.now, |until| until.max(self.now));
        let mut not_before = NotBefore { at: from, from, after, condition, assumes_ttl };
        let done: Vec<_> = self.steps.iter().map(|step| Some(step.not_before.at)).collect();
        not_before.at = not_before.given(&done, self.now).unwrap_or(from);
        let mut touched = sets(&remove);
        touched.extend(add.iter().map(set));
        let settles = self.settles(touched, &not_before.after);
        self.settling.push(settles.iter().map(|(_, time)| *time).max().unwrap_or_default());
        let index = self.steps.len();
        for (set, time) in settles {
            self.changed.entry(set).or_default().push((index, time));
        }
        self.state.replace(&remove, &add);
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
        let added = them.iter().flat_map(|it| &it.added).map(set).collect();
        let settles = self.settles(added, &After::new());
        settles.iter().map(|(_, time)| *time).max().unwrap_or_default()
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
        for (short, full) in self.short_lived() {
            proposal.add.push(with_ttl(&short.record, full));
            proposal.remove.push(short);
        }
        let raised = sets(&proposal.remove);
        let touches = |step: &ChangeStep| {
            let mut records = step.remove.iter().map(|it| &it.record).chain(&step.add);
            records.any(|it| raised.contains(&set(it)))
        };
        let touching = self.steps.iter().enumerate().filter(|(_, step)| touches(step));
        proposal.after = touching.map(|(index, _)| (index, BEFORE_RAISING)).collect();
        if !raised.is_empty() {
            self.push(proposal, Reversal::NotNeeded);
        }
    }

    /// What the steps made short-lived, and the time to live that it has at the end: the wanted one,
    /// else the one it had.
    fn short_lived(&self) -> Vec<(PublishedRecord, Ttl)> {
        let added = self.steps.iter().flat_map(|step| &step.add);
        let added: BTreeSet<(Place<'_>, Ttl)> = added.map(|it| (Place(it), it.ttl)).collect();
        let known = self.published.records().filter(|it| it.ttl_is_known).map(|it| &it.record);
        let known: BTreeMap<Place<'_>, Ttl> = known.map(|it| (Place(it), it.ttl)).collect();
        let full = |it: &ZoneRecord| {
            let wanted = self.wanted.same(it).map(|it| it.ttl);
            wanted.or_else(|| known.get(&Place(it)).copied()).filter(|full| *full > it.ttl)
        };
        let short = self.state.records();
        let short = short.filter(|it| added.contains(&(Place(&it.record), it.record.ttl)));
        short.filter_map(|it| Some((it.clone(), full(&it.record)?))).collect()
    }

    /// How long after a step caches may hold of each set what was before: that there was nothing, or
    /// what stood before an earlier step that was not waited for.
    fn settles(&self, sets: BTreeSet<Set>, after: &After) -> Vec<(Set, Duration)> {
        let awaited = |step: usize, time: Duration| {
            after.iter().any(|(first, wait)| *first == step && *wait >= time)
        };
        let with_time = |set: Set| {
            let earlier = self.changed.get(&set).into_iter().flatten();
            let earlier = earlier.filter(|(step, time)| !awaited(*step, *time));
            let earlier = earlier.map(|(_, time)| *time).max().unwrap_or_default();
            let time = self.state.lifetime(&set).unwrap_or(NEGATIVE).max(earlier);
            (set, time)
        };
        sets.into_iter().map(with_time).collect()
    }
}

/// The error of a change that needs another plan.
pub(super) type Planned<T> = Result<T, ChangeError>;

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
