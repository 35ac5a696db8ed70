//! When a person must hear of a mail that does not arrive.

use std::{
    hash::Hash,
    time::{Duration, SystemTime},
};

use super::table::Table;
use crate::ReplyClass;

mod policy;

pub use policy::{Channel, EscalationPolicy, EscalationRepeat, EscalationStep, EscalationTrigger};

/// Watches mails that failed, and raises one event a mail on the highest channel that applies.
///
/// `K` is what the host calls its mails. A mail is watched from its first failure until
/// [`Escalator::settle`].
///
/// ```
/// use mailkit_route::{ReplyClass, timing::{Channel, EscalationPolicy, EscalationVerdict, Escalator}};
/// use std::time::SystemTime;
/// let (now, mut escalator) = (SystemTime::UNIX_EPOCH, Escalator::new(EscalationPolicy::default()));
/// for _ in 0..2 {
///     let verdict = escalator.record_failure(&"mail-1", Some(ReplyClass::System), now);
///     assert_eq!(verdict, EscalationVerdict::Wait);
/// }
/// let EscalationVerdict::Raise(event) = escalator.record_failure(&"mail-1", None, now) else { panic!() };
/// assert_eq!((event.channel, event.failures), (Channel::Sms, 3));
/// assert_eq!(event.last_class, Some(ReplyClass::System));
/// assert_eq!(escalator.settle(&"mail-1"), Some(Channel::Sms));
/// ```
#[derive(Debug, Clone)]
pub struct Escalator<K> {
    policy: EscalationPolicy,
    mails: Table<K, Watch>,
}

impl<K: Eq + Hash + Clone> Escalator<K> {
    /// Mails watched at a time, when nothing else is said.
    pub const CAPACITY: usize = 65_536;

    /// Watches up to [`Escalator::CAPACITY`] mails.
    #[must_use]
    pub fn new(policy: EscalationPolicy) -> Self {
        Self::with_capacity(policy, Self::CAPACITY)
    }

    /// Watches up to so many mails; one more is [`EscalationVerdict::NotWatched`].
    #[must_use]
    pub fn with_capacity(policy: EscalationPolicy, capacity: usize) -> Self {
        Self { policy, mails: Table::new(capacity) }
    }

    /// Notes a failed try, with the class of the reply if there was one.
    pub fn record_failure(
        &mut self,
        mail: &K,
        class: Option<ReplyClass>,
        now: SystemTime,
    ) -> EscalationVerdict<K> {
        let stale = |watch: &Watch| elapsed(watch.last, now) >= STALE;
        let first = || Watch { since: now, last: now, failures: 0, class: None, raised: None };
        let Some(watch) = self.mails.entry(mail, first, stale) else {
            return EscalationVerdict::NotWatched;
        };
        watch.failures = watch.failures.saturating_add(1);
        watch.class = class.or(watch.class);
        watch.last = now;
        watch.raise(&self.policy, mail, now)
    }

    /// Asks whether a mail that failed before has waited too long; for a timer between two tries.
    pub fn check(&mut self, mail: &K, now: SystemTime) -> EscalationVerdict<K> {
        match self.mails.get_mut(mail) {
            Some(watch) => watch.raise(&self.policy, mail, now),
            None => EscalationVerdict::Wait,
        }
    }

    /// Forgets a mail that was delivered or given up. Gives the channel on which a person was told, so
    /// that an all-clear can take the same way.
    pub fn settle(&mut self, mail: &K) -> Option<Channel> {
        self.mails.remove(mail)?.raised
    }

    /// Brings back a mail that the host kept: its first failure, how many there were, and on which channel a person was
    /// told. Without it each mail that waits over a restart is told of again.
    ///
    /// Returns whether it is watched: not when as many mails as the limit allows are.
    #[must_use = "a mail for which there is no room is not watched"]
    pub fn restore(
        &mut self,
        mail: &K,
        since: SystemTime,
        failures: u32,
        raised: Option<Channel>,
        now: SystemTime,
    ) -> bool {
        let stale = |watch: &Watch| elapsed(watch.last, now) >= STALE;
        let kept = Watch { since, last: now, failures, class: None, raised };
        let watch = self.mails.entry(mail, || kept.clone(), stale);
        watch.map(|watch| *watch = kept.clone()).is_some()
    }

    /// How many mails are watched.
    #[must_use]
    pub fn watched(&self) -> usize {
        self.mails.len()
    }
}

/// What came of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum EscalationVerdict<K> {
    /// A person was told before.
    AlreadyRaised {
        /// On which channel.
        channel: Channel,
    },
    /// As many mails are watched as the limit allows: this failure was not counted.
    NotWatched,
    /// Tell a person now.
    Raise(EscalationEvent<K>),
    /// No step applies yet.
    Wait,
}

impl<K> EscalationVerdict<K> {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyRaised { .. } => "already-raised",
            Self::NotWatched => "not-watched",
            Self::Raise(_) => "raise",
            Self::Wait => "wait",
        }
    }
}

/// What the person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EscalationEvent<K> {
    /// Which mail.
    pub mail: K,
    /// On which channel.
    pub channel: Channel,
    /// Why now: the threshold that was reached.
    pub trigger: EscalationTrigger,
    /// The first failure.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
    pub since: SystemTime,
    /// Failed tries so far.
    pub failures: u32,
    /// What the last host that replied meant; `None` when none ever did.
    pub last_class: Option<ReplyClass>,
}

#[derive(Debug, Clone)]
struct Watch {
    since: SystemTime,
    last: SystemTime,
    failures: u32,
    class: Option<ReplyClass>,
    raised: Option<Channel>,
}

impl Watch {
    fn raise<K: Clone>(
        &mut self,
        policy: &EscalationPolicy,
        mail: &K,
        now: SystemTime,
    ) -> EscalationVerdict<K> {
        let step = policy.highest(self.failures, elapsed(self.since, now));
        let louder = |step: &EscalationStep, raised| {
            policy.repeat == EscalationRepeat::HigherChannel && step.channel > raised
        };
        let step = match (step, self.raised) {
            (Some(step), None) => step,
            (Some(step), Some(raised)) if louder(&step, raised) => step,
            (_, Some(channel)) => return EscalationVerdict::AlreadyRaised { channel },
            (None, None) => return EscalationVerdict::Wait,
        };
        self.raised = Some(step.channel);
        EscalationVerdict::Raise(EscalationEvent {
            mail: mail.clone(),
            channel: step.channel,
            trigger: step.trigger,
            since: self.since,
            failures: self.failures,
            last_class: self.class,
        })
    }
}

/// Nothing when the clock was set back.
fn elapsed(since: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(since).unwrap_or_default()
}

/// A mail without a failure for so long was forgotten by its host: no schedule pauses that long.
const STALE: Duration = Duration::from_secs(14 * 24 * 3600);

#[cfg(test)]
mod tests;
