//! Moments as people write them.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::rollout::Day;

/// A moment in UTC, printed as `2026-11-22 18:55 UTC`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Utc(pub(crate) SystemTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        let minutes = seconds % 86_400 / 60;
        write!(f, "{} {:02}:{:02} UTC", Day::of(self.0), minutes / 60, minutes % 60)
    }
}

/// Moments in JSON: whole seconds since 1970, rounded down.
#[cfg(feature = "serde")]
pub(crate) mod unix_seconds {
    use std::time::{Duration, SystemTime};

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(
        moment: &SystemTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        serializer.serialize_u64(since.as_secs())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SystemTime, D::Error> {
        let since = Duration::from_secs(u64::deserialize(deserializer)?);
        let moment = SystemTime::UNIX_EPOCH.checked_add(since);
        moment.ok_or_else(|| D::Error::custom("a moment later than can be told"))
    }

    /// A moment that may be absent.
    pub(crate) mod if_any {
        use super::{Serialize, Serializer, SystemTime};

        struct Moment<'t>(&'t SystemTime);

        impl Serialize for Moment<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                super::serialize(self.0, serializer)
            }
        }

        #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
        pub(crate) fn serialize<S: Serializer>(
            moment: &Option<SystemTime>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            moment.as_ref().map(Moment).serialize(serializer)
        }
    }
}

/// Spans of time in JSON: whole seconds.
#[cfg(feature = "serde")]
pub(crate) mod seconds {
    use std::time::Duration;

    use serde::{Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        time: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(time.as_secs())
    }

    /// A span that may be absent.
    pub(crate) mod if_any {
        use super::{Duration, Serialize, Serializer};

        #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
        pub(crate) fn serialize<S: Serializer>(
            time: &Option<Duration>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            time.map(|it| it.as_secs()).serialize(serializer)
        }
    }

    /// Steps, and how long after each.
    pub(crate) mod after_steps {
        use super::{Duration, Serializer};

        pub(crate) fn serialize<S: Serializer>(
            steps: &[(usize, Duration)],
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(steps.iter().map(|(step, wait)| (step, wait.as_secs())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn moments() {
        let check = |seconds, expected: &str| {
            let moment = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(Utc(moment).to_string(), expected);
        };
        check(0, "1970-01-01 00:00 UTC");
        check(951_782_399, "2000-02-28 23:59 UTC");
        check(951_782_400, "2000-02-29 00:00 UTC");
        check(1_795_373_759, "2026-11-22 18:55 UTC");
    }
}
