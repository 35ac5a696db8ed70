//! When a person must hear of a mail that does not arrive.

use std::{
    fmt,
    hash::Hash,
    time::{Duration, SystemTime},
};

use super::{TimingError, table::Table};
use crate::ReplyClass;

/// How a person is reached, from the least to the most urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Channel {
    /// A machine is told, and somebody may look at its page.
    Webhook,
    /// A mail, which must not take the way that just failed.
    Email,
    /// A text message.
    Sms,
    /// A call.
    Phone,
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Webhook => "webhook",
            Self::Email => "e-mail",
            Self::Sms => "SMS",
            Self::Phone => "phone",
        })
    }
}

/// From when on a step applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum EscalationTrigger {
    /// From this many failures on.
    Failures(u32),
    /// This long after the first failure, while the mail still waits.
    Waiting(
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
        Duration,
    ),
}

/// One rung: a channel, and from when on it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EscalationStep {
    /// How the person is reached.
    pub channel: Channel,
    /// From when on.
    pub trigger: EscalationTrigger,
}

impl EscalationStep {
    /// This channel, from then on.
    #[must_use]
    pub fn new(channel: Channel, trigger: EscalationTrigger) -> Self {
        Self { channel, trigger }
    }
}

/// What happens when a higher channel applies after an event was raised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EscalationRepeat {
    /// Nothing: one event a mail.
    #[default]
    Never,
    /// One more event on each higher channel, so that what nobody answered gets louder.
    HigherChannel,
}

/// Which channels apply, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationPolicy {
    steps: Vec<EscalationStep>,
    repeat: EscalationRepeat,
}

impl EscalationPolicy {
    /// The most steps of one policy.
    pub const MAX_STEPS: usize = 16;

    /// These steps, in any order: of those that apply, the highest channel counts.
    ///
    /// # Errors
    /// When there is no step or too many, or one applies before the first failure.
    pub fn new(steps: impl IntoIterator<Item = EscalationStep>) -> Result<Self, TimingError> {
        let steps: Vec<_> = steps.into_iter().take(Self::MAX_STEPS + 1).collect();
        if steps.is_empty() || steps.len() > Self::MAX_STEPS {
            return Err(TimingError::EscalationSteps(Self::MAX_STEPS));
        }
        let early = |step: &EscalationStep| match step.trigger {
            EscalationTrigger::Failures(count) => count == 0,
            EscalationTrigger::Waiting(time) => time.is_zero(),
        };
        match steps.iter().position(early) {
            Some(index) => Err(TimingError::EscalationStep(index)),
            None => Ok(Self { steps, repeat: EscalationRepeat::Never }),
        }
    }

    /// What happens when a higher channel applies later.
    #[must_use]
    pub fn with_repeat(self, repeat: EscalationRepeat) -> Self {
        Self { repeat, ..self }
    }

    fn highest(&self, failures: u32, waited: Duration) -> Option<EscalationStep> {
        let applies = |step: &&EscalationStep| match step.trigger {
            EscalationTrigger::Failures(count) => failures >= count,
            EscalationTrigger::Waiting(time) => waited >= time,
        };
        self.steps.iter().filter(applies).max_by_key(|step| step.channel).copied()
    }
}

impl Default for EscalationPolicy {
    /// A text message after three failures, or four hours after the first.
    fn default() -> Self {
        let step = |trigger| EscalationStep::new(Channel::Sms, trigger);
        let four_hours = Duration::from_secs(4 * 3600);
        let steps = [EscalationTrigger::Failures(3), EscalationTrigger::Waiting(four_hours)];
        Self { steps: steps.map(step).into(), repeat: EscalationRepeat::Never }
    }
}

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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: SystemTime = SystemTime::UNIX_EPOCH;

    fn ladder(repeat: EscalationRepeat) -> Escalator<u32> {
        let steps = [
            EscalationStep::new(Channel::Phone, EscalationTrigger::Failures(6)),
            EscalationStep::new(Channel::Webhook, EscalationTrigger::Failures(1)),
            EscalationStep::new(Channel::Sms, EscalationTrigger::Failures(3)),
            EscalationStep::new(Channel::Email, EscalationTrigger::Waiting(MINUTE * 10)),
        ];
        Escalator::new(EscalationPolicy::new(steps).unwrap().with_repeat(repeat))
    }

    /// The codes, or channels, of so many failures, a minute apart.
    fn codes(repeat: EscalationRepeat, failures: u32) -> Vec<String> {
        let mut escalator = ladder(repeat);
        let tell = |verdict: EscalationVerdict<u32>| match verdict {
            EscalationVerdict::Raise(event) => format!("{} at {}", event.channel, event.failures),
            other => other.code().to_owned(),
        };
        (0..failures)
            .map(|n| tell(escalator.record_failure(&7, None, START + MINUTE * n)))
            .collect()
    }

    #[test]
    fn one_event_a_mail_or_one_on_each_higher_channel() {
        let (once, more) = ("already-raised", EscalationRepeat::HigherChannel);
        assert_eq!(codes(EscalationRepeat::Never, 4), ["webhook at 1", once, once, once]);
        let louder = ["webhook at 1", once, "SMS at 3", once, once, "phone at 6", once];
        assert_eq!(codes(more, 7), louder);
    }

    #[test]
    fn the_highest_of_the_channels_that_apply() {
        let mut escalator = ladder(EscalationRepeat::HigherChannel);
        escalator.record_failure(&7, Some(ReplyClass::Greylist), START);
        let EscalationVerdict::Raise(event) = escalator.check(&7, START + MINUTE * 10) else {
            panic!("nothing raised")
        };
        let told = (event.channel, event.since, event.failures, event.last_class);
        assert_eq!(told, (Channel::Email, START, 1, Some(ReplyClass::Greylist)));
        assert_eq!(escalator.settle(&7), Some(Channel::Email));
        assert_eq!(escalator.check(&7, START + MINUTE * 11), EscalationVerdict::Wait);
    }

    #[test]
    fn a_mail_that_was_told_of_is_not_told_of_again_after_a_restart() {
        let mut escalator = ladder(EscalationRepeat::HigherChannel);
        assert!(escalator.restore(&7, START, 3, Some(Channel::Sms), START + MINUTE * 60));
        let now = START + MINUTE * 61;
        let told = EscalationVerdict::AlreadyRaised { channel: Channel::Sms };
        assert_eq!(escalator.check(&7, now), told);
        assert_eq!(escalator.record_failure(&7, None, now), told);
        assert_eq!(escalator.settle(&7), Some(Channel::Sms));
        let mut none = Escalator::with_capacity(EscalationPolicy::default(), 0);
        assert!(!none.restore(&7, START, 3, None, START));
    }

    #[test]
    fn steps_that_apply_before_a_failure_are_refused() {
        let check = |steps: &[EscalationStep], expected| {
            assert_eq!(EscalationPolicy::new(steps.iter().copied()), Err(expected));
        };
        let never = EscalationStep::new(Channel::Sms, EscalationTrigger::Failures(0));
        check(&[never], TimingError::EscalationStep(0));
        check(&[], TimingError::EscalationSteps(16));
        check(&[never; 17], TimingError::EscalationSteps(16));
    }

    #[test]
    fn a_full_escalator_says_so_and_forgets_only_what_its_host_forgot() {
        let mut escalator = Escalator::with_capacity(EscalationPolicy::default(), 8);
        for mail in 0..8 {
            escalator.record_failure(&mail, None, START);
        }
        assert_eq!(escalator.record_failure(&8, None, START), EscalationVerdict::NotWatched);
        escalator.record_failure(&9, None, START + STALE);
        assert_eq!(escalator.record_failure(&10, None, START + STALE), EscalationVerdict::Wait);
        assert_eq!(escalator.watched(), 1);
    }

    proptest! {
        #[test]
        fn never_two_events_for_a_mail(
            steps in proptest::collection::vec((0_u32..4, any::<bool>(), 0_u64..20_000), 1..200),
        ) {
            let mut escalator = Escalator::new(EscalationPolicy::default());
            let mut events = [0; 4];
            for (mail, failure, second) in steps {
                let now = START + Duration::from_secs(second);
                let verdict = if failure {
                    escalator.record_failure(&mail, None, now)
                } else {
                    escalator.check(&mail, now)
                };
                if let EscalationVerdict::Raise(event) = verdict {
                    events[event.mail as usize] += 1;
                    prop_assert!(event.failures >= 3 || elapsed(event.since, now) >= MINUTE * 240);
                }
            }
            prop_assert!(events.iter().all(|count| *count <= 1));
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);
}
