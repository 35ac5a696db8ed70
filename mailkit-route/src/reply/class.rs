//! The classes of replies, and what a sender does about each.

use std::fmt;

/// What a host means by its reply.
///
/// Whether to try again follows from the first digit of the reply; what else to do follows from the
/// class: see [`ReplyClass::remedies`].
///
/// ```
/// use mailkit_route::{ReplyClass, SmtpReply, reply::Remedy};
/// let reply: SmtpReply = "450 4.7.1 Greylisted, come back in 300 seconds".parse()?;
/// assert_eq!(reply.class(), ReplyClass::Greylist);
/// assert_eq!(reply.class().remedies(), [Remedy::Wait, Remedy::KeepEgress]);
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReplyClass {
    /// SPF, DKIM, DMARC, ARC or the reverse DNS of the sender did not pass (RFC 7372; Gmail 5.7.26, Microsoft
    /// 5.7.515). A person must mend the DNS or the signing; until then every mail of the domain fares alike.
    Authentication,
    /// The message itself is refused for its form or its parts: malware, a type of attachment, a malformed header.
    /// The same bytes fare the same everywhere: bounce.
    Content,
    /// A relay behind the host gave up after its retry time. Bounce; a new mail may do better.
    Expired,
    /// Come back in some minutes, from the same address with the same envelope (RFC 6647). Wait at least five
    /// minutes and keep the egress; another one begins anew.
    Greylist,
    /// The mailbox is there but switched off. Bounce, and write to it no more.
    Inactive,
    /// The host wants a login (RFC 4954): it is a submission port or a relay of customers. A person must look at
    /// the route; no other host of the domain will differ.
    LoginRequired,
    /// The mail came round too often (RFC 5321 section 6.3). Bounce; a person must look at the routing of both sides.
    Loop,
    /// The mailbox has no room. A 4xx is worth the usual retries, a 5xx a bounce; write less until it clears.
    MailboxFull,
    /// A network or routing trouble behind the host. Another host of the domain may have a better view.
    Network,
    /// The domain takes no mail (RFC 7505). Bounce at once, and write to the domain no more.
    NullMx,
    /// No, and no more is known. Bounce.
    Permanent,
    /// A rule of the host or of the recipient, without more detail. Bounce a 5xx; a person may ask the receiver.
    Policy,
    /// Yes (2xx), or go on (3xx).
    Positive,
    /// A command was not understood or not allowed here. A person must look at the client; another host may run
    /// other software.
    Protocol,
    /// Too much at once: slow down towards this provider, from every egress. Another egress would dodge the request.
    Rate,
    /// The host does not deliver for this domain to us: a wrong or stale MX. Another host of the domain may.
    Relaying,
    /// Our address or domain is listed or badly thought of. Another egress may help with an address, none with a
    /// domain; a person must have it delisted.
    Reputation,
    /// The sender's address is not accepted: no such domain, no MX, or not ours to use. A person must mend it.
    SenderAddress,
    /// The words or links of the message look like spam. Bounce and slow down; a person must look at what is sent.
    Spam,
    /// The host has a trouble of its own. Another host of the domain may help now, a later try on this one.
    System,
    /// Not now, and no more is known. Retry.
    Temporary,
    /// The host takes this mail over TLS only (RFC 3207 section 4). Try again with TLS, never without.
    TlsRequired,
    /// The message is bigger than the host or the mailbox takes (RFC 1870). Bounce; a smaller one may pass.
    TooLarge,
    /// The recipient's domain is not known to the host, or not in the DNS. Bounce, and look at the address.
    UnknownDomain,
    /// No such recipient. Bounce, and write to it no more: repeated tries harm our standing.
    UnknownMailbox,
}

impl ReplyClass {
    /// All classes, in the order of their names.
    pub const ALL: &[Self] = &[
        Self::Authentication,
        Self::Content,
        Self::Expired,
        Self::Greylist,
        Self::Inactive,
        Self::LoginRequired,
        Self::Loop,
        Self::MailboxFull,
        Self::Network,
        Self::NullMx,
        Self::Permanent,
        Self::Policy,
        Self::Positive,
        Self::Protocol,
        Self::Rate,
        Self::Relaying,
        Self::Reputation,
        Self::SenderAddress,
        Self::Spam,
        Self::System,
        Self::Temporary,
        Self::TlsRequired,
        Self::TooLarge,
        Self::UnknownDomain,
        Self::UnknownMailbox,
    ];

    /// The stable name, as in tables and JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Content => "content",
            Self::Expired => "expired",
            Self::Greylist => "greylist",
            Self::Inactive => "inactive",
            Self::LoginRequired => "login-required",
            Self::Loop => "loop",
            Self::MailboxFull => "mailbox-full",
            Self::Network => "network",
            Self::NullMx => "null-mx",
            Self::Permanent => "permanent",
            Self::Policy => "policy",
            Self::Positive => "positive",
            Self::Protocol => "protocol",
            Self::Rate => "rate",
            Self::Relaying => "relaying",
            Self::Reputation => "reputation",
            Self::SenderAddress => "sender-address",
            Self::Spam => "spam",
            Self::System => "system",
            Self::Temporary => "temporary",
            Self::TlsRequired => "tls-required",
            Self::TooLarge => "too-large",
            Self::UnknownDomain => "unknown-domain",
            Self::UnknownMailbox => "unknown-mailbox",
        }
    }

    /// What helps besides the retry or the bounce that the first digit asks for, the first thing first.
    ///
    /// ```
    /// use mailkit_route::{ReplyClass, reply::Remedy};
    /// assert!(ReplyClass::Rate.remedies().contains(&Remedy::SlowDown));
    /// assert!(!ReplyClass::Rate.remedies().contains(&Remedy::OtherEgress));
    /// ```
    #[must_use]
    pub fn remedies(self) -> &'static [Remedy] {
        match self {
            Self::Authentication | Self::LoginRequired | Self::SenderAddress => {
                &[Remedy::AskPerson]
            }
            Self::Content | Self::Expired | Self::Permanent | Self::Positive | Self::TooLarge => {
                &[]
            }
            Self::Greylist => &[Remedy::Wait, Remedy::KeepEgress],
            Self::Inactive | Self::NullMx | Self::UnknownMailbox => &[Remedy::StopRecipient],
            Self::Loop | Self::Policy | Self::UnknownDomain => &[Remedy::AskPerson],
            Self::MailboxFull | Self::Temporary => &[Remedy::Wait],
            Self::Network | Self::System => &[Remedy::OtherHost, Remedy::Wait],
            Self::Protocol | Self::Relaying => &[Remedy::OtherHost, Remedy::AskPerson],
            Self::Rate => &[Remedy::SlowDown, Remedy::Wait],
            Self::Reputation => &[Remedy::OtherEgress, Remedy::SlowDown, Remedy::AskPerson],
            Self::Spam => &[Remedy::SlowDown, Remedy::AskPerson],
            Self::TlsRequired => &[Remedy::UseTls],
        }
    }
}

impl fmt::Display for ReplyClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What may help after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Remedy {
    /// Nothing the queue does by itself will help for long: tell an operator.
    AskPerson,
    /// The next try must come from the same egress.
    KeepEgress,
    /// The same mail may pass from another of our addresses.
    OtherEgress,
    /// Another mail host of the domain may take the mail.
    OtherHost,
    /// Send less at once to this provider, from all egresses together.
    SlowDown,
    /// Write to this recipient no more until a person says otherwise.
    StopRecipient,
    /// Open the session with TLS.
    UseTls,
    /// A later try may pass without any change.
    Wait,
}

impl Remedy {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AskPerson => "ask-person",
            Self::KeepEgress => "keep-egress",
            Self::OtherEgress => "other-egress",
            Self::OtherHost => "other-host",
            Self::SlowDown => "slow-down",
            Self::StopRecipient => "stop-recipient",
            Self::UseTls => "use-tls",
            Self::Wait => "wait",
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
