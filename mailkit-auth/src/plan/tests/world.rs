//! What everybody may see while the steps of a change are done: caches that keep what they have for as
//! long as they may, senders that remember policies, mail that is on its way for days.

mod facts;
mod watch;

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{name, now, same};
use crate::lookup::{Name, RecordData, RecordType, ZoneSnapshot};
use crate::plan::{ChangeStep, Changes, StepKind};
use crate::spf::{SpfRequest, SpfResult, check_host};
use crate::zone::{Zone, ZoneRecord};
use crate::{DkimKeyRecord, DmarcRecord, Policy};
use facts::*;

/// How long a cache holds that there is nothing.
const NEGATIVE: Duration = Duration::from_secs(3 * 3600);
/// How long mail may be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(5 * 86_400);

/// What was published at a name under a type, and when.
struct Version {
    set: (Name, RecordType),
    data: Vec<RecordData>,
    ttl: Duration,
    from: SystemTime,
    until: Option<SystemTime>,
}

/// A key that signed, and when last.
struct Signature {
    selector: Name,
    key: RecordData,
    last: Option<SystemTime>,
}

/// The world while steps are done.
pub(super) struct World<'c> {
    changes: &'c Changes,
    wanted: &'c Zone,
    published: &'c [ZoneRecord],
    state: Vec<ZoneRecord>,
    versions: Vec<Version>,
    signatures: Vec<Signature>,
    /// The hosts that the policy file allows now.
    served: Option<Vec<Name>>,
    /// What senders may remember: the announcement and the hosts that the file allowed then.
    remembered: BTreeSet<(String, Vec<Name>)>,
}

impl<'c> World<'c> {
    pub(super) fn new(published: &'c [ZoneRecord], wanted: &'c Zone, changes: &'c Changes) -> Self {
        let mut world = Self {
            changes,
            wanted,
            published,
            state: published.to_vec(),
            versions: Vec::new(),
            signatures: Vec::new(),
            served: None,
            remembered: BTreeSet::new(),
        };
        world.note(now());
        // The file that stands allows the hosts that stand.
        let has_policy = !world.now_at("_mta-sts.a.test", RecordType::Txt).is_empty();
        world.served = has_policy.then(|| hosts(&world.now_at("a.test", RecordType::Mx)));
        world.sign(&[]);
        world
    }

    /// Does every step as long after its earliest moment as `delays` say, and looks around after each.
    pub(super) fn run(mut self, delays: &[u64]) {
        self.look(now());
        for (at, index) in self.moments(delays) {
            let step = &self.changes.steps[index];
            self.apply(step, at);
            self.look(at);
        }
    }

    fn moments(&self, delays: &[u64]) -> Vec<(SystemTime, usize)> {
        let mut done = Vec::new();
        for (index, step) in self.changes.steps.iter().enumerate() {
            let earliest = step.not_before.given(&done, now()).expect("steps before are done");
            assert!(step.not_before.at >= earliest || delays.iter().any(|it| *it > 0));
            let delay = delays.get(index).copied().unwrap_or_default();
            done.push(Some(earliest + Duration::from_secs(delay)));
        }
        let mut moments: Vec<_> =
            done.into_iter().enumerate().map(|(index, at)| (at.expect("done"), index)).collect();
        moments.sort_by_key(|(at, _)| *at);
        moments
    }

    fn apply(&mut self, step: &ChangeStep, at: SystemTime) {
        for gone in &step.remove {
            let place = self.state.iter().position(|it| same(it, &gone.record));
            self.state
                .remove(place.unwrap_or_else(|| panic!("{gone} is not there:\n{}", self.changes)));
        }
        self.state.extend(step.add.iter().cloned());
        self.note(at);
        match step.kind {
            StepKind::ServePolicyFile => self.served = Some(step.allow.clone()),
            StepKind::SwitchSigning => {
                let retired = self.selectors(|old, new| old.is_some() && is_empty(new));
                self.stop(&retired, at);
                self.sign(&retired);
            }
            StepKind::StopSigning => {
                let replaced = self.selectors(|old, new| {
                    old.is_some() && new.is_some() && material(old) != material(new)
                });
                self.stop(&replaced, at);
            }
            _ => {}
        }
    }

    /// The selectors whose published and wanted keys fit.
    fn selectors(
        &self,
        fits: impl Fn(Option<&RecordData>, Option<&RecordData>) -> bool,
    ) -> Vec<Name> {
        let keys = self.wanted.into_iter().filter(|it| is_key(&it.name));
        let fits = |it: &&ZoneRecord| {
            let old = self.published.iter().find(|old| old.name == it.name).map(|it| &it.data);
            fits(old, Some(&it.data))
        };
        keys.filter(fits).map(|it| it.name.clone()).collect()
    }

    fn stop(&mut self, selectors: &[Name], at: SystemTime) {
        for it in &mut self.signatures {
            if it.last.is_none() && selectors.contains(&it.selector) {
                it.last = Some(at);
            }
        }
    }

    /// Signs with every key that stands and is not retired.
    fn sign(&mut self, retired: &[Name]) {
        for record in self.state.iter().filter(|it| is_key(&it.name)) {
            let count = self.state.iter().filter(|it| it.name == record.name).count();
            let known = |it: &&Signature| it.selector == record.name && it.last.is_none();
            if count == 1
                && !is_empty(Some(&record.data))
                && !retired.contains(&record.name)
                && self.signatures.iter().find(known).is_none()
            {
                let (selector, key) = (record.name.clone(), record.data.clone());
                self.signatures.push(Signature { selector, key, last: None });
            }
        }
    }

    /// Takes note of what is published from now on.
    fn note(&mut self, at: SystemTime) {
        let mut sets: Vec<_> = self.versions.iter().map(|it| it.set.clone()).collect();
        sets.extend(self.state.iter().map(|it| (it.name.clone(), it.data.record_type())));
        sets.extend(self.wanted.into_iter().map(|it| (it.name.clone(), it.data.record_type())));
        let mut seen = Vec::new();
        for set in sets {
            if seen.contains(&set) {
                continue;
            }
            seen.push(set.clone());
            let of_set = || {
                self.state.iter().filter(|it| it.name == set.0 && it.data.record_type() == set.1)
            };
            let data: Vec<_> = of_set().map(|it| it.data.clone()).collect();
            let ttl = of_set().map(|it| it.ttl.into()).max().unwrap_or(NEGATIVE);
            let last = self.versions.iter_mut().rev().find(|it| it.set == set);
            if last.as_ref().is_some_and(|it| it.data == data && it.ttl == ttl) {
                continue;
            }
            if let Some(last) = last {
                last.until = Some(at);
            }
            self.versions.push(Version { set, data, ttl, from: at, until: None });
        }
    }

    fn now_at(&self, owner: &str, of: RecordType) -> Vec<RecordData> {
        let here = |it: &&ZoneRecord| it.name == name(owner) && it.data.record_type() == of;
        self.state.iter().filter(here).map(|it| it.data.clone()).collect()
    }

    /// What anybody may see at a name under a type.
    fn seen(&self, owner: &Name, of: RecordType, at: SystemTime) -> Vec<Vec<RecordData>> {
        let mut seen = Vec::new();
        for it in self.versions.iter().filter(|it| it.set.0 == *owner && it.set.1 == of) {
            let is_visible = it.from <= at && it.until.is_none_or(|until| until + it.ttl > at);
            if is_visible && !seen.contains(&it.data) {
                seen.push(it.data.clone());
            }
        }
        if seen.is_empty() { vec![Vec::new()] } else { seen }
    }

    fn look(&mut self, at: SystemTime) {
        self.records_fit();
        self.policies_allow_the_hosts(at);
        self.hosts_have_addresses(at);
        self.signatures_verify(at);
        self.mail_that_passed_passes(at);
    }

    fn last_zone(&self) -> Vec<ZoneRecord> {
        let mut state = self.published.to_vec();
        for step in &self.changes.steps {
            state.retain(|it| !step.remove.iter().any(|gone| same(&gone.record, it)));
            state.extend(step.add.iter().cloned());
        }
        state
    }
}
