//! A made-up domain: who sends for it, who receives, who reports.

use super::dice::Dice;
use super::state::REPORT_DAYS;
use super::stream::{Fault, Rhythm, Role, Stream};
use crate::rollout::{Day, ReporterId, SourceClass, SourceId};

/// All that happens to one domain, whatever its operator publishes.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) start: Day,
    pub(super) receivers: Vec<Receiver>,
    pub(super) streams: Vec<Stream>,
    /// Days on which the reports of everybody are lost, from and to.
    pub(super) outage: (u32, u32),
    /// Days between two looks of the operator at the advice.
    pub(super) attention: u32,
    /// Days from an alarm to the record that answers it.
    pub(super) reaction: u32,
}

/// Who takes the domain's mail.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    pub(super) id: ReporterId,
    /// Its share of each stream.
    pub(super) share: f64,
    /// The days, from and to, that it reports on.
    pub(super) reports: (u32, u32),
    /// The share of its reports that never arrives.
    pub(super) loss: f64,
    /// Days until a report arrives.
    pub(super) lag: u32,
    /// Whether it knows `t=y` (RFC 9989).
    pub(super) knows_testing: bool,
    /// Whether it does what policies ask for.
    pub(super) enforces: bool,
}

impl World {
    /// The domain of this number; the same for each rule that is tried on it.
    pub(super) fn new(seed: u64, number: u32) -> Self {
        let mut dice = Dice::keyed(seed, &[u64::from(number)]);
        let outage_at = dice.between(5, 60);
        let outage =
            if dice.chance(0.1) { (outage_at, outage_at + dice.between(3, 6)) } else { (0, 0) };
        let mut world = Self {
            seed: dice.roll(),
            start: Day::FIRST.plus(NEW_YEAR_2026 + dice.between(0, 364)),
            receivers: receivers(&mut dice),
            streams: streams(&mut dice),
            outage,
            attention: dice.between(1, 5),
            reaction: dice.between(0, 1),
        };
        let services = world.streams.iter_mut().skip(1);
        for stream in services.filter(|stream| stream.role == Role::Legitimate) {
            if dice.chance(0.25) {
                leave_untied(stream);
            }
        }
        world
    }
}

impl World {
    /// Whether the reports on this day are lost, whoever sends them.
    pub(super) fn is_silent(&self, at: u32) -> bool {
        self.outage.0 <= at && at < self.outage.1
    }
}

/// Two to six reporters and all others, who do not report.
fn receivers(dice: &mut Dice) -> Vec<Receiver> {
    let reporters = if dice.chance(0.03) { 2 } else { dice.between(3, 6) };
    let silent = 0.4 * dice.unit();
    let weights: Vec<f64> = (0..reporters).map(|_| dice.scale(0.05, 1.0)).collect();
    let sum: f64 = weights.iter().sum();
    let mut receivers: Vec<Receiver> = weights
        .iter()
        .zip(1..)
        .map(|(weight, number)| reporter(number, (1.0 - silent) * weight / sum, dice))
        .collect();
    receivers.push(Receiver { share: silent, reports: (0, 0), ..reporter(0, silent, dice) });
    receivers
}

fn reporter(number: u32, share: f64, dice: &mut Dice) -> Receiver {
    let from = if dice.chance(0.15) { dice.between(5, 60) } else { 0 };
    let to = if dice.chance(0.1) { dice.between(30, 150) } else { NEVER };
    // The first three are the large ones, who rarely lose a report.
    let loss = if number <= 3 { 0.003 } else { 0.03 };
    Receiver {
        id: ReporterId::made(&format!("reporter {number}")),
        share,
        reports: (from, to),
        loss,
        lag: dice.between(1, REPORT_DAYS),
        knows_testing: dice.chance(0.4),
        enforces: dice.chance(0.95),
    }
}

fn streams(dice: &mut Dice) -> Vec<Stream> {
    let mut streams = vec![main_stream(dice)];
    for number in 1..dice.between(1, 8) {
        streams.push(service(&format!("service {number}"), dice));
    }
    if dice.chance(0.15) {
        let from = dice.between(30, 150);
        let unlucky = usize::try_from(dice.roll()).unwrap_or(0) % streams.len();
        if let Some(stream) = streams.get_mut(unlucky) {
            // A key is rotated and the new one is not published.
            stream.faults.push(Fault {
                from,
                repair: Some(dice.between(1, 5)),
                ..fault(1.0, dice)
            });
        }
    }
    if dice.chance(0.15) {
        streams.push(new_provider(dice));
    }
    for number in 0..dice.between(0, 3) {
        streams.push(forwarder(&format!("forwarder {number}"), dice));
    }
    for number in 0..dice.between(0, 5) {
        streams.push(spoofer(&format!("spoofer {number}"), dice));
    }
    streams
}

/// The mail that people write.
fn main_stream(dice: &mut Dice) -> Stream {
    let volume = dice.scale(5.0, 20_000.0);
    let mut stream = legitimate("people", Rhythm::Weekdays, volume, dice);
    misconfigure(&mut stream, 0.1, dice);
    stream
}

/// Newsletters, invoices, payroll: what runs by itself.
fn service(name: &str, dice: &mut Dice) -> Stream {
    let rhythm = match dice.between(1, 100) {
        1..=40 => Rhythm::Weekdays,
        41..=65 => Rhythm::Weekly(dice.between(0, 6)),
        66..=82 => Rhythm::Monthly(u64::from(dice.between(1, 28))),
        _ => Rhythm::MonthEnd,
    };
    let volume = dice.scale(3.0, 5_000.0);
    let mut stream = legitimate(name, rhythm, volume, dice);
    match dice.between(1, 100) {
        // It is not in use yet.
        1..=5 => stream.from = dice.between(60, 120),
        // It has a season.
        6..=10 => {
            stream.from = dice.between(0, 120);
            stream.to = stream.from + 40;
        }
        _ => {}
    }
    let is_late = stream.from > 0;
    misconfigure(&mut stream, if is_late { 0.5 } else { 0.25 }, dice);
    stream
}

fn new_provider(dice: &mut Dice) -> Stream {
    let volume = dice.scale(10.0, 5_000.0);
    let mut stream = legitimate("new provider", Rhythm::Weekdays, volume, dice);
    stream.from = dice.between(40, 150);
    misconfigure(&mut stream, 0.7, dice);
    stream
}

fn legitimate(name: &str, rhythm: Rhythm, volume: f64, dice: &mut Dice) -> Stream {
    Stream {
        id: SourceId::made(name),
        role: Role::Legitimate,
        rhythm,
        volume,
        from: 0,
        to: NEVER,
        noise: 0.001 * dice.unit(),
        vouched: false,
        untied: false,
        class: SourceClass::Legitimate,
        faults: Vec::new(),
    }
}

/// Lets a provider send it that no table knows, with its own bounce domain.
fn leave_untied(stream: &mut Stream) {
    stream.untied = true;
    stream.vouched = true;
    stream.class = SourceClass::Unknown;
}

/// With this chance, something was wrong before the first report.
fn misconfigure(stream: &mut Stream, chance: f64, dice: &mut Dice) {
    if !dice.chance(chance) {
        return;
    }
    let is_service = dice.chance(0.7);
    let share = if dice.chance(0.7) { 1.0 } else { dice.scale(LEAST_FAULT, 0.6) };
    stream.vouched = is_service;
    if !is_service || dice.chance(0.4) {
        stream.class = SourceClass::Unknown;
    }
    stream.faults.push(fault(share, dice));
}

fn fault(share: f64, dice: &mut Dice) -> Fault {
    let days = dice.scale(2.0, 25.0).ceil();
    let repair = (1..=25).find(|whole| f64::from(*whole) >= days);
    let is_repaired = !dice.chance(0.05);
    let is_partial = dice.chance(0.25);
    let left = dice.scale(LEAST_FAULT, share.min(0.6));
    let is_tested = dice.chance(0.7);
    let tests = u64::from(dice.between(1, 30));
    Fault {
        from: 0,
        share,
        repair: repair.filter(|_| is_repaired),
        left: is_partial.then_some(left),
        tests: if is_tested { tests } else { 0 },
    }
}

fn forwarder(name: &str, dice: &mut Dice) -> Stream {
    let volume = dice.scale(1.0, 200.0);
    let known = dice.chance(0.8);
    Stream {
        role: Role::Forwarder,
        noise: dice.scale(0.05, 0.5),
        vouched: true,
        class: if known { SourceClass::Forwarder } else { SourceClass::Unknown },
        ..legitimate(name, Rhythm::Weekdays, volume, dice)
    }
}

fn spoofer(name: &str, dice: &mut Dice) -> Stream {
    let is_burst = dice.chance(0.6);
    let rhythm = if is_burst { Rhythm::Bursts(dice.scale(0.01, 0.2)) } else { Rhythm::Weekdays };
    let volume = if is_burst { dice.scale(20.0, 20_000.0) } else { dice.scale(1.0, 50.0) };
    let known = dice.chance(0.7);
    Stream {
        role: Role::Spoofer,
        noise: 1.0,
        vouched: dice.chance(0.2),
        class: if known { SourceClass::Hostile } else { SourceClass::Unknown },
        ..legitimate(name, rhythm, volume, dice)
    }
}

const NEVER: u32 = u32::MAX;
/// A fault is of one way in twenty at least that the mail of a stream takes: a server, a template.
const LEAST_FAULT: f64 = 0.05;
const NEW_YEAR_2026: u32 = 20_454;
