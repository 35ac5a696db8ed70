//! The registry: one call to record, one to read.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
    time::{Duration, SystemTime},
};

use super::{
    Metric, MetricValue, Scope, ScopeKind, Series, Session, Statistic, Window, node::Node, reading,
    track::Slot,
};
use crate::{Hop, HopOutcome, timing::Provider};

/// What was seen of each egress, path, host and provider, on this node and on others.
///
/// ```
/// use mailkit_route::metrics::{Metric, MetricOptions, MetricRegistry, MetricValue, Scope, Series, Session, Statistic, Window};
/// use mailkit_route::{Destination, Egress, GeoPoint, HopOutcome, RoutePlanner, Stage};
/// use std::time::{Duration, SystemTime};
/// let (now, seconds) = (SystemTime::UNIX_EPOCH, Duration::from_secs);
/// let mut planner = RoutePlanner::new([Egress::new("fra", "eu", GeoPoint::new(50.11, 8.68)?)])?;
/// let plan = planner.plan(&Destination::literal("203.0.113.10".parse()?), now, 7);
/// let hop = plan.hops().first().ok_or("no route")?;
///
/// let mut registry = MetricRegistry::new(MetricOptions::default());
/// let mut session = Session::default();
/// session.took(Stage::Connect, seconds(2));
/// registry.record(hop, None, &session, &HopOutcome::accepted(seconds(9)), now);
///
/// let fra = Scope::Egress(hop.egress.clone());
/// let accepted = Series::count(Metric::Accepted, Window::Day);
/// assert_eq!(registry.value(&fra, accepted, now), Some(MetricValue::Count(1)));
/// let slowest = Series::new(Metric::Duration(Stage::Connect), Window::Hour, Statistic::P95);
/// let Some(MetricValue::Duration(p95)) = registry.value(&fra, slowest, now) else { return Err("no value".into()) };
/// assert!(p95.abs_diff(seconds(2)) <= seconds(2) / 16);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MetricRegistry {
    pub(super) options: MetricOptions,
    pub(super) own: Node,
    /// Whether this node has counted anything since it began.
    pub(super) is_live: bool,
    pub(super) others: BTreeMap<u16, Node>,
}

impl MetricRegistry {
    /// The most nodes, this one too, whose counts are put together.
    pub const MAX_NODES: usize = 64;

    /// The clocks of two nodes may be so far apart. A snapshot that is later than that is refused.
    pub const AHEAD: Duration = Duration::from_secs(60);

    /// An empty registry.
    #[must_use]
    pub fn new(options: MetricOptions) -> Self {
        let own = Node::new(options.octets);
        Self { options, own, is_live: false, others: BTreeMap::new() }
    }

    /// Counts an attempt for its egress, its path, its host and its provider. `now` is when it ended.
    ///
    /// A time from before what was recorded last is a clock that was set back: it is counted as it is, and takes
    /// the place of what was recorded a whole window later. What lies in the future of a reading is not read.
    pub fn record(
        &mut self,
        hop: &Hop,
        provider: Option<&Provider>,
        session: &Session,
        outcome: &HopOutcome,
        now: SystemTime,
    ) {
        self.is_live = true;
        self.own.revision = self.own.revision.saturating_add(1).max(micros(now));
        self.own.record(hop, provider, &session.cells(outcome), second(now));
    }

    /// The value of a series, all nodes together. `None` when there is nothing to compute it of: no duration, no
    /// attempt, or a scope that is not known or was forgotten.
    #[must_use]
    pub fn value(&self, scope: &Scope, series: Series, now: SystemTime) -> Option<MetricValue> {
        self.nodes().find_map(|node| node.get(scope))?;
        let slots = || self.slots(scope, series.window, now);
        match (series.metric, series.statistic) {
            (Metric::Loss, Statistic::Share) => reading::loss(slots),
            (metric, statistic) if Statistic::of(metric.kind()).contains(&statistic) => {
                reading::value(slots(), metric, statistic)
            }
            _ => None,
        }
    }

    /// All series of a scope with their values.
    pub fn values(
        &self,
        scope: &Scope,
        now: SystemTime,
    ) -> impl Iterator<Item = (Series, Option<MetricValue>)> {
        Series::all().map(move |series| (series, self.value(scope, series, now)))
    }

    /// The scopes of a kind that any node knows, sorted.
    #[must_use]
    pub fn scopes(&self, kind: ScopeKind) -> Vec<Scope> {
        let all = self.nodes().flat_map(|node| node.scopes(kind)).map(|(scope, _)| scope);
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// How many scopes this node forgot because [`MetricOptions::octets`] were used up.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.own.forgotten()
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        iter::once(&self.own).chain(self.others.values())
    }

    fn slots(&self, scope: &Scope, window: Window, now: SystemTime) -> impl Iterator<Item = &Slot> {
        let tracks = self.nodes().filter_map(|node| node.get(scope));
        tracks.flat_map(move |track| track.slots(window, second(now)))
    }
}

impl Default for MetricRegistry {
    fn default() -> Self {
        Self::new(MetricOptions::default())
    }
}

/// Settings of a [`MetricRegistry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricOptions {
    /// Which of the nodes that share their counts this one is.
    pub node: u16,
    /// How much memory the counts of one node may take, a quarter of it for each kind of scope; those of another
    /// node that are merged may take as much again. Then the scopes that were not used for longest are forgotten.
    /// The scope that is being recorded always has its place.
    pub octets: usize,
}

impl Default for MetricOptions {
    /// Node 0, 32 MiB: some 5,000 quiet scopes of each kind.
    fn default() -> Self {
        Self { node: 0, octets: 32 << 20 }
    }
}

/// Whole seconds since 1970; none before.
pub(super) fn second(now: SystemTime) -> u64 {
    since_1970(now).as_secs()
}

/// A number that no earlier life of this node has reached, as long as it counts less than a million attempts a
/// second and its clock is not set back between.
pub(super) fn micros(now: SystemTime) -> u64 {
    u64::try_from(since_1970(now).as_micros()).unwrap_or(u64::MAX).min(1 << 60)
}

fn since_1970(now: SystemTime) -> Duration {
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
