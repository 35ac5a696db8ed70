//! The stages of an SMTP session.

use std::{fmt, time::Duration};

/// How far an SMTP session had come, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Stage {
    /// Opening the TCP connection.
    Connect,
    /// Waiting for the greeting.
    Greeting,
    /// `EHLO` or `HELO`.
    Ehlo,
    /// `STARTTLS` and the TLS handshake.
    StartTls,
    /// `MAIL FROM`.
    MailFrom,
    /// `RCPT TO`.
    RcptTo,
    /// `DATA`, before the first line of the message.
    Data,
    /// The final dot and its reply.
    Dot,
}

impl Stage {
    /// All stages, in the order of a session.
    pub const ALL: &[Self] = &[
        Self::Connect,
        Self::Greeting,
        Self::Ehlo,
        Self::StartTls,
        Self::MailFrom,
        Self::RcptTo,
        Self::Data,
        Self::Dot,
    ];

    /// The stable name, as in JSON.
    ///
    /// ```
    /// assert_eq!(mailkit_route::Stage::StartTls.code(), "start-tls");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Ehlo => "ehlo",
            Self::StartTls => "start-tls",
            Self::MailFrom => "mail-from",
            Self::RcptTo => "rcpt-to",
            Self::Data => "data",
            Self::Dot => "dot",
        }
    }

    /// How long a client waits at least until the connection takes a block of the message, between
    /// [`Stage::Data`] and [`Stage::Dot`] (RFC 5321 section 4.5.3.2.5).
    pub const BLOCK_WAIT: Duration = Duration::from_secs(3 * 60);

    /// How long a client waits at least for the reply (RFC 5321 section 4.5.3.2); none for
    /// [`Stage::Connect`], for which the connect time-out of a hop stands.
    ///
    /// ```
    /// use mailkit_route::Stage;
    /// assert_eq!(Stage::Dot.minimum_wait().map(|it| it.as_secs()), Some(600));
    /// ```
    #[must_use]
    pub fn minimum_wait(self) -> Option<Duration> {
        Some(Duration::from_secs(match self {
            Self::Connect => return None,
            Self::Data => 2 * 60,
            Self::Dot => 10 * 60,
            _ => 5 * 60,
        }))
    }

    /// Whether the session is still about the host, not yet about this mail.
    #[must_use]
    pub fn is_before_mail(self) -> bool {
        self < Self::MailFrom
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::MailFrom => "MAIL FROM",
            Self::RcptTo => "RCPT TO",
            Self::Data => "DATA",
            Self::Dot => "end of data",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_minimum_waits() {
        let check = |stage: Stage, minutes: Option<u64>| {
            let expected = minutes.map(|it| Duration::from_secs(it * 60));
            assert_eq!(stage.minimum_wait(), expected, "{stage}");
        };
        check(Stage::Connect, None);
        check(Stage::Greeting, Some(5)); // section 4.5.3.2.1
        check(Stage::MailFrom, Some(5)); // section 4.5.3.2.2
        check(Stage::RcptTo, Some(5)); // section 4.5.3.2.3
        check(Stage::Data, Some(2)); // section 4.5.3.2.4
        check(Stage::Dot, Some(10)); // section 4.5.3.2.6
    }
}
