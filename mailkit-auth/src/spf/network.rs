//! Networks, as `ip4` and `ip6` name them.

mod set;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use thiserror::Error;

pub(super) use set::AddressSet;

use crate::record::spf::{CidrLength, Mechanism};

/// The addresses that share their leading bits.
///
/// ```
/// use mailkit_auth::spf::IpNetwork;
///
/// let network: IpNetwork = "192.0.2.9/24".parse()?;
/// assert_eq!(network.to_string(), "192.0.2.0/24");
/// assert!(network.contains([192, 0, 2, 255].into()));
/// # Ok::<(), mailkit_auth::spf::IpNetworkError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpNetwork {
    /// The first address: no bit is set after the prefix.
    first: IpAddr,
    length: u8,
}

impl IpNetwork {
    /// The network of this address with so many leading bits; further bits of the address are
    /// dropped.
    ///
    /// # Errors
    ///
    /// If an address has fewer bits: 32 for IPv4, 128 for IPv6.
    pub fn new(address: impl Into<IpAddr>, length: u8) -> Result<Self, IpNetworkError> {
        let address = address.into();
        if length > bits(address) {
            return Err(IpNetworkError);
        }
        Ok(Self { first: first(address, length), length })
    }

    /// The network of the one address.
    #[must_use]
    pub fn host(address: impl Into<IpAddr>) -> Self {
        let first = address.into();
        Self { first, length: bits(first) }
    }

    /// The first address.
    #[must_use]
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// How many leading bits its addresses share.
    #[must_use]
    pub fn length(&self) -> u8 {
        self.length
    }

    /// Whether the address lies in the network. An IPv4 network holds no IPv6 address, and the
    /// reverse.
    #[must_use]
    #[inline]
    pub fn contains(&self, address: IpAddr) -> bool {
        share_prefix(address, self.first, self.length)
    }

    /// Whether every address of the other network lies in this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.length <= other.length && self.contains(other.first)
    }

    /// The network that an `ip4` or `ip6` names.
    pub(crate) fn of(mechanism: &Mechanism) -> Option<Self> {
        match mechanism {
            Mechanism::Ip4 { address, cidr } => Some(Self::ip4(*address, *cidr)),
            Mechanism::Ip6 { address, cidr } => Some(Self::ip6(*address, *cidr)),
            _ => None,
        }
    }

    /// The network that an `ip4` names.
    pub(super) fn ip4(address: Ipv4Addr, cidr: Option<CidrLength<32>>) -> Self {
        let length = cidr.map_or(32, CidrLength::bits);
        Self { first: first(address.into(), length), length }
    }

    /// The network that an `ip6` names.
    pub(super) fn ip6(address: Ipv6Addr, cidr: Option<CidrLength<128>>) -> Self {
        let length = cidr.map_or(128, CidrLength::bits);
        Self { first: first(address.into(), length), length }
    }

    /// The `ip4` or `ip6` that names the network; a single address without its length.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        match self.first {
            IpAddr::V4(address) => {
                let cidr = CidrLength::new(self.length).filter(|_| self.length < 32);
                Mechanism::Ip4 { address, cidr }
            }
            IpAddr::V6(address) => {
                let cidr = CidrLength::new(self.length).filter(|_| self.length < 128);
                Mechanism::Ip6 { address, cidr }
            }
        }
    }
}

impl FromStr for IpNetwork {
    type Err = IpNetworkError;

    fn from_str(text: &str) -> Result<Self, IpNetworkError> {
        let Some((address, length)) = text.split_once('/') else {
            return text
                .parse()
                .map(|address: IpAddr| Self::host(address))
                .map_err(|_| IpNetworkError);
        };
        let address: IpAddr = address.parse().map_err(|_| IpNetworkError)?;
        let plain = length.bytes().all(|digit| digit.is_ascii_digit());
        let length = length.parse().ok().filter(|_| plain).ok_or(IpNetworkError)?;
        Self::new(address, length)
    }
}

impl fmt::Display for IpNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length == bits(self.first) {
            true => self.first.fmt(f),
            false => write!(f, "{}/{}", self.first, self.length),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for IpNetwork {
    /// As its text.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for IpNetwork {
    /// From its text.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text or a length is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no network: an address and a length of 0 to 32, or to 128 for IPv6")]
#[non_exhaustive]
pub struct IpNetworkError;

/// Whether two addresses of one family share so many leading bits.
#[inline]
pub(super) fn share_prefix(one: IpAddr, other: IpAddr, length: u8) -> bool {
    let length = u32::from(length);
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (one.to_bits() ^ other.to_bits()).leading_zeros() >= length
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            (one.to_bits() ^ other.to_bits()).leading_zeros() >= length
        }
        _ => false,
    }
}

/// The bits of an address.
fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address without the bits after the first `length`.
fn first(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let network = text.parse::<IpNetwork>().ok();
        let actual = network.map(|network| (network.to_string(), network.mechanism().to_string()));
        let actual = actual.as_ref().map(|(text, term)| (text.as_str(), term.as_str()));
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn networks() {
        check("192.0.2.9/24", Some(("192.0.2.0/24", "ip4:192.0.2.0/24")));
        check("192.0.2.9", Some(("192.0.2.9", "ip4:192.0.2.9")));
        check("192.0.2.9/32", Some(("192.0.2.9", "ip4:192.0.2.9")));
        check("1.2.3.4/0", Some(("0.0.0.0/0", "ip4:0.0.0.0/0")));
        check("2001:db8::1/32", Some(("2001:db8::/32", "ip6:2001:db8::/32")));
        check("::/0", Some(("::/0", "ip6:::/0")));
        check("192.0.2.9/33", None);
        check("192.0.2.9/", None);
        check("192.0.2.9/+8", None);
        check("::/129", None);
        check("acme.test/8", None);
    }

    #[test]
    fn one_covers_another() {
        let network = |text: &str| text.parse::<IpNetwork>().expect("a network");
        let check = |wide: &str, narrow: &str, expected| {
            assert_eq!(network(wide).covers(&network(narrow)), expected, "{wide} {narrow}");
        };
        check("192.0.2.0/24", "192.0.2.128/25", true);
        check("192.0.2.0/24", "192.0.2.0/24", true);
        check("192.0.2.0/25", "192.0.2.0/24", false);
        check("0.0.0.0/0", "::/0", false);
        check("::/0", "192.0.2.1", false);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn networks_are_texts_in_json() -> Result<(), serde_json::Error> {
        let network: IpNetwork = serde_json::from_str("\"192.0.2.9/24\"")?;
        assert_eq!(serde_json::to_string(&network)?, "\"192.0.2.0/24\"");
        assert!(serde_json::from_str::<IpNetwork>("\"192.0.2.9/33\"").is_err());
        Ok(())
    }

    #[test]
    fn families_are_apart() {
        let all: IpNetwork = "::/0".parse().expect("a network");
        assert!(all.contains("2001:db8::1".parse().expect("an address")));
        assert!(!all.contains([192, 0, 2, 1].into()));
    }
}
