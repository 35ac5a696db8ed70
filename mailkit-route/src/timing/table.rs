//! A map with a hard limit that never drops what is still in use.

use std::{collections::HashMap, hash::Hash};

/// Entries up to a limit. A full table first drops those at rest; when none is, it takes no new one.
///
/// [`BoundedMap`](crate::bounded::BoundedMap) forgets what was not used for longest. Here forgetting
/// would open a limit: a lease that is out, a budget that is spent.
#[derive(Debug, Clone)]
pub(super) struct Table<K, V> {
    entries: HashMap<K, V>,
    capacity: usize,
    /// New keys to refuse before the next sweep, so that a flood of them does not pay for a sweep each.
    patience: usize,
}

impl<K: Eq + Hash + Clone, V> Table<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { entries: HashMap::new(), capacity, patience: 0 }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.entries.remove(key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry, made if there is room for it.
    pub(super) fn entry(
        &mut self,
        key: &K,
        make: impl FnOnce() -> V,
        at_rest: impl Fn(&V) -> bool,
    ) -> Option<&mut V> {
        let full = self.entries.len() >= self.capacity;
        if full && !self.entries.contains_key(key) && !self.sweep(at_rest) {
            return None;
        }
        Some(self.entries.entry(key.clone()).or_insert_with(make))
    }

    fn sweep(&mut self, at_rest: impl Fn(&V) -> bool) -> bool {
        if self.patience > 0 {
            self.patience -= 1;
            return false;
        }
        self.entries.retain(|_, value| !at_rest(value));
        self.patience = self.capacity / 8;
        self.entries.len() < self.capacity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_table_drops_only_what_is_at_rest() {
        let mut table = Table::<u32, u32>::new(16);
        let at_rest = |uses: &u32| *uses == 0;
        for key in 0..10_000 {
            // Every second entry stays in use.
            let _ = table.entry(&key, || key % 2, at_rest);
            assert!(table.len() <= 16);
        }
        assert!((0..16).filter(|key| key % 2 == 1).all(|key| table.get(&key) == Some(&1)));
        assert!(table.entry(&20_000, || 0, |_| false).is_none());
    }

    #[test]
    fn a_table_for_nothing_takes_nothing() {
        assert!(Table::<u32, u32>::new(0).entry(&1, || 0, |_| true).is_none());
    }
}
