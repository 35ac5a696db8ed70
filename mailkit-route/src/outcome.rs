//! How a hop went, and what a client does next.

use std::time::Duration;

use crate::evidence::Fault;
use crate::{ReplyClass, SmtpReply, Stage};

/// Why no connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// What became of one hop.
///
/// ```
/// use mailkit_route::{ConnectFailure, HopOutcome, NextStep, Stage};
/// assert_eq!(HopOutcome::connect_failed(ConnectFailure::Refused).next_step(), NextStep::TryNextHop);
/// assert_eq!(HopOutcome::Dropped { stage: Stage::Dot }.next_step(), NextStep::Ambiguous);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HopOutcome {
    /// The host took the mail.
    Accepted {
        /// From the first SYN to the 250 after the final dot.
        latency: Duration,
    },
    /// No connection came about.
    ConnectFailed {
        /// Why.
        cause: ConnectFailure,
    },
    /// The connection broke, or the host was silent for too long, while we waited for a reply.
    Dropped {
        /// What we waited for.
        stage: Stage,
    },
    /// The host said no, or not now.
    Replied {
        /// What it replied to.
        stage: Stage,
        /// Its words.
        reply: SmtpReply,
    },
}

impl HopOutcome {
    /// No connection came about.
    #[must_use]
    pub fn connect_failed(cause: ConnectFailure) -> Self {
        Self::ConnectFailed { cause }
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
            Self::ConnectFailed { .. } | Self::Dropped { stage: Stage::Banner } => {
                Some(Fault::Silent)
            }
            Self::Dropped { .. } => Some(Fault::Deferred),
            Self::Replied { reply, .. } if reply.is_positive() => None,
            Self::Replied { stage, reply } => {
                let against_the_way = match reply.class() {
                    // Another way in would only dodge the host's request to wait.
                    ReplyClass::Greylist | ReplyClass::Rate if reply.is_temporary() => false,
                    _ if stage.is_before_mail() => true,
                    ReplyClass::Reputation => true,
                    ReplyClass::System | ReplyClass::Network => reply.is_temporary(),
                    _ => false,
                };
                against_the_way.then_some(Fault::Deferred)
            }
        }
    }
}

/// What a client does after a reply or a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum NextStep {
    /// The mail may have arrived: a retry may deliver it twice, no retry may lose it
    /// (RFC 1047). The host decides; most retry, later.
    Ambiguous,
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
}

/// What a client does after `reply` at `stage`.
///
/// Before `MAIL FROM` every refusal is about the host, so the next one is tried. From `MAIL FROM` on
/// a 5xx is the domain's answer and no other host is asked; a 4xx sends the mail on only when the host
/// itself is in trouble. A host that asks for a pause gets it.
///
/// ```
/// use mailkit_route::{NextStep, Stage, next_step};
/// assert_eq!(next_step(Stage::Banner, &"554 no".parse()?), NextStep::TryNextHop);
/// assert_eq!(next_step(Stage::RcptTo, &"550 5.1.1 no such user".parse()?), NextStep::GiveUp);
/// assert_eq!(next_step(Stage::RcptTo, &"450 4.7.1 greylisted".parse()?), NextStep::RetryLater);
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[must_use]
pub fn next_step(stage: Stage, reply: &SmtpReply) -> NextStep {
    if reply.is_positive() {
        return if stage == Stage::Dot { NextStep::Done } else { NextStep::Continue };
    }
    match reply.class() {
        ReplyClass::Greylist | ReplyClass::Rate if reply.is_temporary() => NextStep::RetryLater,
        _ if stage.is_before_mail() => NextStep::TryNextHop,
        _ if reply.is_permanent() => NextStep::GiveUp,
        ReplyClass::System | ReplyClass::Network if stage < Stage::Dot => NextStep::TryNextHop,
        _ => NextStep::RetryLater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stage: Stage, reply: &str, expected: NextStep) {
        assert_eq!(next_step(stage, &reply.parse().unwrap()), expected, "{stage}: {reply}");
    }

    #[test]
    fn r16_before_mail_the_next_host_is_tried() {
        check(Stage::Banner, "220 hello", NextStep::Continue);
        check(Stage::Banner, "421 busy", NextStep::TryNextHop);
        check(Stage::Banner, "554 5.7.1 listed at spamhaus", NextStep::TryNextHop);
        check(Stage::Banner, "421 4.7.0 too many connections", NextStep::RetryLater);
        check(Stage::Ehlo, "550 5.7.1 no", NextStep::TryNextHop);
        check(Stage::StartTls, "454 4.7.0 TLS not available", NextStep::TryNextHop);
    }

    #[test]
    fn r16_after_mail_a_5xx_is_final() {
        check(Stage::MailFrom, "550 5.7.1 no", NextStep::GiveUp);
        check(Stage::RcptTo, "550 4.7.1 no", NextStep::GiveUp);
        check(Stage::RcptTo, "421 4.3.2 shutting down", NextStep::TryNextHop);
        check(Stage::RcptTo, "452 4.2.2 full", NextStep::RetryLater);
        check(Stage::Data, "354 go on", NextStep::Continue);
        check(Stage::Data, "451 4.3.0 disk", NextStep::TryNextHop);
        check(Stage::Dot, "451 4.3.0 disk", NextStep::RetryLater);
        check(Stage::Dot, "550 5.7.26 no", NextStep::GiveUp);
        check(Stage::Dot, "250 2.0.0 queued", NextStep::Done);
    }

    #[test]
    fn r15_silence_after_the_dot_is_ambiguous() {
        let check = |stage, expected| {
            assert_eq!(HopOutcome::Dropped { stage }.next_step(), expected, "{stage}");
        };
        check(Stage::Dot, NextStep::Ambiguous);
        check(Stage::Data, NextStep::TryNextHop);
        check(Stage::Banner, NextStep::TryNextHop);
    }

    #[test]
    fn only_trouble_of_the_way_counts_against_it() {
        let check = |stage, reply: &str, expected| {
            let outcome = HopOutcome::Replied { stage, reply: reply.parse().unwrap() };
            assert_eq!(outcome.fault().is_some(), expected, "{stage}: {reply}");
        };
        check(Stage::Banner, "554 no", true);
        check(Stage::Banner, "554 5.3.2 not accepting mail", true);
        check(Stage::Ehlo, "554 5.7.0 rate limit exceeded", true);
        check(Stage::RcptTo, "554 5.7.0 rate limit exceeded", false);
        check(Stage::Banner, "421 4.7.0 too many connections", false);
        check(Stage::RcptTo, "450 4.7.1 greylisted", false);
        check(Stage::RcptTo, "550 5.1.1 no such user", false);
        check(Stage::Dot, "421 4.3.2 shutting down", true);
        check(Stage::MailFrom, "554 5.7.1 poor reputation", true);
        check(Stage::Dot, "250 ok", false);
    }
}
