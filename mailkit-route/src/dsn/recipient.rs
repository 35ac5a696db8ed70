//! What became of one recipient.

use std::{fmt, time::SystemTime};

use super::{Action, TypedField, date::Date, field::field};
use crate::{EnhancedCode, Host, ReplyClass, SmtpReply};

/// What became of one recipient (RFC 3464 section 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecipientStatus {
    /// `Original-Recipient`: the `ORCPT` of the sender.
    pub original_recipient: Option<TypedField>,
    /// `Final-Recipient`: to whom we tried to deliver.
    pub final_recipient: TypedField,
    /// `Action`.
    pub action: Action,
    /// `Status`.
    pub status: EnhancedCode,
    /// `Remote-MTA`: who gave the diagnosis.
    pub remote_mta: Option<TypedField>,
    /// `Diagnostic-Code`: its words.
    pub diagnostic: Option<TypedField>,
    /// `Last-Attempt-Date`.
    pub last_attempt: Option<SystemTime>,
    /// `Will-Retry-Until`; has a meaning while the action is [`Action::Delayed`].
    pub will_retry_until: Option<SystemTime>,
}

impl RecipientStatus {
    /// The report about a recipient.
    #[must_use]
    pub fn new(recipient: TypedField, action: Action, status: EnhancedCode) -> Self {
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
        let diagnostic = Some(TypedField::reply(reply));
        Self { diagnostic, ..Self::new(TypedField::mailbox(mailbox), action, status) }
    }

    /// With the host that gave the reply.
    #[must_use]
    pub fn with_remote_mta(self, host: &Host) -> Self {
        Self { remote_mta: Some(TypedField::host(host)), ..self }
    }

    /// With the `ORCPT` of the sender.
    #[must_use]
    pub fn with_original_recipient(self, original: TypedField) -> Self {
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
        field(f, "Last-Attempt-Date", self.last_attempt.map(Date))?;
        field(f, "Will-Retry-Until", self.will_retry_until.map(Date))
    }
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
