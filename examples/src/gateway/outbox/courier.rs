//! The life of a mail in the outbox: it waits for its turn, is tried, and waits again, until a host takes it or its time
//! is over.

use std::collections::HashMap;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use mailkit_route::resolver::MxResolver;
use mailkit_route::timing::Escalator;
use mailkit_route::{
    Egress, EgressId, GeoPoint, Host, PlannerOptions, RoutePlanner, SpecialAddresses, TimedAttempt,
};
use tokio::sync::{Notify, Semaphore, watch};

use super::bells::Bells;
use super::pace::Pace;
use super::policies::Policies;
use super::queued::{History, Queued, Spool};
use super::walk::{Setback, Walk};
use crate::gateway::config::{Config, EgressConfig, Outbound};
use crate::gateway::journal::Observer;
use crate::smtp::HostName;

/// What is needed to deliver a mail.
pub(super) struct Courier {
    pub(super) host_name: HostName,
    pub(super) resolver: MxResolver,
    planner: Mutex<RoutePlanner>,
    pub(super) egresses: Vec<EgressId>,
    pub(super) pace: Pace,
    pub(super) policies: Policies,
    pub(super) recovery: Bells<Host>,
    pub(super) escalator: Mutex<Escalator<String>>,
    pub(super) locations: HashMap<IpAddr, GeoPoint>,
    pub(super) outbound: Outbound,
    pub(super) slots: Semaphore,
    pub(super) spool: Spool,
    pub(super) observer: Arc<dyn Observer>,
}

impl Courier {
    pub(super) fn new(
        config: &Config,
        servers: &[SocketAddr],
        observer: Arc<dyn Observer>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let resolver = if servers.is_empty() {
            MxResolver::system()?
        } else {
            MxResolver::with_name_servers(servers)?
        };
        let egresses: Vec<Egress> = config.egresses.iter().map(egress).collect();
        let pace = Pace::new(config, &egresses)?;
        pace.restore()?;
        let mut options = PlannerOptions::default();
        if config.outbound.private_hosts {
            options.special_addresses = SpecialAddresses::Allow;
        }
        options.own_names = vec![config.host_name.as_str().parse()?];
        let policies = Policies::new(config, servers, &resolver)?;
        Ok(Self {
            host_name: config.host_name.as_str().parse()?,
            resolver,
            egresses: egresses.iter().map(|egress| egress.id().clone()).collect(),
            planner: Mutex::new(RoutePlanner::with_options(egresses, options)?),
            pace,
            policies,
            recovery: Bells::default(),
            escalator: Mutex::new(Escalator::new(config.outbound.escalation.clone())),
            locations: config.locations.iter().map(|it| (it.address, it.at.0)).collect(),
            outbound: config.outbound.clone(),
            slots: Semaphore::new(config.outbound.concurrency),
            spool: Spool::new(&config.spool),
            observer,
        })
    }

    /// Carries a mail to its end, or to the spool when a stop is asked for.
    pub(super) async fn carry(&self, mut mail: Queued, mut stop: watch::Receiver<bool>) {
        self.remember(&mail);
        let mut bell = None;
        if let Err(because) = self.begin(&mut mail) {
            return self.give_up(mail, because);
        }
        loop {
            let wait = mail.history.next.duration_since(SystemTime::now()).unwrap_or_default();
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = heard(bell.as_deref()) => {}
                () = asked(&mut stop) => return self.keep(mail).await,
            }
            let walk = tokio::select! {
                walk = self.walk(&mail) => walk,
                () = cut(&mut stop) => return self.keep(mail).await,
            };
            let mut setback = match walk {
                Walk::Delivered { host } => return self.delivered(mail, host),
                Walk::Failed { because } => return self.give_up(mail, because),
                Walk::Deferred(setback) => {
                    self.count(&mut mail, &setback);
                    setback
                }
                Walk::Held(setback) => setback,
            };
            bell = setback.bell.take();
            if let Err(because) = self.put_off(&mut mail, setback) {
                return self.give_up(mail, because);
            }
        }
    }

    /// When a new mail is tried for the first time; the turn of one from the spool is known.
    fn begin(&self, queued: &mut Queued) -> Result<(), String> {
        let History { queued: since, next, failures, .. } = queued.history;
        if failures > 0 || next > since {
            return Ok(());
        }
        let (schedule, now) = (self.outbound.retry.schedule(None), SystemTime::now());
        let first = schedule.first_attempt(&queued.mail.windows, since, now);
        queued.history.next = turn(first)?;
        if matches!(first, TimedAttempt::At { moved_from: Some(_), .. }) {
            let because = "outside of the send windows".to_owned();
            self.tell(queued, Setback { because, ..Setback::default() }, now);
        }
        Ok(())
    }

    /// Says when the mail is tried again, or why it is not.
    fn put_off(&self, queued: &mut Queued, setback: Setback) -> Result<(), String> {
        let (now, windows) = (SystemTime::now(), &queued.mail.windows);
        let History { queued: since, failures, .. } = queued.history;
        let schedule = self.outbound.retry.schedule(setback.class);
        let timed = schedule.after_failure_within(windows, failures, since, now);
        let next = turn(timed).map_err(|over| format!("{}; {over}", setback.because))?;
        // A route that opens at a known time is walked then, and not a moment before.
        queued.history.next = setback.until.map_or(next, |until| until.max(now + SHORTEST_HOLD));
        if let Some(egress) = &setback.greylisted {
            queued.history.egress = Some(egress.to_string());
        }
        self.tell(queued, setback, now);
        Ok(())
    }

    /// Writes once a minute what has to survive a restart, until a stop is asked for.
    pub(super) async fn keep_state_until(&self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(KEEP_EVERY) => self.keep_state(),
                () = asked(&mut stop) => return,
            }
        }
    }

    /// Writes what has to survive a restart, the mails aside.
    pub(super) fn keep_state(&self) {
        if let Err(error) = self.pace.keep() {
            tracing::error!(%error, "how far the warm-ups are could not be written to the spool");
        }
        if let Err(error) = self.policies.keep() {
            tracing::error!(%error, "the MTA-STS policies could not be written to the spool");
        }
    }

    pub(super) fn planner(&self) -> MutexGuard<'_, RoutePlanner> {
        self.planner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").field("host_name", &self.host_name).finish_non_exhaustive()
    }
}

fn egress(told: &EgressConfig) -> Egress {
    let egress = Egress::new(&told.id, &told.region, told.at.0);
    match told.source {
        Some(source) => egress.with_address(source),
        None => egress,
    }
}

/// The time of a turn, or why there is none.
fn turn(timed: TimedAttempt) -> Result<SystemTime, String> {
    match timed {
        TimedAttempt::At { at, .. } => Ok(at),
        TimedAttempt::OpensTooLate { .. } => {
            Err("the next send window opens when the time for tries is over".to_owned())
        }
        TimedAttempt::WindowsOver { .. } => Err("the last send window is over".to_owned()),
        _ => Err("the time for tries is over".to_owned()),
    }
}

/// Ready when the bell rings; never without one.
async fn heard(bell: Option<&Notify>) {
    match bell {
        Some(bell) => bell.notified().await,
        None => std::future::pending().await,
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

/// For running attempts once a stop was asked for.
const GRACE: Duration = Duration::from_secs(20);

/// A route that is closed is looked at no sooner.
const SHORTEST_HOLD: Duration = Duration::from_secs(1);

/// So much of what was learned may be lost when the process is killed.
const KEEP_EVERY: Duration = Duration::from_secs(60);
