//! Mail through a world.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashSet};

use super::MailRate;
use super::policy::{End, Policy, Recovered, Try};
use super::report::{Exposure, Run};
use super::world::{Ending, Path, World};
use crate::seed::Dice;

mod event;
mod mail;
mod probing;
mod trace;

use event::{Event, What};
use mail::Mail;
pub use trace::{MailTrace, Trace, TryTrace};

/// Sends `rate` mails a second through the world until its end, and goes on for four hours
/// until all are taken. The same seed brings the same mail, whatever the policy.
///
/// ```
/// use mailkit_route::sim::{Mailkit, MailRate, Site, Topology, Weather, World, WorldOptions, run};
/// let sites = ["Hong Kong", "Frankfurt"].map(|name| Site::new(name, None));
/// let topology = Topology::new(sites.into(), |_, _| Some(0.183))?;
/// let weather = Weather::calm();
/// let mut options = WorldOptions::new(vec![0, 1]);
/// options.length = 1_800.0;
/// let world = World::new(&topology, &weather, &options, 1)?;
/// let run = run(&world, &mut Mailkit::new(&world, 1)?, MailRate::per_second(1.0)?, 1);
/// assert_eq!(run.taken, run.mails);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run(world: &World<'_>, policy: &mut dyn Policy, rate: MailRate, seed: u64) -> Run {
    trace(world, policy, rate, seed).run
}

/// The same, with what became of each mail.
pub fn trace(world: &World<'_>, policy: &mut dyn Policy, rate: MailRate, seed: u64) -> Trace {
    let mut engine = Engine::new(world, rate, seed);
    engine.wake_for_probes(policy, 0.0);
    while let Some(Reverse(Event { time, what, .. })) = engine.events.pop() {
        if time > world.length() + 4.0 * 3_600.0 || engine.left == 0 {
            break;
        }
        engine.happen(policy, &what, time);
        engine.wake_for_probes(policy, time);
    }
    engine.report()
}

struct Engine<'a> {
    world: &'a World<'a>,
    dice: Dice,
    events: BinaryHeap<Reverse<Event>>,
    sequence: u64,
    mails: Vec<Mail>,
    left: usize,
    /// The mails of each domain that are put off.
    parked: Vec<BTreeSet<usize>>,
    /// The time for which probes are announced.
    probes_at: Option<f64>,
    /// When they were made last.
    probed_at: f64,
    attempts: u64,
    probes: u64,
    backups: u64,
    exposure: Exposure,
}

impl<'a> Engine<'a> {
    fn new(world: &'a World<'a>, rate: MailRate, seed: u64) -> Self {
        let mut engine = Self {
            world,
            dice: Dice::keyed(seed, &[3]),
            events: BinaryHeap::new(),
            sequence: 0,
            mails: Vec::new(),
            left: 0,
            parked: vec![BTreeSet::new(); world.domains()],
            probes_at: None,
            probed_at: f64::NEG_INFINITY,
            attempts: 0,
            probes: 0,
            backups: 0,
            exposure: Exposure::default(),
        };
        engine.post_mail(rate, &mut Dice::keyed(seed, &[4]));
        engine
    }

    fn post_mail(&mut self, rate: MailRate, dice: &mut Dice) {
        let mut born = rate.first(dice);
        while born < self.world.length() {
            let domain = dice.weighted(self.world.shares());
            self.schedule(born, What::Try { mail: self.mails.len(), wait: 0 });
            let trace = MailTrace::new(domain, born);
            self.mails.push(Mail { trace, tried: Vec::new(), put_off: 0, wait: 0 });
            born += rate.next(dice);
        }
        self.left = self.mails.len();
    }

    fn schedule(&mut self, time: f64, what: What) {
        self.sequence += 1;
        self.events.push(Reverse(Event { time, sequence: self.sequence, what }));
    }

    fn happen(&mut self, policy: &mut dyn Policy, what: &What, now: f64) {
        match *what {
            What::Try { mail, wait } => self.attempt(policy, mail, wait, now),
            What::Overdue(path) => policy.overdue(path, now),
            What::Ended { mail, ref end } => {
                let recovered = policy.ended(mail, end, now);
                self.flush(recovered, now);
            }
            What::Probes => self.probe(policy, now),
            What::Probed(probe, result) => {
                let recovered = policy.probed(probe, result, now);
                self.flush(recovered, now);
            }
        }
    }

    fn attempt(&mut self, policy: &mut dyn Policy, number: usize, wait: u32, now: f64) {
        let Some(mail) = self.mails.get_mut(number) else { return };
        if mail.trace.taken.is_some() || wait != mail.wait {
            return;
        }
        if let Some(parked) = self.parked.get_mut(mail.trace.domain) {
            parked.remove(&number);
        }
        match policy.choose(mail.trace.domain, &mail.tried, now) {
            Some(chosen) => self.connect(policy, number, chosen, now),
            None => self.put_off(policy, number, now),
        }
    }

    fn put_off(&mut self, policy: &mut dyn Policy, number: usize, now: f64) {
        let Some(mail) = self.mails.get_mut(number) else { return };
        let pause = policy.pause(mail.put_off).max(1.0);
        mail.put_off += 1;
        mail.tried.clear();
        mail.wait += 1;
        let wait = mail.wait;
        if let Some(parked) = self.parked.get_mut(mail.trace.domain) {
            parked.insert(number);
        }
        self.schedule(now + pause, What::Try { mail: number, wait });
    }

    fn connect(&mut self, policy: &mut dyn Policy, number: usize, chosen: Try, now: f64) {
        let Try { path, connect_timeout, stagger } = chosen.bounded();
        self.attempts += 1;
        let end = self.end_of(path, connect_timeout, now);
        let (took, silent) = (end.took, end.ending == Ending::Silent);
        self.note(number, path, now);
        policy.began(number, path, now);
        self.schedule(now + took, What::Ended { mail: number, end });
        let Some(mail) = self.mails.get_mut(number) else { return };
        mail.tried.push(path);
        mail.trace.tries.push(TryTrace { at: now, path });
        if end.ending == Ending::Accepted {
            mail.trace.taken = Some(now + took);
            self.left -= 1;
            return;
        }
        let wait = mail.wait;
        let mut next = now + took;
        if let Some(stagger) = stagger.filter(|&stagger| silent && stagger < took) {
            next = now + stagger;
            self.schedule(next, What::Overdue(path));
        }
        self.schedule(next, What::Try { mail: number, wait });
    }

    fn end_of(&mut self, path: Path, connect_timeout: f64, now: f64) -> End {
        let meeting = self.world.meet(path, now, self.dice.unit());
        let silent = meeting.ending == Ending::Silent;
        let took = meeting.after + if silent { connect_timeout } else { 0.0 };
        let answered = !matches!(meeting.ending, Ending::Silent | Ending::EgressDown);
        let round_trip = answered.then(|| self.world.round_trip(path, now));
        End { path, ending: meeting.ending, took, round_trip }
    }

    /// Counts what a good policy avoids.
    fn note(&mut self, number: usize, path: Path, now: f64) {
        if let Some(fault) = self.world.dead(path.host, now) {
            self.exposure.hit(number, path.host, fault.from);
        }
        let Some(host) = self.world.hosts().get(path.host) else { return };
        let Some(mail) = self.mails.get(number) else { return };
        let tried: HashSet<usize> = mail.tried.iter().map(|path| path.host).collect();
        let skipped = |other: &&usize| {
            let better =
                self.world.hosts().get(**other).is_some_and(|it| it.preference < host.preference);
            better && !tried.contains(*other) && self.world.dead(**other, now).is_none()
        };
        self.backups += u64::from(self.world.hosts_of(host.domain).iter().any(|it| skipped(&it)));
    }

    fn flush(&mut self, recovered: Recovered, now: f64) {
        let Recovered::Domains(domains) = recovered else { return };
        for domain in domains {
            let Some(parked) = self.parked.get_mut(domain) else { continue };
            for (place, number) in std::mem::take(parked).into_iter().enumerate() {
                let Some(mail) = self.mails.get_mut(number) else { continue };
                mail.wait += 1;
                let wait = mail.wait;
                let soon = now + self.dice.unit() + (place / FLUSHED_A_SECOND) as f64;
                self.schedule(soon, What::Try { mail: number, wait });
            }
        }
    }

    fn report(self) -> Trace {
        let mails: Vec<MailTrace> = self.mails.into_iter().map(|mail| mail.trace).collect();
        let times = mails.iter().filter_map(|mail| Some(mail.taken? - mail.posted)).collect();
        let exposed = self.exposure.share(self.world, &mails);
        let (attempts, probes, backups) = (self.attempts, self.probes, self.backups);
        let run = Run::new(mails.len(), times, attempts, probes, backups, exposed);
        Trace { run, mails }
    }
}

/// Mails of one domain that are tried in a second after its recovery.
const FLUSHED_A_SECOND: usize = 50;
