//! What becomes of hops.

use std::time::{Duration, SystemTime};

use super::RoutePlanner;
use crate::evidence::{PathId, Tick};
use crate::{Hop, HopOutcome, Reason};

impl RoutePlanner {
    /// Tells that a hop is tried now. What follows is told by [`connected`](Self::connected),
    /// [`overdue`](Self::overdue) and [`record`](Self::record); only the last one is a must.
    ///
    /// A mail under way that takes longer than it should keeps others off its host.
    pub fn begin(&mut self, hop: &Hop, now: SystemTime) {
        let now = self.tick(now);
        if let Some(path) = self.path(hop) {
            if hop.reasons.contains(&Reason::Forced) {
                self.evidence.begin_forced(path.domain, now);
            }
            self.evidence.began(hop.ticket, path, now);
        }
    }

    /// Tells that the connection of a hop stands, so long after its SYN.
    pub fn connected(&mut self, hop: &Hop, round_trip: Duration, now: SystemTime) {
        let now = self.tick(now);
        if let Some(path) = self.path(hop) {
            self.evidence.connected(path, round_trip.as_secs_f32(), now);
        }
    }

    /// Tells that there is no connection after [`Hop::stagger`]. The mail may go on with its next hop
    /// while this one waits for the rest of [`Hop::connect_timeout`]: no command was sent yet, so that
    /// nothing can arrive twice (RFC 8305 does the same with addresses).
    pub fn overdue(&mut self, hop: &Hop, now: SystemTime) {
        let now = self.tick(now);
        if let Some(path) = self.path(hop) {
            self.evidence.overdue(path, walk(hop), now);
        }
    }

    /// Learns how a hop went. A hop of another planner, with an egress unknown here, is ignored.
    ///
    /// Failures to connect, broken sessions, refusals before `MAIL FROM` and replies about the host's own
    /// trouble or our reputation speak against the path; any other reply shows that it works. From `RCPT TO` on a
    /// reply is held against the host for this domain alone: whoever owns a domain names its hosts, and may name
    /// those of others.
    pub fn record(&mut self, hop: &Hop, outcome: &HopOutcome, now: SystemTime) {
        let now = self.tick(now);
        let Some(path) = self.path(hop) else { return };
        match (outcome, outcome.fault()) {
            (_, Some(fault)) => {
                self.evidence.failed(hop.ticket, path, fault, walk(hop), now);
                self.evidence.wait(path.domain, &hop.destination);
            }
            (HopOutcome::Accepted { latency }, None) => {
                self.evidence.taken(hop.ticket, path, latency.as_secs_f32(), now);
            }
            (_, None) => self.evidence.answered(hop.ticket, path, now),
        }
        if self.evidence.is_deferring(path.domain) {
            self.evidence.keep_name(path.domain, &hop.destination);
        }
    }

    pub(super) fn begin_trials(&mut self, hop: &Hop, now: Tick) {
        let Some(path) = self.path(hop) else { return };
        if hop.reasons.contains(&Reason::Forced) {
            self.evidence.begin_forced(path.domain, now);
        }
        if hop.reasons.iter().any(|reason| matches!(reason, Reason::HalfOpen { .. })) {
            let seconds = hop.attempt_timeout.as_secs_f32();
            for scope in self.evidence.scopes(path) {
                self.evidence.begin_trial(scope, seconds, now);
            }
        }
    }

    /// The path of a hop, if it is one of ours.
    pub(super) fn path(&self, hop: &Hop) -> Option<PathId> {
        let egress = self.egresses.get(usize::from(hop.path.egress))?;
        let known = self.evidence.address(hop.path)?;
        (*egress.id() == hop.egress && known == hop.address).then_some(hop.path)
    }
}

/// Seconds that the walk through the plan of a hop may take: no pause is shorter, or the walk would meet what it left.
fn walk(hop: &Hop) -> f32 {
    hop.attempt_timeout.as_secs_f32().min(3_600.0)
}
