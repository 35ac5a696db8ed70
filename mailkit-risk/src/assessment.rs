//! The result: a score, and the reasons it was made from.

use std::fmt;
use std::ops::Range;

use crate::code::{Code, Family};
use crate::policy::Action;
use crate::weight::Weight;

/// What a scorer found. The score is the prior plus the weights of the reasons, exactly.
///
/// ```
/// use std::time::SystemTime;
/// use mailkit_risk::{Context, MessageView, Scorer};
///
/// let assessment = Scorer::builtin().assess_view(&MessageView::default(), &Context::new(SystemTime::UNIX_EPOCH));
/// let sum: f64 = assessment.reasons().iter().map(|reason| reason.weight.logits()).sum();
/// assert_eq!(assessment.score(), assessment.prior() + sum);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Assessment {
    schema_version: u32,
    prior: Weight,
    score: Weight,
    probability: f64,
    level: Level,
    action: Action,
    reasons: Vec<Reason>,
    unscannable: Vec<Unscannable>,
}

impl Assessment {
    /// The version of the serialized form; it grows when a field changes its meaning or goes.
    pub const SCHEMA_VERSION: u32 = 1;

    pub(crate) fn new(
        prior: Weight,
        reasons: Vec<Reason>,
        unscannable: Vec<Unscannable>,
        decide: impl FnOnce(Weight) -> (Level, Action),
    ) -> Self {
        let score = prior + reasons.iter().map(|reason| reason.weight).sum();
        let (level, action) = decide(score);
        Self {
            schema_version: Self::SCHEMA_VERSION,
            prior,
            score,
            probability: score.probability(),
            level,
            action,
            reasons,
            unscannable,
        }
    }

    /// The score in logits.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score.logits()
    }

    /// What the score starts from, in logits: how common fraud is before a mail is read.
    #[must_use]
    pub fn prior(&self) -> f64 {
        self.prior.logits()
    }

    /// The score as a probability. The weights of the built-in model are judgement, so it puts mails in an order and is
    /// no rate of fraud. The last digits may differ between platforms.
    #[must_use]
    pub fn probability(&self) -> f64 {
        self.probability
    }

    /// How high the risk is, by the model's thresholds.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// What the policy makes of that level.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The reasons, the heaviest first.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// The reason with this code, if it was found.
    #[must_use]
    pub fn reason(&self, code: Code) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.code == code)
    }

    /// What could not be looked into, and why.
    #[must_use]
    pub fn unscannable(&self) -> &[Unscannable] {
        &self.unscannable
    }
}

/// How high the risk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Level {
    /// Nothing that deserves attention.
    Low,
    /// Worth a word of warning.
    Elevated,
    /// Somebody should look before anybody acts.
    High,
    /// Fraud, as far as a program can tell.
    Critical,
}

impl Level {
    /// All levels, from low to critical.
    pub const ALL: [Self; 4] = [Self::Low, Self::Elevated, Self::High, Self::Critical];

    /// The name in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Elevated => "elevated",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Reason {
    /// The stable code.
    pub code: Code,
    /// The family whose cap applies.
    pub family: Family,
    /// What it adds to the score: the model's weight, less what the family's cap cuts off.
    pub weight: Weight,
    /// Where it was seen.
    pub place: Place,
    /// What was seen: short, without control characters, accounts redacted.
    pub evidence: String,
    /// One sentence for the person who decides.
    pub sentence: &'static str,
}

/// Where something was seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Place {
    /// In the results of authentication.
    Authentication,
    /// In the SMTP envelope.
    Envelope,
    /// In the header field of this name.
    Header(String),
    /// In a MIME part, counted from 0 in the order of the message; nested messages continue the count.
    Part {
        /// The number of the part.
        index: usize,
        /// The bytes of its decoded text.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        bytes: Option<Range<usize>>,
    },
    /// At a byte of the raw message.
    Raw(usize),
    /// In the counterparty's history.
    History,
}

impl Place {
    /// The header field of this name.
    #[must_use]
    pub fn header(name: impl Into<String>) -> Self {
        Self::Header(name.into())
    }

    /// A whole MIME part.
    #[must_use]
    pub fn part(index: usize) -> Self {
        Self::Part { index, bytes: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authentication => f.write_str("authentication"),
            Self::Envelope => f.write_str("envelope"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Part { index, bytes: None } => write!(f, "part {index}"),
            Self::Part { index, bytes: Some(bytes) } => {
                write!(f, "part {index}, bytes {}..{}", bytes.start, bytes.end)
            }
            Self::Raw(offset) => write!(f, "byte {offset}"),
            Self::History => f.write_str("history"),
        }
    }
}

/// Something that could not be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Unscannable {
    /// Where it is.
    pub place: Place,
    /// Why it could not be looked into.
    pub cause: UnscannableCause,
}

impl Unscannable {
    /// Something at this place that could not be looked into.
    #[must_use]
    pub fn new(place: Place, cause: UnscannableCause) -> Self {
        Self { place, cause }
    }
}

/// Why something could not be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum UnscannableCause {
    /// It is encrypted.
    Encrypted,
    /// It is damaged, or made to look so.
    Damaged,
    /// A limit was reached first.
    Limit,
    /// It is packed in a way this crate does not unpack.
    Unsupported,
}

impl fmt::Display for UnscannableCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::Limit => "limit reached",
            Self::Unsupported => "unsupported format",
        })
    }
}
