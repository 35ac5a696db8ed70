//! From a level to an action.

use std::fmt;

use crate::assessment::Level;

/// What to do with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Action {
    /// Deliver it.
    Accept,
    /// Deliver it with a warning.
    Tag,
    /// Hold it until somebody looks.
    Quarantine,
    /// Refuse it while the sender is still connected.
    Reject,
}

impl Action {
    /// The name in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Tag => "tag",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which action belongs to which level. A higher level never gets a milder action.
///
/// ```
/// use mailkit_risk::{Action, Level, Policy};
///
/// let policy = Policy::default().with_action(Level::Critical, Action::Quarantine);
/// assert_eq!(policy.action(Level::Elevated), Action::Tag);
/// assert_eq!(policy.action(Level::Critical), Action::Quarantine);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    elevated: Action,
    high: Action,
    critical: Action,
    low: Action,
}

impl Policy {
    /// Every mail is delivered; the reasons are there to be read.
    ///
    /// ```
    /// use mailkit_risk::{Action, Level, Policy};
    ///
    /// assert_eq!(Policy::observe().action(Level::Critical), Action::Accept);
    /// ```
    #[must_use]
    pub fn observe() -> Self {
        Self {
            low: Action::Accept,
            elevated: Action::Accept,
            high: Action::Accept,
            critical: Action::Accept,
        }
    }

    /// Sets the action of one level.
    #[must_use]
    pub fn with_action(mut self, level: Level, action: Action) -> Self {
        match level {
            Level::Low => self.low = action,
            Level::Elevated => self.elevated = action,
            Level::High => self.high = action,
            Level::Critical => self.critical = action,
        }
        self
    }

    /// The action of a level: the strictest one set for it or for a level below.
    #[must_use]
    pub fn action(&self, level: Level) -> Action {
        let ladder = [
            (Level::Low, self.low),
            (Level::Elevated, self.elevated),
            (Level::High, self.high),
            (Level::Critical, self.critical),
        ];
        let reached =
            ladder.into_iter().filter(|(step, _)| *step <= level).map(|(_, action)| action);
        reached.max().unwrap_or(Action::Accept)
    }
}

impl Default for Policy {
    /// Accept, tag, quarantine, reject.
    fn default() -> Self {
        Self {
            low: Action::Accept,
            elevated: Action::Tag,
            high: Action::Quarantine,
            critical: Action::Reject,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_level_is_never_treated_more_mildly() {
        let actions = [Action::Accept, Action::Tag, Action::Quarantine, Action::Reject];
        for (level, action) in
            Level::ALL.iter().flat_map(|level| actions.map(|action| (*level, action)))
        {
            let policy = Policy::default().with_action(level, action);
            let taken = Level::ALL.map(|level| policy.action(level));
            assert!(taken.is_sorted(), "{level} {action}: {taken:?}");
        }
    }
}
