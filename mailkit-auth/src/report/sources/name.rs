//! What sources and reporters are called.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Domain;
use crate::rollout::MAX_NAME;
use crate::spf::IpNetwork;
use crate::visible::is_visible;

/// Something that sends mail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SourceName {
    /// A name that a rule of the caller gives.
    Named(String),
    /// A provider of the table, by its identifier.
    Provider(String),
    /// The network around an address that nobody knows: /24 of IPv4, /48 of IPv6.
    Network(IpNetwork),
    /// All that found no room. Who is behind it cannot be said, and while there is any, no step
    /// forward is advised.
    Other,
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) | Self::Provider(name) => f.write_str(name),
            Self::Network(network) => network.fmt(f),
            Self::Other => f.write_str("other"),
        }
    }
}

/// A source of mail under one domain's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceKey {
    /// What sends.
    pub name: SourceName,
    /// The domain of the From field.
    pub header_from: Option<Domain>,
}

/// A text as a name: without characters that are not visible, and not too long. A
/// longer one ends with a hash of
/// the whole, so that two do not become one.
pub(super) fn bounded(text: &str) -> String {
    let name: String = text.chars().filter(|c| is_visible(*c)).collect();
    if name.len() <= MAX_NAME {
        return name;
    }
    let hash = format!("~{:032x}", hash(&name));
    let start = name.get(..name.floor_char_boundary(MAX_NAME - hash.len())).unwrap_or_default();
    format!("{start}{hash}")
}

/// The 128 bits of FNV-1a. It tells apart what was not made to collide: reports of one reporter, who
/// can as well give two of them one name.
pub(super) fn hash(text: &str) -> u128 {
    hash_on(FNV_OFFSET, text.as_bytes())
}

/// The hash of what has this hash, with more octets after it.
pub(super) fn hash_on(hash: u128, octets: &[u8]) -> u128 {
    octets.iter().fold(hash, |hash, octet| (hash ^ u128::from(*octet)).wrapping_mul(FNV_PRIME))
}

pub(super) const FNV_OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const FNV_PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let long = "é".repeat(200);
        let (one, other) = (bounded(&format!("{long}1")), bounded(&format!("{long}2")));
        assert!(one != other && one.len() <= MAX_NAME && one.len() > MAX_NAME - 2, "{one}");
        assert_eq!(bounded(&"a".repeat(MAX_NAME)).len(), MAX_NAME);
        assert_eq!(bounded("a\r\nb\u{1b}"), "ab");
    }

    /// From the page of Landon Curt Noll, who made the function.
    #[test]
    fn hashes() {
        assert_eq!(hash(""), FNV_OFFSET);
        assert_eq!(hash("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(hash("foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }
}
