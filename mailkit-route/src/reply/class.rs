//! The classes of replies.

use std::fmt;

/// What a host means by its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReplyClass {
    /// SPF, DKIM, DMARC or reverse DNS of the sender did not pass.
    Authentication,
    /// The message itself is refused: spam, malware, a type of content.
    Content,
    /// Come back in some minutes, from the same address (RFC 6647).
    Greylist,
    /// The mailbox has no room.
    MailboxFull,
    /// A network or routing trouble behind the host.
    Network,
    /// The domain takes no mail (RFC 7505).
    NullMx,
    /// No, and no more is known.
    Permanent,
    /// A rule of the host, without more detail.
    Policy,
    /// Yes (2xx), or go on (3xx).
    Positive,
    /// A command was not understood or not allowed.
    Protocol,
    /// Too much at once: slow down.
    Rate,
    /// Our address or domain is listed or badly thought of.
    Reputation,
    /// The sender's address is not accepted.
    SenderAddress,
    /// The host has a trouble of its own.
    System,
    /// Not now, and no more is known.
    Temporary,
    /// The message is too big.
    TooLarge,
    /// No such recipient.
    UnknownMailbox,
}

impl ReplyClass {
    /// The stable name, as in tables and JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Content => "content",
            Self::Greylist => "greylist",
            Self::MailboxFull => "mailbox-full",
            Self::Network => "network",
            Self::NullMx => "null-mx",
            Self::Permanent => "permanent",
            Self::Policy => "policy",
            Self::Positive => "positive",
            Self::Protocol => "protocol",
            Self::Rate => "rate",
            Self::Reputation => "reputation",
            Self::SenderAddress => "sender-address",
            Self::System => "system",
            Self::Temporary => "temporary",
            Self::TooLarge => "too-large",
            Self::UnknownMailbox => "unknown-mailbox",
        }
    }
}

impl fmt::Display for ReplyClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
