//! Places where hosts stand: what is seen on the way to one host tells about its neighbours.

use std::net::IpAddr;

use super::table::RowId;
use super::tick::Tick;

/// A place: as the caller names it, or the network of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SiteKey {
    /// The caller's name for it, hashed.
    Named(u64),
    /// The first 24 bits of an IPv4 address.
    V4(u32),
    /// The first 48 bits of an IPv6 address.
    V6(u64),
}

impl SiteKey {
    /// The network of an address.
    pub(crate) fn network(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => Self::V4(v4.to_bits() >> 8),
            IpAddr::V6(v6) => Self::V6((v6.to_bits() >> 80) as u64),
        }
    }
}

#[derive(Debug)]
pub(crate) struct SiteEvidence {
    /// Egresses whose way here has a breaker.
    pub(super) shut: u32,
    /// When mail last went here.
    pub(super) used: Option<Tick>,
    /// The hosts that it last went to.
    recent: [RowId; 2],
}

impl SiteEvidence {
    pub(super) fn new() -> Self {
        Self { shut: 0, used: None, recent: [RowId::NONE; 2] }
    }

    /// Mail goes to a host. Says whether the place was at rest.
    pub(super) fn touch(&mut self, host: RowId, now: Tick) -> bool {
        let rested = self.used.is_none_or(|used| now.age(used) > super::agenda::ACTIVE);
        self.used = Some(now);
        if self.recent.first() != Some(&host) {
            self.recent.rotate_right(1);
            if let Some(first) = self.recent.first_mut() {
                *first = host;
            }
        }
        rested
    }

    /// Hosts to ask about the way here, the last one first.
    pub(super) fn recent(&self) -> impl Iterator<Item = RowId> {
        self.recent.into_iter().filter(|host| *host != RowId::NONE)
    }
}
