//! Where a mail goes: the exchangers of a domain, their addresses and where these stand.

use std::{collections::BTreeMap, net::IpAddr};

use crate::{Domain, GeoPoint, Host, Limits, MxSet, ParseError};
use host_addresses::HostAddresses;

mod host_addresses;

/// Everything DNS said about the way to one domain.
///
/// ```
/// use mailkit_route::{Destination, GeoPoint};
/// let rows = [(10, "mx1.buyer.example", "203.0.113.10"), (20, "mx2.buyer.example", "203.0.113.20")];
/// let destination = Destination::from_mx("buyer.example".parse()?, rows)?
///     .with_location("203.0.113.10".parse()?, GeoPoint::new(53.55, 9.99)?);
/// assert_eq!(destination.mx().hosts().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    mx: MxSet,
    hosts: BTreeMap<Host, HostAddresses>,
    locations: BTreeMap<IpAddr, GeoPoint>,
    sites: BTreeMap<IpAddr, Box<str>>,
}

impl Destination {
    /// A destination whose hosts have no addresses yet; see [`with_addresses`](Self::with_addresses).
    #[must_use]
    pub fn new(mx: MxSet) -> Self {
        let hosts = mx.hosts().iter().map(|mx| (mx.host.clone(), HostAddresses::default()));
        Self { hosts: hosts.collect(), mx, locations: BTreeMap::new(), sites: BTreeMap::new() }
    }

    /// A destination from rows of preference, host and one address; a host with several addresses
    /// has several rows.
    ///
    /// # Errors
    /// When a third column is not an IP address. A host name that cannot be used is no error but one
    /// of the [`faults`](MxSet::faults).
    pub fn from_mx<'a>(
        domain: Domain,
        rows: impl IntoIterator<Item = (u16, &'a str, &'a str)>,
    ) -> Result<Self, ParseError> {
        let rows: Vec<_> = rows.into_iter().collect();
        let records = rows.iter().map(|&(preference, host, _)| (preference, host.to_owned()));
        let mut destination = Self::new(MxSet::new(domain, records));
        for (_, host, address) in rows {
            let address = address.parse().map_err(|_| ParseError::no_address(address))?;
            if let Ok(host) = host.parse::<Host>() {
                destination = destination.with_addresses(&host, [address]);
            }
        }
        Ok(destination)
    }

    /// An address literal such as `[203.0.113.1]` (RFC 5321 section 4.1.3).
    ///
    /// ```
    /// let destination = mailkit_route::Destination::literal("203.0.113.1".parse()?);
    /// assert_eq!(destination.name().to_string(), "[203.0.113.1]");
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    #[must_use]
    pub fn literal(address: IpAddr) -> Self {
        Self::new(MxSet::literal(address)).with_addresses(&Host::Address(address), [address])
    }

    /// Adds the A and AAAA addresses of a host, in the order the resolver gave them. A host that is
    /// not in the MX set is ignored; beyond [`Limits::HOST_ADDRESSES`] the plan says how many were cut.
    #[must_use]
    pub fn with_addresses(
        mut self,
        host: &Host,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Self {
        if let Some(known) = self.hosts.get_mut(host) {
            for address in addresses {
                known.push(address.to_canonical());
                known.elsewhere.retain(|other| *other != address.to_canonical());
            }
        }
        self
    }

    /// Notes that egresses in a region, by [`Egress::region`](crate::Egress::region), connect to the addresses that a
    /// resolver there gave, and to no others. A host of which `seen` has no address keeps its own for that region as
    /// well. All addresses of a host, from wherever they were seen, count for [`Limits::HOST_ADDRESSES`].
    ///
    /// ```
    /// use mailkit_route::Destination;
    /// let seen = |address| Destination::from_mx("buyer.example".parse().unwrap(), [(10, "mx.example", address)]);
    /// let to = seen("203.0.113.10")?.with_seen_from("ap-east", &seen("198.51.100.20")?);
    /// let host = "mx.example".parse()?;
    /// let from = |region| to.addresses_from(&host, region).map(|it| it.to_string()).collect::<Vec<_>>();
    /// assert_eq!(from("ap-east"), ["198.51.100.20"]);
    /// assert_eq!(from("eu-central"), ["203.0.113.10"]);
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn with_seen_from(mut self, region: &str, seen: &Self) -> Self {
        for (host, known) in &mut self.hosts {
            known.see_from(region, seen.addresses(host));
        }
        self
    }

    /// Notes that the addresses of a host could not be found out this time, which is not the same as
    /// a host without addresses.
    #[must_use]
    pub fn with_failed_lookup(mut self, host: &Host) -> Self {
        if let Some(known) = self.hosts.get_mut(host) {
            known.lookup_failed = true;
        }
        self
    }

    /// Notes where an address stands, of as many addresses as a destination may have.
    #[must_use]
    pub fn with_location(mut self, address: IpAddr, location: GeoPoint) -> Self {
        note(&mut self.locations, address, location);
        self
    }

    /// Notes where the addresses stand, as far as `locate` knows.
    ///
    /// ```
    /// use mailkit_route::{Destination, GeoPoint};
    /// let hamburg = GeoPoint::new(53.55, 9.99)?;
    /// let to = Destination::literal("203.0.113.1".parse()?).with_locations(|_| Some(hamburg));
    /// assert_eq!(to.location("203.0.113.1".parse()?), Some(hamburg));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_locations(mut self, locate: impl Fn(IpAddr) -> Option<GeoPoint>) -> Self {
        for address in self.hosts.values().flat_map(|host| &host.addresses) {
            if let Some(location) = locate(*address) {
                note(&mut self.locations, *address, location);
            }
        }
        self
    }

    /// Notes at which site an address stands, by a name of the caller's: what is seen of the way to one
    /// address of a site then tells about all. Without it, a /24 of IPv4 and a /48 of IPv6 are a site.
    #[must_use]
    pub fn with_site(mut self, address: IpAddr, site: &str) -> Self {
        note(&mut self.sites, address, site.into());
        self
    }

    /// The site of an address, if the caller named it.
    #[must_use]
    pub fn site(&self, address: IpAddr) -> Option<&str> {
        self.sites.get(&address.to_canonical()).map(|site| &**site)
    }

    /// The domain or literal the mail is for.
    #[must_use]
    pub fn name(&self) -> &Host {
        self.mx.name()
    }

    /// Its mail exchangers.
    #[must_use]
    pub fn mx(&self) -> &MxSet {
        &self.mx
    }

    /// The addresses of a host, in resolver order; those that only another region sees come last.
    #[must_use]
    pub fn addresses(&self, host: &Host) -> &[IpAddr] {
        self.hosts.get(host).map_or(&[], |known| &known.addresses)
    }

    /// The addresses of a host that an egress in this region connects to.
    pub fn addresses_from(&self, host: &Host, region: &str) -> impl Iterator<Item = IpAddr> {
        let known = self.hosts.get(host);
        let addresses = known.into_iter().flat_map(move |known| {
            known.addresses.iter().filter(move |address| known.is_for(region, **address))
        });
        addresses.copied()
    }

    /// Whether an egress in this region connects to an address of a host.
    pub(crate) fn is_for(&self, host: &Host, region: &str, address: IpAddr) -> bool {
        self.hosts.get(host).is_none_or(|known| known.is_for(region, address))
    }

    /// Whether it was asked in this region for the addresses of a host.
    pub(crate) fn is_seen_from(&self, host: &Host, region: &str) -> bool {
        self.hosts.get(host).is_some_and(|known| known.regions.contains_key(region))
    }

    /// Whether the addresses of a host depend on the region.
    pub(crate) fn is_regional(&self, host: &Host) -> bool {
        self.hosts.get(host).is_some_and(|known| !known.regions.is_empty())
    }

    /// Where an address stands, if known.
    #[must_use]
    pub fn location(&self, address: IpAddr) -> Option<GeoPoint> {
        self.locations.get(&address.to_canonical()).copied()
    }

    /// The addresses of a host, those beyond the limit as well as far as they are known.
    pub(crate) fn all_addresses(&self, host: &Host) -> impl Iterator<Item = IpAddr> {
        let known = self.hosts.get(host).into_iter();
        known.flat_map(|known| known.addresses.iter().chain(&known.beyond).copied())
    }

    pub(crate) fn lookup_failed(&self, host: &Host) -> bool {
        self.hosts.get(host).is_some_and(|known| known.lookup_failed)
    }

    pub(crate) fn addresses_over_limit(&self, host: &Host) -> usize {
        self.hosts.get(host).map_or(0, |known| known.over_limit)
    }
}

/// Keeps what is said of an address, within the limits.
fn note<T>(known: &mut BTreeMap<IpAddr, T>, address: IpAddr, value: T) {
    let address = address.to_canonical();
    if known.len() < Limits::DESTINATION || known.contains_key(&address) {
        known.insert(address, value);
    }
}

#[cfg(test)]
mod tests;
