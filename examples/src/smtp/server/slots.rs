//! Who may connect: so many in all, so many a client.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// How many connections are served at a time. The next one gets `421 4.7.0`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectionLimits {
    /// Of all clients together.
    pub total: usize,
    /// Of one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one site has.
    pub per_client: usize,
    /// Octets of message text held for all clients together. A mail beyond it gets `452 4.3.1`, and comes again later.
    pub text: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { total: 256, per_client: 32, text: 256 * 1024 * 1024 }
    }
}

/// The places there are, and who has them.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    limits: ConnectionLimits,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_client: HashMap<IpAddr, usize>,
}

/// A place that is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    client: IpAddr,
    taken: Arc<Mutex<Taken>>,
}

impl Slots {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        Self { limits, taken: Arc::default() }
    }

    /// A place for this client, if there is one.
    pub(super) fn take(&self, address: IpAddr) -> Option<Slot> {
        let client = client(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_client = taken.by_client.get(&client).copied().unwrap_or(0);
        if taken.total >= self.limits.total || of_client >= self.limits.per_client {
            return None;
        }
        taken.total += 1;
        taken.by_client.insert(client, of_client + 1);
        Some(Slot { client, taken: self.taken.clone() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total -= 1;
        if let Some(count) = taken.by_client.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                taken.by_client.remove(&self.client);
            }
        }
    }
}

fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(slots: &Slots, address: &str) -> Option<Slot> {
        slots.take(address.parse().expect("an address"))
    }

    #[test]
    fn a_client_has_its_share_and_gives_it_back() {
        let slots = Slots::new(ConnectionLimits { total: 3, per_client: 2, ..Default::default() });
        let first = take(&slots, "192.0.2.1");
        let second = take(&slots, "::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(take(&slots, "192.0.2.1").is_none(), "two is the share of a client");

        let other = take(&slots, "192.0.2.2");
        assert!(other.is_some());
        assert!(take(&slots, "192.0.2.3").is_none(), "three is all there is");

        drop(first);
        assert!(take(&slots, "192.0.2.1").is_some());
    }

    #[test]
    fn an_ipv6_site_is_one_client() {
        let slots = Slots::new(ConnectionLimits { total: 9, per_client: 1, ..Default::default() });
        let _first = take(&slots, "2001:db8::1").expect("free");
        assert!(take(&slots, "2001:db8::ffff:2").is_none());
        assert!(take(&slots, "2001:db8:0:1::1").is_some());
    }
}
