//! Addresses and prefix lengths.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::rules as rule;
use super::term::{Kind, Term};
use crate::lint::finding::{Finding, Fix};

pub(super) fn findings(term: &Term<'_>) -> Vec<Finding> {
    match term.kind() {
        Kind::Ip4 | Kind::Ip6 if term.separator == Some(':') => address_findings(term),
        Kind::A | Kind::Mx => cidr_finding(term).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A network that a record names: the address as written, and the length of the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    /// The network of an `ip4` or `ip6` term that is written well.
    pub(super) fn of(term: &Term<'_>) -> Option<Self> {
        let address: IpAddr = term.target().parse().ok()?;
        let fits = match term.kind() {
            Kind::Ip4 => address.is_ipv4(),
            Kind::Ip6 => address.is_ipv6(),
            _ => false,
        };
        let full = if address.is_ipv4() { 32 } else { 128 };
        let length = match term.cidr().strip_prefix('/') {
            None => full,
            Some(length) => prefix_length(length, full)?,
        };
        fits.then_some(Self { address, length })
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

fn address_findings(term: &Term<'_>) -> Vec<Finding> {
    let address = term.target().parse::<IpAddr>();
    let right = match address {
        Ok(IpAddr::V4(_)) => "ip4",
        Ok(IpAddr::V6(_)) => "ip6",
        Err(_) => {
            let message = format!("`{}` is no address", term.target());
            return vec![rule::CIDR.at(term.span.clone(), message)];
        }
    };
    if !term.name.eq_ignore_ascii_case(right) {
        let message = format!("`{}` is not for `{}`", term.name, term.target());
        return vec![rule::WRONG_FAMILY.fixed(
            term.span.clone(),
            message,
            Fix::replace(term.name_span(), right),
        )];
    }
    let Some(network) = Network::of(term) else { return cidr_finding(term).into_iter().collect() };
    width_findings(term, network)
}

fn width_findings(term: &Term<'_>, network: Network) -> Vec<Finding> {
    let mut findings = Vec::new();
    if is_private(network.address) {
        let message = format!("no mail on the Internet comes from `{}`", term.value);
        findings.push(rule::PRIVATE.at(term.span.clone(), message));
    }
    let widest = if network.address.is_ipv4() { 16 } else { 32 };
    if network.length < widest {
        let message = format!("`{}` lets a large part of the Internet send", term.value);
        findings.push(rule::WIDE.at(term.span.clone(), message));
    }
    let first = network.first();
    if first != network.address {
        let message = format!("`{}` is the network of `{first}`", term.value);
        let fix = Fix::replace(term.value_span(), format!("{first}/{}", network.length));
        findings.push(rule::HOST_BITS.fixed(term.span.clone(), message, fix));
    }
    findings
}

/// A prefix length that is too long, padded with zeros, or no number.
fn cidr_finding(term: &Term<'_>) -> Option<Finding> {
    let cidr = term.cidr();
    let (first, second) = match (term.kind(), cidr.split_once("//")) {
        (Kind::A | Kind::Mx, Some((v4, v6))) => (v4, Some(v6)),
        _ => (cidr, None),
    };
    let first_full = if term.kind() == Kind::Ip6 { 128 } else { 32 };
    let first = Some(first.strip_prefix('/').unwrap_or(first)).filter(|_| !first.is_empty());
    let parts = [(first, first_full), (second, 128)];
    let bad: Vec<&str> = parts
        .into_iter()
        .filter_map(|(length, full)| length.filter(|length| prefix_length(length, full).is_none()))
        .collect();
    let bad = bad.first()?;
    let message = format!("`{cidr}` is no prefix length");
    let stripped = bad.trim_start_matches('0');
    // `/024` can only mean 24; whether `/33` means 32 or 23 is anybody's guess.
    if bad.len() > stripped.len() && prefix_length(stripped, 32).is_some() {
        let start = term.span.end - cidr.len() + cidr.find(bad)?;
        let zeros = start..start + bad.len() - stripped.len();
        return Some(rule::CIDR.fixed(term.span.clone(), message, Fix::replace(zeros, "")));
    }
    Some(rule::CIDR.at(term.span.clone(), message))
}

/// A length as the grammar has it: digits without leading zeros, at most `full`.
fn prefix_length(text: &str, full: u8) -> Option<u8> {
    let padded = text.len() > 1 && text.starts_with('0');
    let digits = text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|length| digits && !padded && *length <= full)
}

/// Addresses of which no receiver on the Internet sees mail (RFC 6890).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let shared = matches!(address.octets(), [100, 64..=127, ..]);
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_documentation()
                || address.is_multicast()
                || shared
        }
        IpAddr::V6(address) => {
            let documentation = matches!(address.segments(), [0x2001, 0xdb8, ..]);
            address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast()
                || documentation
        }
    }
}
