//! A ring as it is read back.

use serde::Deserialize;

use super::{KeyRing, RotationError, RotationKey};

/// What a ring is written as.
#[derive(Debug, Deserialize)]
pub(super) struct Stored {
    keys: Vec<RotationKey>,
}

impl TryFrom<Stored> for KeyRing {
    type Error = RotationError;

    fn try_from(stored: Stored) -> Result<Self, RotationError> {
        Self::new(stored.keys)
    }
}
