//! The types of records, and what one says.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Name;
use crate::record::tlsa::TlsaData;

/// A type of DNS record that mail authentication asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "UPPERCASE"))]
#[non_exhaustive]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// An alias. A question of any other type follows it; this one asks where it leads.
    Cname,
    /// The fingerprint of a zone's key, held by the zone above: present if the zone is signed (RFC 4034 section 5).
    Ds,
    /// A mail exchanger.
    Mx,
    /// A server of a zone.
    Ns,
    /// A name for an address.
    Ptr,
    /// An SPF record under the type 99 that RFC 7208 section 3.1 gave up.
    Spf,
    /// The certificate of a TLS server (RFC 6698).
    Tlsa,
    /// A text.
    Txt,
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Ds => "DS",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Spf => "SPF",
            Self::Tlsa => "TLSA",
            Self::Txt => "TXT",
        })
    }
}

/// What one DNS record says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordData {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// An alias of another name.
    Cname(Name),
    /// The fingerprint of a zone's key.
    Ds {
        /// Which key it is.
        key_tag: u16,
        /// The algorithm of the key.
        algorithm: u8,
        /// The algorithm of the digest.
        digest_type: u8,
        /// The digest.
        digest: Vec<u8>,
    },
    /// A mail exchanger.
    Mx {
        /// The lower is tried first.
        preference: u16,
        /// The host; the root name in a null MX (RFC 7505).
        exchange: Name,
    },
    /// A server of a zone.
    Ns(Name),
    /// A name for an address.
    Ptr(Name),
    /// An SPF record under its old type.
    Spf(Vec<u8>),
    /// The certificate of a TLS server, as it was published: [`TlsaData::record`] says whether it is a
    /// valid record.
    Tlsa(TlsaData),
    /// A text: its character-strings joined without a separator (RFC 7208 section 3.3). The octets
    /// come from strangers and need not be ASCII.
    Txt(Vec<u8>),
}

impl RecordData {
    /// The type of the record.
    #[must_use]
    pub fn record_type(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Cname(_) => RecordType::Cname,
            Self::Ds { .. } => RecordType::Ds,
            Self::Mx { .. } => RecordType::Mx,
            Self::Ns(_) => RecordType::Ns,
            Self::Ptr(_) => RecordType::Ptr,
            Self::Spf(_) => RecordType::Spf,
            Self::Tlsa(_) => RecordType::Tlsa,
            Self::Txt(_) => RecordType::Txt,
        }
    }
}

impl From<IpAddr> for RecordData {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::A(address),
            IpAddr::V6(address) => Self::Aaaa(address),
        }
    }
}
