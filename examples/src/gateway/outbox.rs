//! Outgoing mail: one task a mail, which resolves, plans, tries host after host, and waits for its next turn.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use mailkit_route::resolver::{MxResolver, ResolveError};
use mailkit_route::{
    Demand, Destination, EgressId, GeoPoint, Hop, HopOutcome, NextAttempt, NextStep, RetrySchedule,
    RoutePlan, RoutePlanner,
};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::config::Outbound;
use super::journal::{Attempted, Deferred, Delivered, Event, GaveUp, Observer};
use super::maildir;
use crate::mapping;
use crate::smtp::{Attempt, Delivery, FailureKind, HostName, MailAddress, Outcome, ReversePath};

/// A mail to deliver.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// Our name of the mail.
    pub id: String,
    /// The envelope sender.
    pub sender: ReversePath,
    /// The one recipient.
    pub recipient: MailAddress,
    /// The message, lines ending in CR LF.
    pub bytes: Vec<u8>,
}

/// All mail that waits or is being delivered.
#[derive(Debug)]
pub struct Outbox {
    courier: Arc<Courier>,
    tasks: Mutex<JoinSet<()>>,
    stop: watch::Sender<bool>,
}

/// The outbox holds as much as it may.
#[derive(Debug, thiserror::Error)]
#[error("the outbox is full")]
#[non_exhaustive]
pub struct OutboxFull;

impl Outbox {
    pub(super) fn new(courier: Courier) -> Self {
        let (stop, _) = watch::channel(false);
        Self { courier: Arc::new(courier), tasks: Mutex::default(), stop }
    }

    /// Takes a mail and starts to deliver it.
    ///
    /// # Errors
    /// When too many mails wait already.
    pub fn send(&self, mail: Outgoing) -> Result<(), OutboxFull> {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= CAPACITY {
            return Err(OutboxFull);
        }
        let (courier, stop) = (Arc::clone(&self.courier), self.stop.subscribe());
        tasks.spawn(async move { courier.carry(mail, stop).await });
        Ok(())
    }

    /// Lets running attempts end, writes what waits for a later one to the spool, and returns when all is done.
    pub async fn drain(&self) {
        self.stop.send_replace(true);
        let mut tasks = {
            let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *tasks)
        };
        while tasks.join_next().await.is_some() {}
    }
}

/// What is needed to deliver a mail.
pub(super) struct Courier {
    pub host_name: HostName,
    pub resolver: MxResolver,
    pub planner: Mutex<RoutePlanner>,
    pub locations: HashMap<IpAddr, GeoPoint>,
    pub outbound: Outbound,
    pub schedule: RetrySchedule,
    pub slots: Semaphore,
    pub unsent: PathBuf,
    pub observer: Arc<dyn Observer>,
}

/// How one walk along a route ended.
enum Walk {
    Delivered {
        host: String,
    },
    Failed {
        because: String,
    },
    /// A host that wants to see us again knows the egress it saw.
    Deferred {
        because: String,
        seen: Option<EgressId>,
    },
}

impl Walk {
    fn deferred(because: impl Into<String>) -> Self {
        Self::Deferred { because: because.into(), seen: None }
    }
}

impl Courier {
    async fn carry(&self, mail: Outgoing, mut stop: watch::Receiver<bool>) {
        let queued = SystemTime::now();
        let mut egress = None;
        for failures in 1.. {
            let walk = tokio::select! {
                walk = self.walk(&mail, egress.as_ref()) => walk,
                () = cut(&mut stop) => return self.keep(mail).await,
            };
            let because = match walk {
                Walk::Delivered { host } => return self.delivered(mail, host),
                Walk::Failed { because } => return self.give_up(mail, because),
                Walk::Deferred { because, seen } => {
                    egress = seen.or(egress);
                    because
                }
            };
            let now = SystemTime::now();
            let NextAttempt::At(next) = self.schedule.after_failure(failures, queued, now) else {
                return self.give_up(mail, because);
            };
            let wait = next.duration_since(now).unwrap_or_default();
            let (id, recipient) = (mail.id.clone(), mail.recipient.to_string());
            self.observer.observe(&Event::Deferred(Deferred { id, recipient, because, wait }));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = asked(&mut stop) => return self.keep(mail).await,
            }
        }
    }

    /// Resolves, plans, and tries one hop after the other.
    async fn walk(&self, mail: &Outgoing, egress: Option<&EgressId>) -> Walk {
        let Ok(_slot) = self.slots.acquire().await else {
            return Walk::deferred("the outbox is closing");
        };
        let destination = match self.resolver.resolve(mail.recipient.domain()).await {
            Ok(destination) => self.located(destination),
            Err(error) => return unresolved(&error),
        };
        let plan = self.plan(&destination, &mail.id, egress);
        let mut because = plan.to_string();
        for hop in plan.hops() {
            let attempt = self.attempt(hop, mail).await;
            let Some(outcome) = mapping::hop_outcome(&attempt) else {
                return Walk::Failed { because: describe(&attempt) };
            };
            self.record(hop, &outcome);
            because = describe(&attempt);
            match outcome.next_step() {
                NextStep::Done => return Walk::Delivered { host: hop.host.to_string() },
                NextStep::TryNextHop => {}
                NextStep::GiveUp => return Walk::Failed { because },
                _ => return Walk::Deferred { because, seen: Some(hop.egress.clone()) },
            }
        }
        match plan.no_route() {
            Some(cause) if cause.is_permanent() => Walk::Failed { because },
            _ => Walk::deferred(because),
        }
    }

    fn located(&self, destination: Destination) -> Destination {
        destination.with_locations(|address| self.locations.get(&address).copied())
    }

    fn plan(&self, destination: &Destination, id: &str, egress: Option<&EgressId>) -> RoutePlan {
        let seed = id.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31) ^ u64::from(byte));
        let mut planner = self.planner.lock().unwrap_or_else(PoisonError::into_inner);
        let demand = match egress {
            Some(egress) => Demand::default().keeping_egress(egress),
            None => Demand::default(),
        };
        planner.plan_with(destination, &demand, SystemTime::now(), seed)
    }

    fn record(&self, hop: &Hop, outcome: &HopOutcome) {
        let mut planner = self.planner.lock().unwrap_or_else(PoisonError::into_inner);
        planner.record(hop, outcome, SystemTime::now());
    }

    async fn attempt(&self, hop: &Hop, mail: &Outgoing) -> Attempt {
        let target = self.outbound.dial.get(&hop.address).copied();
        let target = target.unwrap_or_else(|| SocketAddr::new(hop.address, self.outbound.port));
        let server_name = hop.host.to_string().parse().unwrap_or_else(|_| self.host_name.clone());
        let mut delivery = Delivery::new(self.host_name.clone(), target, server_name);
        delivery.source = hop.source;
        let limit = Duration::from_secs(self.outbound.connect_timeout_seconds);
        delivery.timeouts.connect = hop.connect_timeout.min(limit);
        let attempt = delivery.send(&mail.sender, &mail.recipient, &mail.bytes).await;
        self.observer.observe(&Event::Attempted(Attempted {
            id: mail.id.clone(),
            egress: hop.egress.to_string(),
            host: hop.host.to_string(),
            address: hop.address.to_string(),
            preference: hop.preference,
            estimate: hop.estimate,
            reasons: hop.reasons.iter().map(ToString::to_string).collect(),
            outcome: describe(&attempt),
            tls: attempt.tls,
        }));
        attempt
    }

    fn delivered(&self, mail: Outgoing, host: String) {
        let recipient = mail.recipient.to_string();
        self.observer.observe(&Event::Delivered(Delivered { id: mail.id, recipient, host }));
    }

    fn give_up(&self, mail: Outgoing, because: String) {
        let recipient = mail.recipient.to_string();
        self.observer.observe(&Event::GaveUp(GaveUp { id: mail.id, recipient, because }));
    }

    async fn keep(&self, mail: Outgoing) {
        if let Err(error) = maildir::store(&self.unsent, &mail.id, mail.bytes).await {
            tracing::error!(id = mail.id, %error, "a reply that waited could not be written to the spool");
        }
    }
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").field("host_name", &self.host_name).finish_non_exhaustive()
    }
}

/// Ready when a stop was asked for and the time for running attempts is over.
async fn cut(stop: &mut watch::Receiver<bool>) {
    asked(stop).await;
    tokio::time::sleep(GRACE).await;
}

/// Ready when a stop was asked for.
async fn asked(stop: &mut watch::Receiver<bool>) {
    // An error means that the outbox is gone, and that is a stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn unresolved(error: &ResolveError) -> Walk {
    let because = error.to_string();
    if error.is_temporary() { Walk::deferred(because) } else { Walk::Failed { because } }
}

fn describe(attempt: &Attempt) -> String {
    match &attempt.outcome {
        Outcome::Accepted { text } => format!("accepted: {text}"),
        Outcome::Rejected { code, text, .. } => format!("{code} {text}"),
        Outcome::Failed { kind: FailureKind::Io(kind), .. } => kind.to_string(),
        Outcome::Failed { text, .. } => text.clone(),
    }
}

/// For running attempts once a stop was asked for.
const GRACE: Duration = Duration::from_secs(20);

/// Mails that may wait at one time: a few kilobytes each.
const CAPACITY: usize = 10_000;
