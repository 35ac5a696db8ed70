//! Which schedule fits which reply.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use super::{DAY, MINUTE, NextAttempt, RetrySchedule};
use crate::ReplyClass;

/// A schedule for each cause that is known, and one for all others.
///
/// RFC 5321 section 4.5.4.1 asks for 30 minutes "unless the reason is known". The default, in numbers
/// of our own:
///
/// | class | tries |
/// |---|---|
/// | greylist | [`RetrySchedule::prompt`]: after 5 minutes and more (RFC 6647), from the same egress |
/// | rate | 15, 30, 60, then every 120 minutes: the host asks for less, and soon has room again |
/// | reputation | 1, 2, then every 4 hours: tries that come sooner make it worse |
/// | mailbox full | 2, 4, then every 8 hours: a person has to act |
/// | any other, or no reply | [`RetrySchedule::default`] |
///
/// ```
/// use mailkit_route::{NextAttempt, ReplyClass, RetryPolicy};
/// use std::time::{Duration, SystemTime};
/// let (policy, now) = (RetryPolicy::default(), SystemTime::UNIX_EPOCH);
/// let NextAttempt::At(next) = policy.after_failure(Some(ReplyClass::Greylist), 1, now, now) else { panic!() };
/// let pause = next.duration_since(now)?;
/// assert!(pause >= Duration::from_secs(300) && pause < Duration::from_secs(330));
/// # Ok::<(), std::time::SystemTimeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    general: RetrySchedule,
    by_class: BTreeMap<ReplyClass, RetrySchedule>,
}

impl RetryPolicy {
    /// This schedule whatever the cause.
    #[must_use]
    pub fn new(general: RetrySchedule) -> Self {
        Self { general, by_class: BTreeMap::new() }
    }

    /// This schedule after replies of this class.
    #[must_use]
    pub fn with_class(mut self, class: ReplyClass, schedule: RetrySchedule) -> Self {
        self.by_class.insert(class, schedule);
        self
    }

    /// Gives up this long after the mail came in, whatever the cause.
    #[must_use]
    pub fn with_give_up_after(self, give_up_after: Duration) -> Self {
        self.map(|schedule| schedule.with_give_up_after(give_up_after))
    }

    /// Draws all jitter from this seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        self.map(|schedule| schedule.with_seed(seed))
    }

    fn map(self, change: impl Fn(RetrySchedule) -> RetrySchedule) -> Self {
        let by_class = self.by_class.into_iter().map(|(class, schedule)| (class, change(schedule)));
        Self { by_class: by_class.collect(), general: change(self.general) }
    }

    /// The schedule after a reply of this class; `None` when no host replied.
    #[must_use]
    pub fn schedule(&self, class: Option<ReplyClass>) -> &RetrySchedule {
        class.and_then(|class| self.by_class.get(&class)).unwrap_or(&self.general)
    }

    /// When to try again; see [`RetrySchedule::after_failure`]. `failures` counts all failures of the
    /// mail, of whatever class.
    #[must_use]
    pub fn after_failure(
        &self,
        class: Option<ReplyClass>,
        failures: u32,
        queued: SystemTime,
        now: SystemTime,
    ) -> NextAttempt {
        self.schedule(class).after_failure(failures, queued, now)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        let minutes = |list: &[u32]| {
            RetrySchedule::unchecked(list.iter().map(|n| MINUTE * *n).collect::<Vec<_>>(), DAY * 5)
        };
        Self::new(RetrySchedule::default())
            .with_class(ReplyClass::Greylist, RetrySchedule::prompt())
            .with_class(ReplyClass::Rate, minutes(&[15, 30, 60, 120]))
            .with_class(ReplyClass::Reputation, minutes(&[60, 120, 240]))
            .with_class(ReplyClass::MailboxFull, minutes(&[120, 240, 480]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(class: Option<ReplyClass>, failures: u32, minutes: u32) {
        let now = SystemTime::UNIX_EPOCH + DAY;
        let policy = RetryPolicy::default().map(RetrySchedule::without_jitter);
        let next = policy.after_failure(class, failures, now, now);
        assert_eq!(next, NextAttempt::At(now + MINUTE * minutes), "{class:?} {failures}");
    }

    #[test]
    fn r13_g1_a_known_cause_has_its_own_pauses() {
        check(Some(ReplyClass::Greylist), 1, 5);
        check(Some(ReplyClass::Greylist), 9, 60);
        check(Some(ReplyClass::Rate), 1, 15);
        check(Some(ReplyClass::Reputation), 2, 120);
        check(Some(ReplyClass::MailboxFull), 3, 480);
        check(Some(ReplyClass::System), 1, 30);
        check(Some(ReplyClass::Temporary), 2, 120);
        check(None, 1, 30);
    }

    #[test]
    fn one_give_up_time_for_every_class() {
        let policy = RetryPolicy::default().with_give_up_after(DAY);
        let (queued, now) = (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + DAY);
        for class in [None, Some(ReplyClass::Greylist), Some(ReplyClass::MailboxFull)] {
            assert_eq!(policy.after_failure(class, 1, queued, now), NextAttempt::GiveUp);
        }
    }
}
