//! One domain under one rule.

use super::dice::Dice;
use super::operator::Operator;
use super::outcome::DomainOutcome;
use super::state::{REPORT_DAYS, Report, StreamState};
use super::stream::{Role, Stream};
use super::world::{Receiver, World};
use super::{HORIZON_DAYS, Rule};
use crate::Policy;
use crate::rollout::{
    Evidence, RolloutPolicy, SourceClass, SourceCounts, SourceDay, SourceId, Stage,
};

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
    /// What passed by DKIM alone, of streams that the owner has not named.
    copies: Vec<SourceDay>,
    /// Reports under way, by the days until they arrive.
    under_way: UnderWay,
}

type UnderWay = [Vec<SourceDay>; REPORT_DAYS as usize + 1];

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
            copies: Vec::new(),
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
        let mut left = stream.messages(at, world.start.plus(at), &mut dice);
        let mut share_left = 1.0;
        let fault = state.fault(stream, at);
        for receiver in &world.receivers {
            let part = dice.binomial(left, (receiver.share / share_left).min(1.0));
            left -= part;
            share_left = (share_left - receiver.share).max(f64::MIN_POSITIVE);
            let unaligned = fault.map_or(0, |fault| dice.binomial(part, fault.share));
            let noise = dice.binomial(part - unaligned, stream.noise);
            let report = receiver.report(world, at, dice.chance(receiver.loss));
            if part == 0 {
                continue;
            }
            let mail = Mail { part, unaligned, noise };
            let policy = receiver.applies(self.stage);
            if unaligned > 0 {
                state.fails(at, report);
            }
            if stream.role == Role::Legitimate && policy > Policy::None {
                let harm = state.harm(index, self.advanced, at);
                self.outcome.hurt(harm, unaligned, noise, policy);
            }
            self.outcome.count(stream.role, part, unaligned + noise, policy);
            if matches!(report, Report::Arrives(_)) {
                let row = mail.row(stream, world, receiver, at, policy);
                post(&mut self.under_way, receiver.lag, row);
            }
        }
        self.send_tests(index, at);
    }

    /// Test messages take the repaired way, so that they pass whatever else is left to mend.
    fn send_tests(&mut self, index: usize, at: u32) {
        let world = self.world;
        let part = self.streams.get(index).map_or(0, |state| state.tests(at));
        let reporting = world.receivers.iter().find(|receiver| receiver.is_reporting(at));
        if let (Some(stream), Some(receiver), true) =
            (world.streams.get(index), reporting, part > 0)
        {
            let mail = Mail { part, unaligned: 0, noise: 0 };
            post(&mut self.under_way, 1, mail.row(stream, world, receiver, at, Policy::None));
        }
    }

    /// Reports that were under way arrive, the others come nearer.
    fn deliver(&mut self) {
        let [today, tomorrow, later] = &mut self.under_way;
        for mut row in today.drain(..) {
            let unnamed =
                self.evidence.class(&row.source).is_none_or(|it| it == SourceClass::Unknown);
            let is_untied = |stream: &Stream| stream.untied && stream.id == row.source;
            if unnamed && self.world.streams.iter().any(is_untied) {
                self.copies.push(row.clone().with_failed(0));
                row = row.with_aligned(0);
            }
            // A simulated domain stays far below the limits of the evidence.
            if row.counts.messages() > 0 {
                let _added = self.evidence.add(row);
            }
        }
        std::mem::swap(today, tomorrow);
        std::mem::swap(tomorrow, later);
    }

    /// The owner names the addresses of a stream: what it sent before counts from now on.
    pub(super) fn name(&mut self, source: &SourceId) {
        for row in self.copies.extract_if(.., |row| row.source == *source) {
            let counts = SourceCounts { aligned: row.counts.aligned, ..SourceCounts::default() };
            let _added = self.evidence.add(SourceDay { counts, ..row });
        }
    }

    fn repair(&mut self, at: u32) {
        for (state, stream) in self.streams.iter_mut().zip(&self.world.streams) {
            state.repair(stream, at);
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

/// Sends off a report that arrives after so many days.
fn post(under_way: &mut UnderWay, lag: u32, row: SourceDay) {
    let lag = usize::try_from(lag).unwrap_or(1);
    if let Some(rows) = under_way.get_mut(lag) {
        rows.push(row);
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

    /// What becomes of its report on the mail of a day; of one that gets lost, nothing.
    fn report(&self, world: &World, at: u32, is_lost: bool) -> Report {
        let arrives = at + self.lag;
        match self.is_reporting(at) && !is_lost {
            true if world.is_silent(at) => Report::Silenced(arrives),
            true => Report::Arrives(arrives),
            false => Report::Missing,
        }
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
