//! One hop: a connection, one mail, and what is told and learned of it.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use mailkit_route::{Hop, HopOutcome};

use super::Outgoing;
use super::courier::Courier;
use crate::gateway::journal::{Attempted, Event};
use crate::mapping;
use crate::smtp::{Attempt, Delivery, FailureKind, Outcome, Stage};

/// What came of a hop.
pub(super) struct Tried {
    /// In words.
    pub because: String,
    /// For the planner; `None` when the mail itself cannot be sent.
    pub outcome: Option<HopOutcome>,
    /// The connection did not get as far as the mail.
    pub is_of_the_way: bool,
}

impl Courier {
    pub(super) async fn connect(&self, hop: &Hop, mail: &Outgoing) -> Tried {
        self.planner().begin(hop, SystemTime::now());
        let attempt = self.attempt(hop, mail).await;
        let outcome = mapping::hop_outcome(&attempt);
        if let Some(outcome) = &outcome {
            self.learn(hop, outcome);
        }
        let failed = matches!(attempt.outcome, Outcome::Failed { .. });
        let is_of_the_way = failed && attempt.stage < Stage::MailFrom;
        Tried { because: describe(&attempt), outcome, is_of_the_way }
    }

    fn learn(&self, hop: &Hop, outcome: &HopOutcome) {
        let recovered = {
            let mut planner = self.planner();
            planner.record(hop, outcome, SystemTime::now());
            planner.recovered()
        };
        recovered.iter().for_each(|host| self.recovery.ring(host));
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
}

fn describe(attempt: &Attempt) -> String {
    match &attempt.outcome {
        Outcome::Accepted { text } => format!("accepted: {text}"),
        Outcome::Rejected { code, text, .. } => format!("{code} {text}"),
        Outcome::Failed { kind: FailureKind::Io(kind), .. } => kind.to_string(),
        Outcome::Failed { text, .. } => text.clone(),
    }
}
