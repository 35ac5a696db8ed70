//! What a first mail to a recipient should not carry.

use std::{
    fmt,
    hash::Hash,
    time::{Duration, SystemTime},
};

use crate::bounded::BoundedMap;

/// When a recipient knows us. All numbers are our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelationshipOptions {
    /// So many first mails go without links, unless the recipient replies before.
    pub first_mails: u32,
    /// After so long without a mail or a reply the recipient is new again.
    pub forgotten_after: Duration,
    /// Recipients remembered. Then those not used for longest are forgotten, and are new again.
    pub recipients: usize,
}

impl Default for RelationshipOptions {
    /// Two mails, a year of 365 days, a million recipients.
    fn default() -> Self {
        Self {
            first_mails: 2,
            forgotten_after: Duration::from_secs(365 * 24 * 3600),
            recipients: 1_000_000,
        }
    }
}

/// Counts mails to each recipient and their replies, and says what the next mail may carry.
///
/// `K` is what stands for a recipient; a keyed hash of the address keeps names out of memory.
///
/// ```
/// use mailkit_route::timing::{LinkAdvice, RelationshipOptions, Relationships};
/// use std::time::SystemTime;
/// let now = SystemTime::UNIX_EPOCH;
/// let mut relationships = Relationships::new(RelationshipOptions::default());
/// let advice = relationships.advice(&"anna", now);
/// assert_eq!((advice.links, advice.code()), (LinkAdvice::Without, "first-mails"));
/// relationships.record_mail("anna", now);
/// relationships.record_reply("anna", now);
/// let advice = relationships.advice(&"anna", now);
/// assert_eq!((advice.links, advice.code()), (LinkAdvice::With, "replied"));
/// ```
#[derive(Debug)]
pub struct Relationships<K> {
    options: RelationshipOptions,
    known: BoundedMap<K, History>,
}

impl<K: Eq + Hash> Relationships<K> {
    /// Nobody is known yet.
    #[must_use]
    pub fn new(options: RelationshipOptions) -> Self {
        Self { options, known: BoundedMap::new(options.recipients) }
    }

    /// What the next mail may carry. Asking is no use of the entry: only mails and replies keep a recipient known.
    #[must_use]
    pub fn advice(&self, recipient: &K, now: SystemTime) -> ContentAdvice {
        let Some(history) = self.known.get(recipient).copied() else {
            return ContentAdvice::new(RelationshipStage::FirstMails, 0, 0);
        };
        let History { mails, replies, .. } = history;
        let stage = match history {
            _ if history.is_over(&self.options, now) => RelationshipStage::LongSilence,
            _ if replies > 0 => RelationshipStage::Replied,
            _ if mails >= self.options.first_mails => RelationshipStage::Known,
            _ => RelationshipStage::FirstMails,
        };
        ContentAdvice::new(stage, mails, replies)
    }

    /// Notes a mail that the recipient's host took.
    pub fn record_mail(&mut self, recipient: K, now: SystemTime) {
        let history = self.current(recipient, now);
        history.mails = history.mails.saturating_add(1);
    }

    /// Notes a reply by a person; automatic ones (RFC 3834) say nothing.
    pub fn record_reply(&mut self, recipient: K, now: SystemTime) {
        let history = self.current(recipient, now);
        history.replies = history.replies.saturating_add(1);
    }

    /// Each recipient with the mails to them, their replies and the last of either, in no order: what to keep for
    /// [`Relationships::restore`].
    pub fn histories(&self) -> impl Iterator<Item = (&K, u32, u32, SystemTime)> {
        let all = self.known.iter();
        all.filter_map(|(key, known)| Some((key, known.mails, known.replies, known.last?)))
    }

    /// Brings back what the host kept.
    pub fn restore(&mut self, recipient: K, mails: u32, replies: u32, last: SystemTime) {
        *self.known.entry(recipient) = History { mails, replies, last: Some(last) };
    }

    /// How many recipients are remembered.
    #[must_use]
    pub fn recipients(&self) -> usize {
        self.known.len()
    }

    fn current(&mut self, recipient: K, now: SystemTime) -> &mut History {
        let history = self.known.entry(recipient);
        if history.is_over(&self.options, now) {
            *history = History::default();
        }
        history.last = Some(now);
        history
    }
}

/// How well a recipient knows us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RelationshipStage {
    /// Fewer mails than [`RelationshipOptions::first_mails`], and no reply.
    FirstMails,
    /// Enough mails, and no reply.
    Known,
    /// Known once, but long ago.
    LongSilence,
    /// Replied to us.
    Replied,
}

/// Whether the next mail may have links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum LinkAdvice {
    /// It may.
    With,
    /// It should not: a stranger's links are what filters look at first.
    Without,
}

/// What the next mail to a recipient may carry, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ContentAdvice {
    /// How well the recipient knows us.
    pub stage: RelationshipStage,
    /// Whether the mail may have links.
    pub links: LinkAdvice,
    /// Mails sent before this one.
    pub mails: u32,
    /// Replies received.
    pub replies: u32,
}

impl ContentAdvice {
    fn new(stage: RelationshipStage, mails: u32, replies: u32) -> Self {
        let links = match stage {
            RelationshipStage::Known | RelationshipStage::Replied => LinkAdvice::With,
            RelationshipStage::FirstMails | RelationshipStage::LongSilence => LinkAdvice::Without,
        };
        Self { stage, links, mails, replies }
    }

    /// The stable name of the reason, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.stage {
            RelationshipStage::FirstMails => "first-mails",
            RelationshipStage::Known => "known",
            RelationshipStage::LongSilence => "long-silence",
            RelationshipStage::Replied => "replied",
        }
    }
}

impl fmt::Display for ContentAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let links = match self.links {
            LinkAdvice::With => "with",
            LinkAdvice::Without => "without",
        };
        write!(f, "{links} links: {}, {} mails, {} replies", self.code(), self.mails, self.replies)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct History {
    mails: u32,
    replies: u32,
    last: Option<SystemTime>,
}

impl History {
    fn is_over(&self, options: &RelationshipOptions, now: SystemTime) -> bool {
        let silence = self.last.and_then(|last| now.duration_since(last).ok());
        silence.is_some_and(|silence| silence >= options.forgotten_after)
    }
}

#[cfg(test)]
mod tests;
