//! The life of DKIM keys: published, signing, retired, revoked, removed.
//!
//! A [`KeyRing`] knows the keys of a domain, says what to do next and when, and refuses what would
//! lose mail: signing with a key that caches may not have, revoking one whose mail is still on its
//! way, using a selector twice (RFC 6376 section 3.1). It keeps no key material and no clock.

mod action;
mod error;
mod key;
mod name;
mod policy;
#[cfg(feature = "serde")]
mod stored;

pub use action::{KeyPlace, RotationAction, RotationStep};
pub use error::RotationError;
pub use key::{KeyState, RotationKey};
pub use policy::RotationPolicy;

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::Selector;
use crate::record::dkim::KeyType;
use name::next_selector;

/// The keys of a domain, those that are gone included: their selectors are not used again.
///
/// With feature `serde` a ring is stored and read back; what is read is checked as
/// [`KeyRing::new`] checks it.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use mailkit_auth::record::dkim::KeyType;
/// use mailkit_auth::rotation::{KeyRing, RotationPolicy, RotationStep};
///
/// let policy = RotationPolicy::default().with_key_types([KeyType::Rsa]);
/// let now = UNIX_EPOCH + Duration::from_secs(1_795_373_759);
/// let mut ring = KeyRing::default();
/// let publish = ring.next_actions(&policy, now).remove(0);
/// assert_eq!((publish.step, publish.selector.as_str()), (RotationStep::Publish, "2026q4a"));
/// ring.done(&publish, &policy, now)?;
/// let sign = ring.next_actions(&policy, now).remove(0);
/// assert_eq!((sign.step, sign.due), (RotationStep::StartSigning, now + policy.propagation()));
/// assert!(ring.done(&sign, &policy, now).is_err(), "caches may not have the key yet");
/// # Ok::<(), mailkit_auth::rotation::RotationError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "stored::Stored"))]
pub struct KeyRing {
    keys: Vec<RotationKey>,
}

impl KeyRing {
    /// A ring of these keys.
    ///
    /// # Errors
    ///
    /// If two of them have the same selector.
    pub fn new(keys: impl IntoIterator<Item = RotationKey>) -> Result<Self, RotationError> {
        let mut taken = BTreeSet::new();
        let mut ring = Self::default();
        for key in keys {
            if !taken.insert(key.selector.clone()) {
                return Err(RotationError::SelectorTwice { selector: key.selector });
            }
            ring.keys.push(key);
        }
        Ok(ring)
    }

    /// The keys in the order in which they came.
    #[must_use]
    pub fn keys(&self) -> &[RotationKey] {
        &self.keys
    }

    /// The key of a selector.
    #[must_use]
    pub fn key(&self, selector: &Selector) -> Option<&RotationKey> {
        self.keys.iter().find(|key| key.selector == *selector)
    }

    /// The key of this type that signs now; of several the one that started last.
    #[must_use]
    pub fn signing_key(&self, key_type: KeyType) -> Option<&RotationKey> {
        let signing = self.of_type(key_type).filter_map(|key| match key.state {
            KeyState::Signing { since } => Some((since, key)),
            _ => None,
        });
        signing.max_by_key(|(since, _)| *since).map(|(_, key)| key)
    }

    /// The next thing to do for each key and for each type of key, the most urgent first.
    #[must_use]
    pub fn next_actions(&self, policy: &RotationPolicy, now: SystemTime) -> Vec<RotationAction> {
        let mut taken = self.keys.iter().map(|key| key.selector.clone()).collect();
        let types = policy.key_types().iter();
        let mut actions: Vec<_> =
            types.filter_map(|it| self.succession(*it, policy, now, &mut taken)).collect();
        actions.extend(self.keys.iter().filter_map(|key| self.end_of_life(key, policy, now)));
        actions.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.selector.cmp(&b.selector)));
        actions
    }

    /// Takes note that an action was done at this moment.
    ///
    /// When a key starts to sign, the one of its type that signed before retires.
    ///
    /// # Errors
    ///
    /// If the action would lose mail at this moment, or is not one for the state that the key is in;
    /// the ring then stays as it was.
    pub fn done(
        &mut self,
        action: &RotationAction,
        policy: &RotationPolicy,
        at: SystemTime,
    ) -> Result<(), RotationError> {
        let RotationAction { step, selector, key_type, .. } = action;
        // The ring knows the type of its keys; that of an action counts for a new one alone.
        let known_type = self.key(selector).map_or(*key_type, |key| key.key_type);
        let state = match (step, self.key(selector)) {
            (RotationStep::Publish, None) => {
                let state = KeyState::Published { since: at };
                let (selector, key_type) = (selector.clone(), *key_type);
                self.keys.push(RotationKey { selector, key_type, state });
                return Ok(());
            }
            (step, Some(key)) => key.state.after(*step, selector, policy, at)?,
            (_, None) => {
                return Err(RotationError::UnknownSelector { selector: selector.clone() });
            }
        };
        if *step == RotationStep::StartSigning {
            self.retire_all(known_type, at);
        }
        self.set(selector, state);
        Ok(())
    }

    /// Takes note that somebody else may have a key: it signs no longer, and the next thing to do is to
    /// publish the empty key, whatever mail is on its way. One that is gone already stays so.
    ///
    /// # Errors
    ///
    /// If the ring has no such key.
    pub fn compromised(
        &mut self,
        selector: &Selector,
        at: SystemTime,
    ) -> Result<(), RotationError> {
        let Some(key) = self.key(selector) else {
            return Err(RotationError::UnknownSelector { selector: selector.clone() });
        };
        let is_gone = matches!(key.state, KeyState::Revoked { .. } | KeyState::Removed);
        if !is_gone {
            self.set(selector, KeyState::Compromised { since: at });
        }
        Ok(())
    }

    fn of_type(&self, key_type: KeyType) -> impl Iterator<Item = &RotationKey> {
        self.keys.iter().filter(move |key| key.key_type == key_type)
    }

    /// What brings the next key of a type to signing.
    fn succession(
        &self,
        key_type: KeyType,
        policy: &RotationPolicy,
        now: SystemTime,
        taken: &mut BTreeSet<Selector>,
    ) -> Option<RotationAction> {
        let ends = self.signing_key(key_type).map(|key| match key.state {
            KeyState::Signing { since } => later(since, policy.period()),
            _ => now,
        });
        let published = self.of_type(key_type).filter_map(|key| match key.state {
            KeyState::Published { since } => Some((later(since, policy.propagation()), key)),
            _ => None,
        });
        if let Some((usable, key)) = published.min_by_key(|(usable, _)| *usable) {
            let due = ends.map_or(usable, |ends| ends.max(usable));
            let step = RotationStep::StartSigning;
            return Some(RotationAction::new(step, key.selector.clone(), key_type, due, now));
        }
        let due = ends.map_or(now, |ends| ends.checked_sub(policy.lead()).unwrap_or(ends));
        let selector = next_selector(due.max(now), taken)?;
        taken.insert(selector.clone());
        Some(RotationAction::new(RotationStep::Publish, selector, key_type, due, now))
    }

    /// What comes next for a key that no longer signs, or should not.
    fn end_of_life(
        &self,
        key: &RotationKey,
        policy: &RotationPolicy,
        now: SystemTime,
    ) -> Option<RotationAction> {
        let newest = || self.signing_key(key.key_type).is_none_or(|it| it.selector == key.selector);
        let (step, due) = match key.state {
            KeyState::Signing { .. } if !newest() => (RotationStep::StopSigning, now),
            KeyState::Retired { last_signature } => {
                (RotationStep::Revoke, later(last_signature, policy.keep()))
            }
            KeyState::Compromised { since } => (RotationStep::Revoke, since),
            KeyState::Revoked { since } => (RotationStep::Remove, later(since, policy.forget())),
            KeyState::Published { .. } | KeyState::Signing { .. } | KeyState::Removed => {
                return None;
            }
        };
        Some(RotationAction::new(step, key.selector.clone(), key.key_type, due, now))
    }

    fn retire_all(&mut self, key_type: KeyType, at: SystemTime) {
        for key in self.keys.iter_mut().filter(|key| key.key_type == key_type) {
            if matches!(key.state, KeyState::Signing { .. }) {
                key.state = KeyState::Retired { last_signature: at };
            }
        }
    }

    fn set(&mut self, selector: &Selector, state: KeyState) {
        for key in self.keys.iter_mut().filter(|key| key.selector == *selector) {
            key.state = state;
        }
    }
}

/// A moment and a wait, at most the last moment that can be told.
fn later(moment: SystemTime, wait: Duration) -> SystemTime {
    moment.checked_add(wait).unwrap_or(moment)
}

#[cfg(test)]
mod tests;
