//! How a hop went, and what a client does next.

use std::time::Duration;

use crate::evidence::Fault;
use crate::{ReplyClass, SmtpReply, Stage, reply::Remedy};

/// Why no connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The egress itself could not be reached, or not bind its address.
    EgressFailed,
    /// The host refused the connection.
    Refused,
    /// No answer within the connect time-out.
    TimedOut,
    /// No route, or the network said that there is none.
    Unreachable,
}

impl ConnectFailure {
    /// All causes, in the order of their names.
    pub const ALL: &[Self] =
        &[Self::EgressFailed, Self::Refused, Self::TimedOut, Self::Unreachable];

    /// The stable name, as in metrics.
    ///
    /// ```
    /// assert_eq!(mailkit_route::ConnectFailure::TimedOut.code(), "timed-out");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EgressFailed => "egress-failed",
            Self::Refused => "refused",
            Self::TimedOut => "timed-out",
            Self::Unreachable => "unreachable",
        }
    }
}

/// What became of one hop.
///
/// ```
/// use mailkit_route::{ConnectFailure, HopOutcome, NextStep, Stage};
/// assert_eq!(HopOutcome::connect_failed(ConnectFailure::Refused).next_step(), NextStep::TryNextHop);
/// assert_eq!(HopOutcome::dropped(Stage::Dot).next_step(), NextStep::Ambiguous);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HopOutcome {
    /// The host took the mail.
    #[non_exhaustive]
    Accepted {
        /// From the first SYN to the 250 after the final dot.
        latency: Duration,
    },
    /// No connection came about.
    #[non_exhaustive]
    ConnectFailed {
        /// Why.
        cause: ConnectFailure,
    },
    /// The connection broke, or the host was silent for too long, while we waited for a reply.
    #[non_exhaustive]
    Dropped {
        /// What we waited for.
        stage: Stage,
    },
    /// The host said no, or not now. A refusal of `STARTTLS` stands here only if the hop asks for TLS, see
    /// [`NextStep::AskTls`].
    #[non_exhaustive]
    Replied {
        /// What it replied to.
        stage: Stage,
        /// Its words.
        reply: SmtpReply,
    },
}

impl HopOutcome {
    /// The host took the mail, in this time from the first SYN to the 250 after the final dot.
    #[must_use]
    pub fn accepted(latency: Duration) -> Self {
        Self::Accepted { latency }
    }

    /// No connection came about.
    #[must_use]
    pub fn connect_failed(cause: ConnectFailure) -> Self {
        Self::ConnectFailed { cause }
    }

    /// The connection broke, or the host was silent for too long, while we waited for a reply at `stage`.
    #[must_use]
    pub fn dropped(stage: Stage) -> Self {
        Self::Dropped { stage }
    }

    /// The host said no, or not now, at `stage`.
    #[must_use]
    pub fn replied(stage: Stage, reply: SmtpReply) -> Self {
        Self::Replied { stage, reply }
    }

    /// What a client does next.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        match self {
            Self::Accepted { .. } => NextStep::Done,
            Self::ConnectFailed { .. } => NextStep::TryNextHop,
            Self::Dropped { stage: Stage::Dot } => NextStep::Ambiguous,
            Self::Dropped { .. } => NextStep::TryNextHop,
            Self::Replied { stage, reply } => next_step(*stage, reply),
        }
    }

    /// What speaks against the way taken, rather than against this mail.
    pub(crate) fn fault(&self) -> Option<Fault> {
        match self {
            Self::Accepted { .. } => None,
            Self::ConnectFailed { cause: ConnectFailure::Refused } => Some(Fault::Refused),
            Self::ConnectFailed { cause: ConnectFailure::EgressFailed } => Some(Fault::Egress),
            Self::ConnectFailed { .. }
            | Self::Dropped { stage: Stage::Connect | Stage::Greeting } => Some(Fault::Silent),
            Self::Dropped { .. } => Some(Fault::Deferred),
            Self::Replied { stage, reply } => {
                speaks_against_the_way(*stage, reply).then(|| fault_of_reply(*stage, reply))
            }
        }
    }
}

fn speaks_against_the_way(stage: Stage, reply: &SmtpReply) -> bool {
    if reply.is_positive() || asks_for_a_pause(reply) {
        return false;
    }
    let class = reply.class();
    let refuses_tls = stage == Stage::StartTls;
    (stage.is_before_mail() && !refuses_tls)
        || class == ReplyClass::Reputation
        || is_about_the_host(class, reply)
}

/// Once it has heard of a recipient, a host may speak of that domain alone.
fn fault_of_reply(stage: Stage, reply: &SmtpReply) -> Fault {
    match reply.class() {
        _ if stage < Stage::RcptTo => Fault::Deferred,
        ReplyClass::Reputation => Fault::Distrusted,
        _ => Fault::Declined,
    }
}

/// Another way in would only dodge the host's request to wait.
fn asks_for_a_pause(reply: &SmtpReply) -> bool {
    reply.is_temporary() && matches!(reply.class(), ReplyClass::Greylist | ReplyClass::Rate)
}

/// The host itself is in trouble, so that another one of the domain may take the mail now. A bare 421, after which
/// the host hangs up, and a bare 451 say so as well (RFC 5321 sections 3.8 and 4.2.3).
fn is_about_the_host(class: ReplyClass, reply: &SmtpReply) -> bool {
    reply.is_temporary() && class.remedies().contains(&Remedy::OtherHost)
}

/// What a client does after a reply or a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum NextStep {
    /// The mail may have arrived: a retry may deliver it twice, no retry may lose it
    /// (RFC 1047). The host decides; most retry, later.
    Ambiguous,
    /// The host refused `STARTTLS`, so ask what the hop says of a host without it:
    /// [`TlsRequirement::after`](crate::tls_policy::TlsRequirement::after) with
    /// [`TlsObservation::NotOffered`](crate::tls_policy::TlsObservation::NotOffered).
    AskTls,
    /// Send the next command.
    Continue,
    /// The mail is delivered.
    Done,
    /// Tell the sender: no other host and no later try will help.
    GiveUp,
    /// Keep the mail and ask the [`RetrySchedule`](crate::RetrySchedule).
    RetryLater,
    /// Walk on to the next hop of the plan now.
    TryNextHop,
    /// Connect to the same host again, with TLS and never without. When TLS was on already, walk on to the next
    /// hop, so that no host makes a client turn in circles.
    UseTls,
}

/// What a client does after `reply` at `stage`.
///
/// Before `MAIL FROM` every refusal is about the host, so the next one is tried. From `MAIL FROM` on
/// a 5xx is the domain's answer and no other host is asked; a 4xx sends the mail on only when the host
/// itself is in trouble, and not after the final dot. A host that asks for a pause gets it, and one that
/// asks for TLS as well. A refusal of `STARTTLS` matters only where TLS is asked for (RFC 3207 section 4).
///
/// A 552 for too many recipients says the same as a 452 (RFC 5321 section 4.5.3.1.10): what was taken before it
/// goes on with `DATA`, the others wait.
///
/// ```
/// use mailkit_route::{NextStep, Stage, next_step};
/// assert_eq!(next_step(Stage::Greeting, &"554 no".parse()?), NextStep::TryNextHop);
/// assert_eq!(next_step(Stage::RcptTo, &"550 5.1.1 no such user".parse()?), NextStep::GiveUp);
/// assert_eq!(next_step(Stage::RcptTo, &"450 4.7.1 greylisted".parse()?), NextStep::RetryLater);
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[must_use]
pub fn next_step(stage: Stage, reply: &SmtpReply) -> NextStep {
    if reply.is_positive() {
        return if stage == Stage::Dot { NextStep::Done } else { NextStep::Continue };
    }
    let class = reply.class();
    match class {
        _ if asks_for_a_pause(reply) => NextStep::RetryLater,
        // After a 421 the host hangs up.
        _ if stage == Stage::StartTls && reply.code() != 421 => NextStep::AskTls,
        _ if stage.is_before_mail() => NextStep::TryNextHop,
        ReplyClass::TlsRequired => NextStep::UseTls,
        ReplyClass::Rate if stage == Stage::RcptTo && reply.code() == 552 => NextStep::RetryLater,
        _ if reply.is_permanent() => NextStep::GiveUp,
        _ if stage < Stage::Dot && is_about_the_host(class, reply) => NextStep::TryNextHop,
        _ => NextStep::RetryLater,
    }
}

#[cfg(test)]
mod tests;
