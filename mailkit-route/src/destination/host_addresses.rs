//! The addresses of one host, within the limits.

use std::{collections::BTreeMap, net::IpAddr};

use crate::Limits;

/// The addresses of one host, or that they are not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HostAddresses {
    pub(super) addresses: Vec<IpAddr>,
    /// What was seen from a region, where that is known.
    pub(super) regions: BTreeMap<Box<str>, Vec<IpAddr>>,
    /// Those of `addresses` that only other regions see.
    pub(super) elsewhere: Vec<IpAddr>,
    /// Those beyond the limit, up to [`MOST_BEYOND`]: one of them may be our own.
    pub(super) beyond: Vec<IpAddr>,
    pub(super) over_limit: usize,
    pub(super) lookup_failed: bool,
}

impl HostAddresses {
    pub(super) fn push(&mut self, address: IpAddr) {
        if self.addresses.contains(&address) || self.beyond.contains(&address) {
            return;
        }
        self.addresses.push(address);
        if self.addresses.len() > Limits::HOST_ADDRESSES {
            let cut = self.addresses.remove(self.last_of_larger_family());
            self.over_limit = self.over_limit.saturating_add(1);
            self.beyond.extend((self.beyond.len() < MOST_BEYOND).then_some(cut));
        }
    }

    /// An egress may reach one family alone, so that neither pushes the other out.
    fn last_of_larger_family(&self) -> usize {
        let ipv4 = self.addresses.iter().filter(|address| address.is_ipv4()).count();
        let is_larger = |address: &IpAddr| address.is_ipv4() == (ipv4 * 2 > self.addresses.len());
        self.addresses.iter().rposition(is_larger).unwrap_or_default()
    }

    pub(super) fn see_from(&mut self, region: &str, seen: &[IpAddr]) {
        for &address in seen {
            let is_new = !self.addresses.contains(&address);
            self.push(address);
            if is_new && self.addresses.contains(&address) {
                self.elsewhere.push(address);
            }
        }
        let kept = seen.iter().copied().filter(|address| self.addresses.contains(address));
        let kept: Vec<_> = kept.collect();
        if !kept.is_empty() {
            self.regions.insert(region.into(), kept);
        }
    }

    pub(super) fn is_for(&self, region: &str, address: IpAddr) -> bool {
        match self.regions.get(region) {
            Some(seen) => seen.contains(&address),
            None => !self.elsewhere.contains(&address),
        }
    }
}

/// One of those beyond the limit may be our own.
pub(super) const MOST_BEYOND: usize = 64;
