//! One try to deliver a mail: where to, by which rules, and then one hop after the other.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mailkit_route::resolver::ResolveError;
use mailkit_route::timing::Lane;
use mailkit_route::{
    Demand, Destination, EgressId, Hop, HopOutcome, NextStep, NoRoute, ReplyClass,
};
use tokio::sync::Notify;

use super::connection::Tried;
use super::courier::Courier;
use super::queued::Queued;

/// How a try ended.
pub(super) enum Walk {
    /// A host took the mail.
    Delivered {
        /// Its name.
        host: String,
    },
    /// Neither another host nor a later try will help.
    Failed {
        /// Why.
        because: String,
    },
    /// Hosts were tried, or names not found out, and the mail waits.
    Deferred(Setback),
    /// Nothing was tried, since the route is closed for now.
    Held(Setback),
}

/// Why a mail waits.
#[derive(Default)]
pub(super) struct Setback {
    pub because: String,
    /// What the last host that was tried meant, if it replied.
    pub class: Option<ReplyClass>,
    /// What the plan left out.
    pub left_out: Vec<String>,
    /// The egress that a greylisting host saw.
    pub greylisted: Option<EgressId>,
    /// When the route opens again, if that is known.
    pub until: Option<SystemTime>,
    /// What rings when the mail may go sooner.
    pub bell: Option<Arc<Notify>>,
}

impl Courier {
    /// Resolves, plans, and tries one hop after the other. Each is chosen with all that was learned before it.
    pub(super) async fn walk(&self, queued: &Queued) -> Walk {
        let Ok(_slot) = self.slots.acquire().await else {
            return Walk::Held(Setback::default());
        };
        let destination = match self.resolver.resolve(queued.mail.recipient.domain()).await {
            Ok(destination) => self.located(destination),
            Err(error) => return unresolved(&error),
        };
        let provider = self.pace.provider(&destination);
        // Held from here on, so that it is not missed when it rings.
        let freed = self.pace.bell(&provider);
        let mut demand = self.demand(queued).with_tls(self.policies.of(&destination).await);
        let (mut tried, mut last, mut paced) = (Vec::new(), None, false);
        while let Some(hop) = self.next_hop(&destination, &demand, &tried, &queued.mail.id) {
            let lane = Lane::new(&hop.egress, &provider);
            let Some(leave) = self.pace.ask(&lane, &mut demand, SystemTime::now()) else {
                paced = true;
                continue;
            };
            let outcome = self.connect(&hop, &queued.mail).await;
            self.pace.settle(leave, outcome.outcome.as_ref(), SystemTime::now());
            match self.after(&destination, &hop, outcome) {
                Ok(setback) => last = Some(setback),
                Err(walk) => return walk,
            }
            tried.push(hop);
        }
        let left = self.nothing_left(&destination, &demand, &queued.mail.id);
        match (last, left) {
            (_, Walk::Failed { because }) => Walk::Failed { because },
            (Some(last), Walk::Deferred(left) | Walk::Held(left)) => {
                Walk::Deferred(Setback { left_out: left.left_out, ..last })
            }
            // A mail for which there is no room yet has not failed.
            (None, Walk::Deferred(left) | Walk::Held(left)) if paced => {
                Walk::Held(Setback { bell: Some(freed), ..left })
            }
            (_, left) => left,
        }
    }

    fn located(&self, destination: Destination) -> Destination {
        destination.with_locations(|address| self.locations.get(&address).copied())
    }

    /// What this mail asks of its route.
    fn demand(&self, queued: &Queued) -> Demand {
        let demand = Demand::default().with_windows(queued.mail.windows.clone());
        let seen = queued.history.egress.as_deref();
        match self.egresses.iter().find(|egress| Some(egress.as_str()) == seen) {
            Some(egress) => demand.keeping_egress(egress),
            None => demand,
        }
    }

    fn next_hop(
        &self,
        destination: &Destination,
        demand: &Demand,
        tried: &[Hop],
        id: &str,
    ) -> Option<Hop> {
        self.planner().next_hop_with(destination, demand, tried, SystemTime::now(), seed(id))
    }

    /// No hop is left, and the plan says why.
    fn nothing_left(&self, destination: &Destination, demand: &Demand, id: &str) -> Walk {
        let plan = self.planner().explain(destination, demand, SystemTime::now(), seed(id));
        let left_out = plan.removed().iter().map(ToString::to_string).collect();
        let Some(cause) = plan.no_route() else {
            let because = "another mail is finding out whether the route works".to_owned();
            let until = SystemTime::now().checked_add(TRIAL);
            let bell = Some(self.recovery.bell(destination.name().clone()));
            return Walk::Held(Setback { because, left_out, until, bell, ..Setback::default() });
        };
        let (because, until) = (cause.to_string(), cause.retry_at());
        if cause.is_permanent() {
            return Walk::Failed { because };
        }
        let paused = matches!(cause, NoRoute::AllPaused { .. });
        let bell = paused.then(|| self.recovery.bell(destination.name().clone()));
        let setback = Setback { because, left_out, until, bell, ..Setback::default() };
        if until.is_some() { Walk::Held(setback) } else { Walk::Deferred(setback) }
    }

    /// What follows from a hop: why the mail is set back unless the next one takes it, or the end of the walk.
    fn after(&self, destination: &Destination, hop: &Hop, tried: Tried) -> Result<Setback, Walk> {
        let Tried { because, outcome, is_of_the_way } = tried;
        let Some(outcome) = outcome else { return Err(Walk::Failed { because }) };
        let class = match &outcome {
            HopOutcome::Replied { reply, .. } => Some(reply.class()),
            _ => None,
        };
        let bell = is_of_the_way.then(|| self.recovery.bell(destination.name().clone()));
        let setback = Setback { because, class, bell, ..Setback::default() };
        match outcome.next_step() {
            NextStep::Done => Err(Walk::Delivered { host: hop.host.to_string() }),
            NextStep::AskTls | NextStep::TryNextHop | NextStep::UseTls => Ok(setback),
            NextStep::GiveUp => Err(Walk::Failed { because: setback.because }),
            _ => {
                let greylisted = class.filter(|class| *class == ReplyClass::Greylist);
                let greylisted = greylisted.map(|_| hop.egress.clone());
                Err(Walk::Deferred(Setback { greylisted, ..setback }))
            }
        }
    }
}

fn unresolved(error: &ResolveError) -> Walk {
    let because = error.to_string();
    if error.is_temporary() {
        Walk::Deferred(Setback { because, ..Setback::default() })
    } else {
        Walk::Failed { because }
    }
}

/// For another mail that finds out whether a route works.
const TRIAL: Duration = Duration::from_secs(30);

/// Chance comes from the name of the mail.
fn seed(id: &str) -> u64 {
    id.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31) ^ u64::from(byte))
}
