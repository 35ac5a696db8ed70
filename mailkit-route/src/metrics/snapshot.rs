//! The counts of a node as plain data, for other nodes and over a restart.

use std::{
    collections::{BTreeMap, HashMap},
    time::SystemTime,
};

use super::{
    Metric, MetricKind, MetricRegistry, Scope, ScopeKind, Window,
    bucket::Bucket,
    node::Node,
    registry::micros,
    track::{Cell, Slot, Track},
};

/// What one node has counted. With the feature `serde` it is serialized and deserialized.
///
/// Of the snapshots of one node the newest counts, and those of different nodes add up. So they may be merged in
/// any order, and twice.
///
/// ```
/// use mailkit_route::metrics::{Merged, MetricRegistry};
/// let (here, mut there) = (MetricRegistry::default(), MetricRegistry::default());
/// assert_eq!(there.merge(&here.snapshot(), std::time::SystemTime::UNIX_EPOCH)?, Merged::Older);
/// # Ok::<(), mailkit_route::metrics::MetricError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MetricSnapshot {
    /// The version of this form.
    pub version: u32,
    /// The node that has counted.
    pub node: u16,
    /// Which of two snapshots of this node is newer: when it last counted, in microseconds since 1970, or one more than
    /// before.
    pub revision: u64,
    /// Its egresses, hosts, paths and providers.
    pub scopes: Vec<StoredScope>,
}

impl MetricSnapshot {
    /// The version that is written, and the only one that is read.
    pub const VERSION: u32 = 1;
}

/// The counts of one scope in a [`MetricSnapshot`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StoredScope {
    /// The text of the [`Scope`].
    pub scope: String,
    /// Its slots, those of the shortest window first.
    pub slots: Vec<StoredSlot>,
}

/// One slot of a [`Window`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StoredSlot {
    /// The code of the window.
    pub window: String,
    /// When it began, in seconds since 1970.
    pub start: u64,
    /// How often something happened, by metric.
    pub counts: BTreeMap<String, u32>,
    /// By metric: how many durations fell into each bucket.
    ///
    /// Bucket `b` begins at `b` µs up to 7, then at `(8 + b % 8) * 2^(b / 8 - 1)` µs.
    pub durations: BTreeMap<String, BTreeMap<u8, u32>>,
}

impl MetricRegistry {
    /// What this node has counted, without what it has merged.
    #[must_use]
    pub fn snapshot(&self) -> MetricSnapshot {
        let scopes = ScopeKind::ALL.iter().flat_map(|kind| self.own.scopes(*kind));
        let mut scopes: Vec<_> = scopes.collect();
        scopes.sort_by(|(a, _), (b, _)| a.cmp(b));
        let names = names();
        MetricSnapshot {
            version: MetricSnapshot::VERSION,
            node: self.options.node,
            revision: self.own.revision,
            scopes: scopes.iter().map(|(scope, track)| write(scope, track, &names)).collect(),
        }
    }

    /// Takes in what a node has counted. Snapshots come from nodes that are trusted; one of another form takes no
    /// more memory than [`MetricOptions::octets`](super::MetricOptions::octets).
    ///
    /// A node that begins again merges its own last snapshot before it records, and counts on from there.
    ///
    /// # Errors
    /// When the snapshot is of another version, of one node more than [`MetricRegistry::MAX_NODES`], or later than
    /// `now` by more than [`MetricRegistry::AHEAD`]; then nothing is changed.
    pub fn merge(
        &mut self,
        snapshot: &MetricSnapshot,
        now: SystemTime,
    ) -> Result<Merged, MetricError> {
        if snapshot.version != MetricSnapshot::VERSION {
            return Err(MetricError::Version(snapshot.version));
        }
        let ahead = snapshot.revision.saturating_sub(micros(now));
        if u128::from(ahead) > Self::AHEAD.as_micros() {
            return Err(MetricError::Future);
        }
        let is_own = snapshot.node == self.options.node;
        if is_own && self.is_live {
            return Ok(Merged::Own);
        }
        let known = if is_own { Some(&self.own) } else { self.others.get(&snapshot.node) };
        if known.is_some_and(|known| known.revision >= snapshot.revision) {
            return Ok(Merged::Older);
        }
        if known.is_none() && self.others.len() + 1 >= Self::MAX_NODES {
            return Err(MetricError::TooManyNodes(Self::MAX_NODES));
        }
        let (node, scopes) = read(snapshot, self.options.octets);
        if is_own {
            self.own = node;
        } else {
            self.others.insert(snapshot.node, node);
        }
        Ok(Merged::Taken { scopes, refused: snapshot.scopes.len() - scopes })
    }

    /// Drops what a node has counted that is gone for good.
    pub fn forget_node(&mut self, node: u16) {
        self.others.remove(&node);
    }
}

/// The metrics by the rows of their cells, with their names.
type Names = HashMap<u8, (MetricKind, String)>;

fn names() -> Names {
    let named = |metric: Metric| Some((metric.row()?, (metric.kind(), metric.to_string())));
    Metric::all().filter_map(named).collect()
}

fn write(scope: &Scope, track: &Track, names: &Names) -> StoredScope {
    let mut slots: Vec<_> = track.all().collect();
    slots.sort_by_key(|(window, slot)| (*window, slot.number));
    let slots = slots.into_iter().map(|(window, slot)| write_slot(window, slot, names));
    StoredScope { scope: scope.to_string(), slots: slots.collect() }
}

fn write_slot(window: Window, slot: &Slot, names: &Names) -> StoredSlot {
    let start = slot.number.saturating_mul(window.slot().as_secs());
    let (mut counts, mut durations) = (BTreeMap::new(), BTreeMap::<_, BTreeMap<_, _>>::new());
    for (cell, count) in &slot.cells {
        let Some((kind, name)) = names.get(&cell.row()) else { continue };
        if *kind == MetricKind::Duration {
            durations.entry(name.clone()).or_default().insert(cell.bucket().0, *count);
        } else {
            counts.insert(name.clone(), *count);
        }
    }
    StoredSlot { window: window.to_string(), start, counts, durations }
}

/// The node, and how many of its scopes were read.
fn read(snapshot: &MetricSnapshot, octets: usize) -> (Node, usize) {
    let mut node = Node::new(octets);
    node.revision = snapshot.revision;
    let mut taken = 0;
    for stored in &snapshot.scopes {
        if let (Ok(scope), Some(track)) = (stored.scope.parse(), read_track(&stored.slots))
            && node.restore(scope, track)
        {
            taken += 1;
        }
    }
    (node, taken)
}

fn read_track(slots: &[StoredSlot]) -> Option<Track> {
    let mut track = Track::default();
    for stored in slots {
        let window = stored.window.parse().ok()?;
        track.put(window, read_slot(window, stored)?).then_some(())?;
    }
    Some(track)
}

fn read_slot(window: Window, stored: &StoredSlot) -> Option<Slot> {
    let length = window.slot().as_secs();
    if !stored.start.is_multiple_of(length) {
        return None;
    }
    let of_kind =
        |name: &str, kind| name.parse().ok().filter(|metric: &Metric| metric.kind() == kind);
    let mut cells = Vec::new();
    for (name, count) in &stored.counts {
        cells.push((Cell::count(of_kind(name, MetricKind::Count)?)?, *count));
    }
    for (name, buckets) in &stored.durations {
        let metric = of_kind(name, MetricKind::Duration)?;
        for (bucket, count) in buckets {
            let bucket =
                Some(Bucket(*bucket)).filter(|bucket| usize::from(bucket.0) < Bucket::COUNT);
            cells.push((Cell::new(metric, bucket?)?, *count));
        }
    }
    cells.sort_unstable();
    Some(Slot { number: stored.start / length, cells })
}

/// What [`MetricRegistry::merge`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Merged {
    /// A snapshot of that node, as new or newer, is there already.
    Older,
    /// It bears the number of this node, which counts for itself.
    Own,
    /// It is the newest of its node.
    Taken {
        /// Scopes that were taken.
        scopes: usize,
        /// Scopes that were not: malformed, named twice, or without room.
        refused: usize,
    },
}

/// A snapshot that is not merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// Later than now by more than [`MetricRegistry::AHEAD`]: a clock is wrong, here or there. It would hide all that
    /// its node tells from then on.
    #[error("snapshot is from the future")]
    Future,
    /// More nodes than [`MetricRegistry::MAX_NODES`].
    #[error("more than {0} nodes share their metrics")]
    TooManyNodes(usize),
    /// A version that is not read.
    #[error("snapshot has version {0}, not {expected}", expected = MetricSnapshot::VERSION)]
    Version(u32),
}
