//! How much goes at once: connections are lent by egress and provider, and new addresses have a budget of each day.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use mailkit_route::timing::{
    Lane, Pacing, PacingLease, PacingVerdict, Provider, SendFeedback, TimingError, WarmUp,
    WarmUpOptions,
};
use mailkit_route::{Demand, Destination, Domain, Egress, HopOutcome};

use tokio::sync::Notify;

use super::bells::Bells;
use crate::gateway::config::{Config, ProviderConfig};
use crate::gateway::files;

/// Lends connections, and counts what addresses in warm-up send.
#[derive(Debug)]
pub(super) struct Pace {
    providers: Vec<ProviderConfig>,
    state: Mutex<State>,
    freed: Bells<Provider>,
    file: PathBuf,
}

#[derive(Debug)]
struct State {
    pacing: Pacing,
    warm_up: WarmUp,
}

/// Leave to open one connection and to send one mail over it.
#[must_use]
pub(super) struct Leave(PacingLease);

impl Pace {
    /// The egresses are those of the configuration, in its order.
    pub(super) fn new(config: &Config, egresses: &[Egress]) -> Result<Self, TimingError> {
        let mut pacing = Pacing::new(config.outbound.pacing);
        for provider in &config.providers {
            if let Some(limits) = provider.pacing {
                pacing = pacing.with_provider(provider.name.clone(), limits);
            }
        }
        let mut warm_up = WarmUp::new(WarmUpOptions::default());
        for (egress, told) in egresses.iter().zip(&config.egresses) {
            let Some(plan) = &told.warm_up else { continue };
            let providers = config.providers.iter().map(|it| it.name.clone());
            for provider in providers.chain([Provider::others()]) {
                let lane = Lane::new(egress.id(), &provider);
                warm_up.start(&lane, plan.curve.clone(), plan.started)?;
            }
        }
        let file = config.spool.join("state").join("warm-up.json");
        let state = Mutex::new(State { pacing, warm_up });
        Ok(Self { providers: config.providers.clone(), state, freed: Bells::default(), file })
    }

    /// Who runs the hosts of a destination: a provider of the configuration, or the domain itself.
    pub(super) fn provider(&self, destination: &Destination) -> Provider {
        let hosts = destination.mx().hosts().iter().filter_map(|mx| mx.host.as_domain());
        let of_host = |host: &Domain| {
            self.providers.iter().find(|provider| provider.hosts.iter().any(|it| covers(it, host)))
        };
        match hosts.filter_map(of_host).next() {
            Some(provider) => provider.name.clone(),
            None => destination.name().as_domain().map_or_else(Provider::others, Provider::from),
        }
    }

    /// The bell that rings when there may be room for one more connection to a provider.
    pub(super) fn bell(&self, provider: &Provider) -> Arc<Notify> {
        self.freed.bell(provider.clone())
    }

    /// Leave for one mail; without it the demand says what speaks against the egress.
    pub(super) fn ask(&self, lane: &Lane, demand: &mut Demand, now: SystemTime) -> Option<Leave> {
        let mut state = self.state();
        let budget = state.warm_up.take(lane, now);
        if !budget.is_allowed() {
            *demand = std::mem::take(demand).with_warm_up(&lane.egress, &budget);
            return None;
        }
        match state.pacing.acquire(lane, now) {
            PacingVerdict::Go(lease) => {
                // The provider may take two more since it took one more.
                self.freed.ring_for_one(&lane.provider);
                Some(Leave(lease))
            }
            wait => {
                state.warm_up.give_back(lane, now);
                *demand = std::mem::take(demand).with_pacing(&lane.egress, &wait);
                None
            }
        }
    }

    /// Takes the connection back, and learns what became of it.
    pub(super) fn settle(&self, leave: Leave, outcome: Option<&HopOutcome>, now: SystemTime) {
        let feedback = outcome.map_or(SendFeedback::Neutral, SendFeedback::of);
        let (lane, mut state) = (leave.0.lane().clone(), self.state());
        state.warm_up.record(&lane, feedback, now);
        if feedback != SendFeedback::Good {
            state.warm_up.give_back(&lane, now);
        }
        state.pacing.release(leave.0, feedback, now);
        self.freed.ring_for_one(&lane.provider);
    }

    /// Takes up where the last run stopped. Counters that cannot be read are left out, and the log says so.
    pub(super) fn restore(&self) -> io::Result<()> {
        let Some(bytes) = files::read(&self.file)? else { return Ok(()) };
        let kept: Vec<(String, String, String)> = serde_json::from_slice(&bytes)?;
        let mut state = self.state();
        let lanes: Vec<Lane> =
            state.warm_up.lanes().into_iter().map(|(lane, _)| lane.clone()).collect();
        for (egress, provider, counters) in kept {
            let known =
                |lane: &&Lane| lane.egress.as_str() == egress && lane.provider.as_str() == provider;
            let Some(lane) = lanes.iter().find(known) else { continue };
            match counters.parse() {
                Ok(counters) => state.warm_up.merge(lane, &counters).map_err(io::Error::other)?,
                Err(error) => tracing::error!(%lane, %error, "a warm-up cannot be read back"),
            }
        }
        Ok(())
    }

    /// Writes how far each warm-up is.
    pub(super) fn keep(&self) -> io::Result<()> {
        let lanes: Vec<_> = {
            let state = self.state();
            let lanes = state.warm_up.lanes().into_iter();
            let row = |lane: &Lane, counters: String| {
                (lane.egress.to_string(), lane.provider.to_string(), counters)
            };
            lanes.map(|(lane, counters)| row(lane, counters.to_string())).collect()
        };
        if lanes.is_empty() {
            Ok(())
        } else {
            files::replace(&self.file, &serde_json::to_vec(&lanes)?)
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `host` is `name` or below it.
fn covers(name: &Domain, host: &Domain) -> bool {
    let front = host.as_str().strip_suffix(name.as_str());
    front.is_some_and(|front| front.is_empty() || front.ends_with('.'))
}
