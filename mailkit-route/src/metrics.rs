//! What was seen of each egress, path, host and provider, over several windows and on several nodes.
//!
//! A client notes in a [`Session`] how long each stage took. One call of [`MetricRegistry::record`] at its end counts the
//! attempt four times: for its egress, its path, its host and its provider. Each of these scopes has the series of
//! [`Series::all`]: 67 [`Metric`]s over the four [`Window`]s, durations with their count, mean and p95, which makes 340.
//!
//! A mean or p95 is within 6.25 % of the exact one (or half a microsecond, whichever is more), for durations up to 71
//! minutes; longer ones count as that. Memory is limited by [`MetricOptions::octets`]; then the scopes that were not used
//! for longest are forgotten, and [`MetricRegistry::forgotten`] tells how many.
//!
//! Nodes send each other a [`MetricSnapshot`]. Merged in any order, also twice, they give what one registry would
//! have counted for all.
//!
//! ```
//! use mailkit_route::metrics::{MetricOptions, MetricRegistry, Metric, MetricValue, Scope, Series, Session, Window};
//! use mailkit_route::{ConnectFailure, Destination, Egress, GeoPoint, HopOutcome, RoutePlanner};
//! use std::time::SystemTime;
//! let now = SystemTime::UNIX_EPOCH;
//! let mut planner = RoutePlanner::new([Egress::new("fra", "eu", GeoPoint::new(50.11, 8.68)?)])?;
//! let plan = planner.plan(&Destination::literal("203.0.113.10".parse()?), now, 7);
//! let hop = plan.hops().first().ok_or("no route")?;
//! let refused = HopOutcome::connect_failed(ConnectFailure::Refused);
//!
//! let nodes = [1, 2].map(|node| {
//!     let mut options = MetricOptions::default();
//!     options.node = node;
//!     MetricRegistry::new(options)
//! });
//! let [mut here, mut there] = nodes;
//! here.record(hop, Some(&"example".parse()?), &Session::default(), &refused, now);
//! there.record(hop, Some(&"example".parse()?), &Session::default(), &refused, now);
//! here.merge(&there.snapshot(), now)?;
//!
//! let series = Series::count(Metric::ConnectFailed(ConnectFailure::Refused), Window::Minute);
//! let provider: Scope = "provider example".parse()?;
//! assert_eq!(here.value(&provider, series, now), Some(MetricValue::Count(2)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bucket;
mod metric;
mod node;
mod open_metrics;
mod reading;
mod registry;
mod scope;
mod series;
mod session;
mod snapshot;
mod table;
mod track;

pub use metric::{Metric, MetricKind, SessionPart};
pub use registry::{MetricOptions, MetricRegistry};
pub use scope::{Scope, ScopeKind};
pub use series::{MetricValue, Series, Statistic, Window};
pub use session::Session;
pub use snapshot::{Merged, MetricError, MetricSnapshot, StoredScope, StoredSlot};
