//! All scopes of one kind, within fixed memory.

use std::{collections::HashMap, hash::Hash};

use super::track::{Cell, Track};

/// Two generations of scopes, each with half of the memory: a record brings a scope into the young one, and when
/// that is full the old one is forgotten.
///
/// It is a [`BoundedMap`](crate::bounded::BoundedMap) that counts octets, for a busy scope takes a hundred times
/// the room of a quiet one.
#[derive(Debug)]
pub(super) struct ScopeTable<K> {
    young: Generation<K>,
    old: Generation<K>,
    half: usize,
    forgotten: u64,
}

#[derive(Debug)]
struct Generation<K> {
    tracks: HashMap<K, Box<Track>>,
    octets: usize,
}

impl<K: Eq + Hash + Clone> ScopeTable<K> {
    pub(super) fn new(octets: usize) -> Self {
        Self { young: Generation::new(), old: Generation::new(), half: octets / 2, forgotten: 0 }
    }

    pub(super) fn record(&mut self, key: &K, cells: &[Cell], second: u64) {
        if !self.young.tracks.contains_key(key) {
            let track = self.old.remove(key).unwrap_or_default();
            self.young.insert(key.clone(), track);
        }
        if let Some(track) = self.young.tracks.get_mut(key) {
            self.young.octets += track.add(cells, second);
        }
        if self.young.octets > self.half {
            let young = std::mem::replace(&mut self.young, Generation::new());
            let old = std::mem::replace(&mut self.old, young);
            self.forgotten += old.tracks.len() as u64;
        }
    }

    /// Adds a scope as it is, if it is new and there is room.
    pub(super) fn restore(&mut self, key: K, track: Track) -> bool {
        let new = self.get(&key).is_none();
        let octets = SCOPE + track.octets();
        let room = |generation: &&mut Generation<K>| generation.octets + octets <= self.half;
        match [&mut self.young, &mut self.old].into_iter().find(room).filter(|_| new) {
            Some(generation) => generation.insert(key, Box::new(track)),
            None => return false,
        }
        true
    }

    pub(super) fn get(&self, key: &K) -> Option<&Track> {
        let track = self.young.tracks.get(key).or_else(|| self.old.tracks.get(key));
        track.map(|track| &**track)
    }

    /// All scopes, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &Track)> {
        let tracks = self.young.tracks.iter().chain(&self.old.tracks);
        tracks.map(|(key, track)| (key, &**track))
    }

    /// How many scopes had to go.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

impl<K: Eq + Hash> Generation<K> {
    fn new() -> Self {
        Self { tracks: HashMap::new(), octets: 0 }
    }

    fn insert(&mut self, key: K, track: Box<Track>) {
        self.octets += SCOPE + track.octets();
        self.tracks.insert(key, track);
    }

    fn remove(&mut self, key: &K) -> Option<Box<Track>> {
        let track = self.tracks.remove(key)?;
        self.octets = self.octets.saturating_sub(SCOPE + track.octets());
        Some(track)
    }
}

/// What a scope takes before anything is counted: its slots, its name, and its place in a map that is half empty.
const SCOPE: usize = size_of::<Track>() + 256;
