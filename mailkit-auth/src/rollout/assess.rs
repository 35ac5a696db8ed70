//! The evidence of one day, summed up.

use super::evidence::History;
use super::health::judge;
use super::share::{Tally, share};
use super::{
    Advice, BlockingSource, Day, Evidence, Remedy, RolloutPolicy, SourceClass, SourceCounts,
    SourceId,
};

/// What the gates are held against.
#[derive(Debug, Default)]
pub(super) struct Assessment {
    /// Messages with the domain's proof, and those of sources that nobody has classified. Hostile
    /// mail is left out: a burst of it must not make the unknown part look small.
    proved: u64,
    unclassified: u64,
    /// Legitimate mail, for repaired sources since their repair.
    pub(super) legitimate: Tally,
    /// Legitimate mail of the days before the watched ones, and of the watched ones.
    pub(super) before: Tally,
    pub(super) watched: Tally,
    /// Watched messages of failing sources: failed, of new sources failed, enforced.
    pub(super) hurt: u64,
    pub(super) new_failed: u64,
    pub(super) enforced: u64,
    pub(super) failing: u64,
    pub(super) unknown: u64,
    /// New legitimate sources that ever failed, and the first day on which none is new.
    pub(super) new: u64,
    pub(super) none_new: Option<Day>,
    pub(super) sources: Vec<BlockingSource>,
}

/// The days that an assessment looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    /// Sources that last sent before this day no longer count.
    pub(super) forgotten: Day,
    /// The days since the record in force was published, at most a week.
    pub(super) watched: Day,
    pub(super) to: Day,
    pub(super) today: Day,
}

impl Assessment {
    pub(super) fn new(evidence: &Evidence, policy: &RolloutPolicy, period: Period) -> Self {
        let mut assessment = Self::default();
        for (source, history) in evidence.histories() {
            assessment.take(source, history, policy, period);
        }
        assessment.sources.sort_by(|a, b| b.failed.cmp(&a.failed).then(a.source.cmp(&b.source)));
        assessment.sources.truncate(Advice::MAX_SOURCES);
        assessment
    }

    pub(super) fn classified(&self) -> f64 {
        share(self.proved, self.proved.saturating_add(self.unclassified))
    }

    /// What failing sources lost, as a share of the watched legitimate mail; 0 of nothing.
    pub(super) fn hurt_share(&self, messages: u64) -> f64 {
        if messages == 0 { 0.0 } else { share(messages, self.watched.messages()) }
    }

    fn take(
        &mut self,
        source: &SourceId,
        history: &History,
        policy: &RolloutPolicy,
        period: Period,
    ) {
        if history.last() < period.forgotten {
            return;
        }
        let counts = history.until(period.to);
        match history.class {
            SourceClass::Unknown if counts.failed > 0 => {
                self.take_unknown(source, history, policy, period, counts);
            }
            // What nobody classified but always passes carries the proof of the domain itself.
            SourceClass::Unknown | SourceClass::Legitimate => {
                self.take_legitimate(source, history, policy, period, counts);
            }
            SourceClass::Forwarder | SourceClass::Hostile => {}
        }
    }

    fn take_unknown(
        &mut self,
        source: &SourceId,
        history: &History,
        policy: &RolloutPolicy,
        period: Period,
        counts: SourceCounts,
    ) {
        self.unclassified = self.unclassified.saturating_add(counts.messages());
        let vouched = counts.foreign_dkim > 0 || counts.foreign_spf > 0 || counts.aligned > 0;
        let often = counts.messages() >= policy.unknown_messages
            || history.between(history.first, period.to).nth(1).is_some();
        if vouched || often {
            self.unknown += 1;
            self.block(source, history, counts, Remedy::Classify);
        }
    }

    fn take_legitimate(
        &mut self,
        source: &SourceId,
        history: &History,
        policy: &RolloutPolicy,
        period: Period,
        counts: SourceCounts,
    ) {
        self.proved = self.proved.saturating_add(counts.aligned);
        let health = judge(history, policy, period.to);
        let watched = history.sum(period.watched, period.to);
        self.legitimate = self.legitimate.plus(health.tally);
        self.watched = self.watched.plus(watched.tally());
        self.before = self.before.plus(counts.tally().minus(watched.tally()));
        let is_new = period.today.since(history.first) < policy.new_source_days;
        let failed_while_new = is_new && counts.faults() > 0;
        if failed_while_new {
            let old = history.first.plus(policy.new_source_days);
            self.new += 1;
            self.none_new = self.none_new.max(Some(old));
        }
        if health.is_failing() {
            self.failing += 1;
            self.hurt = self.hurt.saturating_add(watched.faults());
            self.enforced = self.enforced.saturating_add(watched.enforced);
            if is_new {
                self.new_failed = self.new_failed.saturating_add(watched.faults());
            }
        }
        if health.is_failing() || failed_while_new {
            self.block(source, history, counts, Remedy::of(health, counts));
        }
    }

    fn block(
        &mut self,
        source: &SourceId,
        history: &History,
        counts: SourceCounts,
        remedy: Remedy,
    ) {
        let tally = counts.tally();
        self.sources.push(BlockingSource {
            source: source.clone(),
            class: history.class,
            first_seen: history.first,
            messages: tally.messages(),
            failed: tally.failed,
            remedy,
        });
    }
}
