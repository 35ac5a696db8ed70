//! One hop: a connection, one mail, and what is told and learned of it.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use mailkit_route::tls_policy::{TlsAction, TlsVerdict};
use mailkit_route::{Hop, HopOutcome, SmtpReply};

use super::Outgoing;
use super::courier::Courier;
use crate::gateway::journal::{Attempted, Event};
use crate::mapping;
use crate::smtp::{Attempt, Delivery, DeliveryTls, FailureKind, Outcome, Stage};

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
        let asked = mapping::delivery_tls(&hop.tls, &self.policies.anchors);
        let mut attempt = self.attempt(hop, mail, asked).await;
        let mut action = verdict(hop, &attempt).map_or(TlsAction::Proceed, |it| it.action);
        if action == TlsAction::WithoutTls && failed(&attempt) {
            attempt = self.attempt(hop, mail, DeliveryTls::Never).await;
            action = TlsAction::Proceed;
        }
        let outcome = mapping::hop_outcome(&attempt);
        let refused = action == TlsAction::NextHop;
        match &outcome {
            // What a policy of one domain refuses, or a mail that cannot be sent, says nothing against the host.
            Some(outcome) if !refused => self.learn(hop, outcome),
            _ => self.learn(hop, &answered()),
        }
        let is_of_the_way = failed(&attempt) && attempt.stage < Stage::MailFrom && !refused;
        Tried { because: describe(&attempt), outcome, is_of_the_way }
    }

    /// One connection to the host of a hop.
    async fn attempt(&self, hop: &Hop, mail: &Outgoing, tls: DeliveryTls) -> Attempt {
        let delivery = self.delivery(hop, tls);
        let attempt = match delivery.connect().await {
            Ok(connection) => {
                self.planner().connected(hop, connection.round_trip, SystemTime::now());
                delivery.send_over(connection, &mail.sender, &mail.recipient, &mail.bytes).await
            }
            Err(attempt) => attempt,
        };
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
            tls_policy: hop.tls.to_string(),
            tls_failure: verdict(hop, &attempt)
                .and_then(|verdict| verdict.failure)
                .map(|failure| failure.to_string()),
        }));
        attempt
    }

    fn delivery(&self, hop: &Hop, tls: DeliveryTls) -> Delivery {
        let target = self.outbound.dial.get(&hop.address).copied();
        let target = target.unwrap_or_else(|| SocketAddr::new(hop.address, self.outbound.port));
        let name = hop.tls.server_name().map_or_else(|| hop.host.to_string(), ToString::to_string);
        let server_name = name.parse().unwrap_or_else(|_| self.host_name.clone());
        let mut delivery = Delivery::new(self.host_name.clone(), target, server_name);
        delivery.source = hop.source;
        delivery.tls = tls;
        let limit = Duration::from_secs(self.outbound.connect_timeout_seconds);
        delivery.timeouts.connect = hop.connect_timeout.min(limit);
        delivery
    }

    fn learn(&self, hop: &Hop, outcome: &HopOutcome) {
        let recovered = {
            let mut planner = self.planner();
            planner.record(hop, outcome, SystemTime::now());
            planner.recovered()
        };
        recovered.iter().for_each(|host| self.recovery.ring(host));
    }
}

/// What follows from what was seen of TLS; `None` when nothing was.
fn verdict(hop: &Hop, attempt: &Attempt) -> Option<TlsVerdict> {
    mapping::tls_observation(attempt).map(|seen| hop.tls.after(seen, &hop.host))
}

fn failed(attempt: &Attempt) -> bool {
    matches!(attempt.outcome, Outcome::Failed { .. })
}

/// The host is there and speaks SMTP.
fn answered() -> HopOutcome {
    match SmtpReply::new(250, None, "") {
        Ok(reply) => HopOutcome::replied(mailkit_route::Stage::Ehlo, reply),
        Err(_) => HopOutcome::dropped(mailkit_route::Stage::Ehlo),
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
