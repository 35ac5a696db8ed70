//! What a refusal is about.

use std::fmt;

use super::{ReplyClass, SmtpReply};
use crate::Stage;

/// What a refusal is about: whatever else shares it will fare alike, the rest need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReplyScope {
    /// The address we send from; other hosts of the domain will most often agree.
    Egress,
    /// This mail host; another one of the domain may take the mail (RFC 5321 section 5.1).
    Host,
    /// This message, for all its recipients.
    Message,
    /// Our pace towards the whole provider.
    Provider,
    /// This recipient; others of the same message may be taken.
    Recipient,
    /// The sender's address or domain, for all their mail.
    Sender,
}

impl ReplyScope {
    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Egress => "egress",
            Self::Host => "host",
            Self::Message => "message",
            Self::Provider => "provider",
            Self::Recipient => "recipient",
            Self::Sender => "sender",
        }
    }
}

impl fmt::Display for ReplyScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl SmtpReply {
    /// What a refusal at `stage` is about; `None` for a positive reply.
    ///
    /// The words decide where they say enough. Else the stage does: until `MAIL FROM` the host knows nothing
    /// of the mail, then the sender, then a recipient, then the message. After a 421 the host hangs up
    /// (RFC 5321 section 3.8), so without better words it speaks of itself.
    ///
    /// ```
    /// use mailkit_route::{SmtpReply, Stage, reply::ReplyScope};
    /// let no: SmtpReply = "550 5.7.1 no".parse()?;
    /// assert_eq!(no.scope(Stage::Greeting), Some(ReplyScope::Host));
    /// assert_eq!(no.scope(Stage::RcptTo), Some(ReplyScope::Recipient));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn scope(&self, stage: Stage) -> Option<ReplyScope> {
        Some(match self.class() {
            ReplyClass::Positive => return None,
            ReplyClass::Reputation => ReplyScope::Egress,
            ReplyClass::Rate => ReplyScope::Provider,
            ReplyClass::LoginRequired
            | ReplyClass::Network
            | ReplyClass::Protocol
            | ReplyClass::Relaying
            | ReplyClass::System
            | ReplyClass::TlsRequired => ReplyScope::Host,
            _ if stage.is_before_mail() || self.code() == 421 => ReplyScope::Host,
            ReplyClass::Authentication | ReplyClass::SenderAddress => ReplyScope::Sender,
            ReplyClass::Greylist
            | ReplyClass::Inactive
            | ReplyClass::MailboxFull
            | ReplyClass::NullMx
            | ReplyClass::UnknownDomain
            | ReplyClass::UnknownMailbox => ReplyScope::Recipient,
            ReplyClass::Content
            | ReplyClass::Expired
            | ReplyClass::Loop
            | ReplyClass::Spam
            | ReplyClass::TooLarge => ReplyScope::Message,
            ReplyClass::Permanent | ReplyClass::Policy | ReplyClass::Temporary => by_stage(stage),
        })
    }
}

fn by_stage(stage: Stage) -> ReplyScope {
    match stage {
        Stage::Connect | Stage::Greeting | Stage::Ehlo | Stage::StartTls => ReplyScope::Host,
        Stage::MailFrom => ReplyScope::Sender,
        Stage::RcptTo => ReplyScope::Recipient,
        Stage::Data | Stage::Dot => ReplyScope::Message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r16_a_refusal_is_about_what_the_host_knows() {
        let check = |stage: Stage, reply: &str, expected: &str| {
            let scope = reply.parse::<SmtpReply>().unwrap().scope(stage);
            assert_eq!(scope.map_or("", ReplyScope::code), expected, "{stage}: {reply}");
        };
        check(Stage::Greeting, "220 hello", "");
        check(Stage::Greeting, "554 5.7.1 no", "host");
        check(Stage::Greeting, "554 5.7.1 blocked using zen.spamhaus.org", "egress");
        check(Stage::Ehlo, "421 4.7.0 too many connections", "provider");
        check(Stage::StartTls, "454 4.7.0 no", "host");
        check(Stage::MailFrom, "550 no", "sender");
        check(Stage::MailFrom, "451 4.3.0 disk", "host");
        check(Stage::RcptTo, "550 no", "recipient");
        check(Stage::RcptTo, "421 no", "host");
        check(Stage::RcptTo, "550 5.7.26 no", "sender");
        check(Stage::RcptTo, "450 4.7.1 greylisted", "recipient");
        check(Stage::RcptTo, "554 5.7.1 relay access denied", "host");
        check(Stage::Data, "554 no", "message");
        check(Stage::Dot, "550 5.7.1 looks like spam", "message");
        check(Stage::Dot, "552 5.2.2 full", "recipient");
        check(Stage::Dot, "550 5.7.1 rule", "message");
    }
}
