//! The round trips from every egress to every place.

use super::round_trip::RoundTrip;
use super::table::RowId;

/// Those to one place stand side by side, found by the number of its row: no pointer has to be read first.
#[derive(Debug)]
pub(crate) struct Ways {
    round_trips: Vec<RoundTrip>,
    egresses: usize,
}

impl Ways {
    pub(crate) fn new(egresses: usize) -> Self {
        Self { round_trips: Vec::new(), egresses }
    }

    /// From each egress to a place whose row is in use.
    pub(crate) fn to(&self, site: RowId) -> &[RoundTrip] {
        let first = site.number().saturating_mul(self.egresses);
        self.round_trips.get(first..first.saturating_add(self.egresses)).unwrap_or_default()
    }

    pub(crate) fn to_mut(&mut self, site: RowId) -> &mut [RoundTrip] {
        let first = site.number().saturating_mul(self.egresses);
        self.round_trips.get_mut(first..first.saturating_add(self.egresses)).unwrap_or_default()
    }

    /// Nothing was seen of a place yet: `guess` says how many seconds a round trip to it should take.
    pub(crate) fn begin(&mut self, site: RowId, guess: impl Fn(usize) -> f32) {
        let needed = site.number().saturating_add(1).saturating_mul(self.egresses);
        if self.round_trips.len() < needed {
            self.grow(needed);
        }
        let ways = self.to_mut(site).iter_mut().enumerate();
        ways.for_each(|(egress, way)| *way = RoundTrip::guess(guess(egress)));
    }

    /// By a quarter, as the table of places does.
    fn grow(&mut self, needed: usize) {
        if self.round_trips.capacity() < needed {
            let more = (needed / 4).max(16 * self.egresses);
            self.round_trips.reserve_exact(more);
        }
        self.round_trips.resize(needed, RoundTrip::guess(0.0));
    }
}
