//! Which policies are kept when there are too many.

use std::{collections::HashMap, time::SystemTime};

use super::Entry;
use crate::{Domain, tls_policy::MtaStsMode};

/// Policies that are enforced, and the others in a place of their own: whoever lets mail be sent to many domains
/// of his must not end the protection of anybody else with policies that protect nobody.
///
/// A full place is cleared of an eighth at once, so that the work is the same few steps for each new policy.
#[derive(Debug)]
pub(in crate::tls_policy) struct PolicyTable {
    enforced: HashMap<Domain, Entry>,
    others: HashMap<Domain, Entry>,
    /// Of each of the two.
    capacity: usize,
    /// Counts on with each use.
    uses: u64,
}

impl PolicyTable {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { enforced: HashMap::new(), others: HashMap::new(), capacity, uses: 0 }
    }

    pub(in crate::tls_policy) fn get(&self, domain: &Domain) -> Option<&Entry> {
        self.enforced.get(domain).or_else(|| self.others.get(domain))
    }

    /// The entry, which counts as used now.
    pub(super) fn get_mut(&mut self, domain: &Domain) -> Option<&mut Entry> {
        self.uses += 1;
        let entry = self.enforced.get_mut(domain).or_else(|| self.others.get_mut(domain))?;
        entry.used = self.uses;
        Some(entry)
    }

    /// Keeps this entry and no other of the domain.
    pub(in crate::tls_policy) fn put(&mut self, domain: Domain, entry: Entry, now: SystemTime) {
        self.uses += 1;
        let entry = Entry { used: self.uses, ..entry };
        let (place, other) = match entry.known.policy.mode() {
            MtaStsMode::Enforce => (&mut self.enforced, &mut self.others),
            MtaStsMode::Testing | MtaStsMode::None => (&mut self.others, &mut self.enforced),
        };
        other.remove(&domain);
        if place.len() >= self.capacity && !place.contains_key(&domain) {
            make_room(place, now);
        }
        place.insert(domain, entry);
    }

    /// Whether [`put`](Self::put) forgets no other domain.
    pub(in crate::tls_policy) fn has_room(&self, domain: &Domain, entry: &Entry) -> bool {
        let place = match entry.known.policy.mode() {
            MtaStsMode::Enforce => &self.enforced,
            MtaStsMode::Testing | MtaStsMode::None => &self.others,
        };
        place.len() < self.capacity || place.contains_key(domain)
    }

    /// All entries, in no order.
    pub(in crate::tls_policy) fn iter(&self) -> impl Iterator<Item = (&Domain, &Entry)> {
        self.enforced.iter().chain(&self.others)
    }

    pub(super) fn len(&self) -> usize {
        self.enforced.len() + self.others.len()
    }
}

/// What a policy protects, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    /// It says `none`, or is over.
    Nothing,
    Testing,
    Enforced,
}

/// Forgets an eighth, one at least: what is worth the least, and of that what was used longest ago.
fn make_room(place: &mut HashMap<Domain, Entry>, now: SystemTime) {
    let rank = |entry: &Entry| (worth(entry, now), entry.used);
    let mut ranks: Vec<_> = place.values().map(rank).collect();
    let last = (ranks.len() / 8).saturating_sub(1);
    if last < ranks.len() {
        let (_, last, _) = ranks.select_nth_unstable(last);
        place.retain(|_, entry| rank(entry) > *last);
    }
}

fn worth(entry: &Entry, now: SystemTime) -> Worth {
    match entry.known.policy.mode() {
        _ if !entry.is_valid(now) => Worth::Nothing,
        MtaStsMode::Enforce => Worth::Enforced,
        MtaStsMode::Testing => Worth::Testing,
        MtaStsMode::None => Worth::Nothing,
    }
}
