//! The receiver's order of preferences, over random histories of plans and of single hops.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "small numbers, a test fails by panicking, and it prints what it found"
)]

use std::collections::BTreeSet;

use mailkit_route::{BreakerScope, EgressId, PreferenceRule, ProbeOutcome, ProbeTarget, Rule};

use super::*;
use world::{Dice, Failures, Scope, random_destination};

#[path = "preferences/world.rs"]
mod world;

/// A planner with its history.
struct World {
    planner: RoutePlanner,
    destinations: Vec<Destination>,
    ids: Vec<EgressId>,
    is_strict: bool,
    dice: Dice,
    now: SystemTime,
    failed: Failures,
    seen: Seen,
}

#[derive(Debug, Default)]
struct Seen {
    plans: u64,
    /// Hops to a later preference because something was left out or had failed.
    skips: u64,
    violations: u64,
    /// The breakers that left something out.
    scopes: BTreeSet<BreakerScope>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let is_strict = dice.below(4) == 0;
        let places = [FRANKFURT, MAINZ, HONG_KONG, HAMBURG];
        let names = ["a", "b", "c", "d"];
        let count = 1 + dice.below(4);
        let egresses: Vec<_> =
            (0..count).map(|number| egress(names[number], places[dice.below(4)])).collect();
        let rule = if is_strict { PreferenceRule::Strict } else { PreferenceRule::SkipFailed };
        Self {
            planner: planner_with(|options| options.preference_rule = rule, &egresses),
            destinations: (0..6).map(|number| random_destination(number, &mut dice)).collect(),
            ids: egresses.iter().map(|egress| egress.id().clone()).collect(),
            is_strict,
            dice,
            now: NOW,
            failed: Failures::default(),
            seen: Seen::default(),
        }
    }

    /// One attempt of one mail, by a plan or hop by hop.
    fn send(&mut self) {
        let domain = self.dice.below(self.destinations.len());
        let to = self.destinations[domain].clone();
        let (demand, seed) = (self.demand(&to), self.dice.roll());
        self.wait();
        if self.dice.below(2) == 0 {
            let plan = self.planner.plan_with(&to, &demand, self.now, seed);
            self.check_plan(&plan, &to, domain);
            plan.hops().iter().take(1).for_each(|hop| self.failed.give(hop, domain, self.now));
            plan.hops().iter().any(|hop| self.try_hop(hop, domain));
            return;
        }
        let mut tried: Vec<Hop> = Vec::new();
        loop {
            let open = self.planner.explain(&to, &demand, self.now, seed);
            let next = self.planner.next_hop_with(&to, &demand, &tried, self.now, seed);
            if tried.is_empty() {
                let path = |hop: &Hop| (hop.egress.clone(), hop.address, hop.host.clone());
                let first = open.hops().first().map(path);
                assert_eq!(first, next.as_ref().map(path), "one way of ranking: {open}");
                self.check_plan(&open, &to, domain);
            }
            self.check_next(next.as_ref(), &tried, &open);
            next.iter().for_each(|hop| self.failed.give(hop, domain, self.now));
            let Some(hop) = next.filter(|hop| !self.try_hop(hop, domain)) else { return };
            tried.push(hop);
        }
    }

    /// Time passes, with probes meanwhile; now and then the clock is set back.
    fn wait(&mut self) {
        if self.dice.below(200) == 0 {
            self.now -= Duration::from_secs(self.dice.below(120) as u64);
        }
        let until = self.now + Duration::from_secs(self.dice.below(90) as u64);
        while self.now < until {
            let pause = Duration::from_secs(5 + self.dice.below(16) as u64);
            self.now = until.min(self.now + pause);
            self.probe();
        }
    }

    fn probe(&mut self) {
        for probe in self.planner.probes(self.now) {
            let answered = self.dice.below(3) > 0;
            let outcome = match (answered, probe.target()) {
                (true, ProbeTarget::Host(_)) => {
                    let round_trip = Duration::from_millis(10 + self.dice.below(300) as u64);
                    ProbeOutcome::Answered { round_trip: Some(round_trip) }
                }
                (true, _) => ProbeOutcome::Answered { round_trip: None },
                (false, ProbeTarget::Host(address)) => {
                    self.failed.of_connection(probe.egress(), address, self.now);
                    ProbeOutcome::Failed
                }
                (false, _) => {
                    self.failed.of_egress(probe.egress(), self.now);
                    ProbeOutcome::Failed
                }
            };
            self.planner.probed(&probe, outcome, self.now);
        }
    }

    fn demand(&mut self, to: &Destination) -> Demand {
        let some = |dice: &mut Dice, ids: &[EgressId]| ids[dice.below(ids.len())].clone();
        match self.dice.below(8) {
            0 => Demand::default().with_aligned([some(&mut self.dice, &self.ids)]),
            1 => Demand::default().keeping_egress(&some(&mut self.dice, &self.ids)),
            2 => {
                let host = &to.mx().hosts()[self.dice.below(to.mx().hosts().len())].host;
                Demand::default().needing_smtputf8().without_smtputf8(host)
            }
            _ => Demand::default(),
        }
    }

    /// Each address of a preference before that of the first hop, over each egress, was left out by a rule, and each
    /// breaker that left something out has a failure behind it.
    fn check_plan(&mut self, plan: &RoutePlan, to: &Destination, domain: usize) {
        self.seen.plans += 1;
        let rises = plan.hops().is_sorted_by_key(|hop| hop.preference);
        let first = plan.hops().first().map_or(u16::MAX, |hop| hop.preference);
        let mut good = rises;
        for mx in to.mx().hosts().iter().filter(|mx| mx.preference < first) {
            let name = mx.host.to_string();
            for &address in to.addresses(&mx.host) {
                self.seen.skips += 1;
                good &= self.ids.iter().all(|egress| {
                    plan.removed().iter().any(|removed| {
                        removed.host.as_ref().is_none_or(|host| *host == name)
                            && removed.address.is_none_or(|it| it == address)
                            && removed.egress.as_ref().is_none_or(|it| it == egress)
                            && (removed.host.is_some() || removed.egress.is_some())
                    })
                });
            }
        }
        for removed in plan.removed() {
            let Rule::BreakerOpen { scope, .. } = &removed.rule else { continue };
            self.seen.scopes.insert(*scope);
            let scope = Scope::of(*scope, removed.egress.as_ref(), removed.address, domain);
            good &= !self.is_strict && self.failed.explain(&scope, self.now);
        }
        if !good {
            self.seen.violations += 1;
            eprintln!("violation: {plan}");
        }
    }

    /// No address that is open, of a lower preference and untried is passed over.
    fn check_next(&mut self, next: Option<&Hop>, tried: &[Hop], open: &RoutePlan) {
        self.seen.plans += 1;
        let preference = next.map_or(u16::MAX, |hop| hop.preference);
        let mut before = open.hops().iter().filter(|hop| hop.preference < preference);
        self.seen.skips += u64::from(tried.iter().any(|hop| hop.preference < preference));
        let forced = |hop: &Hop| hop.reasons.contains(&Reason::Forced);
        let untried = |hop: &Hop| tried.iter().all(|it| it.address != hop.address);
        if before.any(|hop| untried(hop) && !forced(hop)) {
            self.seen.violations += 1;
            eprintln!("violation: {next:?} after {tried:?} of {open}");
        }
    }

    /// Whether the mail is taken, or gets an answer for good.
    fn try_hop(&mut self, hop: &Hop, domain: usize) -> bool {
        let replied = |stage, reply: &str| HopOutcome::replied(stage, reply.parse().unwrap());
        let outcome = match self.dice.below(16) {
            0..6 => accepted(300 + self.dice.below(2_000) as u64),
            6..9 => refused(),
            9..11 => HopOutcome::connect_failed(ConnectFailure::TimedOut),
            11 => HopOutcome::connect_failed(ConnectFailure::EgressFailed),
            12 => replied(Stage::MailFrom, "451 4.3.0 disk"),
            13 => replied(Stage::RcptTo, "451 4.3.0 disk"),
            14 => replied(Stage::RcptTo, "450 4.7.1 greylisted"),
            _ => HopOutcome::dropped(Stage::Greeting),
        };
        let is_silent = matches!(
            outcome,
            HopOutcome::ConnectFailed { cause: ConnectFailure::TimedOut, .. }
                | HopOutcome::Dropped { .. }
        );
        if self.dice.below(2) == 0 {
            self.planner.begin(hop, self.now);
            self.failed.give(hop, domain, self.now);
        }
        if is_silent && self.dice.below(4) == 0 {
            self.planner.overdue(hop, self.now);
        }
        let goes_on = outcome.next_step() == NextStep::TryNextHop;
        let (egress, address, now) = (&hop.egress, hop.address, self.now);
        match outcome {
            HopOutcome::ConnectFailed { cause: ConnectFailure::EgressFailed, .. } => {
                self.failed.of_egress(egress, now);
            }
            HopOutcome::Replied { stage: Stage::RcptTo, .. } if goes_on => {
                self.failed.of_domain(address, domain, now);
            }
            HopOutcome::Replied { .. } if goes_on => {
                self.failed.of_deferral(egress, address, domain, now);
            }
            _ if goes_on => self.failed.of_connection(egress, address, now),
            _ => {}
        }
        self.planner.record(hop, &outcome, self.now);
        !goes_on
    }
}

/// Worlds of this thread until so many plans are made.
fn run(thread: u64, plans: u64) -> Seen {
    let mut total = Seen::default();
    for number in 0.. {
        let mut world = World::new(thread << 32 | number);
        for _ in 0..400 {
            world.send();
        }
        total.plans += world.seen.plans;
        total.skips += world.seen.skips;
        total.violations += world.seen.violations;
        total.scopes.append(&mut world.seen.scopes);
        if total.plans >= plans {
            break;
        }
    }
    total
}

/// `MAILKIT_PLANS` says how many plans and hops are looked at.
#[test]
#[allow(clippy::disallowed_methods, reason = "the count is set from outside")]
fn r4_no_preference_is_violated_in_random_histories() {
    let wanted = std::env::var("MAILKIT_PLANS").ok().and_then(|count| count.parse().ok());
    let wanted: u64 = wanted.unwrap_or(20_000);
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let share = wanted.div_ceil(threads);
    let total = std::thread::scope(|scope| {
        let runs: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || run(thread, share))).collect();
        runs.into_iter().fold(Seen::default(), |mut sum, run| {
            let mut run = run.join().unwrap();
            sum.scopes.append(&mut run.scopes);
            Seen {
                plans: sum.plans + run.plans,
                skips: sum.skips + run.skips,
                violations: sum.violations + run.violations,
                scopes: sum.scopes,
            }
        })
    });
    eprintln!(
        "{} plans and hops, {} preferences left for a reason, {} violations",
        total.plans, total.skips, total.violations
    );
    assert!(total.skips > total.plans / 10, "{total:?}: the histories try nothing");
    assert_eq!(total.violations, 0);
    assert_eq!(
        total.scopes.len(),
        5,
        "breakers of each kind but of sites left something out: {:?}",
        total.scopes
    );
}
