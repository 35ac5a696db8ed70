//! What is told of a mail: why it waits, that a person should hear of it, how it ended.

use std::sync::{MutexGuard, PoisonError};
use std::time::SystemTime;

use mailkit_route::timing::{EscalationEvent, EscalationVerdict, Escalator};

use super::courier::Courier;
use super::queued::{History, Queued};
use super::walk::Setback;
use crate::gateway::journal::{Deferred, Delivered, Escalated, Event, GaveUp};

impl Courier {
    /// Tells why a mail waits, unless that is what was told before.
    pub(super) fn tell(&self, queued: &mut Queued, setback: Setback, now: SystemTime) {
        let Setback { because, class, left_out, .. } = setback;
        let History { next, failures, .. } = queued.history;
        if queued.told.as_ref() == Some(&(failures, because.clone())) {
            return;
        }
        queued.told = Some((failures, because.clone()));
        self.observer.observe(&Event::Deferred(Deferred {
            id: queued.mail.id.clone(),
            recipient: queued.mail.recipient.to_string(),
            because,
            class: class.map(|class| class.to_string()),
            left_out,
            failures,
            wait: next.duration_since(now).unwrap_or_default(),
        }));
    }

    /// Counts a try that failed, and tells a person when it is one too many.
    pub(super) fn count(&self, queued: &mut Queued, setback: &Setback) {
        let now = SystemTime::now();
        queued.history.fail(now);
        let verdict = self.escalator().record_failure(&queued.mail.id, setback.class, now);
        if let EscalationVerdict::Raise(event) = verdict {
            self.escalate(queued, &event, now);
        }
    }

    fn escalate(&self, queued: &Queued, event: &EscalationEvent<String>, now: SystemTime) {
        self.observer.observe(&Event::Escalated(Escalated {
            id: queued.mail.id.clone(),
            recipient: queued.mail.recipient.to_string(),
            channel: event.channel.to_string(),
            failures: event.failures,
            failing_for: now.duration_since(event.since).unwrap_or_default(),
            class: event.last_class.map(|class| class.to_string()),
        }));
    }

    /// Counts the failures of the last run once more, for whoever was told then is not told again.
    pub(super) fn remember(&self, queued: &Queued) {
        let Some((first, last)) = queued.history.failed else { return };
        for failure in 1..=queued.history.failures.min(MOST_REMEMBERED) {
            let at = if failure == 1 { first } else { last };
            self.escalator().record_failure(&queued.mail.id, None, at);
        }
    }

    pub(super) fn delivered(&self, queued: Queued, host: String) {
        let recipient = queued.mail.recipient.to_string();
        self.forget(&queued);
        let id = queued.mail.id;
        self.observer.observe(&Event::Delivered(Delivered { id, recipient, host }));
    }

    pub(super) fn give_up(&self, queued: Queued, because: String) {
        let recipient = queued.mail.recipient.to_string();
        self.forget(&queued);
        let id = queued.mail.id;
        self.observer.observe(&Event::GaveUp(GaveUp { id, recipient, because }));
    }

    fn forget(&self, queued: &Queued) {
        self.escalator().settle(&queued.mail.id);
        if let Err(error) = self.spool.forget(queued) {
            let id = &queued.mail.id;
            tracing::error!(id, %error, "a mail that is done could not be taken out of the spool");
        }
    }

    pub(super) async fn keep(&self, queued: Queued) {
        let id = queued.mail.id.clone();
        if let Err(error) = self.spool.keep(queued).await {
            tracing::error!(id, %error, "a mail that waits could not be written to the spool");
        }
    }

    fn escalator(&self) -> MutexGuard<'_, Escalator<String>> {
        self.escalator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No step of an escalation counts further.
const MOST_REMEMBERED: u32 = 1000;
