//! What a warm-up has to remember, and to share.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    fmt,
    ops::Range,
    str::FromStr,
    time::{Duration, SystemTime},
};

use crate::{ParseError, ParseErrorKind, timing::TimingError};

/// How far a warm-up is, in a form that can be kept and merged.
///
/// Each sending node counts for itself, so that merging in any order, also twice, gives the same. Its
/// text (`Display`, `FromStr`) is one line without a bar, for a store of the host's: the day, the steps of the
/// curve that are done, the back-offs without a good day between (`*` after it: the last was today), the end of
/// the last one in seconds since 1970, `held` if the host paused the lane, and for each node what it took and
/// gave back.
///
/// ```
/// use mailkit_route::timing::WarmUpCounters;
/// let mut here: WarmUpCounters = "day 3 step 2 backs 0 resume - nodes 1:40:2".parse()?;
/// let there: WarmUpCounters = "day 3 step 2 backs 1* resume 259200 nodes 2:10:0".parse()?;
/// here.merge(&there)?;
/// assert_eq!(here.sent(), 48);
/// assert_eq!(here.to_string(), "day 3 step 2 backs 1* resume 259200 nodes 1:40:2 2:10:0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarmUpCounters {
    /// Whole days since the start.
    pub(super) day: u32,
    /// How many days of the curve are done.
    pub(super) step: u16,
    /// Back-offs without a good day between.
    pub(super) back_offs: u32,
    pub(super) backed_off_today: bool,
    /// The end of the last back-off, in seconds since 1970.
    pub(super) resume: Option<u64>,
    /// Whether this node holds the lane.
    pub(super) held: bool,
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

    /// Whether the host paused the lane on the node that kept them.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// Takes in what another node knows. The later day wins; within a day the counts of each node, the
    /// lower step, the greater number of back-offs and the later end of one. A pause is each node's own.
    ///
    /// # Errors
    /// When that makes more than [`WarmUpCounters::MAX_NODES`] nodes; then nothing is changed.
    pub fn merge(&mut self, other: &Self) -> Result<(), TimingError> {
        let (held, resume) = (self.held, self.resume.max(other.resume));
        match other.day.cmp(&self.day) {
            Ordering::Equal => self.merge_day(other)?,
            Ordering::Greater => *self = Self { held, ..other.clone() },
            Ordering::Less => {}
        }
        self.resume = resume;
        Ok(())
    }

    fn merge_day(&mut self, other: &Self) -> Result<(), TimingError> {
        let new = other.nodes.keys().filter(|node| !self.nodes.contains_key(node)).count();
        if self.nodes.len() + new > Self::MAX_NODES {
            return Err(TimingError::TooManyNodes(Self::MAX_NODES));
        }
        for (&node, &(taken, returned)) in &other.nodes {
            let known = self.nodes.entry(node).or_default();
            *known = (known.0.max(taken), known.1.max(returned));
        }
        self.step = self.step.min(other.step);
        self.back_offs = self.back_offs.max(other.back_offs);
        self.backed_off_today |= other.backed_off_today;
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
        if !self.backed_off_today {
            self.back_offs = 0;
        }
        self.backed_off_today = false;
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
        let today = if self.backed_off_today { "*" } else { "" };
        write!(f, "day {} step {} backs {}{today} ", self.day, self.step, self.back_offs)?;
        match self.resume {
            Some(second) => write!(f, "resume {second}")?,
            None => f.write_str("resume -")?,
        }
        f.write_str(if self.held { " held nodes" } else { " nodes" })?;
        self.nodes
            .iter()
            .try_for_each(|(node, (taken, returned))| write!(f, " {node}:{taken}:{returned}"))
    }
}

impl FromStr for WarmUpCounters {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut words = Words { text, start: 0, word: 0..0 };
        read(&mut words).ok_or_else(|| ParseError::new(ParseErrorKind::InvalidRule, words.word))
    }
}

/// What is wrong is the word that was read last.
fn read(words: &mut Words<'_>) -> Option<WarmUpCounters> {
    let day = words.value("day")?.parse().ok()?;
    let step = words.value("step")?.parse().ok()?;
    let backs = words.value("backs")?;
    let back_offs = backs.strip_suffix('*').unwrap_or(backs).parse().ok()?;
    let resume = match words.value("resume")? {
        "-" => None,
        second => Some(second.parse().ok()?),
    };
    let mut word = words.next()?;
    let held = word == "held";
    if held {
        word = words.next()?;
    }
    if word != "nodes" {
        return None;
    }
    let backed_off_today = backs.ends_with('*');
    let nodes = nodes(words)?;
    Some(WarmUpCounters { day, step, back_offs, backed_off_today, resume, held, nodes })
}

fn nodes(words: &mut Words<'_>) -> Option<BTreeMap<u16, (u32, u32)>> {
    let mut nodes = BTreeMap::new();
    while let Some(word) = words.next() {
        let (node, counts) = word.split_once(':')?;
        let (taken, returned) = counts.split_once(':')?;
        let (taken, returned): (u32, u32) = (taken.parse().ok()?, returned.parse().ok()?);
        let known = nodes.insert(node.parse().ok()?, (taken, returned));
        if known.is_some() || returned > taken || nodes.len() > WarmUpCounters::MAX_NODES {
            return None;
        }
    }
    Some(nodes)
}

/// The words of a text, one space between.
struct Words<'a> {
    text: &'a str,
    /// Where the next word begins.
    start: usize,
    /// Where the last one stands; the end of the text when there was none.
    word: Range<usize>,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let end = self.text.len();
        let word = self.text.get(self.start..).and_then(|rest| rest.split(' ').next());
        self.word = word.map_or(end..end, |word| self.start..self.start + word.len());
        self.start = self.word.end + 1;
        word
    }

    fn value(&mut self, name: &str) -> Option<&'a str> {
        self.next().filter(|word| *word == name)?;
        self.next()
    }
}

#[cfg(test)]
mod tests;
