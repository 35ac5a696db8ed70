//! One domain under one rule.

use super::dice::Dice;
use super::operator::Operator;
use super::outcome::{DomainOutcome, Harm};
use super::stream::{Fault, Role, Stream};
use super::world::{Receiver, World};
use super::{HORIZON_DAYS, Rule};
use crate::Policy;
use crate::rollout::{Evidence, RolloutPolicy, SourceDay, Stage};

/// A domain on its way, day by day.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) world: &'a World,
    pub(super) policy: &'a RolloutPolicy,
    pub(super) rule: Rule,
    pub(super) evidence: Evidence,
    pub(super) stage: Stage,
    /// The day of the record in force, and of the last step forward.
    pub(super) since: u32,
    pub(super) advanced: Option<u32>,
    pub(super) streams: Vec<StreamState>,
    pub(super) outcome: DomainOutcome,
    /// Reports under way, by the days until they arrive.
    under_way: [Vec<SourceDay>; 3],
}

/// What a stream went through so far.
#[derive(Clone, Debug, Default)]
pub(super) struct StreamState {
    /// Faults that are behind it.
    repaired: usize,
    /// When the present fault will be repaired.
    pub(super) repair_at: Option<u32>,
    /// The first day on which mail of the present fault was sent, and on which a report of it was
    /// due.
    sent: Option<u32>,
    due: Option<u32>,
    /// The last day on which a report of it was due that was lost with all others.
    silenced: Option<u32>,
    /// A day on which the operator sends test messages.
    test_at: Option<u32>,
}

impl StreamState {
    pub(super) fn fault(&self, stream: &Stream, at: u32) -> Option<Fault> {
        stream.faults.get(self.repaired).copied().filter(|fault| fault.from <= at)
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(world: &'a World, policy: &'a RolloutPolicy, rule: Rule) -> Self {
        Self {
            world,
            policy,
            rule,
            evidence: Evidence::default(),
            stage: Stage::None,
            since: 0,
            advanced: None,
            streams: vec![StreamState::default(); world.streams.len()],
            outcome: DomainOutcome::default(),
            under_way: Default::default(),
        }
    }

    /// Lets all days pass.
    pub(super) fn finish(mut self) -> DomainOutcome {
        let mut operator = Operator::default();
        for at in 0..HORIZON_DAYS {
            for index in 0..self.streams.len() {
                self.send(index, at);
            }
            self.deliver();
            self.repair(at);
            operator.work(&mut self, at);
        }
        self.outcome
    }

    /// The mail of one stream on one day, to each receiver.
    fn send(&mut self, index: usize, at: u32) {
        let world = self.world;
        let (Some(stream), Some(state)) = (world.streams.get(index), self.streams.get_mut(index))
        else {
            return;
        };
        let key = u64::try_from(index).unwrap_or(u64::MAX);
        let mut dice = Dice::keyed(world.seed, &[key, u64::from(at)]);
        let tests = if state.test_at == Some(at) { TEST_MESSAGES } else { 0 };
        let mut left = stream.messages(at, world.start.plus(at), &mut dice);
        let mut share_left = 1.0;
        let fault = state.fault(stream, at);
        let outage = world.outage.0 <= at && at < world.outage.1;
        for receiver in &world.receivers {
            let part = dice.binomial(left, (receiver.share / share_left).min(1.0));
            left -= part;
            share_left = (share_left - receiver.share).max(f64::MIN_POSITIVE);
            let unaligned = fault.map_or(0, |fault| dice.binomial(part, fault.share));
            let noise = dice.binomial(part - unaligned, stream.noise);
            let lost = dice.chance(receiver.loss);
            if part == 0 {
                continue;
            }
            let mail = Mail { part, unaligned, noise };
            let policy = receiver.applies(self.stage);
            if unaligned > 0 {
                state.sent.get_or_insert(at);
                let due = at + self.policy.report_lag_days;
                match receiver.is_reporting(at) && !lost {
                    true if outage => state.silenced = Some(due),
                    true => state.due = state.due.or(Some(due)),
                    false => {}
                }
            }
            if stream.role == Role::Legitimate && policy > Policy::None {
                let harm = state.harm(index, self.advanced, self.policy.report_lag_days, at);
                self.outcome.hurt(harm, unaligned, noise, policy);
            }
            self.outcome.count(stream.role, part, unaligned + noise, policy);
            if receiver.is_reporting(at) && !lost && !outage {
                let lag = usize::try_from(receiver.lag).unwrap_or(1);
                let row = mail.row(stream, world, receiver, at, policy);
                if let Some(rows) = self.under_way.get_mut(lag) {
                    rows.push(row);
                }
            }
        }
        if tests > 0 {
            let reporting = world.receivers.iter().find(|receiver| receiver.is_reporting(at));
            if let (Some(receiver), Some(rows)) = (reporting, self.under_way.get_mut(1)) {
                let mail = Mail { part: tests, unaligned: 0, noise: 0 };
                rows.push(mail.row(stream, world, receiver, at, Policy::None));
            }
        }
    }

    /// Reports that were under way arrive, the others come nearer.
    fn deliver(&mut self) {
        let [today, tomorrow, later] = &mut self.under_way;
        for row in today.drain(..) {
            // A simulated domain stays far below the limits of the evidence.
            let _added = self.evidence.add(row);
        }
        std::mem::swap(today, tomorrow);
        std::mem::swap(tomorrow, later);
    }

    fn repair(&mut self, at: u32) {
        for (state, stream) in self.streams.iter_mut().zip(&self.world.streams) {
            if state.repair_at == Some(at) {
                let tested = state.fault(stream, at).is_some_and(|fault| fault.tested);
                let test_at = (tested && stream.rhythm.is_rare()).then_some(at + 1);
                *state =
                    StreamState { repaired: state.repaired + 1, test_at, ..StreamState::default() };
            }
        }
    }

    /// Publishes the record of another stage.
    pub(super) fn publish(&mut self, stage: Stage, at: u32) {
        if stage > self.stage {
            self.advanced = Some(at);
            self.outcome.reached(stage, at);
        } else {
            self.outcome.stepped_back(at);
        }
        (self.stage, self.since) = (stage, at);
    }
}

impl StreamState {
    /// Whose fault it is that mail of this stream is hurt today.
    fn harm(&self, stream: usize, advanced: Option<u32>, lag: u32, at: u32) -> Harm {
        let before = |day: Option<u32>| day.zip(advanced).is_some_and(|(day, step)| day <= step);
        let within_month = |due: u32| advanced.is_some_and(|step| step < due + MONTH_DAYS);
        let silenced = self.silenced.filter(|due| within_month(*due));
        match () {
            () if before(self.due) || before(silenced) => Harm::Broken { stream },
            () if before(self.sent.map(|day| day + lag)) => Harm::Unseen { stream },
            () => Harm::Late { stream, at },
        }
    }
}

/// The mail of one stream to one receiver on one day.
#[derive(Clone, Copy, Debug)]
struct Mail {
    part: u64,
    unaligned: u64,
    noise: u64,
}

impl Mail {
    fn row(
        self,
        stream: &Stream,
        world: &World,
        receiver: &Receiver,
        at: u32,
        policy: Policy,
    ) -> SourceDay {
        let failed = self.unaligned + self.noise;
        // Half of what lists break is excused by the receiver, which then lets it through.
        let overridden = if stream.role == Role::Forwarder { failed / 2 } else { 0 };
        let enforced = if policy > Policy::None { failed - overridden } else { 0 };
        let foreign = if stream.vouched { failed } else { 0 };
        let day = world.start.plus(at);
        SourceDay::new(day, stream.id.clone(), stream.class, receiver.id.clone())
            .with_aligned(self.part - failed)
            .with_failed(failed)
            .with_overridden(overridden)
            .with_enforced(enforced)
            .with_foreign_dkim(foreign)
            .with_foreign_spf(foreign)
    }
}

impl Receiver {
    fn is_reporting(&self, at: u32) -> bool {
        self.reports.0 <= at && at < self.reports.1
    }

    /// What it does with mail that fails.
    fn applies(&self, stage: Stage) -> Policy {
        match stage.policy() {
            _ if !self.enforces => Policy::None,
            policy if stage.is_testing() && self.knows_testing => policy.weakened(),
            policy => policy,
        }
    }
}

/// After a gap in the reports, what sends monthly has sent again in so many days.
const MONTH_DAYS: u32 = 31;
/// The mails that an operator sends through a service to see a repair.
const TEST_MESSAGES: u64 = 6;
