//! The evidence of one day, summed up.

use std::collections::BTreeMap;

use super::evidence::History;
use super::health::judge;
use super::share::{Tally, share};
use super::{
    Advice, BlockingSource, Day, Evidence, Remedy, RolloutPolicy, SourceClass, SourceCounts,
    SourceId,
};

/// What the gates are held against.
#[derive(Debug, Default)]
pub(super) struct Assessment<'a> {
    /// Messages with the domain's proof, and those of sources that nobody has classified. Hostile
    /// mail is left out: a burst of it must not make the unknown part look small.
    proved: u64,
    unclassified: u64,
    /// Legitimate mail that is remembered, and the last day on which some of it failed.
    pub(super) legitimate: Tally,
    pub(super) last_fault: Option<Day>,
    histories: Vec<&'a History>,
    /// Legitimate mail of the watched days, and of those before, from sources that were repaired
    /// since their repair.
    pub(super) before: Tally,
    pub(super) watched: Tally,
    /// Watched messages of failing sources: failed, of new sources failed, enforced.
    pub(super) hurt: u64,
    pub(super) new_failed: u64,
    pub(super) enforced: u64,
    pub(super) failing: u64,
    pub(super) unknown: u64,
    /// Sources that nobody classified and that never pass for themselves.
    strangers: Vec<(&'a SourceId, &'a History, SourceCounts)>,
    /// New legitimate sources that ever failed, and the first day on which none is new.
    pub(super) new: u64,
    pub(super) none_new: Option<Day>,
    pub(super) sources: Vec<BlockingSource>,
}

/// The days that an assessment looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    /// The first day that is remembered: sources that last sent before it no longer count.
    pub(super) remembered: Day,
    /// The last day that reports are about.
    pub(super) last: Day,
    /// The first day of the week that ends with it: mail of each weekday is in it.
    pub(super) week: Day,
    /// The first day of it on which the record in force was published.
    pub(super) watched: Day,
    pub(super) today: Day,
}

impl<'a> Assessment<'a> {
    pub(super) fn new(evidence: &'a Evidence, policy: &RolloutPolicy, period: Period) -> Self {
        let mut assessment = Self::default();
        for (source, history) in evidence.histories() {
            assessment.take(source, history, policy, period);
        }
        assessment.take_strangers(policy);
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

    /// The best lower bound of the pass rate of any time up to today, of the last week at least: what
    /// was mended in time does not weigh on it.
    pub(super) fn proved_rate(&self, period: Period, enough: f64) -> f64 {
        let all = self.legitimate.interval().0;
        if all >= enough {
            return all;
        }
        let mut days: BTreeMap<Day, Tally> = BTreeMap::new();
        let histories = self.histories.iter();
        for (day, counts) in histories.flat_map(|it| it.between(period.remembered, period.today)) {
            let known = days.entry(day).or_default();
            *known = known.plus(counts.tally());
        }
        let mut tally = Tally::default();
        let bounds = days.iter().rev().map(|(day, counts)| {
            tally = tally.plus(*counts);
            if *day <= period.week { tally.interval().0 } else { 0.0 }
        });
        bounds.fold(all, f64::max)
    }

    fn take(
        &mut self,
        source: &'a SourceId,
        history: &'a History,
        policy: &RolloutPolicy,
        period: Period,
    ) {
        if history.last(period.today).is_none_or(|last| last < period.remembered) {
            return;
        }
        let counts = history.until(period.today);
        match history.class() {
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

    /// What passes for itself may well be a service of the domain, however little it sends. Anybody
    /// else may be a forger, and is forgotten when a month brought no more of it. That some of it
    /// passed for the domain makes no difference, so that one more failure never leads to a step.
    fn take_unknown(
        &mut self,
        source: &'a SourceId,
        history: &'a History,
        policy: &RolloutPolicy,
        period: Period,
        counts: SourceCounts,
    ) {
        if counts.foreign_dkim > 0 || counts.foreign_spf > 0 {
            self.ask_about(source, history, counts);
        } else if history.last(period.today) >= Some(period.last.minus(policy.evidence_days)) {
            self.strangers.push((source, history, counts));
        }
    }

    /// Asks about those that do not send too little beside the domain's own mail to be asked about.
    fn take_strangers(&mut self, policy: &RolloutPolicy) {
        for (source, history, counts) in std::mem::take(&mut self.strangers) {
            let all = self.proved.saturating_add(counts.messages());
            if share(counts.messages(), all) > policy.unknown_share {
                self.ask_about(source, history, counts);
            }
        }
    }

    fn ask_about(&mut self, source: &SourceId, history: &History, counts: SourceCounts) {
        self.unclassified = self.unclassified.saturating_add(counts.messages());
        self.unknown += 1;
        self.block(source, history, counts, Remedy::Classify);
    }

    fn take_legitimate(
        &mut self,
        source: &SourceId,
        history: &'a History,
        policy: &RolloutPolicy,
        period: Period,
        counts: SourceCounts,
    ) {
        self.proved = self.proved.saturating_add(counts.aligned);
        self.remember(history, period);
        let health = judge(history, policy, period.today);
        let watched = history.sum(period.watched, period.today);
        let past = health.since.max(period.remembered);
        self.watched = self.watched.plus(watched.tally());
        if let Some(eve) = period.watched.before() {
            self.before = self.before.plus(history.sum(past, eve).tally());
        }
        let is_new = period.today.since(history.first()) < policy.new_source_days;
        let failed_while_new = is_new && counts.faults() > 0;
        if failed_while_new {
            let old = history.first().plus(policy.new_source_days);
            self.new += 1;
            self.none_new = self.none_new.max(Some(old));
        }
        if health.is_failing() {
            self.hurt = self.hurt.saturating_add(watched.faults());
            self.enforced = self.enforced.saturating_add(watched.enforced);
            if is_new {
                self.new_failed = self.new_failed.saturating_add(watched.faults());
            }
        }
        self.failing += u64::from(health.is_blocking());
        if health.is_blocking() || failed_while_new {
            self.block(source, history, counts, Remedy::of(health, counts));
        }
    }

    fn remember(&mut self, history: &'a History, period: Period) {
        let Period { remembered, today, .. } = period;
        let is_old = history.first() < remembered;
        let counts = if is_old { history.sum(remembered, today) } else { history.until(today) };
        self.legitimate = self.legitimate.plus(counts.tally());
        self.histories.push(history);
        if counts.faults() > 0 {
            let mut days = history.between(remembered, today).rev();
            let fault = days.find(|(_, counts)| counts.faults() > 0).map(|(day, _)| day);
            self.last_fault = self.last_fault.max(fault);
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
            class: history.class(),
            first_seen: history.first(),
            messages: tally.messages(),
            failed: tally.failed,
            remedy,
        });
    }
}
