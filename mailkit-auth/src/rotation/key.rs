//! One key and where it is in its life.

use std::fmt;
use std::time::SystemTime;

use super::{RotationError, RotationPolicy, RotationStep, later};
use crate::Selector;
use crate::moment::Utc;
use crate::record::dkim::KeyType;

/// A key of a domain, by its selector.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RotationKey {
    /// The selector.
    pub selector: Selector,
    /// The type of the key.
    pub key_type: KeyType,
    /// Where it is in its life.
    pub state: KeyState,
}

impl RotationKey {
    /// A key in this state.
    #[must_use]
    pub fn new(selector: Selector, key_type: KeyType, state: KeyState) -> Self {
        Self { selector, key_type, state }
    }
}

/// Where a key is in its life. In JSON a moment is a number of seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
#[non_exhaustive]
pub enum KeyState {
    /// Its record stands, and nothing is signed with it yet.
    Published {
        /// Since when.
        #[cfg_attr(feature = "serde", serde(with = "crate::moment::unix_seconds"))]
        since: SystemTime,
    },
    /// Mail is signed with it.
    Signing {
        /// Since when.
        #[cfg_attr(feature = "serde", serde(with = "crate::moment::unix_seconds"))]
        since: SystemTime,
    },
    /// Its record stands, and nothing is signed with it any more.
    Retired {
        /// When it signed last.
        #[cfg_attr(feature = "serde", serde(with = "crate::moment::unix_seconds"))]
        last_signature: SystemTime,
    },
    /// Somebody else may have it: nothing may be signed with it, and its record must go.
    Compromised {
        /// Since when that is known.
        #[cfg_attr(feature = "serde", serde(with = "crate::moment::unix_seconds"))]
        since: SystemTime,
    },
    /// The empty key stands in its place.
    Revoked {
        /// Since when.
        #[cfg_attr(feature = "serde", serde(with = "crate::moment::unix_seconds"))]
        since: SystemTime,
    },
    /// Its record is gone; the selector is not used again.
    Removed,
}

impl KeyState {
    /// The state after a step, if the key is in one that allows it at this moment.
    pub(super) fn after(
        self,
        step: RotationStep,
        selector: &Selector,
        policy: &RotationPolicy,
        at: SystemTime,
    ) -> Result<Self, RotationError> {
        let (until, after) = match (step, self) {
            (RotationStep::StartSigning, Self::Published { since }) => {
                (later(since, policy.propagation()), Self::Signing { since: at })
            }
            (RotationStep::StopSigning, Self::Signing { since }) => {
                (since, Self::Retired { last_signature: at })
            }
            (RotationStep::Revoke, Self::Retired { last_signature }) => {
                (later(last_signature, policy.keep()), Self::Revoked { since: at })
            }
            (RotationStep::Revoke, Self::Compromised { since }) => {
                (since, Self::Revoked { since: at })
            }
            (RotationStep::Remove, Self::Revoked { since }) => {
                (later(since, policy.forget()), Self::Removed)
            }
            (_, state) => {
                return Err(RotationError::WrongState { selector: selector.clone(), state });
            }
        };
        match at < until {
            true => Err(RotationError::TooEarly { selector: selector.clone(), until }),
            false => Ok(after),
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Published { since } => write!(f, "published since {}", Utc(*since)),
            Self::Signing { since } => write!(f, "signing since {}", Utc(*since)),
            Self::Retired { last_signature } => write!(f, "retired since {}", Utc(*last_signature)),
            Self::Compromised { since } => write!(f, "compromised since {}", Utc(*since)),
            Self::Revoked { since } => write!(f, "revoked since {}", Utc(*since)),
            Self::Removed => f.write_str("removed"),
        }
    }
}
