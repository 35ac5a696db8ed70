//! From the evidence to the advice.

use std::time::SystemTime;

use super::assess::{Assessment, Period};
use super::share::{Tally, messages_to_prove};
use super::{Advice, Day, Evidence, Gate, GateName, Quantity, RolloutPolicy, RolloutStep, Stage};
use crate::DmarcRecord;

/// The record of a domain, and since when it is published.
///
/// ```
/// use mailkit_auth::rollout::{CurrentRecord, Stage};
///
/// let record = "v=DMARC1; p=none; rua=mailto:d@acme.test".parse()?;
/// let published = CurrentRecord::new(record, "2026-03-01".parse()?);
/// assert_eq!(published.stage(), Stage::None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurrentRecord {
    /// The record.
    pub record: DmarcRecord,
    /// The day on which its stage began.
    pub since: Day,
}

impl CurrentRecord {
    /// A record that is in force since this day.
    #[must_use]
    pub fn new(record: DmarcRecord, since: Day) -> Self {
        Self { record, since }
    }

    /// The stage of the record.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage::of(&self.record)
    }
}

/// Says whether the policy of a domain can be tightened by a stage, must wait, or must be loosened.
///
/// The same evidence, record, policy and day always lead to the same advice. More failures of
/// legitimate mail never turn a hold into an advance, and an advance is never more than one stage.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use mailkit_auth::rollout::{advise, Evidence, GateName, CurrentRecord, RolloutPolicy, RolloutStep};
///
/// let record = "v=DMARC1; p=none; rua=mailto:d@acme.test".parse()?;
/// let published = CurrentRecord::new(record, "2026-03-01".parse()?);
/// let now = published.since.plus(40).start();
/// let advice = advise(&Evidence::default(), &published, &RolloutPolicy::default(), now);
/// assert_eq!(advice.step, RolloutStep::Hold);
/// assert!(advice.unmet().any(|gate| gate.name == GateName::EvidenceDays));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn advise(
    evidence: &Evidence,
    published: &CurrentRecord,
    policy: &RolloutPolicy,
    now: SystemTime,
) -> Advice {
    let today = Day::of(now);
    let stage = published.stage();
    let last = evidence.last_day().unwrap_or(Day::FIRST).min(today);
    let watched = published.since.max(last.minus(WATCHED_DAYS - 1));
    let forgotten = last.minus(policy.memory_days);
    let assessment =
        Assessment::new(evidence, policy, Period { forgotten, watched, to: last, today });
    let alarms = if stage == Stage::None { Vec::new() } else { alarms(&assessment, policy) };
    let (gates, wait) = gates(evidence, &assessment, published, policy, today);
    let hurt = assessment.hurt_share(assessment.hurt);
    let (step, next) = match stage.next() {
        _ if alarms.iter().any(|gate| !gate.met) && hurt > policy.hurt => {
            (RolloutStep::StepBack, Stage::None)
        }
        _ if alarms.iter().any(|gate| !gate.met) => (RolloutStep::StepBack, stage.weaker()),
        Some(next) if gates.iter().all(|gate| gate.met) => (RolloutStep::Advance, next),
        _ => (RolloutStep::Hold, stage),
    };
    let earliest = match step {
        RolloutStep::Hold => today.plus(wait),
        _ => today.plus(policy.dwell_days(next)),
    };
    Advice {
        stage,
        step,
        next,
        record: if next == stage {
            published.record.clone()
        } else {
            next.record(&published.record)
        },
        earliest: next.next().map(|_| earliest),
        gates: alarms.into_iter().chain(gates).collect(),
        sources: assessment.sources,
    }
}

/// What forbids to stay at a stage that is in force.
fn alarms(assessment: &Assessment, policy: &RolloutPolicy) -> Vec<Gate> {
    let Assessment { before, watched, .. } = assessment;
    let lost = match before.messages() {
        0 => 0.0,
        _ => (before.pass_rate() - watched.interval().1).max(0.0),
    };
    let new_failed = assessment.hurt_share(assessment.new_failed);
    let hurt_allowed = policy.hurt_messages.saturating_sub(1);
    vec![
        Gate::at_most(GateName::PassRateDrop, Quantity::Share(lost), Quantity::Share(policy.drop)),
        Gate::at_most(
            GateName::NewSourceFailures,
            Quantity::Share(new_failed),
            Quantity::Share(policy.hurt),
        ),
        Gate::at_most(
            GateName::HurtMessages,
            Quantity::Count(assessment.enforced),
            Quantity::Count(hurt_allowed),
        ),
    ]
}

/// What a step forward needs, and the days until what only takes time is met.
fn gates(
    evidence: &Evidence,
    assessment: &Assessment,
    published: &CurrentRecord,
    policy: &RolloutPolicy,
    today: Day,
) -> (Vec<Gate>, u32) {
    let covered = evidence.covered_days(policy.gap_days);
    let (volume, volume_days) = volume(assessment.legitimate, covered, policy);
    let dwell = policy.dwell_days(published.stage());
    let dwelt = today.since(published.since);
    let new = assessment.none_new.map_or(0, |day| day.since(today));
    let wait = dwell
        .saturating_sub(dwelt)
        .max(volume_days.max(policy.evidence_days).saturating_sub(covered))
        .max(new);
    let mut gates = reports(evidence, published, policy, today);
    gates.extend([
        Gate::at_least(
            GateName::EvidenceDays,
            Quantity::Days(covered),
            Quantity::Days(policy.evidence_days),
        ),
        Gate::at_least(GateName::Dwell, Quantity::Days(dwelt), Quantity::Days(dwell)),
        Gate::at_least(
            GateName::Classified,
            Quantity::Share(assessment.classified()),
            Quantity::Share(policy.classified),
        ),
        none_of(GateName::UnknownSources, assessment.unknown),
        none_of(GateName::FailingSources, assessment.failing),
        none_of(GateName::NewSources, assessment.new),
    ]);
    gates.extend(volume);
    (gates, wait)
}

/// What the reports themselves must be.
fn reports(
    evidence: &Evidence,
    published: &CurrentRecord,
    policy: &RolloutPolicy,
    today: Day,
) -> Vec<Gate> {
    let addresses = published.record.aggregate_reports().len();
    let last = evidence.last_day().unwrap_or(Day::FIRST);
    let least = usize::try_from(policy.reporter_days).unwrap_or(usize::MAX);
    let reporters = evidence.reporters_since(last.minus(REPORTER_DAYS - 1), least);
    // Every day that reports are due for must be reported: what breaks in silence is not seen.
    let age = policy.report_lag_days.saturating_add(evidence.usual_silence());
    vec![
        Gate::at_least(GateName::ReportAddresses, count(addresses), Quantity::Count(1)),
        Gate::at_least(
            GateName::Reporters,
            count(reporters),
            Quantity::Count(u64::from(policy.reporters)),
        ),
        Gate::at_most(GateName::ReportAge, Quantity::Days(today.since(last)), Quantity::Days(age)),
        none_of(GateName::Uncounted, evidence.uncounted()),
    ]
}

/// The proof of the pass rate; where there is too little mail for one, days without any fault.
fn volume(legitimate: Tally, covered: u32, policy: &RolloutPolicy) -> (Vec<Gate>, u32) {
    if legitimate.messages() >= messages_to_prove(policy.pass_rate) {
        let seen = Quantity::Share(legitimate.interval().0);
        let gate = Gate::at_least(GateName::PassRate, seen, Quantity::Share(policy.pass_rate));
        return (vec![gate], 0);
    }
    let days = Gate::at_least(
        GateName::LowVolumeDays,
        Quantity::Days(covered),
        Quantity::Days(policy.low_volume_days),
    );
    (vec![none_of(GateName::LowVolume, legitimate.failed), days], policy.low_volume_days)
}

fn none_of(name: GateName, seen: u64) -> Gate {
    Gate::at_most(name, Quantity::Count(seen), Quantity::Count(0))
}

fn count(items: usize) -> Quantity {
    Quantity::Count(u64::try_from(items).unwrap_or(u64::MAX))
}

/// Harm is looked for in the last week, so that mail of each weekday is in it.
const WATCHED_DAYS: u32 = 7;
/// Reporters count that reported in these last days.
const REPORTER_DAYS: u32 = 14;
