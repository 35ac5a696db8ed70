//! Where a probe ended, and why.

use std::{fmt, io};

use tokio_rustls::rustls;

use crate::{ConnectFailure, ParseError, SmtpReply, Stage};

/// Where a probe ended, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ProbeFailure {
    /// How far it had come.
    pub stage: Stage,
    /// What happened.
    pub fault: ProbeFault,
}

impl fmt::Display for ProbeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.fault, self.stage)
    }
}

/// What ended a probe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ProbeFault {
    /// The connection ended, or was reset.
    #[error("connection closed")]
    Closed,
    /// The handshake failed.
    #[error("TLS handshake failed: {reason}")]
    Handshake {
        /// The words of the TLS library, at most 200 characters.
        reason: String,
    },
    /// What came is no SMTP reply, or too long for one.
    #[error("no SMTP reply: {error}")]
    NotSmtp {
        /// What is wrong with it.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::text"))]
        error: ParseError,
    },
    /// No connection came about.
    #[error("{}", in_words(*cause))]
    NoConnection {
        /// Why.
        cause: ConnectFailure,
    },
    /// The host said no.
    #[error("refused: {reply}")]
    Refused {
        /// In these words.
        reply: SmtpReply,
    },
    /// Nothing came in time, or not all of it.
    #[error("time is up")]
    TimedOut,
    /// More came than was asked for. After the reply to `STARTTLS` it may come from somebody between, who would
    /// have it taken for the host's own words (RFC 3207 section 5).
    #[error("unsolicited octets after the reply")]
    Unsolicited,
}

impl ProbeFault {
    pub(super) fn of_connect(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let cause = match error.kind() {
            Kind::ConnectionRefused | Kind::ConnectionReset | Kind::ConnectionAborted => {
                ConnectFailure::Refused
            }
            Kind::TimedOut => ConnectFailure::TimedOut,
            Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::PermissionDenied => {
                ConnectFailure::Unreachable
            }
            _ => ConnectFailure::EgressFailed,
        };
        Self::NoConnection { cause }
    }

    pub(super) fn of_handshake(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(tls) => {
                let reason = crate::reply::printable(&tls.to_string());
                Self::Handshake { reason: reason.chars().take(MAX_REASON).collect() }
            }
            None => Self::Closed,
        }
    }
}

impl From<io::Error> for ProbeFault {
    fn from(_: io::Error) -> Self {
        Self::Closed
    }
}

impl From<ParseError> for ProbeFault {
    fn from(error: ParseError) -> Self {
        Self::NotSmtp { error }
    }
}

fn in_words(cause: ConnectFailure) -> &'static str {
    match cause {
        ConnectFailure::EgressFailed => "the source address cannot be used",
        ConnectFailure::Refused => "connection refused",
        ConnectFailure::TimedOut => "no answer",
        ConnectFailure::Unreachable => "no route to the host",
    }
}

/// TLS cannot be set up, so that no probe can be made.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot be set up")]
pub struct ProbeError {
    #[from]
    source: rustls::Error,
}

const MAX_REASON: usize = 200;
