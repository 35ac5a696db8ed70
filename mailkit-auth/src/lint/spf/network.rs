//! Networks that a record names.

use std::net::{IpAddr, Ipv4Addr};

use super::rules as rule;
use super::term::Term;
use crate::lint::finding::{Finding, Fix};
use crate::record::spf::Mechanism;
use crate::spf::IpNetwork;

/// Adds what is wrong with the network that a mechanism names.
pub(super) fn findings(term: &Term<'_>, mechanism: &Mechanism, findings: &mut Vec<Finding>) {
    let address: IpAddr = match mechanism {
        Mechanism::Ip4 { address, .. } => (*address).into(),
        Mechanism::Ip6 { address, .. } => (*address).into(),
        _ => return,
    };
    let Some(network) = IpNetwork::of(mechanism) else { return };
    let span = || term.span.clone();
    // A network as wide as this is more than the reserved one it starts with; it has its own finding.
    if network.length() >= 7 && is_private(address) {
        let message = format!("no mail on the Internet comes from `{}`", term.text);
        findings.push(rule::PRIVATE.at(span(), message));
    }
    let widest = if address.is_ipv4() { 16 } else { 32 };
    if network.length() < widest {
        let message = format!("`{}` lets a large part of the Internet send", term.text);
        findings.push(rule::WIDE.at(span(), message));
    }
    let first = network.first();
    if first != address {
        let message = format!("`{}` is the network of `{first}`", term.text);
        let value = term.text.find(':').map_or(0, |colon| colon + 1);
        let written = format!("{first}/{}", network.length());
        let fix = Fix::replace(term.span.start + value..term.span.end, written);
        findings.push(rule::HOST_BITS.fixed(span(), message, fix));
    }
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
