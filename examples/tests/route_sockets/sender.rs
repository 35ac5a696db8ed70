//! A sender: the planner says where to, the SMTP client goes there, and the planner hears what came of it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use mailkit_examples::mapping;
use mailkit_examples::smtp::{
    Attempt, Connection, Delivery, DeliveryTimeouts, DeliveryTls, MailAddress, ReversePath,
};
use mailkit_route::sim::Path;
use mailkit_route::{
    ConnectFailure, Destination, Hop, HopOutcome, NextStep, PlannerOptions, RoutePlanner,
    SpecialAddresses,
};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::figures::Mail;
use crate::names::{destination, domain_name, egress, handoff, path};
use crate::world::{DOMAINS, EGRESSES, ROUND_TRIPS};

pub(crate) struct Sender {
    pub(crate) hosts: Vec<SocketAddr>,
    pub(crate) clock: Clock,
    planner: Mutex<RoutePlanner>,
    destinations: Vec<Destination>,
    /// Told when mail to a domain need not wait any longer.
    recovered: [Notify; DOMAINS],
    dice: AtomicU64,
    late: AtomicUsize,
}

/// What became of the mail.
pub(crate) struct Sent {
    pub(crate) mails: Vec<Mail>,
    /// Connections that came although the sender had stopped to wait. No way of this world takes that long, so that
    /// it was the machine.
    pub(crate) late: usize,
}

impl Sender {
    pub(crate) fn new(hosts: Vec<SocketAddr>, clock: Clock, seed: u64) -> Arc<Self> {
        let mut options = PlannerOptions::default();
        (options.round_trips, options.seed) = (7, seed);
        options.special_addresses = SpecialAddresses::Allow;
        let planner = RoutePlanner::with_options((0..EGRESSES).map(egress), options);
        Arc::new(Self {
            hosts,
            clock,
            planner: Mutex::new(planner.expect("few egresses")),
            destinations: (0..DOMAINS).map(destination).collect(),
            recovered: Default::default(),
            dice: AtomicU64::new(seed),
            late: AtomicUsize::new(0),
        })
    }

    /// Sends the mails when they are posted, until all are taken.
    pub(crate) async fn send(self: Arc<Self>, posted: &[Mail]) -> Sent {
        let mails =
            posted.iter().map(|mail| tokio::spawn(self.clone().carry(mail.domain, mail.posted)));
        let mails: Vec<_> = mails.collect();
        let probing = tokio::spawn(self.clone().ask_for_probes());
        let mut sent = Vec::new();
        for mail in mails {
            sent.push(mail.await.expect("a mail to its end"));
        }
        probing.abort();
        Sent { mails: sent, late: self.late.load(Ordering::Relaxed) }
    }

    async fn carry(self: Arc<Self>, domain: usize, posted: f64) -> Mail {
        self.clock.reach(posted).await;
        let mut mail = Mail { domain, posted, tries: Vec::new(), taken: None };
        let (mut tried, mut pauses) = (Vec::new(), 0);
        while mail.taken.is_none() {
            let at = self.clock.now();
            let Some(hop) = self.next_hop(domain, &tried) else {
                self.pause(domain, pauses).await;
                pauses += 1;
                tried.clear();
                continue;
            };
            mail.tries.push(path(&hop));
            mail.taken = self.attempt(&hop, at).await;
            tried.push(hop);
        }
        mail
    }

    fn next_hop(&self, domain: usize, tried: &[Hop]) -> Option<Hop> {
        if tried.len() >= MOST_TRIES {
            return None;
        }
        let (now, seed) = (self.clock.time(), self.roll());
        let mut planner = self.planner();
        let hop = planner.next_hop(&self.destinations[domain], tried, now, seed)?;
        planner.begin(&hop, now);
        Some(hop)
    }

    /// When the host took the mail. `None` sends the mail on: the host said no, or did not answer so far.
    async fn attempt(self: &Arc<Self>, hop: &Hop, at: f64) -> Option<f64> {
        let mut connecting = tokio::spawn(self.clone().connect(hop.clone(), at));
        let connected = tokio::select! {
            connected = &mut connecting => connected.expect("a connection or none"),
            () = self.clock.reach(at + hop.stagger.as_secs_f64()) => {
                self.planner().overdue(hop, self.clock.time());
                tokio::spawn(self.clone().leave(hop.clone(), connecting));
                return None;
            }
        };
        let (connection, delivery) = connected?;
        let since = at + handoff(hop);
        let before = self.clock.now() - self.clock.scaled(connection.round_trip);
        let attempt =
            delivery.send_over(connection, &ReversePath::Null, &recipient(), MESSAGE).await;
        let taken = before + self.clock.scaled(attempt.latency);
        let outcome = outcome(&attempt, Duration::from_secs_f64((taken - since).max(0.0)));
        self.record(hop, &outcome);
        match outcome.next_step() {
            NextStep::Done => Some(taken),
            NextStep::TryNextHop => None,
            other => panic!("no host of this test asks for {other:?}: {attempt:?}"),
        }
    }

    /// Hands over, lets the SYN travel, and connects.
    async fn connect(self: Arc<Self>, hop: Hop, at: f64) -> Option<(Connection, Delivery)> {
        let Path { egress, host, .. } = path(&hop);
        let since = at + handoff(&hop);
        self.clock.reach(since + ROUND_TRIPS[egress][host]).await;
        let left = since + hop.connect_timeout.as_secs_f64() - self.clock.now();
        let delivery = self.delivery(&hop, left);
        match delivery.connect().await {
            Ok(connection) => {
                let round_trip = Duration::from_secs_f64(self.clock.now() - since);
                self.planner().connected(&hop, round_trip, self.clock.time());
                Some((connection, delivery))
            }
            Err(failed) => {
                self.record(&hop, &outcome(&failed, Duration::ZERO));
                None
            }
        }
    }

    /// Waits for a connection that nobody needs any more.
    async fn leave(
        self: Arc<Self>,
        hop: Hop,
        connecting: JoinHandle<Option<(Connection, Delivery)>>,
    ) {
        if connecting.await.expect("a connection or none").is_some() {
            self.late.fetch_add(1, Ordering::Relaxed);
            self.record(&hop, &HopOutcome::connect_failed(ConnectFailure::TimedOut));
        }
    }

    fn delivery(&self, hop: &Hop, connect: f64) -> Delivery {
        let Path { host, .. } = path(hop);
        let names = ["out.example.org", "mx.example.com"].map(|name| name.parse().expect("a name"));
        let [own, mx] = names;
        let mut delivery = Delivery::new(own, self.hosts[host], mx);
        (delivery.source, delivery.tls) = (hop.source, DeliveryTls::Never);
        let DeliveryTimeouts { banner, command, data, dot, .. } = delivery.timeouts;
        let [banner, command, data, dot] =
            [banner, command, data, dot].map(|usual| self.clock.real(usual.as_secs_f64()));
        let timeouts = &mut delivery.timeouts;
        (timeouts.banner, timeouts.command, timeouts.data, timeouts.dot) =
            (banner, command, data, dot);
        timeouts.connect = self.clock.real(connect);
        delivery
    }

    fn record(&self, hop: &Hop, outcome: &HopOutcome) {
        self.planner().record(hop, outcome, self.clock.time());
        self.wake_recovered();
    }

    pub(crate) fn wake_recovered(&self) {
        for name in self.planner().recovered() {
            let domain = (0..DOMAINS).find(|&domain| domain_name(domain) == name.to_string());
            self.recovered[domain.expect("one of ours")].notify_waiters();
        }
    }

    /// As long as the simulator waits, unless the domain recovers.
    async fn pause(&self, domain: usize, times: usize) {
        let seconds = [30.0, 60.0, 120.0, 300.0, 600.0][times.min(4)];
        tokio::select! {
            () = self.clock.pass(seconds * (0.9 + 0.2 * self.chance())) => {}
            () = self.recovered[domain].notified() => self.clock.pass(self.chance()).await,
        }
    }

    pub(crate) fn planner(&self) -> MutexGuard<'_, RoutePlanner> {
        self.planner.lock().expect("no panic before")
    }

    /// The next number of a `SplitMix64` sequence.
    fn roll(&self) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15;
        let state = self.dice.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1.
    fn chance(&self) -> f64 {
        f64::from(u32::try_from(self.roll() >> 32).expect("32 bits")) / f64::from(u32::MAX)
    }
}

/// What came of an attempt, in the time of the world.
fn outcome(attempt: &Attempt, took: Duration) -> HopOutcome {
    match mapping::hop_outcome(attempt).expect("the message is fit") {
        HopOutcome::Accepted { .. } => HopOutcome::accepted(took),
        other => other,
    }
}

fn recipient() -> MailAddress {
    "info@example.com".parse().expect("an address")
}

const MESSAGE: &[u8] = b"Subject: An offer\r\n\r\nAs asked.\r\n";
/// As in the simulator.
const MOST_TRIES: usize = 6;
