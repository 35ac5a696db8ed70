//! What to publish next, and why.

use std::fmt;

use super::{Day, Gate, GateName, Remedy, ReporterId, SourceClass, SourceId, Stage};
use crate::DmarcRecord;

/// What to do with the policy of a domain, and what that rests on.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Advice {
    /// The stage of the record that is published now.
    pub stage: Stage,
    /// Whether to change it.
    pub step: RolloutStep,
    /// The stage to publish; the present one with [`RolloutStep::Hold`].
    pub next: Stage,
    /// The record to publish for that stage; serialized as its text.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_text"))]
    pub record: DmarcRecord,
    /// The first day on which the stage after [`next`](Self::next) can follow, if what is advised
    /// is done today and all else is well; `None` if no stage follows.
    ///
    /// A step that is advised now is due now: with [`RolloutStep::Advance`] this is the day of the
    /// step after it.
    pub following: Option<Day>,
    /// The conditions, met or not; with [`RolloutStep::StepBack`] those that forbid to stay.
    pub gates: Vec<Gate>,
    /// The sources that stand in the way, worst first, at most [`Advice::MAX_SOURCES`].
    pub sources: Vec<BlockingSource>,
    /// Reported days after today, which are not looked at: the clock of a reporter is wrong, or a
    /// report is forged.
    pub ignored_days: u64,
    /// Messages that passed by DKIM alone, from networks that nothing ties to the domain: the advice rests
    /// on none of them ([`Evidence::copies`](super::Evidence::copies)).
    pub copies: u64,
    /// Who reported and does not count, since nobody knows them: the advice rests on nothing that they
    /// say. At most [`Evidence::MAX_UNKNOWN_REPORTERS`](super::Evidence::MAX_UNKNOWN_REPORTERS).
    pub unknown_reporters: Vec<ReporterId>,
}

impl Advice {
    /// Sources that are listed; the gates count all.
    pub const MAX_SOURCES: usize = 100;

    /// The conditions that are not met.
    pub fn unmet(&self) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(|gate| !gate.met)
    }
}

impl Advice {
    /// Whether a condition is not met that is met once enough days have gone by.
    fn waits_for_time(&self) -> bool {
        use GateName::{Dwell, EvidenceDays, LowVolumeDays, NewSources};
        self.unmet().any(|it| matches!(it.name, Dwell | EvidenceDays | LowVolumeDays | NewSources))
    }

    fn write_unknown(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reporters = &self.unknown_reporters;
        if reporters.is_empty() {
            return Ok(());
        }
        let named: Vec<&str> = reporters.iter().take(MAX_NAMED).map(ReporterId::as_str).collect();
        let more = if reporters.len() > MAX_NAMED { ", …" } else { "" };
        let (all, named) = (reporters.len(), named.join(", "));
        writeln!(
            f,
            "reporters that are not known, so that they do not count: {all} ({named}{more})"
        )
    }
}

/// Reporters that are named as not known.
const MAX_NAMED: usize = 5;

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            RolloutStep::Advance => writeln!(f, "advance from {} to {}", self.stage, self.next)?,
            RolloutStep::Hold => writeln!(f, "stay at {}", self.stage)?,
            RolloutStep::StepBack => writeln!(f, "step back from {} to {}", self.stage, self.next)?,
        }
        if self.step != RolloutStep::Hold {
            writeln!(f, "publish {}", self.record)?;
        }
        for gate in self.gates.iter().filter(|gate| !gate.met || self.step != RolloutStep::StepBack)
        {
            writeln!(f, "{} {gate}", if gate.met { "  met" } else { "unmet" })?;
        }
        for source in &self.sources {
            writeln!(f, "{source}")?;
        }
        if self.ignored_days > 0 {
            writeln!(f, "reported days in the future, not looked at: {}", self.ignored_days)?;
        }
        if self.copies > 0 {
            let copies = self.copies;
            writeln!(
                f,
                "messages that do not count, since they may be copies (passed by DKIM alone, from networks without a name): {copies}"
            )?;
        }
        self.write_unknown(f)?;
        match self.following {
            Some(day) if self.step == RolloutStep::Advance => {
                write!(f, "the step after this one: not before {day}")
            }
            Some(_) if self.step == RolloutStep::Hold && !self.waits_for_time() => {
                f.write_str("a step forward as soon as what is unmet is met")
            }
            Some(day) => write!(f, "no step forward before {day}"),
            None => f.write_str("no stage follows"),
        }
    }
}

/// What to do with the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RolloutStep {
    /// Loosen it.
    StepBack,
    /// Leave it.
    Hold,
    /// Tighten it by one stage.
    Advance,
}

/// A source that stands in the way, with what to do about it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BlockingSource {
    /// Which it is.
    pub source: SourceId,
    /// Who is behind it.
    pub class: SourceClass,
    /// The first day it was seen.
    pub first_seen: Day,
    /// Its messages of the memory, without those a reporter excused.
    pub messages: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// What to do.
    pub remedy: Remedy,
}

impl fmt::Display for BlockingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, messages, failed, remedy, .. } = self;
        write!(f, "{source}: {failed} of {messages} failed; {remedy}")
    }
}

#[cfg(feature = "serde")]
fn as_text<S: serde::Serializer>(record: &DmarcRecord, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(record)
}
