//! How long keys live.

use std::time::Duration;

use crate::record::dkim::KeyType;

/// How often keys change, and how long each part of their life takes.
///
/// ```
/// use std::time::Duration;
///
/// use mailkit_auth::rotation::RotationPolicy;
///
/// let mut policy = RotationPolicy::default();
/// policy.keep = Duration::from_secs(60);
/// assert_eq!(policy.keep().as_secs(), 72 * 3600, "mail on its way needs the old key");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RotationPolicy {
    /// The types of key that sign, each with a key of its own; RSA and Ed25519 beside each other
    /// (RFC 8463 section 6).
    pub key_types: Vec<KeyType>,
    /// How long a key signs; 180 days.
    pub period: Duration,
    /// How long before the end of that the next key is published; 14 days.
    pub lead: Duration,
    /// How long a key stands before it signs, so that no cache lacks it, at least three hours; a day, in
    /// which negative answers expire too (RFC 2308 section 5).
    pub propagation: Duration,
    /// How long a key stands after its last signature, at least 72 hours; 7 days.
    pub keep: Duration,
    /// How long the empty key stands before its record goes; 30 days.
    pub forget: Duration,
}

impl RotationPolicy {
    /// With these types of key.
    #[must_use]
    pub fn with_key_types(mut self, key_types: impl IntoIterator<Item = KeyType>) -> Self {
        self.key_types = key_types.into_iter().collect();
        self
    }

    /// How long a key stands before it signs: never less than three hours, for which caches commonly
    /// hold that there is none.
    #[must_use]
    pub fn propagation(&self) -> Duration {
        self.propagation.max(SHORTEST_PROPAGATION)
    }

    /// How long a key stands after its last signature: never less than 72 hours, in which most queues
    /// have delivered what they hold.
    #[must_use]
    pub fn keep(&self) -> Duration {
        self.keep.max(SHORTEST_KEEP)
    }
}

impl Default for RotationPolicy {
    fn default() -> Self {
        Self {
            key_types: vec![KeyType::Rsa, KeyType::Ed25519],
            period: 180 * DAY,
            lead: 14 * DAY,
            propagation: DAY,
            keep: 7 * DAY,
            forget: 30 * DAY,
        }
    }
}

const DAY: Duration = Duration::from_secs(86_400);
const SHORTEST_PROPAGATION: Duration = Duration::from_secs(3 * 3600);
const SHORTEST_KEEP: Duration = Duration::from_secs(72 * 3600);
