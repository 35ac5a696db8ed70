//! What is counted and timed.

use std::{fmt, iter, str::FromStr};

use crate::{ConnectFailure, ParseError, ParseErrorKind, ReplyClass, Stage};

/// Something that is known of a way to a mail host, over each [`Window`](super::Window).
///
/// Its text is its stable name, such as `duration.start-tls` or `temporary.greylist`.
///
/// ```
/// use mailkit_route::{ReplyClass, metrics::{Metric, MetricKind}};
/// let metric: Metric = "temporary.mailbox-full".parse()?;
/// assert_eq!(metric, Metric::Temporary(ReplyClass::MailboxFull));
/// assert_eq!(metric.kind(), MetricKind::Count);
/// assert_eq!(Metric::all().count(), 67);
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// Hops that were tried.
    Attempts,
    /// Mails that the host took.
    Accepted,
    /// Attempts without a connection, by cause.
    ConnectFailed(ConnectFailure),
    /// The time a stage took, from our command to the whole reply.
    Duration(Stage),
    /// The share of the attempts that left the egress and got no answer in time: connections that timed out, and
    /// hosts that fell silent.
    Loss,
    /// Refusals for good (5xx), by what the host means.
    Permanent(ReplyClass),
    /// Connections that broke while a reply was due.
    Reset(SessionPart),
    /// Hosts that were silent for too long while a reply was due.
    Silence(SessionPart),
    /// Refusals for now (4xx), by what the host means.
    Temporary(ReplyClass),
    /// The time from the first SYN to the acceptance of the mail.
    WholeDuration,
}

impl Metric {
    /// All metrics: durations, counts, then shares. Of the replies those that the built-in table can name.
    pub fn all() -> impl Iterator<Item = Self> {
        let durations = Stage::ALL.iter().map(|stage| Self::Duration(*stage));
        let failures = ConnectFailure::ALL.iter().map(|cause| Self::ConnectFailed(*cause));
        let parts = SessionPart::ALL.iter();
        let temporary = ReplyClass::ALL.iter().map(|class| Self::Temporary(*class));
        let permanent = ReplyClass::ALL.iter().map(|class| Self::Permanent(*class));
        durations
            .chain([Self::WholeDuration, Self::Attempts, Self::Accepted])
            .chain(failures)
            .chain(parts.clone().map(|part| Self::Reset(*part)))
            .chain(parts.map(|part| Self::Silence(*part)))
            .chain(temporary.chain(permanent).filter(|metric| metric.can_be()))
            .chain(iter::once(Self::Loss))
    }

    /// Whether anything could ever be counted. A greylisting host says 4xx, and a class that stands for the first
    /// digit alone stands for that one.
    fn can_be(self) -> bool {
        use ReplyClass::{Greylist, Permanent, Positive, Temporary};
        match self {
            Self::Temporary(class) => !matches!(class, Positive | Permanent),
            Self::Permanent(class) => !matches!(class, Positive | Temporary | Greylist),
            _ => true,
        }
    }

    /// What is measured, and so which statistics there are.
    #[must_use]
    pub fn kind(self) -> MetricKind {
        match self {
            Self::Duration(_) | Self::WholeDuration => MetricKind::Duration,
            Self::Loss => MetricKind::Share,
            _ => MetricKind::Count,
        }
    }

    /// What it means, in words for a person.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Attempts => "hops that were tried",
            Self::Accepted => "mails that the host took",
            Self::ConnectFailed(_) => "attempts without a connection",
            Self::Duration(_) | Self::WholeDuration => {
                "time from a command to the whole reply; whole: from the first SYN to the acceptance"
            }
            Self::Loss => {
                "attempts that left the egress and got no answer in time, of all that left it"
            }
            Self::Permanent(_) => "refusals with 5xx",
            Self::Reset(_) => "connections that broke while a reply was due",
            Self::Silence(_) => "hosts that were silent for too long while a reply was due",
            Self::Temporary(_) => "refusals with 4xx",
        }
    }

    /// The part of the name that several metrics share.
    pub(super) fn family(self) -> &'static str {
        match self {
            Self::Attempts => "attempts",
            Self::Accepted => "accepted",
            Self::ConnectFailed(_) => "connect-failed",
            Self::Duration(_) | Self::WholeDuration => "duration",
            Self::Loss => "loss",
            Self::Permanent(_) => "permanent",
            Self::Reset(_) => "reset",
            Self::Silence(_) => "silence",
            Self::Temporary(_) => "temporary",
        }
    }

    /// What sets it apart within its family: the word for that, and the name.
    pub(super) fn detail(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Attempts | Self::Accepted | Self::Loss => None,
            Self::ConnectFailed(cause) => Some(("cause", cause.code())),
            Self::Duration(stage) => Some(("stage", stage.code())),
            Self::WholeDuration => Some(("stage", "whole")),
            Self::Permanent(class) | Self::Temporary(class) => Some(("class", class.code())),
            Self::Reset(part) | Self::Silence(part) => Some(("part", part.code())),
        }
    }

    /// Where its cells begin; `None` for what is computed of others.
    pub(super) fn row(self) -> Option<u8> {
        Some(match self {
            Self::Duration(stage) => stage as u8,
            Self::WholeDuration => 8,
            Self::Attempts => 9,
            Self::Accepted => 10,
            Self::ConnectFailed(cause) => 11 + cause as u8,
            Self::Reset(part) => 15 + part as u8,
            Self::Silence(part) => 18 + part as u8,
            Self::Temporary(class) => 32 + class as u8,
            Self::Permanent(class) => 64 + class as u8,
            Self::Loss => return None,
        })
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.family())?;
        self.detail().map_or(Ok(()), |(_, name)| write!(f, ".{name}"))
    }
}

impl FromStr for Metric {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (family, detail) = match text.split_once('.') {
            Some((family, detail)) => (family, Some(detail)),
            None => (text, None),
        };
        let named = |metric: &Self| {
            metric.family() == family && metric.detail().map(|(_, name)| name) == detail
        };
        let kind = ParseErrorKind::InvalidField { name: "metric" };
        Self::all().find(named).ok_or_else(|| ParseError::new(kind, 0..text.len()))
    }
}

/// The parts of an SMTP session, for what is too rare to be told apart by stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SessionPart {
    /// From the connection to TLS: it is about the host.
    Opening,
    /// `MAIL` and `RCPT` (RFC 5321 section 2.3.1).
    Envelope,
    /// `DATA`, the message and the final dot: after the dot the mail may have arrived.
    Content,
}

impl SessionPart {
    /// All parts, in the order of a session.
    pub const ALL: &[Self] = &[Self::Opening, Self::Envelope, Self::Content];

    /// The part that a stage belongs to.
    ///
    /// ```
    /// use mailkit_route::{Stage, metrics::SessionPart};
    /// assert_eq!(SessionPart::of(Stage::RcptTo), SessionPart::Envelope);
    /// ```
    #[must_use]
    pub fn of(stage: Stage) -> Self {
        match stage {
            Stage::Connect | Stage::Greeting | Stage::Ehlo | Stage::StartTls => Self::Opening,
            Stage::MailFrom | Stage::RcptTo => Self::Envelope,
            Stage::Data | Stage::Dot => Self::Content,
        }
    }

    /// The stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Envelope => "envelope",
            Self::Content => "content",
        }
    }
}

/// What a metric measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// How often something happened.
    Count,
    /// How long something took.
    Duration,
    /// A part of a whole, from 0 to 1.
    Share,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_read_back_and_rows_are_apart() {
        let mut seen = HashSet::new();
        for metric in Metric::all() {
            assert_eq!(metric.to_string().parse(), Ok(metric));
            assert!(seen.insert(metric.row()), "{metric}");
        }
    }

    #[test]
    fn what_is_no_metric_is_refused() {
        let check = |text: &str| {
            let error = text.parse::<Metric>().unwrap_err();
            assert_eq!(error.to_string(), "invalid value of `metric` at byte 0", "{text}");
        };
        check("");
        check("duration");
        check("attempts.");
        check("attempts.x");
        check("temporary.permanent");
        check("permanent.greylist");
        check("connect-failed.Refused");
    }
}
