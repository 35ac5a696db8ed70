//! Probes, and what they bring back to life.

use std::time::SystemTime;

use super::RoutePlanner;
use crate::evidence::{Question, Target};
use crate::{Host, Probe, ProbeOutcome, ProbeTarget};

impl RoutePlanner {
    /// When to ask for [`probes`](Self::probes) next; `None` before the first [`begin`](Self::begin) or
    /// failure.
    #[must_use]
    pub fn next_probes_at(&self) -> Option<SystemTime> {
        Some(self.evidence.next_probes_at()?.time(self.began?))
    }

    /// The connections to make now, at most [`Limits::probes`](crate::Limits::probes) of them. Ask again at
    /// [`next_probes_at`](Self::next_probes_at), and after each failure.
    pub fn probes(&mut self, now: SystemTime) -> Vec<Probe> {
        let tick = self.tick(now);
        let questions = self.evidence.questions(self.options.limits.probes, tick);
        let probe = |question: &Question| {
            let (egress, target) = match question.target {
                Target::Egress(egress) => (egress, ProbeTarget::Egress),
                Target::Path(path) => {
                    (path.egress, ProbeTarget::Host(self.evidence.address(path)?))
                }
            };
            let egress = self.egresses.get(usize::from(egress))?.id().clone();
            Some(Probe { egress, target, question: *question })
        };
        questions.iter().filter_map(probe).collect()
    }

    /// Learns what came of a probe.
    pub fn probed(&mut self, probe: &Probe, outcome: ProbeOutcome, now: SystemTime) {
        let tick = self.tick(now);
        let (answered, round_trip) = match outcome {
            ProbeOutcome::Answered { round_trip } => (true, round_trip),
            ProbeOutcome::Failed => (false, None),
        };
        let seconds = round_trip.map(|round_trip| round_trip.as_secs_f32());
        self.evidence.probed(probe.question, answered, seconds, tick);
    }

    /// The destinations whose mail failed, and to which the way seems to be open again: the mail that
    /// waits for them need not wait for its next attempt. Each is told once.
    pub fn recovered(&mut self) -> Vec<Host> {
        self.evidence.recovered()
    }
}
