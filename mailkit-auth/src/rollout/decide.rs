//! From the evidence to the advice.

use std::time::SystemTime;

use super::assess::{Assessment, Period};
use super::share::messages_to_prove;
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
/// The same evidence, record, policy and day always lead to the same advice. An advance is never
/// more than one stage. If more of the same messages fail, on whatever day, and whatever else stays
/// as it is, that never leads to an advance where there was none.
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
    let last = evidence.last_day(today).unwrap_or(Day::FIRST);
    let week = last.minus(WEEK_DAYS - 1);
    let period = Period {
        last,
        remembered: last.minus(policy.memory_days),
        week,
        watched: published.since.max(week),
        today,
    };
    let assessment = Assessment::new(evidence, policy, period);
    let alarms = if stage == Stage::None { Vec::new() } else { alarms(&assessment, policy) };
    let (gates, wait) = gates(evidence, &assessment, published, policy, period);
    let hurt = assessment.hurt_share(assessment.hurt);
    let (step, next) = match stage.next() {
        _ if alarms.iter().any(|gate| !gate.met) && hurt > policy.hurt => {
            (RolloutStep::StepBack, Stage::None)
        }
        _ if alarms.iter().any(|gate| !gate.met) => (RolloutStep::StepBack, stage.weaker()),
        Some(next) if gates.iter().all(|gate| gate.met) => (RolloutStep::Advance, next),
        _ => (RolloutStep::Hold, stage),
    };
    let following = match step {
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
        following: next.next().map(|_| following),
        gates: alarms.into_iter().chain(gates).collect(),
        sources: assessment.sources,
        ignored_days: evidence.days_after(today),
        copies: evidence.copies(),
        unknown_reporters: evidence.unknown_reporters().cloned().collect(),
    }
}

/// What forbids to stay at a stage that is in force.
fn alarms(assessment: &Assessment<'_>, policy: &RolloutPolicy) -> Vec<Gate> {
    let Assessment { before, watched, .. } = assessment;
    // A bad past, or none, is no measure: no less is lost than a step forward asks for.
    let past = if before.messages() == 0 { 0.0 } else { before.pass_rate() };
    let lost = (past.max(policy.pass_rate) - watched.interval().1).max(0.0);
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
    assessment: &Assessment<'_>,
    published: &CurrentRecord,
    policy: &RolloutPolicy,
    period: Period,
) -> (Vec<Gate>, u32) {
    let today = period.today;
    let covered = evidence.covered_days(policy.gap_days, today);
    let (volume, wait_volume) = volume(assessment, covered, policy, period);
    let dwell = policy.dwell_days(published.stage());
    let dwelt = today.since(published.since);
    let new = assessment.none_new.map_or(0, |day| day.since(today));
    let wait = dwell
        .saturating_sub(dwelt)
        .max(policy.evidence_days.saturating_sub(covered))
        .max(wait_volume)
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
            reported(evidence, today, Quantity::Share(assessment.classified())),
            Quantity::Share(policy.classified),
        ),
        none_of(GateName::UnknownSources, assessment.unknown),
        none_of(GateName::FailingSources, assessment.failing),
        none_of(GateName::NewSources, assessment.new),
    ]);
    let recent = Quantity::Share(assessment.watched.interval().1);
    let needed = Quantity::Share(policy.pass_rate.max(1.0 - policy.drop));
    // Where the last days leave no room for this rate, staying at a stage in force may be wrong already.
    let recent =
        Gate::at_least(GateName::RecentPassRate, reported(evidence, today, recent), needed);
    gates.extend([recent, volume]);
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
    let last = evidence.last_day(today).unwrap_or(Day::FIRST);
    let least = usize::try_from(policy.reporter_days).unwrap_or(usize::MAX);
    let reporters = evidence.reporters_between(last.minus(REPORTER_DAYS - 1), today, least);
    // Every day that reports are due for must be reported: what breaks in silence is not seen.
    let age = policy.report_lag_days.saturating_add(evidence.usual_silence(today));
    vec![
        Gate::at_least(GateName::ReportAddresses, count(addresses), Quantity::Count(1)),
        Gate::at_least(
            GateName::Reporters,
            count(reporters),
            Quantity::Count(u64::from(policy.reporters)),
        ),
        Gate::at_most(
            GateName::ReportAge,
            reported(evidence, today, Quantity::Days(today.since(last))),
            Quantity::Days(age),
        ),
        none_of(GateName::Uncounted, evidence.uncounted()),
    ]
}

/// What was seen, if there is any report to see it in: nothing passes in full because nothing was told.
fn reported(evidence: &Evidence, today: Day, seen: Quantity) -> Quantity {
    evidence.last_day(today).map_or(Quantity::Unreported, |_| seen)
}

/// The proof of the pass rate; where there is too little mail for one, days without any fault, and
/// how many are left.
fn volume(
    assessment: &Assessment<'_>,
    covered: u32,
    policy: &RolloutPolicy,
    period: Period,
) -> (Gate, u32) {
    let needed = policy.pass_rate;
    if assessment.legitimate.messages() >= messages_to_prove(needed) {
        let seen = Quantity::Share(assessment.proved_rate(period, needed));
        return (Gate::at_least(GateName::PassRate, seen, Quantity::Share(needed)), 0);
    }
    let since_fault = assessment.last_fault.map_or(covered, |day| period.last.since(day));
    let clean = covered.min(since_fault);
    let (seen, needed) = (Quantity::Days(clean), Quantity::Days(policy.low_volume_days));
    let wait = policy.low_volume_days.saturating_sub(clean);
    (Gate::at_least(GateName::LowVolumeDays, seen, needed), wait)
}

fn none_of(name: GateName, seen: u64) -> Gate {
    Gate::at_most(name, Quantity::Count(seen), Quantity::Count(0))
}

fn count(items: usize) -> Quantity {
    Quantity::Count(u64::try_from(items).unwrap_or(u64::MAX))
}

const WEEK_DAYS: u32 = 7;
/// Reporters count that reported in these last days.
const REPORTER_DAYS: u32 = 14;
