//! Why a ring does not take something.

use std::time::SystemTime;

use thiserror::Error;

use super::KeyState;
use crate::Selector;
use crate::moment::Utc;

/// Why a ring does not take something.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RotationError {
    /// Two keys have the same selector.
    #[error("selector `{selector}` stands for two keys")]
    SelectorTwice {
        /// The selector.
        selector: Selector,
    },
    /// The ring has no key of this selector.
    #[error("no key has the selector `{selector}`")]
    UnknownSelector {
        /// The selector.
        selector: Selector,
    },
    /// The action is not one for the state that the key is in.
    #[error("the key `{selector}` is {state}")]
    WrongState {
        /// The selector of the key.
        selector: Selector,
        /// The state it is in.
        state: KeyState,
    },
    /// Mail would be lost.
    #[error("too early for the key `{selector}`: not before {}", Utc(*until))]
    TooEarly {
        /// The selector of the key.
        selector: Selector,
        /// The first moment at which it may be done.
        until: SystemTime,
    },
}
