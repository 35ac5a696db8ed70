//! What a warm-up has to remember, and to share.

use std::{
    collections::BTreeMap,
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use crate::{ParseError, ParseErrorKind, timing::TimingError};

/// How far a warm-up is, in a form that can be kept and merged.
///
/// Each sending node counts for itself, so that merging in any order, also twice, gives the same. Its
/// text (`Display`, `FromStr`) is one line without a bar, for a store of the host's.
///
/// ```
/// use mailkit_route::timing::WarmUpCounters;
/// let mut here: WarmUpCounters = "day 3 step 2 resume - nodes 1:40:2".parse()?;
/// let there: WarmUpCounters = "day 3 step 2 resume - nodes 2:10:0".parse()?;
/// here.merge(&there)?;
/// assert_eq!(here.sent(), 48);
/// assert_eq!(here.to_string(), "day 3 step 2 resume - nodes 1:40:2 2:10:0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarmUpCounters {
    /// Whole days since the start.
    pub(super) day: u32,
    /// How many days of the curve are done.
    pub(super) step: u16,
    /// The end of the last back-off, in seconds since 1970.
    pub(super) resume: Option<u64>,
    /// Taken and given back this day, by node.
    nodes: BTreeMap<u16, (u32, u32)>,
}

impl WarmUpCounters {
    /// The most nodes that share one warm-up.
    pub const MAX_NODES: usize = 64;

    /// Messages that count against the budget of the day.
    #[must_use]
    pub fn sent(&self) -> u32 {
        let (taken, returned) = self.nodes.values().fold((0_u64, 0_u64), |sum, node| {
            (sum.0 + u64::from(node.0), sum.1 + u64::from(node.1))
        });
        u32::try_from(taken.saturating_sub(returned)).unwrap_or(u32::MAX)
    }

    /// Whole days since the start.
    #[must_use]
    pub fn day(&self) -> u32 {
        self.day
    }

    /// How many days of the curve are done.
    #[must_use]
    pub fn step(&self) -> u16 {
        self.step
    }

    /// Takes in what another node knows. The later day wins; within a day the counts of each node, the
    /// lower step and the later end of a back-off.
    ///
    /// # Errors
    /// When that makes more than [`WarmUpCounters::MAX_NODES`] nodes; then nothing is changed.
    pub fn merge(&mut self, other: &Self) -> Result<(), TimingError> {
        if other.day != self.day {
            if other.day > self.day {
                let resume = self.resume.max(other.resume);
                *self = Self { resume, ..other.clone() };
            } else {
                self.resume = self.resume.max(other.resume);
            }
            return Ok(());
        }
        let new = other.nodes.keys().filter(|node| !self.nodes.contains_key(node)).count();
        if self.nodes.len() + new > Self::MAX_NODES {
            return Err(TimingError::TooManyNodes(Self::MAX_NODES));
        }
        for (&node, &(taken, returned)) in &other.nodes {
            let known = self.nodes.entry(node).or_default();
            *known = (known.0.max(taken), known.1.max(returned));
        }
        self.step = self.step.min(other.step);
        self.resume = self.resume.max(other.resume);
        Ok(())
    }

    /// Counts one message of this node; whether there was room for the node.
    pub(super) fn take(&mut self, node: u16) -> bool {
        let room = self.nodes.contains_key(&node) || self.nodes.len() < Self::MAX_NODES;
        if room {
            let count = self.nodes.entry(node).or_default();
            count.0 = count.0.saturating_add(1);
        }
        room
    }

    /// Gives one message of this node back, if it took one this day.
    pub(super) fn give_back(&mut self, node: u16) {
        if let Some((taken, returned)) = self.nodes.get_mut(&node) {
            *returned = returned.saturating_add(1).min(*taken);
        }
    }

    pub(super) fn begin_day(&mut self, day: u32, step: u16) {
        self.day = day;
        self.step = step;
        self.nodes.clear();
    }

    pub(super) fn resume_at(&self) -> Option<SystemTime> {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.resume?))
    }
}

impl fmt::Display for WarmUpCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "day {} step {} resume ", self.day, self.step)?;
        match self.resume {
            Some(second) => write!(f, "{second} nodes")?,
            None => f.write_str("- nodes")?,
        }
        self.nodes
            .iter()
            .try_for_each(|(node, (taken, returned))| write!(f, " {node}:{taken}:{returned}"))
    }
}

impl FromStr for WarmUpCounters {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let invalid = || ParseError::new(ParseErrorKind::InvalidRule, 0..text.len());
        read(text).ok_or_else(invalid)
    }
}

fn read(text: &str) -> Option<WarmUpCounters> {
    let mut words = text.split(' ');
    let mut value = |name| words.next().filter(|word| *word == name).and_then(|_| words.next());
    let (day, step) = (value("day")?.parse().ok()?, value("step")?.parse().ok()?);
    let resume = match value("resume")? {
        "-" => None,
        second => Some(second.parse().ok()?),
    };
    let mut counters = WarmUpCounters { day, step, resume, nodes: BTreeMap::new() };
    words.next().filter(|word| *word == "nodes")?;
    for word in words {
        let (node, counts) = word.split_once(':')?;
        let (taken, returned) = counts.split_once(':')?;
        let counts = (taken.parse().ok()?, returned.parse().ok()?);
        let known = counters.nodes.insert(node.parse().ok()?, counts);
        if known.is_some()
            || counts.1 > counts.0
            || counters.nodes.len() > WarmUpCounters::MAX_NODES
        {
            return None;
        }
    }
    Some(counters)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_counters() -> impl Strategy<Value = WarmUpCounters> {
        let node = (0_u16..6, (0_u32..100, 0_u32..100).prop_map(|(a, b)| (a.max(b), a.min(b))));
        let nodes = proptest::collection::btree_map(node.0, node.1, 0..6);
        (0_u32..3, 0_u16..3, proptest::option::of(0_u64..5), nodes)
            .prop_map(|(day, step, resume, nodes)| WarmUpCounters { day, step, resume, nodes })
    }

    fn joined(left: &WarmUpCounters, right: &WarmUpCounters) -> WarmUpCounters {
        let mut both = left.clone();
        both.merge(right).unwrap();
        both
    }

    proptest! {
        #[test]
        fn merging_asks_for_no_order(a in any_counters(), b in any_counters(), c in any_counters()) {
            prop_assert_eq!(joined(&a, &b), joined(&b, &a));
            prop_assert_eq!(joined(&joined(&a, &b), &c), joined(&a, &joined(&b, &c)));
            prop_assert_eq!(joined(&a, &a), a);
        }

        #[test]
        fn what_is_written_reads_back(counters in any_counters()) {
            prop_assert_eq!(counters.to_string().parse(), Ok(counters));
        }
    }

    #[test]
    fn what_is_no_counter_is_refused() {
        let check = |text: &str| assert!(text.parse::<WarmUpCounters>().is_err(), "{text}");
        check("");
        check("day 1 step 1 resume -");
        check("day 1 step 1 resume x nodes");
        check("day -1 step 1 resume - nodes");
        check("day 1 step 1 resume - nodes 1:2");
        check("day 1 step 1 resume - nodes 1:2:3");
        check("day 1 step 1 resume - nodes 1:2:1 1:2:1");
        let many: String = (0..65).map(|node| format!(" {node}:1:0")).collect();
        check(&format!("day 1 step 1 resume - nodes{many}"));
    }

    #[test]
    fn more_nodes_than_the_limit_change_nothing() {
        let many = |from| (from..from + 40).map(|node| format!(" {node}:1:0")).collect::<String>();
        let read = |nodes: String| format!("day 1 step 1 resume - nodes{nodes}").parse().unwrap();
        let (mut here, there): (WarmUpCounters, WarmUpCounters) = (read(many(0)), read(many(40)));
        let before = here.clone();
        assert_eq!(here.merge(&there), Err(TimingError::TooManyNodes(64)));
        assert_eq!(here, before);
    }
}
