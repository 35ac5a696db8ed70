//! How long a mail takes, by what was seen.

use super::host::HostEvidence;
use super::round_trip::RoundTrip;
use super::table::RowId;
use super::tick::Tick;
use super::{Evidence, PathId};

impl Evidence {
    /// Seconds until a mail over this path is taken.
    pub(crate) fn seconds(&self, path: PathId, now: Tick) -> f32 {
        let work = |host: &HostEvidence| host.estimate(now, self.model.service_memory);
        let work = self.hosts.get(path.host).map_or(self.model.service, work);
        self.seconds_on_the_way(self.ways_to(path.host), path.egress, now) + work
    }

    /// The least of seconds that one may hope for: by these, paths are compared.
    pub(crate) fn hoped_seconds(&self, path: PathId, now: Tick) -> f32 {
        let hope = self.hosts.get(path.host).map_or(0.0, |host| host.hope(now));
        self.seconds(path, now) - hope
    }

    /// Seconds from SYN to SYN-ACK.
    pub(crate) fn round_trip(&self, path: PathId, now: Tick) -> f32 {
        self.round_trip_over(self.ways_to(path.host), path.egress, now)
    }

    fn round_trip_over(&self, ways: &[RoundTrip], egress: u8, now: Tick) -> f32 {
        let way = ways.get(usize::from(egress));
        way.map_or(self.model.round_trip, |way| way.estimate(now, self.model.round_trip_memory))
    }

    /// Seconds of handing over and of round trips.
    pub(super) fn seconds_on_the_way(&self, ways: &[RoundTrip], egress: u8, now: Tick) -> f32 {
        let handoff = self.handoffs.get(usize::from(egress)).copied().unwrap_or_default();
        handoff + self.model.round_trips * self.round_trip_over(ways, egress, now)
    }

    /// The ways to the place of a host, if it is known.
    fn ways_to(&self, host: RowId) -> &[RoundTrip] {
        let site = self.hosts.get(host).map(|host| host.site);
        site.filter(|&site| self.sites.get(site).is_some()).map_or(&[], |site| self.ways.to(site))
    }

    /// How many round trips over the way, and mails taken by the host, were seen.
    pub(crate) fn observations(&self, path: PathId) -> (u32, u32) {
        let Some(host) = self.hosts.get(path.host) else { return (0, 0) };
        let way = self.ways_to(path.host).get(usize::from(path.egress));
        (way.map_or(0, |way| way.observations().into()), host.taken().into())
    }
}
