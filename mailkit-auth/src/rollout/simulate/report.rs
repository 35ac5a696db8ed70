//! What a simulation found.

use std::fmt;

use super::Rule;
use super::outcome::DomainOutcome;

/// What became of all domains under each rule, the same domains and mails each time.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SimulationReport {
    /// Domains that were simulated.
    pub domains: u32,
    /// The seed they were made from.
    pub seed: u64,
    /// What came of each rule.
    pub rules: Vec<RuleOutcome>,
}

/// What became of all domains under one rule.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RuleOutcome {
    /// The rule.
    pub rule: Rule,
    /// Domains that came to `p=reject` within the time simulated.
    pub rejecting: u32,
    /// Days until half of all domains had come to `p=reject`; `None` if fewer did.
    pub median_days_to_reject: Option<u32>,
    /// The same for `p=quarantine` without `t=y`.
    pub median_days_to_quarantine: Option<u32>,
    /// Legitimate streams hurt though a report of their fault was due before the last step forward.
    pub broken_streams: u64,
    /// Legitimate streams hurt whose faulty mail had gone to nobody who reports.
    pub unseen_streams: u64,
    /// Legitimate streams hurt by a fault that came to light after the last step forward.
    pub late_streams: u64,
    /// Times that a domain stepped back.
    pub step_backs: u64,
    /// Days from the first mail hurt to the step back, in half of the cases at most.
    pub median_reaction_days: Option<u32>,
    /// Messages.
    pub mail: MailCounts,
}

/// Messages of all domains, while they were simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MailCounts {
    /// Legitimate messages sent.
    pub legitimate: u64,
    /// Of them, quarantined or refused though a report of the fault was due before.
    pub broken_hurt: u64,
    /// Of them, quarantined or refused for a fault that nobody reported.
    pub unseen_hurt: u64,
    /// Of them, quarantined or refused for a fault that came to light afterwards.
    pub late_hurt: u64,
    /// Those of the three that were refused.
    pub refused: u64,
    /// Legitimate messages quarantined or refused that failed by chance, with nothing to mend.
    pub stray_hurt: u64,
    /// Forwarded messages quarantined or refused.
    pub forwarded_hurt: u64,
    /// Messages of spoofers.
    pub spoofed: u64,
    /// Of them, quarantined or refused.
    pub spoofed_stopped: u64,
}

impl RuleOutcome {
    pub(super) fn new(rule: Rule, outcomes: &[DomainOutcome]) -> Self {
        let sum = |of: fn(&DomainOutcome) -> u64| outcomes.iter().map(of).sum();
        let all = u64::try_from(outcomes.len()).unwrap_or(u64::MAX);
        let reactions: Vec<u32> =
            outcomes.iter().flat_map(|it| it.reactions.iter().copied()).collect();
        let happened = u64::try_from(reactions.len()).unwrap_or(u64::MAX);
        let rejecting: Vec<u32> = outcomes.iter().filter_map(|it| it.rejecting).collect();
        Self {
            rule,
            rejecting: u32::try_from(rejecting.len()).unwrap_or(u32::MAX),
            median_days_to_reject: median(rejecting, all),
            median_days_to_quarantine: median(
                outcomes.iter().filter_map(|it| it.quarantining).collect(),
                all,
            ),
            broken_streams: sum(|it| count(it.broken.len())),
            unseen_streams: sum(|it| count(it.unseen.difference(&it.broken).count())),
            late_streams: sum(|it| {
                let counted = |stream| it.broken.contains(stream) || it.unseen.contains(stream);
                count(it.late.keys().filter(|stream| !counted(stream)).count())
            }),
            step_backs: sum(|it| it.step_backs),
            median_reaction_days: median(reactions, happened),
            mail: outcomes.iter().fold(MailCounts::default(), |all, it| all.plus(it.mail)),
        }
    }
}

impl MailCounts {
    fn plus(self, other: Self) -> Self {
        Self {
            legitimate: self.legitimate + other.legitimate,
            broken_hurt: self.broken_hurt + other.broken_hurt,
            unseen_hurt: self.unseen_hurt + other.unseen_hurt,
            late_hurt: self.late_hurt + other.late_hurt,
            refused: self.refused + other.refused,
            stray_hurt: self.stray_hurt + other.stray_hurt,
            forwarded_hurt: self.forwarded_hurt + other.forwarded_hurt,
            spoofed: self.spoofed + other.spoofed,
            spoofed_stopped: self.spoofed_stopped + other.spoofed_stopped,
        }
    }
}

impl fmt::Display for SimulationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} domains, seed {}, {} days", self.domains, self.seed, super::HORIZON_DAYS)?;
        for rule in &self.rules {
            writeln!(f, "\n{rule}")?;
        }
        write!(f, "\n{DEFINITIONS}")
    }
}

impl fmt::Display for RuleOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = |days: Option<u32>| days.map_or_else(|| "-".to_owned(), |days| days.to_string());
        let mail = &self.mail;
        writeln!(f, "{}", self.rule)?;
        writeln!(f, "  legitimate streams broken     {:>12}", self.broken_streams)?;
        writeln!(f, "  streams hurt, unseen          {:>12}", self.unseen_streams)?;
        writeln!(f, "  streams hurt, late            {:>12}", self.late_streams)?;
        writeln!(f, "  legitimate mails sent         {:>12}", mail.legitimate)?;
        writeln!(f, "  mails hurt: broken            {:>12}", mail.broken_hurt)?;
        writeln!(f, "  mails hurt: unseen            {:>12}", mail.unseen_hurt)?;
        writeln!(f, "  mails hurt: late              {:>12}", mail.late_hurt)?;
        writeln!(f, "  of these refused              {:>12}", mail.refused)?;
        writeln!(f, "  mails hurt: stray             {:>12}", mail.stray_hurt)?;
        writeln!(f, "  mails hurt: forwarded         {:>12}", mail.forwarded_hurt)?;
        writeln!(f, "  spoofed mails sent            {:>12}", mail.spoofed)?;
        writeln!(f, "  spoofed mails stopped         {:>12}", mail.spoofed_stopped)?;
        writeln!(f, "  domains at p=reject           {:>12}", self.rejecting)?;
        writeln!(
            f,
            "  median days to p=quarantine   {:>12}",
            days(self.median_days_to_quarantine)
        )?;
        writeln!(f, "  median days to p=reject       {:>12}", days(self.median_days_to_reject))?;
        writeln!(f, "  steps back                    {:>12}", self.step_backs)?;
        write!(f, "  median days to the step back  {:>12}", days(self.median_reaction_days))
    }
}

/// The value that half of all `count` cases reach; cases without a value come last.
fn median(mut values: Vec<u32>, count: u64) -> Option<u32> {
    values.sort_unstable();
    let middle = usize::try_from(count.checked_sub(1)? / 2).ok()?;
    values.get(middle).copied()
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}

const DEFINITIONS: &str = "\
broken: mail of a legitimate stream was not aligned and was quarantined or refused, and a report
  on such mail was due before the last step forward was published, and arrived, or was lost in an
  outage of all reports in the month before that step
unseen: the same, but such mail had only gone to receivers that send no reports or whose report
  was lost otherwise
late: the same, but such mail was first sent after the last step forward, or too shortly before it
  to be reported; the days to the step back count from the first of these mails
stray: legitimate mail that failed by chance, up to one in a thousand, with nothing to mend
median days: of all domains; those that did not come so far count as never
Operators classify correctly, mend what the advice names after days or never, and publish a step
  back within a day. Under a calendar they mend the same, and neither wait nor go back.
The domains are made up; their proportions are assumptions, not measurements.";
