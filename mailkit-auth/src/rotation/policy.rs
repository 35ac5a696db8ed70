//! How long keys live.

use std::time::Duration;

use crate::record::dkim::KeyType;

/// How often keys change, and how long each part of their life takes. In JSON its times are seconds.
///
/// ```
/// use std::time::Duration;
///
/// use mailkit_auth::rotation::RotationPolicy;
///
/// let days = |days: u64| Duration::from_secs(days * 86_400);
/// let policy = RotationPolicy::default().with_period(days(90)).with_lead(days(7)).with_forget(days(60));
/// assert_eq!((policy.period(), policy.lead(), policy.forget()), (days(90), days(7), days(60)));
///
/// let policy = policy.with_keep(Duration::from_secs(60));
/// assert_eq!(policy.keep().as_secs(), 72 * 3600, "mail on its way needs the old key");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RotationPolicy {
    key_types: Vec<KeyType>,
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::moment::seconds::serialize"))]
    period: Duration,
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::moment::seconds::serialize"))]
    lead: Duration,
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::moment::seconds::serialize"))]
    propagation: Duration,
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::moment::seconds::serialize"))]
    keep: Duration,
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::moment::seconds::serialize"))]
    forget: Duration,
}

impl RotationPolicy {
    /// With these types of key, each with a key of its own; RSA and Ed25519 without (RFC 8463 section 3).
    #[must_use]
    pub fn with_key_types(mut self, key_types: impl IntoIterator<Item = KeyType>) -> Self {
        self.key_types = key_types.into_iter().collect();
        self
    }

    /// With the time for which a key signs; 180 days without.
    #[must_use]
    pub fn with_period(mut self, period: Duration) -> Self {
        self.period = period;
        self
    }

    /// With the time before the end of that at which the next key is published; 14 days without.
    #[must_use]
    pub fn with_lead(mut self, lead: Duration) -> Self {
        self.lead = lead;
        self
    }

    /// With the time for which a key stands before it signs, so that no cache lacks it; a day without,
    /// in which negative answers expire too (RFC 2308 section 5).
    ///
    /// Less than three hours, for which caches commonly hold that there is none, counts as these.
    #[must_use]
    pub fn with_propagation(mut self, propagation: Duration) -> Self {
        self.propagation = propagation.max(SHORTEST_PROPAGATION);
        self
    }

    /// With the time for which a key stands after its last signature; 7 days without.
    ///
    /// Less than 72 hours, in which most queues have delivered what they hold, counts as these.
    #[must_use]
    pub fn with_keep(mut self, keep: Duration) -> Self {
        self.keep = keep.max(SHORTEST_KEEP);
        self
    }

    /// With the time for which the empty key stands before its record goes; 30 days without.
    #[must_use]
    pub fn with_forget(mut self, forget: Duration) -> Self {
        self.forget = forget;
        self
    }

    /// The types of key that sign.
    #[must_use]
    pub fn key_types(&self) -> &[KeyType] {
        &self.key_types
    }

    /// How long a key signs.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }

    /// How long before the end of that the next key is published.
    #[must_use]
    pub fn lead(&self) -> Duration {
        self.lead
    }

    /// How long a key stands before it signs, at least three hours.
    #[must_use]
    pub fn propagation(&self) -> Duration {
        self.propagation
    }

    /// How long a key stands after its last signature, at least 72 hours.
    #[must_use]
    pub fn keep(&self) -> Duration {
        self.keep
    }

    /// How long the empty key stands before its record goes.
    #[must_use]
    pub fn forget(&self) -> Duration {
        self.forget
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
