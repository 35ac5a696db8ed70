//! One letter for a domain.

use super::{Area, CheckupFinding};
use crate::checkup::examination::Facts;
use crate::lint::Severity;

/// The health of a domain in one letter, worst first in order.
///
/// | grade | when |
/// |---|---|
/// | F | nothing proves the domain's mail: SPF is absent or broken, and no usable DKIM key was seen |
/// | D | SPF, DKIM, DMARC or MX has an error, or there is no DMARC record |
/// | C | another area has an error, or DMARC enforces nothing |
/// | B | there are warnings |
/// | A | there is neither error nor warning |
///
/// What was not checked counts neither way, but a key that nobody named proves nothing either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::exhaustive_enums, reason = "the rule has these five")]
pub enum Grade {
    /// Nothing proves the domain's mail.
    F,
    /// An error where mail is decided.
    D,
    /// An error elsewhere, or a policy that enforces nothing.
    C,
    /// Warnings.
    B,
    /// Neither errors nor warnings.
    A,
}

impl Grade {
    /// What the letter says.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::F => "nothing proves the mail of this domain",
            Self::D => {
                "an error in SPF, DKIM, DMARC or MX costs mail or lets others write in your name"
            }
            Self::C => "the basics work, but something else is broken or DMARC enforces nothing",
            Self::B => "it works; some things are weaker than they should be",
            Self::A => "nothing is wrong",
        }
    }
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::F => "F",
            Self::D => "D",
            Self::C => "C",
            Self::B => "B",
            Self::A => "A",
        })
    }
}

/// The grade by the rule above; `None` if the DNS did not answer for SPF or
/// DMARC, or for the keys where all rests on them. A parked domain
/// proves nothing and need not.
pub(in crate::checkup) fn grade(
    facts: &Facts,
    findings: &[CheckupFinding],
    parked: bool,
) -> Option<Grade> {
    let (spf, has_dmarc) = (facts.spf?, facts.dmarc.exists()?);
    let any = |severity, areas: &[Area]| {
        let mut found = findings.iter().filter(|it| it.finding.severity >= severity);
        found.any(|it| areas.is_empty() || areas.contains(&it.area()))
    };
    if !spf && facts.dkim_unanswered && !parked {
        return None;
    }
    let proved = spf || facts.dkim == Some(true) || parked;
    Some(if !proved {
        Grade::F
    } else if any(Severity::Error, &[Area::Spf, Area::Dkim, Area::Dmarc, Area::Mx]) || !has_dmarc {
        Grade::D
    } else if any(Severity::Error, &[]) || !facts.enforces() {
        Grade::C
    } else if any(Severity::Warning, &[]) {
        Grade::B
    } else {
        Grade::A
    })
}
