//! Addresses that can be nobody's server on the Internet (RFC 6890).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether a connection would end in this machine, in the house, or nowhere: see
/// [`SpecialAddresses::Refuse`](crate::SpecialAddresses::Refuse).
pub(crate) fn is_special(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_special_v4(v4),
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unicast_link_local()
                || v6.is_unique_local()
                || is_site_local(v6)
                || embedded(v6).is_some_and(is_special_v4)
        }
    }
}

fn is_special_v4(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    let this_network = octets.first() == Some(&0);
    this_network
        || address.is_loopback()
        || address.is_private()
        || is_shared(address)
        || address.is_link_local()
        || address.is_multicast()
        || octets.starts_with(&PROTOCOL_ASSIGNMENTS)
        || octets.first().is_some_and(|&first| first >= FIRST_RESERVED)
}

/// 192.0.0.0/24 (RFC 6890 section 2.1).
const PROTOCOL_ASSIGNMENTS: [u8; 3] = [192, 0, 0];

/// 240.0.0.0/4 is kept for the future (RFC 1112 section 4), its last address for broadcast.
const FIRST_RESERVED: u8 = 240;

/// `100.64.0.0/10`, between a carrier and its customers (RFC 6598).
fn is_shared(address: Ipv4Addr) -> bool {
    address.to_bits() >> 22 == 0x6440_0000 >> 22
}

/// `fec0::/10` (RFC 3879).
fn is_site_local(address: Ipv6Addr) -> bool {
    address.segments().first().is_some_and(|first| first & 0xffc0 == 0xfec0)
}

/// The address that a translator sends to: the last 32 bits of `64:ff9b::/96` (RFC 6052) and of `::/96`
/// (RFC 4291 section 2.5.5.1).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let translated =
        matches!(address.segments(), [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0, 0, ..]);
    let [.., a, b, c, d] = address.octets();
    translated.then(|| Ipv4Addr::new(a, b, c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses() {
        let check = |address: &str, expected| {
            assert_eq!(is_special(address.parse().unwrap()), expected, "{address}");
        };
        for special in [
            "0.1.2.3",
            "10.0.0.5",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::10.0.0.5",
            "::ffff:10.0.0.5",
            "64:ff9b::10.0.0.5",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            check(special, true);
        }
        for public in [
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.18.0.1",
            "203.0.113.1",
            "::203.0.113.1",
            "::ffff:203.0.113.1",
            "64:ff9b::203.0.113.1",
            "64:ff9b:1::10.0.0.5",
            "2001:db8::1",
        ] {
            check(public, false);
        }
    }
}
