//! Connections without mail, in between.

use super::Engine;
use super::event::What;
use crate::sim::policy::{Knock, KnockResult, Policy};
use crate::sim::world::{Ending, Path};

impl Engine<'_> {
    pub(super) fn wake_for_probes(&mut self, policy: &dyn Policy, now: f64) {
        let Some(at) = policy.next_probes_at() else { return };
        if self.probes_at.is_none_or(|known| at < known) {
            self.probes_at = Some(at);
            self.schedule(at.max(now).max(self.probed_at + PROBES_APART), What::Probes);
        }
    }

    pub(super) fn probe(&mut self, policy: &mut dyn Policy, now: f64) {
        (self.probes_at, self.probed_at) = (None, now);
        for probe in policy.probes(now) {
            self.probes += 1;
            let (answered, round_trip, after) = match probe {
                Knock::Egress(egress) => (!self.world.is_out(egress, now), None, 0.0),
                Knock::Path(path) => self.knock(path, now),
            };
            self.schedule(now + after, What::Probed(probe, KnockResult { answered, round_trip }));
        }
    }

    fn knock(&mut self, path: Path, now: f64) -> (bool, Option<f64>, f64) {
        let meeting = self.world.meet(path, now, self.dice.unit());
        let round_trip = self.world.round_trip(path, now);
        let handoff = self.world.handoff(path.egress);
        match meeting.ending {
            Ending::Accepted | Ending::Deferred => (true, Some(round_trip), handoff + round_trip),
            Ending::Refused => (false, Some(round_trip), handoff + round_trip),
            Ending::EgressDown => (false, None, meeting.after),
            Ending::Silent => (false, None, handoff + PROBE_TIMEOUT_ROUND_TRIPS * round_trip + 0.1),
        }
    }
}

/// Seconds from asking for probes to asking again: a policy that wants them at once would stop the time.
const PROBES_APART: f64 = 0.1;
/// A probe waits that many round trips, and a tenth of a second.
const PROBE_TIMEOUT_ROUND_TRIPS: f64 = 3.0;
