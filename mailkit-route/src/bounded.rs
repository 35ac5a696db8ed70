//! A map that forgets what was not used for longest.

use std::{collections::HashMap, hash::Hash};

/// Two generations of entries: a use brings an entry into the young one, and when that is full the
/// old one is forgotten. Nothing used in the last `capacity / 2` new entries is ever lost.
#[derive(Debug)]
pub(crate) struct BoundedMap<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    half: usize,
}

impl<K: Eq + Hash, V: Default> BoundedMap<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: (capacity / 2).max(1) }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The entry, made if it is not there.
    pub(crate) fn entry(&mut self, key: K) -> &mut V {
        let mut kept = None;
        if !self.young.contains_key(&key) {
            kept = self.old.remove(&key);
            if self.young.len() >= self.half {
                self.old = std::mem::take(&mut self.young);
            }
        }
        self.young.entry(key).or_insert_with(|| kept.unwrap_or_default())
    }

    /// All entries, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.young.iter().chain(&self.old)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_its_capacity_and_keeps_what_is_used() {
        let mut map = BoundedMap::<u32, u32>::new(100);
        for key in 0..10_000 {
            *map.entry(key) = key;
            *map.entry(0) += 1;
            assert!(map.len() <= 100, "{}", map.len());
        }
        assert_eq!(map.get(&0), Some(&10_000));
        assert_eq!(map.get(&9_999), Some(&9_999));
        assert_eq!(map.get(&1), None);
    }

    #[test]
    fn an_old_entry_that_is_used_again_keeps_its_value() {
        let mut map = BoundedMap::<u32, u32>::new(4);
        (1..=4).for_each(|key| *map.entry(key) = key);
        assert_eq!(*map.entry(1), 1);
        assert_eq!(map.get(&2), None);
    }
}
