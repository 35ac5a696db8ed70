//! Where the hosts stand and what breaks, once for the sockets and once for the simulator.

use std::net::{IpAddr, Ipv4Addr};

use mailkit_route::GeoPoint;
use mailkit_route::sim::{
    Fault, FaultKind, FaultMix, SimHost, Site, Topology, Weather, World, WorldOptions,
};

/// A mail host, its faults in the order of time: from, until, what. All times are seconds.
pub(crate) struct Host {
    pub(crate) domain: usize,
    pub(crate) preference: u16,
    pub(crate) service: f64,
    pub(crate) faults: &'static [(f64, f64, Trouble)],
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// SYNs get no answer.
    Drop,
    /// The socket is closed: RST to the SYN.
    Refuse,
    /// RST instead of the reply to MAIL.
    Reset,
    /// 421 in reply to MAIL.
    Say421,
    /// So many seconds more for a mail.
    Slow(f64),
}

impl Trouble {
    /// What it is to the simulator: to a planner, a session that breaks off before the text is a deferral.
    pub(crate) fn kind(self) -> FaultKind {
        match self {
            Self::Drop => FaultKind::Blackhole,
            Self::Refuse => FaultKind::Refuse,
            Self::Reset | Self::Say421 => FaultKind::Defer,
            Self::Slow(more) => FaultKind::Slow(more),
        }
    }
}

pub(crate) const MAILS_A_SECOND: f64 = 4.0;
pub(crate) const DOMAINS: usize = 2;
const LENGTH: f64 = 380.0;

/// One domain has a host and a backup, the other one two equal hosts and a backup.
pub(crate) const HOSTS: [Host; 5] = [
    Host {
        domain: 0,
        preference: 10,
        service: 0.35,
        faults: &[
            (40.0, 130.0, Trouble::Drop),
            (200.0, 260.0, Trouble::Slow(2.0)),
            (280.0, 330.0, Trouble::Refuse),
        ],
    },
    Host { domain: 0, preference: 20, service: 0.5, faults: &[] },
    Host { domain: 1, preference: 10, service: 0.3, faults: &[(60.0, 120.0, Trouble::Say421)] },
    Host { domain: 1, preference: 10, service: 0.4, faults: &[(80.0, 110.0, Trouble::Reset)] },
    Host { domain: 1, preference: 20, service: 0.35, faults: &[] },
];

/// Seconds from each egress to each host and back; mail starts at the first egress.
pub(crate) const ROUND_TRIPS: [[f64; HOSTS.len()]; EGRESSES] = [
    [0.28, 0.28, 0.24, 0.28, 0.28],
    [0.22, 0.22, 0.28, 0.24, 0.28],
    [0.28, 0.28, 0.26, 0.20, 0.20],
];
const FROM_HOME: [f64; EGRESSES] = [0.0, 0.10, 0.15];
pub(crate) const EGRESSES: usize = 3;

/// Seconds to hand a mail over: two round trips, as in the simulator.
pub(crate) fn handoff(egress: usize) -> f64 {
    2.0 * FROM_HOME[egress]
}

pub(crate) fn address_of_egress(egress: usize) -> IpAddr {
    Ipv4Addr::new(127, 0, 1, 1 + last_octet(egress)).into()
}

pub(crate) fn egress_at(address: IpAddr) -> Option<usize> {
    (0..EGRESSES).find(|&egress| address_of_egress(egress) == address)
}

pub(crate) fn address_of_host(host: usize) -> IpAddr {
    Ipv4Addr::new(127, 0, 0, 2 + last_octet(host)).into()
}

fn last_octet(number: usize) -> u8 {
    number.try_into().expect("few of them")
}

/// Where the egresses stand.
pub(crate) fn here() -> GeoPoint {
    GeoPoint::new(0.0, 0.0).expect("a point")
}

/// Where the hosts stand: as far as can be, so that the planner expects longer ways than there are and waits for them
/// to the end. The simulator lets a mail take another way only where no answer comes at all.
pub(crate) fn there() -> GeoPoint {
    GeoPoint::new(0.0, 180.0).expect("a point")
}

/// The egresses, then the hosts, each at a place of its own.
pub(crate) fn topology() -> Topology {
    let sites = (0..EGRESSES + HOSTS.len()).map(|place| {
        let point = if place < EGRESSES { here() } else { there() };
        Site::new(format!("place {place}"), Some(point))
    });
    let measured = |from: usize, to: usize| match (from, to.checked_sub(EGRESSES)) {
        (egress, Some(host)) if egress < EGRESSES => Some(ROUND_TRIPS[egress][host]),
        (0, None) => Some(FROM_HOME[to]),
        _ => (from >= to).then_some(NEVER_TAKEN),
    };
    Topology::new(sites.collect(), measured).expect("all distances")
}

pub(crate) fn simulated<'a>(topology: &'a Topology, weather: &'a Weather, seed: u64) -> World<'a> {
    let mut options = WorldOptions::new((0..EGRESSES).collect());
    (options.domains, options.length, options.faults) = (DOMAINS, LENGTH, FaultMix::none());
    let hosts = HOSTS.iter().enumerate().map(|(number, host)| {
        let Host { domain, preference, service, faults } = *host;
        let host = SimHost::new(domain, preference, EGRESSES + number, service);
        faults.iter().fold(host, |host, &(from, until, trouble)| {
            host.with_fault(Fault::new(from, until, trouble.kind()))
        })
    });
    World::of_hosts(topology, weather, &options, hosts.collect(), seed).expect("a world")
}

/// Seconds between two hosts, or two egresses away from home.
const NEVER_TAKEN: f64 = 0.2;
