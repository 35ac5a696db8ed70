//! Which channels apply, and when.

use std::{fmt, time::Duration};

use crate::timing::TimingError;

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

impl Channel {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Phone => "phone",
        }
    }
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
    pub(super) repeat: EscalationRepeat,
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

    pub(super) fn highest(&self, failures: u32, waited: Duration) -> Option<EscalationStep> {
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
