//! What came of an attempt.

use std::io;
use std::time::Duration;

use smtp_proto::Response;
use tokio::time::error::Elapsed;

use super::MessageError;
use crate::smtp::reply::EnhancedCode;
use crate::smtp::tls::TlsFault;

/// What came of one delivery attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// How far it came: the stage the outcome belongs to.
    pub stage: Stage,
    /// How it ended.
    pub outcome: Outcome,
    /// From the first packet to the outcome.
    pub latency: Duration,
    /// Whether TLS was on.
    pub tls: bool,
    /// What was wrong with TLS; for a mail that went all the same, what was let pass.
    pub tls_fault: Option<TlsFault>,
}

impl Attempt {
    /// The message cannot be sent as it is; no host was asked.
    pub(super) fn unfit(error: MessageError) -> Self {
        let text = error.to_string();
        let outcome = Outcome::Failed { kind: FailureKind::Message(error), text };
        Self {
            stage: Stage::Connect,
            outcome,
            latency: Duration::ZERO,
            tls: false,
            tls_fault: None,
        }
    }

    /// Whether the host may have the mail although it did not say so: the final dot was sent and no reply came.
    /// Sending again may make a second copy, not sending may lose the mail.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.stage == Stage::Dot && matches!(self.outcome, Outcome::Failed { .. })
    }
}

/// The stages of an attempt, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The TCP connection.
    Connect,
    /// The greeting.
    Banner,
    /// EHLO, before or after TLS.
    Ehlo,
    /// STARTTLS and the handshake.
    StartTls,
    /// MAIL.
    MailFrom,
    /// RCPT.
    RcptTo,
    /// DATA and the text, up to the final dot.
    Data,
    /// The reply to the final dot.
    Dot,
    /// The host has taken the mail.
    Done,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The host took the mail.
    Accepted {
        /// Its reply, most often with its queue id.
        text: String,
    },
    /// The host said no: for now with a 4xx code, for good with a 5xx code.
    Rejected {
        /// The reply code.
        code: u16,
        /// The enhanced code, if there was one.
        enhanced: Option<EnhancedCode>,
        /// The text of the reply, its lines separated by LF. Whatever the host wrote: escape it.
        text: String,
    },
    /// There was no usable reply.
    Failed {
        /// What happened.
        kind: FailureKind,
        /// The same for people.
        text: String,
    },
}

/// Why there was no usable reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The connection failed or broke.
    Io(io::ErrorKind),
    /// The message cannot be sent as it is; the host was not asked.
    Message(MessageError),
    /// The host closed the connection, or said what is no reply.
    NoReply,
    /// The host did not reply in time.
    Timeout,
    /// The TLS handshake failed.
    Tls,
    /// The host does not offer an extension that this mail, or the caller, needs.
    Unoffered {
        /// Its EHLO keyword.
        extension: &'static str,
    },
}

/// Why an attempt ends early.
pub(super) struct Stop(pub(super) Outcome);

impl Stop {
    pub(super) fn unoffered(extension: &'static str) -> Self {
        let text = format!("the host does not offer {extension}");
        Self(Outcome::Failed { kind: FailureKind::Unoffered { extension }, text })
    }
}

impl From<mail_send::Error> for Stop {
    fn from(error: mail_send::Error) -> Self {
        let text = error.to_string();
        let kind = match error {
            mail_send::Error::UnexpectedReply(reply) => return Self(rejected(reply)),
            mail_send::Error::Io(error) => FailureKind::Io(error.kind()),
            mail_send::Error::Timeout => FailureKind::Timeout,
            mail_send::Error::Tls(_) | mail_send::Error::InvalidTLSName => FailureKind::Tls,
            _ => FailureKind::NoReply,
        };
        Self(Outcome::Failed { kind, text })
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        mail_send::Error::Io(error).into()
    }
}

impl From<Elapsed> for Stop {
    fn from(_: Elapsed) -> Self {
        mail_send::Error::Timeout.into()
    }
}

/// A reply that says no; one that says something else at this point is no reply to what was asked.
fn rejected(reply: Response<String>) -> Outcome {
    let Response { code, esc, message: text } = reply;
    if !matches!(code, 400..=599) {
        return Outcome::Failed {
            kind: FailureKind::NoReply,
            text: format!("out of place: {code} {text}"),
        };
    }
    let [class, subject, detail] = esc.map(u16::from);
    let enhanced = (class != 0).then_some(EnhancedCode { class, subject, detail });
    Outcome::Rejected { code, enhanced, text }
}
