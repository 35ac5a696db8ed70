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

use crate::Host;

mod compose;
mod date;
mod field;
mod find;
mod notice;
mod read;
mod recipient;
mod request;
mod reverse_path;
mod typed;
mod unitext;
mod xtext;

pub use compose::{NoticeMessage, Returned};
pub use notice::{NoNotice, Notice, NoticeVerdict};
pub use recipient::RecipientStatus;
pub use request::{EnvelopeId, Notify, ReturnContent};
pub use reverse_path::ReversePath;
pub use typed::TypedField;

use field::field;

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
    pub reporting_mta: TypedField,
    /// `Received-From-MTA`: who gave us the message.
    pub received_from_mta: Option<TypedField>,
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
            reporting_mta: TypedField::host(reporting),
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

#[cfg(test)]
mod tests;
