//! A store for the threads of one process.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::{Document, Held, Hold, Key, NodeId, Store, StoreError, StoreErrorKind};

/// A [`Store`] in memory: for planners of one process, for tests, and to see what an engine has to do.
///
/// A clone is the same store. It forgets what has run out when it needs the room, and nothing else: a full store is an
/// error, never a limit that opens.
///
/// ```
/// use mailkit_route::store::{Held, Hold, Key, MemoryStore, NodeId, Store};
/// use std::time::{Duration, SystemTime};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (store, now) = (MemoryStore::default(), SystemTime::UNIX_EPOCH);
/// let (key, a, b): (Key, NodeId, NodeId) = ("connections fra to google".parse()?, "a".parse()?, "b".parse()?);
/// let eight_of_ten = Hold::new(8, 10, now + Duration::from_secs(60));
/// assert_eq!(store.hold(&key, &a, eight_of_ten, now).await?, Held::new(8, 0));
/// assert_eq!(store.hold(&key, &b, eight_of_ten, now).await?, Held::new(2, 8));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
    limits: MemoryLimits,
}

/// The most a [`MemoryStore`] keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryLimits {
    /// Documents.
    pub documents: usize,
    /// Bytes of one document.
    pub document_bytes: usize,
    /// Bytes of all documents.
    pub bytes: usize,
    /// Parts of limits that nodes hold.
    pub holds: usize,
}

impl Default for MemoryLimits {
    /// 65,536 documents of at most 4 MiB, 64 MiB in all, and 65,536 holds.
    fn default() -> Self {
        Self { documents: 65_536, document_bytes: 4 << 20, bytes: 64 << 20, holds: 65_536 }
    }
}

impl MemoryStore {
    /// An empty store with limits of its own.
    #[must_use]
    pub fn with_limits(limits: MemoryLimits) -> Self {
        Self { state: Arc::default(), limits }
    }

    /// Every change of the state is whole, so that one who panicked left none half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    async fn publish(
        &self,
        key: &Key,
        node: &NodeId,
        text: &str,
        until: SystemTime,
        now: SystemTime,
    ) -> Result<(), StoreError> {
        let MemoryLimits { documents, document_bytes, bytes, .. } = self.limits;
        if text.len() > document_bytes {
            return Err(StoreErrorKind::TooLong { limit: document_bytes }.into());
        }
        let shelf = &mut self.state().documents;
        shelf.remove(key, node);
        if until <= now {
            return Ok(());
        }
        let is_full = |shelf: &Shelf<Box<str>>| {
            shelf.entries >= documents || shelf.weight + text.len() > bytes
        };
        if is_full(shelf) {
            shelf.sweep(now);
        }
        if is_full(shelf) {
            return Err(StoreErrorKind::Full { limit: documents }.into());
        }
        shelf.put(key, node, text.into(), until);
        Ok(())
    }

    async fn documents(&self, key: &Key, now: SystemTime) -> Result<Vec<Document>, StoreError> {
        let state = self.state();
        let documents = state.documents.at(key, now);
        Ok(documents
            .map(|(node, text)| Document::new(node.clone(), text.as_ref().into()))
            .collect())
    }

    async fn hold(
        &self,
        key: &Key,
        node: &NodeId,
        hold: Hold,
        now: SystemTime,
    ) -> Result<Held, StoreError> {
        let shelf = &mut self.state().holds;
        shelf.remove(key, node);
        let others = shelf.at(key, now).fold(0, |sum: u32, (_, held)| sum.saturating_add(*held));
        let amount = hold.amount.min(hold.limit.saturating_sub(others));
        if amount == 0 || hold.until <= now {
            return Ok(Held { amount: 0, others });
        }
        if shelf.entries >= self.limits.holds {
            shelf.sweep(now);
        }
        if shelf.entries >= self.limits.holds {
            return Err(StoreErrorKind::Full { limit: self.limits.holds }.into());
        }
        shelf.put(key, node, amount, hold.until);
        Ok(Held { amount, others })
    }
}

#[derive(Debug, Default)]
struct State {
    documents: Shelf<Box<str>>,
    holds: Shelf<u32>,
}

/// Entries by key and node, each until a time.
#[derive(Debug)]
struct Shelf<V> {
    keys: HashMap<Key, BTreeMap<NodeId, (V, SystemTime)>>,
    entries: usize,
    /// In bytes.
    weight: usize,
}

impl<V> Default for Shelf<V> {
    fn default() -> Self {
        Self { keys: HashMap::new(), entries: 0, weight: 0 }
    }
}

impl<V: Weigh> Shelf<V> {
    /// What has not run out.
    fn at(&self, key: &Key, now: SystemTime) -> impl Iterator<Item = (&NodeId, &V)> {
        let nodes = self.keys.get(key).into_iter().flatten();
        nodes.filter(move |(_, (_, until))| *until > now).map(|(node, (value, _))| (node, value))
    }

    /// Puts an entry where there is none.
    fn put(&mut self, key: &Key, node: &NodeId, value: V, until: SystemTime) {
        self.entries += 1;
        self.weight += value.weight();
        self.keys.entry(key.clone()).or_default().insert(node.clone(), (value, until));
    }

    fn remove(&mut self, key: &Key, node: &NodeId) {
        let Some(nodes) = self.keys.get_mut(key) else { return };
        if let Some((value, _)) = nodes.remove(node) {
            self.entries -= 1;
            self.weight -= value.weight();
        }
        if nodes.is_empty() {
            self.keys.remove(key);
        }
    }

    fn sweep(&mut self, now: SystemTime) {
        for nodes in self.keys.values_mut() {
            nodes.retain(|_, (_, until)| *until > now);
        }
        self.keys.retain(|_, nodes| !nodes.is_empty());
        let rest = || self.keys.values().flat_map(BTreeMap::values);
        (self.entries, self.weight) =
            (rest().count(), rest().map(|(value, _)| value.weight()).sum());
    }
}

trait Weigh {
    fn weight(&self) -> usize;
}

impl Weigh for Box<str> {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl Weigh for u32 {
    fn weight(&self) -> usize {
        0
    }
}
