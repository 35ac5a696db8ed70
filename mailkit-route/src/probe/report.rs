//! What a probe saw.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::{Certificate, ProbeFailure, ProbeFault, ProbeOutcome, ProbeRequest, TlsSession};
use crate::{Host, SmtpReply, Stage, tls_policy::TlsObservation};

/// What a probe saw of a mail host.
///
/// All text from the host is without characters that steer a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ProbeReport {
    /// The host, by the name it was asked for.
    pub host: Host,
    /// Where it was asked.
    pub address: SocketAddr,
    /// From where; `None` without a connection.
    pub source: Option<IpAddr>,
    /// How long each step took.
    pub times: ProbeTimes,
    /// The first words of the host.
    pub greeting: Option<SmtpReply>,
    /// What the host offers in clear text: keywords with their parameters, such as `SIZE 52428800`.
    pub extensions: Vec<String>,
    /// What was seen of TLS; `None` where it did not come about.
    pub tls: Option<TlsSession>,
    /// What ended the probe too early; `None` also for a host that does not offer TLS.
    pub failure: Option<ProbeFailure>,
}

/// How long each step of a probe took; `None` for those it did not come to the end of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ProbeTimes {
    /// From SYN to SYN-ACK.
    #[cfg_attr(feature = "serde", serde(rename = "connect_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::maybe_milliseconds"))]
    pub connect: Option<Duration>,
    /// From then to the end of the greeting.
    #[cfg_attr(feature = "serde", serde(rename = "greeting_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::maybe_milliseconds"))]
    pub greeting: Option<Duration>,
    /// From the first `EHLO` to its reply.
    #[cfg_attr(feature = "serde", serde(rename = "ehlo_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::maybe_milliseconds"))]
    pub ehlo: Option<Duration>,
    /// From `STARTTLS` to its reply.
    #[cfg_attr(feature = "serde", serde(rename = "starttls_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::maybe_milliseconds"))]
    pub starttls: Option<Duration>,
    /// From then to the end of the handshake.
    #[cfg_attr(feature = "serde", serde(rename = "handshake_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::maybe_milliseconds"))]
    pub handshake: Option<Duration>,
    /// All of it, with the second `EHLO` and `QUIT`.
    #[cfg_attr(feature = "serde", serde(rename = "total_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
    pub total: Duration,
}

impl ProbeReport {
    pub(super) fn new(request: &ProbeRequest) -> Self {
        Self {
            host: request.host.clone(),
            address: request.address,
            source: None,
            times: ProbeTimes::default(),
            greeting: None,
            extensions: Vec::new(),
            tls: None,
            failure: None,
        }
    }

    /// Whether the host offers an extension in clear text, by its keyword in any case (RFC 5321 section 4.1.1.1).
    #[must_use]
    pub fn offers(&self, keyword: &str) -> bool {
        let is_it = |line: &String| {
            line.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(keyword))
        };
        self.extensions.iter().any(is_it)
    }

    /// What a planner learns from it: whether the host greeted with 220, and how far it is.
    #[must_use]
    pub fn outcome(&self) -> ProbeOutcome {
        match &self.greeting {
            Some(greeting) if greeting.code() == 220 => {
                ProbeOutcome::Answered { round_trip: self.times.connect }
            }
            _ => ProbeOutcome::Failed,
        }
    }

    /// What was seen of TLS, for [`TlsRequirement::after`](crate::tls_policy::TlsRequirement::after). `None` where the
    /// probe ended before, or where nobody judged the certificate.
    #[must_use]
    pub fn tls_observation(&self) -> Option<TlsObservation> {
        if let Some(tls) = &self.tls {
            return tls.verdict;
        }
        match &self.failure {
            None => self.times.ehlo.map(|_| TlsObservation::NotOffered),
            Some(ProbeFailure { stage: Stage::StartTls, fault: ProbeFault::Refused { .. } }) => {
                Some(TlsObservation::NotOffered)
            }
            Some(ProbeFailure { stage: Stage::StartTls, .. }) => {
                Some(TlsObservation::HandshakeFailed)
            }
            Some(_) => None,
        }
    }
}

impl fmt::Display for ProbeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.host, self.address)?;
        if let Some(source) = self.source {
            write!(f, " from {source}")?;
        }
        let ProbeTimes { connect, greeting, ehlo, starttls, handshake, total } = self.times;
        let words =
            self.greeting.as_ref().map(|reply| format!("{} {}", reply.code(), reply.text()));
        step(f, "connect", connect, "")?;
        step(f, "greeting", greeting, &words.unwrap_or_default())?;
        step(f, "EHLO", ehlo, &self.extensions.join(", "))?;
        step(f, "STARTTLS", starttls, "")?;
        match &self.tls {
            Some(tls) => tls_lines(f, tls, handshake)?,
            None if self.failure.is_none() => write!(f, "\n  no TLS is offered")?,
            None => {}
        }
        if let Some(failure) = &self.failure {
            write!(f, "\n  failed: {}", failure.to_string().replace("\r\n", " / "))?;
        }
        step(f, "total", Some(total), "")
    }
}

fn tls_lines(
    f: &mut fmt::Formatter<'_>,
    tls: &TlsSession,
    handshake: Option<Duration>,
) -> fmt::Result {
    step(f, "handshake", handshake, &format!("{}, {}", tls.version, tls.cipher_suite))?;
    if let Some(Certificate { names, issuer, .. }) = &tls.certificate {
        write!(f, "\n  certificate for {}, by {issuer}", names.join(" "))?;
    }
    write!(f, "\n  certificate {}", in_words(tls.verdict))
}

fn step(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    time: Option<Duration>,
    words: &str,
) -> fmt::Result {
    let Some(time) = time else { return Ok(()) };
    let milliseconds = format!("{:.1}", time.as_secs_f64() * 1e3);
    let space = if words.is_empty() { "" } else { "  " };
    write!(f, "\n  {name:<9} {milliseconds:>8} ms{space}{words}")
}

fn in_words(verdict: Option<TlsObservation>) -> &'static str {
    match verdict {
        Some(TlsObservation::Established) => "is valid",
        Some(TlsObservation::CertificateExpired) => "has expired, or is not valid yet",
        Some(TlsObservation::CertificateHostMismatch) => "is for other names",
        Some(_) => "is not trusted",
        None => "was not judged",
    }
}
