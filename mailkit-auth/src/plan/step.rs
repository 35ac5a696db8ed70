//! One step of a change.

mod kind;

use std::fmt;
use std::time::{Duration, SystemTime};

pub use kind::StepKind;

use super::PublishedRecord;
use crate::lookup::Name;
use crate::moment::Utc;
use crate::zone::ZoneRecord;

/// One thing to do, done at once: records to remove and to add together, or an act elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ChangeStep {
    /// What is done.
    pub kind: StepKind,
    /// The records to remove.
    pub remove: Vec<PublishedRecord>,
    /// The records to add.
    pub add: Vec<ZoneRecord>,
    /// Of a policy file to serve, the hosts that it has to allow; else nothing.
    pub allow: Vec<Name>,
    /// When it may be done.
    pub not_before: NotBefore,
    /// How to take it back.
    pub reversal: Reversal,
}

/// When a step may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NotBefore {
    /// The earliest moment, if every step before is done at its own earliest; in JSON, as every moment and
    /// wait here, a number of seconds.
    #[cfg_attr(
        feature = "serde",
        serde(serialize_with = "crate::moment::unix_seconds::serialize")
    )]
    pub at: SystemTime,
    /// The moment before which nothing makes it early enough.
    #[cfg_attr(
        feature = "serde",
        serde(serialize_with = "crate::moment::unix_seconds::serialize")
    )]
    pub from: SystemTime,
    /// The steps that come first, by their place in the list from 0, and how long after each.
    #[cfg_attr(
        feature = "serde",
        serde(serialize_with = "crate::moment::seconds::after_steps::serialize")
    )]
    pub after: Vec<(usize, Duration)>,
    /// What somebody has to see before.
    pub condition: Option<Condition>,
    /// Whether a time to live was not known and a day was assumed.
    pub assumes_ttl: bool,
}

impl NotBefore {
    /// The earliest moment, given when steps were done: `done` has a place for each step of the list.
    /// `None` while one is not done that comes first.
    #[must_use]
    pub fn given(&self, done: &[Option<SystemTime>], now: SystemTime) -> Option<SystemTime> {
        let mut moments = self.after.iter().map(|(step, wait)| {
            let moment = done.get(*step).copied().flatten()?;
            Some(moment.checked_add(*wait).unwrap_or(moment))
        });
        moments.try_fold(now.max(self.from), |latest, moment| Some(latest.max(moment?)))
    }
}

/// What somebody has to see before a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Condition {
    /// The new hosts accept mail for the domain.
    HostsAccept,
    /// The reports show that all legitimate mail passes.
    MailPasses,
    /// The policy file is served over HTTPS with a valid certificate.
    PolicyFileServed,
    /// Nothing has been signed with the old key during the wait.
    OldKeySilent,
    /// Nothing is sent any more from what the new SPF record leaves out.
    OldSendersSilent,
    /// Mail is signed with a key that stays.
    OtherKeySigns,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HostsAccept => {
                "the new hosts accept mail for the domain, and the old ones go on for as long as caches \
                 hold them"
            }
            Self::MailPasses => "the reports show that all legitimate mail passes",
            Self::PolicyFileServed => "the policy file is served with a valid certificate",
            Self::OldKeySilent => "nothing was signed with the old key during the wait",
            Self::OldSendersSilent => "nothing is sent from what the new record leaves out",
            Self::OtherKeySigns => "mail is signed with a key that stays",
        })
    }
}

/// How to take a step back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Reversal {
    /// Remove what was added and add what was removed.
    SwapBack,
    /// Remove what was added; nobody depends on it yet.
    Remove,
    /// Do the act elsewhere again as before.
    Elsewhere,
    /// Not needed: the step changes nothing that others see.
    NotNeeded,
    /// Publish the old key again; mail that failed in between stays failed.
    PublishOldKey,
}

impl fmt::Display for Reversal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SwapBack => "remove the new records and publish the old ones",
            Self::Remove => "remove the records",
            Self::Elsewhere => "go back to what was before; the records allow both",
            Self::NotNeeded => "nothing to take back",
            Self::PublishOldKey => "publish the old key again; mail that failed stays failed",
        })
    }
}

impl fmt::Display for ChangeStep {
    /// The lines of a checklist.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, remove, add, allow, not_before, reversal } = self;
        writeln!(f, "{}", kind.summary())?;
        write!(f, "      when: not before {}", Utc(not_before.at))?;
        for (step, wait) in &not_before.after {
            write!(f, ", {} after step {}", Wait(*wait), step + 1)?;
        }
        if not_before.assumes_ttl {
            write!(f, " (a time to live is not known, a day was assumed)")?;
        }
        if let Some(condition) = not_before.condition {
            write!(f, ", once {condition}")?;
        }
        writeln!(f, "\n      why:  {}", kind.reason())?;
        remove.iter().try_for_each(|record| writeln!(f, "      - {record}"))?;
        add.iter().try_for_each(|record| writeln!(f, "      + {record}"))?;
        if !allow.is_empty() {
            let hosts: Vec<String> = allow.iter().map(ToString::to_string).collect();
            writeln!(f, "      allow: {}", hosts.join(", "))?;
        }
        write!(f, "      undo: {reversal}")
    }
}

/// A wait in the unit that fits it.
struct Wait(Duration);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self.0.as_secs() {
            0 => return f.write_str("right"),
            seconds if seconds % 86_400 == 0 => (seconds / 86_400, "day"),
            seconds if seconds % 3600 == 0 => (seconds / 3600, "hour"),
            seconds => (seconds.div_ceil(60), "minute"),
        };
        write!(f, "{number} {unit}{}", if number == 1 { "" } else { "s" })
    }
}
