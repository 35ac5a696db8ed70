#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod bounded;
mod demand;
mod destination;
mod domain;
pub mod dsn;
mod egress;
mod error;
mod evidence;
mod geo;
#[cfg(feature = "kumomta")]
pub mod kumomta;
mod limits;
pub mod metrics;
pub mod mx;
mod outcome;
mod plan;
mod planner;
pub mod probe;
mod reason;
pub mod reply;
#[cfg(feature = "resolver")]
pub mod resolver;
mod retry;
mod rule;
mod seed;
pub mod sim;
mod special;
mod stage;
pub mod store;
pub mod timing;
pub mod tls_policy;
#[cfg(feature = "serde")]
mod wire;

pub use demand::Demand;
pub use destination::Destination;
pub use domain::{Domain, Host};
pub use egress::{Carrier, Egress, EgressId};
pub use error::{ConfigError, ParseError, ParseErrorKind};
pub use evidence::Decision;
pub use geo::GeoPoint;
pub use limits::Limits;
pub use mx::{MxHost, MxOrigin, MxSet};
pub use outcome::{ConnectFailure, HopOutcome, NextStep, next_step};
pub use plan::{Hop, NoRoute, Removed, RoutePlan};
pub use planner::{
    DestinationId, PlannerOptions, PreferenceRule, Remembered, RoutePlanner, SpecialAddresses,
};
pub use probe::{Probe, ProbeOutcome, ProbeTarget};
pub use reason::{BreakerScope, Reason};
pub use reply::{EnhancedCode, ReplyClass, SmtpReply};
pub use retry::{NextAttempt, RetryPolicy, RetrySchedule, TimedAttempt};
pub use rule::Rule;
pub use stage::Stage;
