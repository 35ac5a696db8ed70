//! When mail is sent, and how much of it: windows, warm-up, pacing, guards, and whom to tell.
//!
//! Each part gives a verdict with a stable `code()`, `is_allowed()` and, where it is known, the time
//! from which asking again makes sense.

mod error;
mod escalation;
mod lane;
mod table;
mod window;
#[cfg(feature = "serde")]
pub(crate) mod wire;

pub use error::TimingError;
pub use escalation::{
    Channel, EscalationEvent, EscalationPolicy, EscalationRepeat, EscalationStep,
    EscalationTrigger, EscalationVerdict, Escalator,
};
pub use lane::{Lane, Provider};
pub use window::{SendWindows, WindowVerdict};
