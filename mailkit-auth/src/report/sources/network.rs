//! Networks of addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use thiserror::Error;

/// The addresses whose first bits are the same.
///
/// ```
/// use mailkit_auth::report::sources::Network;
///
/// let network: Network = "192.0.2.77/24".parse()?;
/// assert_eq!(network.to_string(), "192.0.2.0/24");
/// assert!(network.contains([192, 0, 2, 1].into()));
/// # Ok::<(), mailkit_auth::report::sources::NetworkError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    /// The network of an address and this many bits, at most those of the address. An IPv4 address
    /// that is written as IPv6 counts as IPv4.
    #[must_use]
    pub fn of(address: IpAddr, bits: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let bits = bits.min(32);
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                Self { first: IpAddr::V4((address.to_bits() & mask).into()), bits }
            }
            IpAddr::V6(address) => {
                let bits = bits.min(128);
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                Self { first: IpAddr::V6((address.to_bits() & mask).into()), bits }
            }
        }
    }

    /// The network around an address that one operator runs most often: /24 of IPv4, /48 of IPv6.
    pub(super) fn around(address: IpAddr) -> Self {
        let bits = if address.to_canonical().is_ipv4() { 24 } else { 48 };
        Self::of(address, bits)
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        Self::of(address, self.bits) == self
    }

    /// How many first bits are the same.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.bits
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    /// An address, or an address, `/` and a number of bits.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| NetworkError::Address)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| NetworkError::Bits)?;
        if bits > most {
            return Err(NetworkError::Bits);
        }
        Ok(Self::of(address, bits))
    }
}

/// Why a text is not a [`Network`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// It does not begin with an address.
    #[error("no address")]
    Address,
    /// What stands behind the `/` is not a number of bits that the address has.
    #[error("no number of bits")]
    Bits,
}
