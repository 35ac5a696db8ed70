//! How times that may be absent look in JSON.

use std::time::SystemTime;

use serde::{Serialize, Serializer};

/// Whole seconds since 1970, or null.
pub(crate) fn maybe_unix_seconds<S: Serializer>(
    time: &Option<SystemTime>,
    out: S,
) -> Result<S::Ok, S::Error> {
    struct Seconds(SystemTime);
    impl Serialize for Seconds {
        fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
            crate::wire::unix_seconds(&self.0, out)
        }
    }
    time.map(Seconds).serialize(out)
}

#[cfg(test)]
mod tests;
