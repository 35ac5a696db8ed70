//! What the planner is told of egresses, hosts and domains, and what its answers mean.

use std::net::IpAddr;
use std::time::Duration;

use mailkit_route::sim::Path;
use mailkit_route::{Destination, Egress, Hop, MxSet};

use crate::world::{self, HOSTS};

pub(crate) fn egress(number: usize) -> Egress {
    Egress::new(&format!("egress-{number}"), "loopback", world::here())
        .with_handoff(Duration::from_secs_f64(world::handoff(number)))
        .with_address(world::address_of_egress(number))
}

pub(crate) fn egress_number(name: &str) -> usize {
    let number = name.strip_prefix("egress-").and_then(|number| number.parse().ok());
    number.expect("one of ours")
}

pub(crate) fn host_at(address: IpAddr) -> usize {
    (0..HOSTS.len()).find(|&host| world::address_of_host(host) == address).expect("one of ours")
}

pub(crate) fn path(hop: &Hop) -> Path {
    Path::new(egress_number(hop.egress.as_str()), host_at(hop.address))
}

pub(crate) fn handoff(hop: &Hop) -> f64 {
    world::handoff(path(hop).egress)
}

pub(crate) fn domain_name(domain: usize) -> String {
    format!("domain{domain}.example.com")
}

pub(crate) fn destination(domain: usize) -> Destination {
    let name = |host: usize| format!("mx{host}.example.com");
    let own = || HOSTS.iter().enumerate().filter(move |(_, host)| host.domain == domain);
    let records = own().map(|(number, host)| (host.preference, name(number)));
    let mx = MxSet::new(domain_name(domain).parse().expect("a domain"), records);
    own().fold(Destination::new(mx), |destination, (number, _)| {
        let (host, address) =
            (name(number).parse().expect("a host"), world::address_of_host(number));
        destination
            .with_addresses(&host, [address])
            .with_location(address, world::there())
            .with_site(address, &format!("place {number}"))
    })
}
