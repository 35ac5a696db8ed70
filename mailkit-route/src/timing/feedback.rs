//! What an outcome says about how fast we send.

use crate::{HopOutcome, ReplyClass, reply::Remedy};

/// What an outcome says about how fast we send, rather than about one mail.
///
/// ```
/// use mailkit_route::{ConnectFailure, HopOutcome, Stage, timing::SendFeedback};
/// let reply = |text: &str| Ok::<_, mailkit_route::ParseError>(HopOutcome::replied(Stage::RcptTo, text.parse()?));
/// assert_eq!(SendFeedback::of(&reply("450 4.7.28 unusual rate")?), SendFeedback::Throttled);
/// assert_eq!(SendFeedback::of(&reply("550 5.1.1 no such user")?), SendFeedback::Neutral);
/// assert_eq!(SendFeedback::of(&HopOutcome::connect_failed(ConnectFailure::TimedOut)), SendFeedback::Trouble);
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum SendFeedback {
    /// The mail was taken.
    Good,
    /// The host did its work, and its answer is about the mail.
    Neutral,
    /// The host asks for less, or thinks badly of us: [`Remedy::SlowDown`].
    Throttled,
    /// No connection, a broken one, or a host in trouble.
    Trouble,
}

impl SendFeedback {
    /// Reads an outcome.
    #[must_use]
    pub fn of(outcome: &HopOutcome) -> Self {
        match outcome {
            HopOutcome::Accepted { .. } => Self::Good,
            HopOutcome::Replied { reply, .. } => match reply.class() {
                ReplyClass::Positive => Self::Good,
                class if class.remedies().contains(&Remedy::SlowDown) => Self::Throttled,
                ReplyClass::Network | ReplyClass::System if reply.is_temporary() => Self::Trouble,
                _ => Self::Neutral,
            },
            _ => Self::Trouble,
        }
    }
}
