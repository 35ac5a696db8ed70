//! Delivery status notifications: RFC 3464 (the report), RFC 6522 (its envelope), RFC 3461 (what the sender asked for).
//!
//! [`DeliveryStatus`] is the machine-readable part, [`Notice`] decides whether the sender is told and writes the whole
//! message, [`Notify`], [`ReturnContent`] and [`EnvelopeId`] are the parameters of `MAIL` and `RCPT`.
//!
//! ```
//! use mailkit_route::dsn::{Action, DeliveryStatus, RecipientStatus};
//! let reply = "550 5.1.1 no such user".parse()?;
//! let status = DeliveryStatus::new(&"mail.us.example".parse()?)
//!     .with_recipient(RecipientStatus::from_reply("ann@buyer.example", Action::Failed, &reply));
//! assert_eq!(
//!     status.to_string(),
//!     "Reporting-MTA: dns; mail.us.example\r\n\r\n\
//!      Final-Recipient: rfc822; ann@buyer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
//!      Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
//! );
//! assert_eq!(status.to_string().parse(), Ok(status));
//! # Ok::<(), mailkit_route::ParseError>(())
//! ```

use std::{fmt, time::SystemTime};

use crate::{EnhancedCode, Host, ReplyClass, SmtpReply};

mod compose;
mod date;
mod find;
mod notice;
mod read;
mod request;
mod reverse_path;
mod typed;
mod unitext;
mod xtext;

pub use compose::{NoticeMessage, Returned};
pub use notice::{NoNotice, Notice, NoticeVerdict};
pub use request::{EnvelopeId, Notify, ReturnContent};
pub use reverse_path::ReversePath;
pub use typed::Typed;

/// The body of a `message/delivery-status` part (RFC 3464 section 2).
///
/// It prints with CRLF line ends and reads back equal, up to [`DeliveryStatus::MAX_RECIPIENTS`] recipients and
/// [`DeliveryStatus::MAX_LENGTH`] bytes; of times from 1970 on it keeps whole seconds. Fields that it does not name
/// are passed over while reading, and so is an optional one that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryStatus {
    /// `Original-Envelope-Id`: what the sender called the envelope.
    pub envelope_id: Option<EnvelopeId>,
    /// `Reporting-MTA`: who reports.
    pub reporting_mta: Typed,
    /// `Received-From-MTA`: who gave us the message.
    pub received_from_mta: Option<Typed>,
    /// `Arrival-Date`: when the message came to us.
    pub arrival: Option<SystemTime>,
    /// What became of each recipient.
    pub recipients: Vec<RecipientStatus>,
}

impl DeliveryStatus {
    /// The longest text read, in bytes.
    pub const MAX_LENGTH: usize = 256 * 1024;

    /// The most recipients read.
    pub const MAX_RECIPIENTS: usize = 1000;

    /// A report of this host, about nobody yet.
    #[must_use]
    pub fn new(reporting: &Host) -> Self {
        Self {
            envelope_id: None,
            reporting_mta: Typed::host(reporting),
            received_from_mta: None,
            arrival: None,
            recipients: Vec::new(),
        }
    }

    /// With one more recipient.
    #[must_use]
    pub fn with_recipient(mut self, recipient: RecipientStatus) -> Self {
        self.recipients.push(recipient);
        self
    }
}

impl fmt::Display for DeliveryStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        field(f, "Original-Envelope-Id", self.envelope_id.as_ref())?;
        field(f, "Reporting-MTA", Some(&self.reporting_mta))?;
        field(f, "Received-From-MTA", self.received_from_mta.as_ref())?;
        field(f, "Arrival-Date", self.arrival.map(date::Date))?;
        self.recipients.iter().try_for_each(|recipient| write!(f, "\r\n{recipient}"))
    }
}

/// What became of one recipient (RFC 3464 section 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecipientStatus {
    /// `Original-Recipient`: the `ORCPT` of the sender.
    pub original_recipient: Option<Typed>,
    /// `Final-Recipient`: to whom we tried to deliver.
    pub final_recipient: Typed,
    /// `Action`.
    pub action: Action,
    /// `Status`.
    pub status: EnhancedCode,
    /// `Remote-MTA`: who gave the diagnosis.
    pub remote_mta: Option<Typed>,
    /// `Diagnostic-Code`: its words.
    pub diagnostic: Option<Typed>,
    /// `Last-Attempt-Date`.
    pub last_attempt: Option<SystemTime>,
    /// `Will-Retry-Until`; has a meaning while the action is [`Action::Delayed`].
    pub will_retry_until: Option<SystemTime>,
}

impl RecipientStatus {
    /// The report about a recipient.
    #[must_use]
    pub fn new(recipient: Typed, action: Action, status: EnhancedCode) -> Self {
        Self {
            original_recipient: None,
            final_recipient: recipient,
            action,
            status,
            remote_mta: None,
            diagnostic: None,
            last_attempt: None,
            will_retry_until: None,
        }
    }

    /// The report about a mailbox for which a host replied so. Without an enhanced code of the host, the status
    /// is what the class of the reply means.
    #[must_use]
    pub fn from_reply(mailbox: &str, action: Action, reply: &SmtpReply) -> Self {
        let status = reply.enhanced().unwrap_or_else(|| status_of(reply));
        let diagnostic = Some(Typed::reply(reply));
        Self { diagnostic, ..Self::new(Typed::mailbox(mailbox), action, status) }
    }

    /// With the host that gave the reply.
    #[must_use]
    pub fn with_remote_mta(self, host: &Host) -> Self {
        Self { remote_mta: Some(Typed::host(host)), ..self }
    }

    /// With the `ORCPT` of the sender.
    #[must_use]
    pub fn with_original_recipient(self, original: Typed) -> Self {
        Self { original_recipient: Some(original), ..self }
    }

    /// With the time of the last try.
    #[must_use]
    pub fn with_last_attempt(self, at: SystemTime) -> Self {
        Self { last_attempt: Some(at), ..self }
    }

    /// With the time at which we will give up.
    #[must_use]
    pub fn with_will_retry_until(self, until: SystemTime) -> Self {
        Self { will_retry_until: Some(until), ..self }
    }
}

impl fmt::Display for RecipientStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        field(f, "Original-Recipient", self.original_recipient.as_ref())?;
        field(f, "Final-Recipient", Some(&self.final_recipient))?;
        field(f, "Action", Some(self.action))?;
        field(f, "Status", Some(self.status))?;
        field(f, "Remote-MTA", self.remote_mta.as_ref())?;
        field(f, "Diagnostic-Code", self.diagnostic.as_ref())?;
        field(f, "Last-Attempt-Date", self.last_attempt.map(date::Date))?;
        field(f, "Will-Retry-Until", self.will_retry_until.map(date::Date))
    }
}

/// What we did for a recipient (RFC 3464 section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Not yet delivered; we go on trying.
    Delayed,
    /// In the mailbox.
    Delivered,
    /// Handed to the several addresses behind this one.
    Expanded,
    /// Given up.
    Failed,
    /// Handed to a host that sends no notifications.
    Relayed,
}

impl Action {
    const ALL: [Self; 5] =
        [Self::Delayed, Self::Delivered, Self::Expanded, Self::Failed, Self::Relayed];

    /// The word of the standard.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Expanded => "expanded",
            Self::Failed => "failed",
            Self::Relayed => "relayed",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Lines are broken before a space once they reach this length (RFC 5322 section 2.1.1).
const FOLD: usize = 76;

fn field(f: &mut fmt::Formatter<'_>, name: &str, value: Option<impl fmt::Display>) -> fmt::Result {
    let Some(value) = value else { return Ok(()) };
    write!(f, "{name}:")?;
    let mut column = name.len() + 1;
    for word in value.to_string().split(' ') {
        if column + word.len() >= FOLD && column > name.len() + 1 {
            f.write_str("\r\n")?;
            column = 0;
        }
        write!(f, " {word}")?;
        column += word.len() + 1;
    }
    f.write_str("\r\n")
}

fn status_of(reply: &SmtpReply) -> EnhancedCode {
    let (subject, detail) = match reply.class() {
        ReplyClass::UnknownMailbox => (1, 1),
        ReplyClass::UnknownDomain => (1, 2),
        ReplyClass::SenderAddress => (1, 8),
        ReplyClass::NullMx => (1, 10),
        ReplyClass::Inactive => (2, 1),
        ReplyClass::MailboxFull => (2, 2),
        ReplyClass::System => (3, 0),
        ReplyClass::TooLarge => (3, 4),
        ReplyClass::Network => (4, 0),
        ReplyClass::Rate => (4, 5),
        ReplyClass::Loop => (4, 6),
        ReplyClass::Expired => (4, 7),
        ReplyClass::Protocol => (5, 0),
        ReplyClass::Content => (6, 0),
        ReplyClass::LoginRequired | ReplyClass::TlsRequired => (7, 0),
        ReplyClass::Authentication
        | ReplyClass::Greylist
        | ReplyClass::Policy
        | ReplyClass::Relaying
        | ReplyClass::Reputation
        | ReplyClass::Spam => (7, 1),
        ReplyClass::Permanent | ReplyClass::Positive | ReplyClass::Temporary => (0, 0),
    };
    let class = match reply.code() {
        400..500 => 4,
        500.. => 5,
        _ => 2,
    };
    EnhancedCode::new(class, subject, detail)
}

#[cfg(test)]
mod tests;
