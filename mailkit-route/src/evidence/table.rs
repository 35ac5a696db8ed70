//! A table of bounded size, whose rows keep their number while they are used.

use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::HashTable;

/// A row, until its table needs the place for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RowId {
    row: u32,
    generation: u32,
}

impl RowId {
    /// The row of nothing.
    pub(crate) const NONE: Self = Self { row: u32::MAX, generation: 0 };

    /// The place of the row in its table, from 0.
    pub(crate) fn number(self) -> usize {
        self.row as usize
    }
}

/// Rows by key. A full table gives away the place of a row that was not used for a while: a hand goes
/// round, and takes the first one that was not used since it last came by. A row counts as used from its
/// second use on, so that keys which come once make room for each other.
#[derive(Debug)]
pub(crate) struct Table<K, V> {
    rows: Vec<Row<K, V>>,
    index: HashTable<u32>,
    hasher: RandomState,
    hand: usize,
    capacity: usize,
}

#[derive(Debug)]
struct Row<K, V> {
    key: K,
    value: V,
    generation: u32,
    used: bool,
}

impl<K: Eq + Hash, V> Table<K, V> {
    /// A table of that many rows, at least two.
    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = capacity.clamp(2, u32::MAX as usize);
        let (rows, index, hasher) = (Vec::new(), HashTable::new(), RandomState::new());
        Self { rows, index, hasher, hand: 0, capacity }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether a new key takes no other's place.
    pub(crate) fn has_room(&self) -> bool {
        self.rows.len() < self.capacity
    }

    /// All rows, in no order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (RowId, &K, &V)> {
        (0..)
            .zip(&self.rows)
            .map(|(row, it)| (RowId { row, generation: it.generation }, &it.key, &it.value))
    }

    /// A hash that nobody outside can foresee.
    pub(crate) fn hash_of(&self, value: impl Hash) -> u64 {
        self.hasher.hash_one(value)
    }

    pub(crate) fn find(&self, key: &K) -> Option<RowId> {
        let same = |&row: &u32| self.rows.get(row as usize).is_some_and(|it| it.key == *key);
        let row = *self.index.find(self.hasher.hash_one(key), same)?;
        Some(RowId { row, generation: self.rows.get(row as usize)?.generation })
    }

    /// The row of a key, made if it is not there.
    pub(crate) fn claim(&mut self, key: K, make: impl FnOnce() -> V) -> RowId {
        if let Some(id) = self.find(&key) {
            self.touch(id);
            return id;
        }
        let row = self.free_row(key, make());
        let Some(new) = self.rows.get(row) else { return RowId::NONE };
        let (hash, generation) = (self.hasher.hash_one(&new.key), new.generation);
        #[expect(clippy::cast_possible_truncation, reason = "the capacity is one of u32")]
        let row = row as u32;
        let (rows, hasher) = (&self.rows, &self.hasher);
        let hash_of = |&row: &u32| rows.get(row as usize).map_or(0, |it| hasher.hash_one(&it.key));
        self.index.insert_unique(hash, row, hash_of);
        RowId { row, generation }
    }

    /// Puts a new row at the end, or in the place of one that is not used.
    fn free_row(&mut self, key: K, value: V) -> usize {
        if self.rows.len() < self.capacity {
            self.grow();
            self.rows.push(Row { key, value, generation: 0, used: false });
            return self.rows.len() - 1;
        }
        loop {
            self.hand = (self.hand + 1) % self.rows.len();
            let Some(row) = self.rows.get_mut(self.hand) else { continue };
            if !std::mem::take(&mut row.used) {
                break;
            }
        }
        let hand = self.hand;
        if let Some(row) = self.rows.get_mut(hand) {
            let hash = self.hasher.hash_one(&row.key);
            if let Ok(entry) = self.index.find_entry(hash, |&row| row as usize == hand) {
                entry.remove();
            }
            let generation = row.generation.wrapping_add(1);
            *row = Row { key, value, generation, used: false };
        }
        hand
    }

    /// By a quarter, where a vector would double: half of it would stand empty.
    fn grow(&mut self) {
        if self.rows.len() == self.rows.capacity() {
            let quarter = (self.rows.len() / 4).max(16);
            self.rows.reserve_exact(quarter.min(self.capacity - self.rows.len()));
        }
    }

    fn touch(&mut self, id: RowId) {
        if let Some(row) = self.rows.get_mut(id.row as usize) {
            row.used = true;
        }
    }

    pub(crate) fn key(&self, id: RowId) -> Option<&K> {
        self.row(id).map(|row| &row.key)
    }

    pub(crate) fn get(&self, id: RowId) -> Option<&V> {
        self.row(id).map(|row| &row.value)
    }

    pub(crate) fn get_mut(&mut self, id: RowId) -> Option<&mut V> {
        let row = self.rows.get_mut(id.row as usize)?;
        (row.generation == id.generation).then_some(&mut row.value)
    }

    fn row(&self, id: RowId) -> Option<&Row<K, V>> {
        self.rows.get(id.row as usize).filter(|row| row.generation == id.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_within_the_capacity_and_the_used_ones_stay() {
        let mut table = Table::<u32, u32>::new(100);
        let first = table.claim(0, || 7);
        for key in 1..10_000 {
            let id = table.claim(key, || key);
            assert_eq!((table.get(id), table.find(&key)), (Some(&key), Some(id)));
            assert_eq!(table.claim(0, || 8), first);
            assert!(table.len() <= 100 && table.index.len() <= 100);
        }
        assert_eq!(table.get(first), Some(&7));
        assert_eq!(table.find(&1), None);
    }

    #[test]
    fn a_row_that_was_given_away_is_not_read() {
        let mut table = Table::<u32, u32>::new(2);
        let ids: Vec<RowId> = (0..9).map(|key| table.claim(key, || key)).collect();
        let known: Vec<_> = ids.iter().filter_map(|&id| table.get(id)).collect();
        assert_eq!(known.len(), 2);
        assert!(known.contains(&&8), "{known:?}");
    }
}
