//! From `p=none` to `p=reject` on evidence: when to take the next step, when to wait, when to go back.
//!
//! [`advise`] reads what aggregate reports said about the sources of a domain ([`Evidence`]) and
//! says whether its policy can be tightened by one [`Stage`], with each condition as a number that
//! was seen and a number that is needed. [`simulate`] shows over thousands of made-up domains what
//! following that advice costs and saves.

mod advice;
mod assess;
mod day;
mod decide;
mod evidence;
mod gate;
mod health;
mod policy;
mod remedy;
mod share;
pub mod simulate;
mod source_class;
mod source_day;
mod source_name;
mod stage;

pub use advice::{Advice, BlockingSource, RolloutStep};
pub use day::{Day, DayError};
pub use decide::{CurrentRecord, advise};
pub use evidence::{Added, Evidence, UnknownSource};
pub use gate::{Bound, Gate, GateName, Quantity};
pub use policy::RolloutPolicy;
pub use remedy::Remedy;
pub use source_class::SourceClass;
pub use source_day::{SourceCounts, SourceDay};
#[cfg(feature = "report")]
pub(crate) use source_name::MAX_OCTETS as MAX_NAME;
pub use source_name::{ReporterId, SourceId, SourceNameError};
pub use stage::Stage;
