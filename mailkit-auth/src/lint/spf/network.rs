//! Networks that a record names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::rules as rule;
use super::term::Term;
use crate::lint::finding::{Finding, Fix};
use crate::record::spf::{CidrLength, Mechanism};

/// The network of an `ip4` or `ip6`: the address as written, and the length of the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    pub(super) fn of(mechanism: &Mechanism) -> Option<Self> {
        match mechanism {
            Mechanism::Ip4 { address, cidr } => {
                Some(Self { address: (*address).into(), length: cidr.map_or(32, CidrLength::bits) })
            }
            Mechanism::Ip6 { address, cidr } => Some(Self {
                address: (*address).into(),
                length: cidr.map_or(128, CidrLength::bits),
            }),
            _ => None,
        }
    }

    pub(super) fn contains(&self, other: &Self) -> bool {
        let narrowed = Self { address: other.address, length: self.length };
        self.address.is_ipv4() == other.address.is_ipv4()
            && self.length <= other.length
            && self.first() == narrowed.first()
    }

    /// The first address of the network: the address without its host bits.
    fn first(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.length)).unwrap_or(0);
                Ipv4Addr::from_bits(address.to_bits() & mask).into()
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.length)).unwrap_or(0);
                Ipv6Addr::from_bits(address.to_bits() & mask).into()
            }
        }
    }
}

pub(super) fn findings(term: &Term<'_>, network: Network) -> Vec<Finding> {
    let mut findings = Vec::new();
    let span = term.span.clone();
    // A network as wide as this is more than the reserved one it starts with; it has its own finding.
    if network.length >= 7 && is_private(network.address) {
        let message = format!("no mail on the Internet comes from `{}`", term.text);
        findings.push(rule::PRIVATE.at(span.clone(), message));
    }
    let widest = if network.address.is_ipv4() { 16 } else { 32 };
    if network.length < widest {
        let message = format!("`{}` lets a large part of the Internet send", term.text);
        findings.push(rule::WIDE.at(span.clone(), message));
    }
    let first = network.first();
    if first != network.address {
        let message = format!("`{}` is the network of `{first}`", term.text);
        let value = term.text.find(':').map_or(0, |colon| colon + 1);
        let written = format!("{first}/{}", network.length);
        let fix = Fix::replace(span.start + value..span.end, written);
        findings.push(rule::HOST_BITS.fixed(span, message, fix));
    }
    findings
}

/// Addresses of which no receiver on the Internet sees mail (RFC 6890).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => {
            let reserved = matches!(
                address.segments(),
                // Documentation (RFC 3849, RFC 9637), discard (RFC 6666), benchmarks (RFC 5180).
                [0x2001, 0xdb8, ..]
                    | [0x3fff, 0..=0xfff, ..]
                    | [0x100, 0, 0, 0, ..]
                    | [0x2001, 2, 0, ..]
            );
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast()
                || reserved
        }
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let reserved = matches!(
        address.octets(),
        // This network, shared, protocol assignments, benchmarks, reserved.
        [0, ..] | [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18 | 19, ..] | [240..=255, ..]
    );
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || reserved
}
