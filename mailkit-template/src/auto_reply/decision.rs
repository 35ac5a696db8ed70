//! What may become of an incoming mail, and why.

use thiserror::Error;

use crate::compose::Mailbox;

/// Whether to answer by machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum AutoReplyDecision {
    /// Answer to this mailbox: the envelope sender, as RFC 3834 section 4 asks.
    Reply {
        /// The mailbox.
        to: Mailbox,
    },
    /// Do not answer.
    Suppress {
        /// Why not.
        reason: SuppressReason,
    },
}

/// Why an automatic reply is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum SuppressReason {
    /// `Auto-Submitted` is not `no` (RFC 3834 section 2), or one of its older relatives is there.
    #[error("the mail was written by a machine")]
    AutoSubmitted,
    /// The sender asks for silence with `X-Auto-Response-Suppress`.
    #[error("the sender asked for no automatic reply")]
    AutoResponseSuppress,
    /// `Precedence` is `bulk`, `junk` or `list`.
    #[error("the mail is bulk mail")]
    Bulk,
    /// The mail passed through a mailing list (`List-*`, RFC 2369 and RFC 2919).
    #[error("the mail came through a mailing list")]
    MailingList,
    /// `From` is not a mailbox.
    #[error("the From field is not a mailbox")]
    MalformedFrom,
    /// There is no single, well-formed `Message-ID` that the reply could refer to.
    #[error("the mail has no usable Message-ID")]
    MalformedMessageId,
    /// The envelope sender is not a mailbox.
    #[error("the envelope sender is not a mailbox")]
    MalformedReturnPath,
    /// None of our addresses is in `To` or `Cc` (RFC 3834 section 2).
    #[error("the mail was not addressed to us")]
    NotAddressedToUs,
    /// The envelope sender is empty: a bounce or another notification (RFC 3834 section 2).
    #[error("the envelope sender is empty")]
    NullReturnPath,
    /// The mail comes from one of our own addresses.
    #[error("the mail comes from ourselves")]
    OwnAddress,
    /// The sender got an automatic reply within the window (RFC 3834 section 2).
    #[error("the sender got an automatic reply recently")]
    RepliedRecently,
    /// The mail is a delivery or reading report (`multipart/report`).
    #[error("the mail is a report")]
    Report,
    /// The sender is a machine by its name, such as `mailer-daemon` or `no-reply`.
    #[error("the sender is a machine")]
    RobotSender,
}
