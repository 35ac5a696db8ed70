//! Sets of addresses, exact and in their shortest form.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::IpNetwork;

/// Any addresses of both families.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::spf) struct AddressSet {
    ip4: Ranges,
    ip6: Ranges,
}

impl AddressSet {
    /// Every address there is.
    pub(in crate::spf) fn all() -> Self {
        let whole = |first: IpAddr| IpNetwork { first, length: 0 };
        [whole(Ipv4Addr::UNSPECIFIED.into()), whole(Ipv6Addr::UNSPECIFIED.into())]
            .into_iter()
            .collect()
    }

    pub(in crate::spf) fn is_empty(&self) -> bool {
        self.ip4.0.is_empty() && self.ip6.0.is_empty()
    }

    pub(in crate::spf) fn union(&self, other: &Self) -> Self {
        Self { ip4: self.ip4.union(&other.ip4), ip6: self.ip6.union(&other.ip6) }
    }

    pub(in crate::spf) fn minus(&self, other: &Self) -> Self {
        Self { ip4: self.ip4.minus(&other.ip4), ip6: self.ip6.minus(&other.ip6) }
    }

    /// The fewest networks that hold these addresses and no others, IPv4 first.
    pub(in crate::spf) fn networks(&self) -> Vec<IpNetwork> {
        self.cut().collect()
    }

    /// Whether it takes more networks than that. A few gaps in the space of IPv6 take very many.
    pub(in crate::spf) fn exceeds(&self, networks: usize) -> bool {
        self.cut().nth(networks).is_some()
    }

    /// Whether the set holds every address of the network.
    pub(in crate::spf) fn covers(&self, network: &IpNetwork) -> bool {
        let IpNetwork { first, length } = *network;
        match first {
            IpAddr::V4(first) => self.ip4.covers(range(first.to_bits().into(), 32, length)),
            IpAddr::V6(first) => self.ip6.covers(range(first.to_bits(), 128, length)),
        }
    }

    fn cut(&self) -> impl Iterator<Item = IpNetwork> {
        // The prefixes of IPv4 ranges are cut in 32 bits, which is what the upper 96 leave.
        let ip4 = self.ip4.prefixes(32).filter_map(|(first, length)| {
            let first = Ipv4Addr::from_bits(u32::try_from(first).ok()?);
            IpNetwork::new(first, length).ok()
        });
        let ip6 = self
            .ip6
            .prefixes(128)
            .filter_map(|(first, length)| IpNetwork::new(Ipv6Addr::from_bits(first), length).ok());
        ip4.chain(ip6)
    }
}

impl FromIterator<IpNetwork> for AddressSet {
    fn from_iter<I: IntoIterator<Item = IpNetwork>>(networks: I) -> Self {
        let (mut ip4, mut ip6) = (Vec::new(), Vec::new());
        for IpNetwork { first, length } in networks {
            match first {
                IpAddr::V4(first) => ip4.push(range(first.to_bits().into(), 32, length)),
                IpAddr::V6(first) => ip6.push(range(first.to_bits(), 128, length)),
            }
        }
        Self { ip4: Ranges::of(ip4), ip6: Ranges::of(ip6) }
    }
}

/// The first and the last address of a network.
fn range(first: u128, bits: u32, length: u8) -> (u128, u128) {
    let host_bits = bits - u32::from(length);
    let hosts = u128::MAX.checked_shr(128 - host_bits).unwrap_or(0);
    (first, first | hosts)
}

/// First and last addresses, in order; between two ranges lies at least one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Ranges(Vec<(u128, u128)>);

impl Ranges {
    fn of(mut ranges: Vec<(u128, u128)>) -> Self {
        // Most often these are two sorted lists, which this sort merges.
        ranges.sort();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => {
                    before.1 = before.1.max(last);
                }
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    fn union(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied().collect())
    }

    fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut holes = other.0.iter().copied().peekable();
        for &(mut first, last) in &self.0 {
            let mut whole = true;
            // A hole may reach into the next range, so it is only passed by.
            while let Some(&(hole, end)) = holes.peek().filter(|(hole, _)| *hole <= last) {
                if end >= first {
                    if hole > first {
                        left.push((first, hole - 1));
                    }
                    whole = end < last;
                    first = end.saturating_add(1);
                }
                if end >= last {
                    break;
                }
                holes.next();
            }
            if whole {
                left.push((first, last));
            }
        }
        Self(left)
    }

    /// Whether one range holds all of another: between ranges there are gaps.
    fn covers(&self, (first, last): (u128, u128)) -> bool {
        let after = self.0.partition_point(|range| range.0 <= first);
        let range = after.checked_sub(1).and_then(|at| self.0.get(at));
        range.is_some_and(|range| range.1 >= last)
    }

    /// The fewest prefixes of so many bits: each takes as much of what is left as it can.
    fn prefixes(&self, bits: u8) -> impl Iterator<Item = (u128, u8)> {
        self.0.iter().flat_map(move |&(first, last)| {
            let mut rest = Some(first);
            std::iter::from_fn(move || {
                let first = rest?;
                let length = longest_prefix(first, last, bits);
                let (_, end) = range(first, bits.into(), length);
                rest = (end < last).then(|| end + 1);
                Some((first, length))
            })
        })
    }
}

/// The length of the widest network that begins with `first` and ends not after `last`.
fn longest_prefix(first: u128, last: u128, bits: u8) -> u8 {
    let aligned = first.trailing_zeros().min(bits.into());
    let fits = match last - first {
        u128::MAX => 128,
        gap => (gap + 1).ilog2(),
    };
    u8::try_from(u32::from(bits) - aligned.min(fits)).unwrap_or(bits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(networks: &str) -> AddressSet {
        networks.split_whitespace().map(|it| it.parse::<IpNetwork>().expect("a network")).collect()
    }

    fn text(set: &AddressSet) -> String {
        set.networks().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(networks: &str, without: &str, expected: &str) {
        assert_eq!(text(&set(networks).minus(&set(without))), expected, "{networks} - {without}");
    }

    #[test]
    fn sets() {
        check("192.0.2.0/25 192.0.2.128/25", "", "192.0.2.0/24");
        check("192.0.2.0/24 192.0.2.7", "", "192.0.2.0/24");
        check("10.0.0.0/30", "10.0.0.1", "10.0.0.0 10.0.0.2/31");
        check("10.0.0.0/30", "10.0.0.0/8", "");
        check("10.0.0.0/31 10.0.0.4/31", "10.0.0.1 10.0.0.4", "10.0.0.0 10.0.0.5");
        check("0.0.0.0/0 ::/0", "", "0.0.0.0/0 ::/0");
        check("0.0.0.0/0 ::/0", "128.0.0.0/1 8000::/1", "0.0.0.0/1 ::/1");
        check("255.255.255.255", "", "255.255.255.255");
        check("::/0", "::/0", "");
        assert_eq!(AddressSet::all().minus(&AddressSet::all()), AddressSet::default());
    }

    #[test]
    fn coverage() {
        let covers = |networks, of: &str| set(networks).covers(&of.parse().expect("a network"));
        assert!(covers("10.0.0.0/25 10.0.0.128/25", "10.0.0.0/24"));
        assert!(covers("::/0", "2001:db8::1") && covers("10.0.0.0/8 11.0.0.0/9", "10.255.0.0/16"));
        assert!(!covers("10.0.0.0/25", "10.0.0.0/24") && !covers("10.0.0.0/24", "::a00:0/128"));
        assert!(!covers("", "10.0.0.1") && !covers("10.0.0.2", "10.0.0.1"));
        assert!(set("10.0.0.0/31 10.0.0.3").exceeds(1) && !set("10.0.0.0/31 10.0.0.3").exceeds(2));
    }

    proptest! {
        /// A set holds what its networks hold, and no network twice.
        #[test]
        fn networks_stand_for_the_set(
            these in prop::collection::vec((0u8..16, 28u8..=32), 0..8),
            those in prop::collection::vec((0u8..16, 28u8..=32), 0..8),
        ) {
            let networks = |of: &[(u8, u8)]| -> Vec<IpNetwork> {
                let network = |&(last, length): &(u8, u8)| IpNetwork::new([0, 0, 0, last], length);
                of.iter().filter_map(|it| network(it).ok()).collect()
            };
            let (these, those) = (networks(&these), networks(&those));
            let (a, b) = (AddressSet::from_iter(these.clone()), AddressSet::from_iter(those.clone()));
            let (union, minus) = (a.union(&b).networks(), a.minus(&b).networks());
            for last in 0..=32 {
                let holds = |networks: &[IpNetwork]| {
                    networks.iter().filter(|it| it.contains([0, 0, 0, last].into())).count()
                };
                let (left, right) = (holds(&these) > 0, holds(&those) > 0);
                prop_assert_eq!(holds(&union), usize::from(left || right));
                prop_assert_eq!(holds(&minus), usize::from(left && !right));
            }
        }
    }
}
