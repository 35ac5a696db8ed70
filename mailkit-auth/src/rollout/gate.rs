//! A number that a step depends on.

use std::fmt;

/// One condition of an advice: what was seen, what is needed, and whether that is met.
///
/// ```
/// use mailkit_auth::rollout::{Gate, GateName, Quantity};
///
/// let gate = Gate::at_least(GateName::Reporters, Quantity::Count(2), Quantity::Count(3));
/// assert!(!gate.met);
/// assert_eq!(gate.to_string(), "independent reporters: 2, at least 3 needed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Gate {
    /// What is counted.
    pub name: GateName,
    /// What the evidence shows.
    pub seen: Quantity,
    /// On which side of `needed` it must be.
    pub bound: Bound,
    /// What it is held against.
    pub needed: Quantity,
    /// Whether the condition is met.
    pub met: bool,
}

impl Gate {
    /// A condition that is met from `needed` upwards.
    #[must_use]
    pub fn at_least(name: GateName, seen: Quantity, needed: Quantity) -> Self {
        let met = seen.value().zip(needed.value()).is_some_and(|(seen, needed)| seen >= needed);
        Self { name, seen, bound: Bound::AtLeast, needed, met }
    }

    /// A condition that is met up to `needed`.
    #[must_use]
    pub fn at_most(name: GateName, seen: Quantity, needed: Quantity) -> Self {
        let met = seen.value().zip(needed.value()).is_some_and(|(seen, needed)| seen <= needed);
        Self { name, seen, bound: Bound::AtMost, needed, met }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, seen, bound, needed, met } = self;
        let (bound, verb) = match bound {
            Bound::AtLeast => ("at least", "needed"),
            Bound::AtMost => ("at most", "allowed"),
        };
        // What is not met must not look equal to what is needed.
        let same = |digits: &usize| seen.text(*digits) == needed.text(*digits) && !met;
        let digits = (2..MOST_DIGITS).find(|digits| !same(digits)).unwrap_or(MOST_DIGITS);
        let (seen, needed) = (seen.text(digits), needed.text(digits));
        write!(f, "{}: {seen}, {bound} {needed} {verb}", name.words())
    }
}

/// On which side of a number a quantity must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Bound {
    /// At the number or above.
    AtLeast,
    /// At the number or below.
    AtMost,
}

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Quantity {
    /// Messages, sources or reporters.
    Count(u64),
    /// Days.
    Days(u32),
    /// A share from 0 to 1, printed as a percentage.
    Share(f64),
    /// No report says anything about it; a condition is not met by that.
    Unreported,
}

impl Quantity {
    fn value(self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(count as f64),
            Self::Days(days) => Some(f64::from(days)),
            Self::Share(share) => Some(share),
            Self::Unreported => None,
        }
    }

    /// With so many digits after the point of a percentage.
    fn text(self, digits: usize) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Days(1) => "1 day".to_owned(),
            Self::Days(days) => format!("{days} days"),
            Self::Share(share) => format!("{:.digits$} %", 100.0 * share),
            Self::Unreported => "nothing reported".to_owned(),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(2))
    }
}

/// The digits after the point of a percentage that tell any two shares of messages apart.
const MOST_DIGITS: usize = 15;

/// Declares the names of the gates with code, words and meaning.
macro_rules! gates {
    ($($(#[$doc:meta])+ $variant:ident = $code:literal, $words:literal;)+) => {
        /// What a gate counts. The codes are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum GateName {
            $($(#[$doc])+ $variant,)+
        }

        impl GateName {
            /// All gates.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name, as in JSON.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)+ }
            }
        }
    };
}

gates! {
    /// Share of aligned messages among these and the messages of unknown sources; hostile and
    /// forwarded mail is left out.
    Classified = "classified", "share of mail from known sources";
    /// Days at the present stage.
    Dwell = "dwell", "time at this stage";
    /// Days of reports since the last gap in them.
    EvidenceDays = "evidence-days", "days of reports";
    /// Legitimate sources that fail.
    FailingSources = "failing-sources", "legitimate sources that fail";
    /// Legitimate messages quarantined or rejected, all from sources that fail; a reason to step
    /// back.
    HurtMessages = "hurt-messages", "legitimate messages quarantined or rejected";
    /// Days of reports without a failure of legitimate mail, where there is too little of it for a
    /// lower bound.
    LowVolumeDays = "low-volume-days", "days of reports without a failure, for little mail";
    /// Share of legitimate mail that new sources send without a pass; a reason to step back.
    NewSourceFailures = "new-source-failures", "share of legitimate mail that new sources fail";
    /// Legitimate sources that came lately and have failed.
    NewSources = "new-sources", "new legitimate sources that failed";
    /// Lower bound of the pass rate of legitimate mail (Wilson's interval, 95 %), of the last week
    /// or of a longer time up to now.
    PassRate = "pass-rate", "pass rate of legitimate mail, lower bound";
    /// Pass rate surely lost; a reason to step back.
    PassRateDrop = "pass-rate-drop", "pass rate lost";
    /// Upper bound of the pass rate of legitimate mail in the last week, or at the present stage if
    /// that is shorter.
    RecentPassRate = "recent-pass-rate", "pass rate of the last days, upper bound";
    /// Addresses that reports are sent to.
    ReportAddresses = "report-addresses", "addresses for aggregate reports";
    /// Days since the last day that was reported; more are allowed where silent days are usual.
    ReportAge = "report-age", "time since the last report";
    /// Independent reporters of the last 14 days.
    Reporters = "reporters", "independent reporters";
    /// Messages that found no room in the evidence.
    Uncounted = "uncounted", "messages that found no room in the evidence";
    /// Sources that nobody has classified and that may send for the domain.
    UnknownSources = "unknown-sources", "sources to classify";
}

#[cfg(test)]
mod tests;
