//! One step of a change.

use std::fmt;
use std::time::{Duration, SystemTime};

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

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum StepKind {
    /// Publish a weaker DMARC policy, which can hurt nobody.
    RelaxPolicy,
    /// Shorten the time that records may be kept which are about to be replaced.
    LowerTtl,
    /// Publish what nobody asks for yet: new keys, hosts, addresses for reports.
    Publish,
    /// Replace the SPF record.
    ReplaceSpf,
    /// Replace a key or an alias under the same selector, or the addresses of a host.
    Replace,
    /// Elsewhere: sign with the new keys, and no longer with those that are retired.
    SwitchSigning,
    /// Elsewhere: sign no longer with the keys that are about to change under their selectors.
    StopSigning,
    /// Elsewhere: serve the policy file of MTA-STS.
    ServePolicyFile,
    /// Give MTA-STS a new policy number.
    AnnouncePolicyFile,
    /// Replace the mail exchangers.
    ReplaceMx,
    /// Publish the DMARC policy.
    PublishPolicy,
    /// Publish the logo, which needs an enforced policy.
    PublishLogo,
    /// Publish the empty key in place of one that no longer signs.
    RevokeKey,
    /// Give the replaced records their full time to live.
    RaiseTtl,
}

impl StepKind {
    /// What is done, in a few words.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::RelaxPolicy => "publish the weaker DMARC policy",
            Self::LowerTtl => "shorten the time to live of what will be replaced",
            Self::Publish => "publish what is new",
            Self::ReplaceSpf => "replace the SPF record",
            Self::Replace => "replace keys and addresses that keep their names",
            Self::SwitchSigning => "sign with the new keys",
            Self::StopSigning => "sign with other keys than those that are replaced next",
            Self::ServePolicyFile => "serve the policy file of MTA-STS",
            Self::AnnouncePolicyFile => "give MTA-STS the new policy number",
            Self::ReplaceMx => "replace the mail exchangers",
            Self::PublishPolicy => "publish the DMARC policy",
            Self::PublishLogo => "publish the logo",
            Self::RevokeKey => "publish the empty key of selectors that no longer sign",
            Self::RaiseTtl => "give the new records their full time to live",
        }
    }

    /// Why it is done at this place, with the paragraph it rests on.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::RelaxPolicy => {
                "a weaker policy takes effect before anything else moves (RFC 9989 section 4.7)"
            }
            Self::LowerTtl => {
                "caches keep the old record for its time to live; a slip is then mended in minutes (RFC \
                 1035 section 3.2.1)"
            }
            Self::Publish => {
                "a key must stand before the first signature that needs it (RFC 6376 section 3.6)"
            }
            Self::ReplaceSpf => {
                "old and new in one step: two SPF records are an error (RFC 7208 section 3.2)"
            }
            Self::Replace => {
                "caches hold the old content until its time to live is over (RFC 1035 section 3.2.1)"
            }
            Self::StopSigning => {
                "mail that is on its way needs the old key; a new selector would spare this (RFC 6376 \
                 section 3.1)"
            }
            Self::SwitchSigning => {
                "every cache can have the new keys by now (RFC 6376 section 3.6.2.2)"
            }
            Self::ServePolicyFile => {
                "the file must stand, and allow the old and the new hosts, before its number changes \
                 (RFC 8461 section 3.3)"
            }
            Self::AnnouncePolicyFile => {
                "senders fetch the file again when the number changes (RFC 8461 section 3.1)"
            }
            Self::ReplaceMx => {
                "the new hosts must accept the domain's mail, and the old ones go on doing so for the old \
                 time to live (RFC 5321 section 5.1)"
            }
            Self::PublishPolicy => {
                "last, when SPF and DKIM pass for all mail; old and new in one step: two records are none \
                 (RFC 9989 section 4.10)"
            }
            Self::PublishLogo => {
                "a logo is only shown under an enforced policy (draft-brand-indicators-for-message-identification)"
            }
            Self::RevokeKey => {
                "mail that is still on its way was signed with the old key (RFC 6376 section 3.6.1)"
            }
            Self::RaiseTtl => "nothing is left to take back in a hurry",
        }
    }
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
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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
