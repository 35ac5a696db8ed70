//! What the people behind a domain do with what they are told.

use super::Rule;
use super::run::Run;
use crate::DmarcRecord;
use crate::Policy;
use crate::rollout::{Advice, CurrentRecord, Remedy, RolloutStep, SourceClass, Stage, advise};

/// Somebody who looks from time to time, classifies, repairs, and follows the rule.
#[derive(Debug, Default)]
pub(super) struct Operator {
    next_look: u32,
    /// A step back that was advised and is not published yet.
    back: Option<(u32, Stage)>,
}

impl Operator {
    pub(super) fn work(&mut self, run: &mut Run<'_>, at: u32) {
        if let Some((day, stage)) = self.back.filter(|(day, _)| *day <= at) {
            self.back = None;
            run.publish(stage, day);
        }
        let is_guarded =
            run.rule == Rule::Advised && run.stage > Stage::None && self.back.is_none();
        if at < self.next_look && !is_guarded {
            return;
        }
        let advice = ask(run, at);
        if is_guarded && advice.step == RolloutStep::StepBack {
            self.back = Some((at + run.world.reaction.max(1), advice.next));
        }
        if at < self.next_look {
            return;
        }
        let advice = if classify(run, &advice) { ask(run, at) } else { advice };
        order_repairs(run, &advice, at);
        self.next_look = next_look(run, &advice, at);
        self.follow(run, &advice, at);
    }

    fn follow(&self, run: &mut Run<'_>, advice: &Advice, at: u32) {
        match run.rule {
            Rule::Advised if advice.step == RolloutStep::Advance && self.back.is_none() => {
                run.publish(advice.next, at);
            }
            Rule::Calendar { days } if at >= run.since + days => {
                if let Some(next) = run.stage.next() {
                    run.publish(next, at);
                }
            }
            Rule::Advised | Rule::Calendar { .. } => {}
        }
    }
}

fn ask(run: &Run<'_>, at: u32) -> Advice {
    let since = run.world.start.plus(run.since);
    let published = CurrentRecord::new(record(run.stage), since);
    advise(&run.evidence, &published, run.policy, run.world.start.plus(at).start())
}

fn record(stage: Stage) -> DmarcRecord {
    let address = "mailto:dmarc@acme.test".parse();
    let record = stage.record(&DmarcRecord::new(Policy::None));
    address.into_iter().fold(record, DmarcRecord::with_aggregate_reports)
}

/// Says who is behind the sources that the advice asks about; whether there were any.
fn classify(run: &mut Run<'_>, advice: &Advice) -> bool {
    let asked = advice.sources.iter().filter(|source| source.remedy == Remedy::Classify);
    let mut any = false;
    for source in asked {
        if let Some(stream) = run.world.streams.iter().find(|stream| stream.id == source.source) {
            any |= run.evidence.classify(&source.source, stream.role.class()).is_ok();
            run.name(&source.source);
        }
    }
    any
}

/// Has the sources repaired that the advice names as failing.
fn order_repairs(run: &mut Run<'_>, advice: &Advice, at: u32) {
    for source in advice.sources.iter().filter(|source| source.class == SourceClass::Legitimate) {
        let streams = run.world.streams.iter().zip(&mut run.streams);
        for (stream, state) in streams.filter(|(stream, _)| stream.id == source.source) {
            state.order_repair(stream, at);
        }
    }
}

/// The day that the rule names, or sooner if something is left to watch.
fn next_look(run: &Run<'_>, advice: &Advice, at: u32) -> u32 {
    let usual = at + run.world.attention;
    let named = match run.rule {
        Rule::Advised => advice.following.map_or(usual, |day| day.since(run.world.start)),
        Rule::Calendar { days } => run.since + days,
    };
    if named > at { usual.min(named) } else { usual }
}
