//! Wakes mail that waits for something: that its destination works again, or that a connection is free.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;

/// The bells for which somebody listens.
#[derive(Debug)]
pub(super) struct Bells<K>(Mutex<HashMap<K, Weak<Notify>>>);

impl<K: Eq + Hash> Bells<K> {
    /// The bell of a thing. It exists while somebody holds it.
    pub(super) fn bell(&self, of: K) -> Arc<Notify> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(&of).and_then(Weak::upgrade) {
            return bell;
        }
        bells.retain(|_, bell| bell.strong_count() > 0);
        let bell = Arc::default();
        bells.insert(of, Arc::downgrade(&bell));
        bell
    }

    /// Wakes all that listen.
    pub(super) fn ring(&self, of: &K) {
        self.heard(of).inspect(|bell| bell.notify_waiters());
    }

    /// Wakes one that listens, or the next that will.
    pub(super) fn ring_for_one(&self, of: &K) {
        self.heard(of).inspect(|bell| bell.notify_one());
    }

    fn heard(&self, of: &K) -> Option<Arc<Notify>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(of)?.upgrade()
    }
}

impl<K> Default for Bells<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
