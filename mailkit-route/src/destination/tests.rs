use super::host_addresses::MOST_BEYOND;
use super::*;

fn rows(addresses: &[&'static str]) -> Result<Destination, ParseError> {
    let rows = addresses.iter().map(|&address| (10, "mx.example", address));
    Destination::from_mx("example".parse()?, rows)
}

#[test]
fn r6_addresses_keep_the_resolvers_order_once_each() {
    let host: Host = "mx.example".parse().unwrap();
    let found = rows(&["2001:db8::1", "192.0.2.9", "192.0.2.1", "192.0.2.9"]).unwrap();
    let shown: Vec<_> = found.addresses(&host).iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["2001:db8::1", "192.0.2.9", "192.0.2.1"]);
    let error = rows(&["192.0.2.1", "nine\u{1b}"]).unwrap_err();
    assert_eq!(error.to_string(), "invalid IP address `nine\\u{1b}` at byte 0");
}

#[test]
fn an_ipv4_address_mapped_into_ipv6_is_the_same_address() {
    let hamburg = GeoPoint::new(53.55, 9.99).unwrap();
    let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
    let found = rows(&["192.0.2.1"]).unwrap().with_location(mapped, hamburg);
    assert_eq!(found.location(mapped), Some(hamburg));
    let early = Destination::new(found.mx().clone()).with_location(mapped, hamburg);
    assert_eq!(early.location(mapped), Some(hamburg));
    assert_eq!(found.location("192.0.2.1".parse().unwrap()), Some(hamburg));
}

#[test]
fn addresses_are_limited_and_counted() {
    let host: Host = "mx.example".parse().unwrap();
    let many = (0..100_u8).map(|n| IpAddr::from([192, 0, 2, n]));
    let found = rows(&[]).unwrap().with_addresses(&"other.example".parse().unwrap(), many);
    assert!(found.addresses(&host).is_empty());
    let many = (0..100_u8).map(|n| IpAddr::from([192, 0, 2, n]));
    let found = rows(&["198.51.100.1"]).unwrap().with_addresses(&host, many);
    assert_eq!(found.addresses(&host).len(), Limits::HOST_ADDRESSES);
    assert_eq!(found.addresses_over_limit(&host), 93);
    assert_eq!(found.all_addresses(&host).count(), Limits::HOST_ADDRESSES + MOST_BEYOND);
    let hamburg = GeoPoint::new(53.55, 9.99).unwrap();
    let crowd = (0..1000_u32).map(|n| IpAddr::V4((n + (1 << 24)).into()));
    let found = crowd.fold(found, |found, it| found.with_location(it, hamburg).with_site(it, "a"));
    assert_eq!((found.locations.len(), found.sites.len()), (160, 160));
}

#[test]
fn neither_family_pushes_the_other_out() {
    let check = |ipv4: u8, ipv6: u16, expected: (usize, usize)| {
        let host: Host = "mx.example".parse().unwrap();
        let many = (0..ipv4).map(|n| IpAddr::from([192, 0, 2, n]));
        let six = (0..ipv6).map(|n| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, n]));
        let found = rows(&["192.0.2.0"]).unwrap().with_addresses(&host, many.chain(six));
        let kept = found.addresses(&host);
        let v4 = kept.iter().filter(|it| it.is_ipv4()).count();
        assert_eq!((v4, kept.len() - v4), expected, "{ipv4} {ipv6}");
    };
    check(9, 1, (7, 1));
    check(20, 20, (4, 4));
    check(2, 20, (2, 6));
    check(20, 0, (8, 0));
}
