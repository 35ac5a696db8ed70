//! What the gateway tells of its work: one event a step, as data.

use std::time::Duration;

use serde::Serialize;

/// Something that happened to a mail.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A mail was read and judged.
    Received(Box<Received>),
    /// One host was tried for a reply.
    Attempted(Attempted),
    /// A reply was taken over by the host of its recipient.
    Delivered(Delivered),
    /// A reply could not be delivered now.
    Deferred(Deferred),
    /// A person should hear of a reply that does not arrive; once a reply.
    Escalated(Escalated),
    /// A reply will not be delivered.
    GaveUp(GaveUp),
}

/// A mail as it was read and judged.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Received {
    /// Our name of the mail; its file in the spool has it too.
    pub id: String,
    /// The envelope sender; empty for the null sender.
    pub sender: String,
    /// The envelope recipients.
    pub recipients: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// SPF's result.
    pub spf: String,
    /// The best result of its DKIM signatures.
    pub dkim: String,
    /// DMARC's result.
    pub dmarc: String,
    /// The score before any reason, in logits.
    pub prior: f64,
    /// The risk in logits: the prior plus the weights of the reasons.
    pub score: f64,
    /// The same as a probability.
    pub probability: f64,
    /// The same as a word.
    pub level: String,
    /// What the score was made of, the strongest first.
    pub reasons: Vec<ReasonLine>,
    /// What was done with the mail.
    pub action: String,
    /// Why that and nothing else.
    pub because: String,
    /// Who answers it; nobody when the mail was stopped.
    pub tickets: Vec<Ticket>,
    /// What became of the acknowledgement.
    pub reply: Reply,
}

/// One reason of a score.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReasonLine {
    /// The stable code.
    pub code: String,
    /// Its share of the score, in logits.
    pub weight: f64,
    /// It in a sentence.
    pub sentence: String,
    /// Where it was seen.
    pub place: String,
    /// What was seen, with accounts and addresses shortened.
    pub evidence: String,
}

/// Who answers, and how soon.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Ticket {
    /// The department.
    pub department: String,
    /// What the sender wants.
    pub intent: String,
    /// How pressing it is.
    pub urgency: String,
    /// Until when a person answers, counted from the arrival.
    #[serde(rename = "answer_within_seconds", serialize_with = "seconds")]
    pub answer_within: Duration,
}

/// What became of the acknowledgement.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reply {
    /// It was written and handed to the outbox.
    Queued {
        /// Our name of the reply.
        id: String,
        /// Its language.
        locale: String,
    },
    /// There is none.
    Suppressed {
        /// Why.
        reason: String,
    },
}

/// One host that was tried.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Attempted {
    /// The reply.
    pub id: String,
    /// The egress.
    pub egress: String,
    /// The host.
    pub host: String,
    /// Its address.
    pub address: String,
    /// Its preference in the MX records.
    pub preference: u16,
    /// How long we expected it to take.
    #[serde(rename = "estimate_seconds", serialize_with = "seconds")]
    pub estimate: Duration,
    /// Why it was tried at this place of the route.
    pub reasons: Vec<String>,
    /// How it ended.
    pub outcome: String,
    /// Whether it was encrypted.
    pub tls: bool,
    /// What the policies ask of TLS.
    pub tls_policy: String,
    /// What a TLS report counts (RFC 8460).
    pub tls_failure: Option<String>,
}

/// A reply that was taken over.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Delivered {
    /// The reply.
    pub id: String,
    /// Its recipient.
    pub recipient: String,
    /// The host that took it.
    pub host: String,
}

/// A reply that waits.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Deferred {
    /// The reply.
    pub id: String,
    /// Its recipient.
    pub recipient: String,
    /// Why it waits.
    pub because: String,
    /// What the last host that was tried meant by its reply, if it gave one.
    pub class: Option<String>,
    /// What the plan left out, and by which rule.
    pub left_out: Vec<String>,
    /// Tries that failed so far. A wait without a try is no failure.
    pub failures: u32,
    /// For how long it waits.
    #[serde(rename = "wait_seconds", serialize_with = "seconds")]
    pub wait: Duration,
}

/// A reply of which a person should hear.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Escalated {
    /// The reply.
    pub id: String,
    /// Its recipient.
    pub recipient: String,
    /// How the person is reached.
    pub channel: String,
    /// Tries that failed so far.
    pub failures: u32,
    /// Since the first of them.
    #[serde(rename = "failing_for_seconds", serialize_with = "seconds")]
    pub failing_for: Duration,
    /// What the last host that replied meant.
    pub class: Option<String>,
}

/// A reply that will not be delivered.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GaveUp {
    /// The reply.
    pub id: String,
    /// Its recipient.
    pub recipient: String,
    /// Why.
    pub because: String,
}

/// Hears of every event. It is called in the middle of the work, so it must not wait.
pub trait Observer: Send + Sync + std::fmt::Debug {
    /// Hears of one event.
    fn observe(&self, event: &Event);
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}
