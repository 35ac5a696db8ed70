//! The five stages from watching to refusing.

use std::fmt;

use crate::{DmarcRecord, Policy};

/// How far the policy of a domain has come, weakest first.
///
/// With `t=y` a receiver that knows RFC 9989 applies the next weaker policy; one that only knows RFC
/// 7489 ignores the tag and applies `p` as it stands. So the receivers that know it come to feel a
/// new policy one stage after those that do not.
///
/// ```
/// use mailkit_auth::rollout::Stage;
///
/// let stage = Stage::of(&"v=DMARC1; p=quarantine; t=y; rua=mailto:d@acme.test".parse()?);
/// assert_eq!(stage, Stage::QuarantineTesting);
/// assert_eq!(stage.next(), Some(Stage::Quarantine));
/// assert_eq!(stage.weaker(), Stage::None);
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Stage {
    /// `p=none`: reports are collected.
    None,
    /// `p=quarantine; t=y`.
    QuarantineTesting,
    /// `p=quarantine`.
    Quarantine,
    /// `p=reject; t=y`.
    RejectTesting,
    /// `p=reject`.
    Reject,
}

impl Stage {
    /// The stage that a record stands for.
    #[must_use]
    pub fn of(record: &DmarcRecord) -> Self {
        match (record.policy(), record.is_testing()) {
            (Policy::None, _) => Self::None,
            (Policy::Quarantine, true) => Self::QuarantineTesting,
            (Policy::Quarantine, false) => Self::Quarantine,
            (Policy::Reject, true) => Self::RejectTesting,
            (Policy::Reject, false) => Self::Reject,
        }
    }

    /// The policy (`p`) of the stage.
    #[must_use]
    pub fn policy(self) -> Policy {
        match self {
            Self::None => Policy::None,
            Self::QuarantineTesting | Self::Quarantine => Policy::Quarantine,
            Self::RejectTesting | Self::Reject => Policy::Reject,
        }
    }

    /// Whether the record of the stage says `t=y`.
    #[must_use]
    pub fn is_testing(self) -> bool {
        matches!(self, Self::QuarantineTesting | Self::RejectTesting)
    }

    /// The stage after this one; `None` after the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        match self {
            Self::None => Some(Self::QuarantineTesting),
            Self::QuarantineTesting => Some(Self::Quarantine),
            Self::Quarantine => Some(Self::RejectTesting),
            Self::RejectTesting => Some(Self::Reject),
            Self::Reject => None,
        }
    }

    /// The strongest stage whose policy every receiver, whether it knows `t` or not, treats as
    /// weaker than this one; [`Stage::None`] stays.
    #[must_use]
    pub fn weaker(self) -> Self {
        match self.policy() {
            Policy::Reject => Self::Quarantine,
            Policy::Quarantine | Policy::None => Self::None,
        }
    }

    /// The record to publish for this stage in place of `current`: `p` and `t` change, the rest
    /// stays.
    ///
    /// Policies for subdomains that are stronger than the stage come down to it when it is weaker
    /// than the current one, and the historic tag `pct` goes: receivers of RFC 7489 would follow it.
    #[must_use]
    pub fn record(self, current: &DmarcRecord) -> DmarcRecord {
        let capped = self < Self::of(current);
        current.clone().with_stage(self.policy(), self.is_testing(), capped)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p={}{}", self.policy(), if self.is_testing() { "; t=y" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(current: &str, stage: Stage, expected: &str) {
        let current: DmarcRecord = current.parse().expect(current);
        assert_eq!(stage.record(&current).to_string(), expected);
    }

    #[test]
    fn records() {
        let reject = "v=DMARC1; p=reject; sp=reject; np=reject; adkim=s; rua=mailto:d@a.test";
        check(
            reject,
            Stage::Quarantine,
            "v=DMARC1; p=quarantine; sp=quarantine; np=quarantine; adkim=s; rua=mailto:d@a.test",
        );
        check(
            "v=DMARC1; rua=mailto:d@a.test",
            Stage::None,
            "v=DMARC1; p=none; rua=mailto:d@a.test",
        );
        check(
            "v=DMARC1; p=none; sp=reject",
            Stage::QuarantineTesting,
            "v=DMARC1; p=quarantine; sp=reject; t=y",
        );
        check(
            "v=DMARC1; p=quarantine; t=y; PCT=10; x=1",
            Stage::Quarantine,
            "v=DMARC1; p=quarantine; x=1",
        );
        check(
            "v=DMARC1; p=quarantine; sp=none",
            Stage::RejectTesting,
            "v=DMARC1; p=reject; sp=none; t=y",
        );
    }

    #[test]
    fn each_stage_is_read_back_and_has_one_after_it() {
        let mut stage = Stage::None;
        let current = DmarcRecord::new(Policy::None);
        let mut seen = vec![stage.to_string()];
        while let Some(next) = stage.next() {
            assert!(next > stage && next.weaker() < next);
            assert_eq!(Stage::of(&next.record(&current)), next);
            stage = next;
            seen.push(stage.to_string());
        }
        let expected = ["p=none", "p=quarantine; t=y", "p=quarantine", "p=reject; t=y", "p=reject"];
        assert_eq!(seen, expected);
    }
}
