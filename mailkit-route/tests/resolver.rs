//! Lookups against a name server of our own on the loopback address.
#![cfg(feature = "resolver")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/dns_server.rs"]
mod dns_server;
#[path = "resolver/outcomes.rs"]
mod outcomes;

use std::{net::SocketAddr, time::Duration};

use dns_server::{name, sockets, txt};
use hickory_resolver::proto::rr::{
    RData,
    rdata::{AAAA, CNAME, MX},
};
use hickory_server::{Server, zone_handler::Catalog};
use mailkit_route::{
    MxOrigin, NoRoute, RoutePlanner,
    resolver::{MxResolver, ResolveErrorKind},
};
use tokio::net::UdpSocket;

/// The zone `example.`, one record a line.
fn records() -> Vec<(&'static str, RData)> {
    let mx = |preference, target| RData::MX(MX::new(preference, name(target)));
    let a = |last| dns_server::a([203, 0, 113, last]);
    let alias = |target| RData::CNAME(CNAME(name(target)));
    vec![
        ("two.example.", mx(20, "mx2.example.")),
        ("two.example.", mx(10, "mx1.example.")),
        ("mx1.example.", a(1)),
        ("mx1.example.", RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
        ("mx2.example.", a(2)),
        ("plain.example.", a(3)),
        ("null.example.", mx(0, ".")),
        ("null.example.", a(4)),
        ("mixed.example.", mx(0, ".")),
        ("mixed.example.", mx(10, "mx1.example.")),
        ("literal.example.", mx(10, "203.0.113.9.")),
        ("literal.example.", a(5)),
        ("alias.example.", alias("two.example.")),
        ("twice.example.", alias("alias.example.")),
        ("self.example.", alias("self.example.")),
        ("target.example.", mx(10, "alias-host.example.")),
        ("alias-host.example.", alias("mx1.example.")),
        ("loop.example.", alias("loop2.example.")),
        ("loop2.example.", alias("loop.example.")),
        ("circle.example.", mx(10, "loop.example.")),
        ("blank.example.", mx(10, "blank-alias.example.")),
        ("blank-alias.example.", alias("blank-host.example.")),
        ("blank-host.example.", txt(&["no address"])),
        ("gone.example.", mx(10, "nobody.example.")),
        ("away.example.", mx(10, "mx.elsewhere.test.")),
        ("half.example.", mx(10, "mx.elsewhere.test.")),
        ("half.example.", mx(20, "mx2.example.")),
    ]
}

async fn serve() -> (MxResolver, Server<Catalog>) {
    let records = records().into_iter().map(|(owner, data)| (owner.to_owned(), data));
    let (address, server) = dns_server::serve(records.collect()).await;
    (MxResolver::with_name_servers(&[address]).unwrap(), server)
}

/// Hosts with their addresses, or the kind of error and whether it is temporary.
async fn check(
    resolver: &MxResolver,
    domain: &str,
    expected: Result<&[&str], (ResolveErrorKind, bool)>,
) {
    let found = resolver.resolve(domain).await;
    let shown = found.as_ref().map_err(|error| (error.kind(), error.is_temporary())).map(|to| {
        let host = |mx: &mailkit_route::MxHost| {
            let addresses: Vec<_> =
                to.addresses(&mx.host).iter().map(ToString::to_string).collect();
            format!("{mx} {}", addresses.join(" ")).trim_end().to_owned()
        };
        to.mx().hosts().iter().map(host).collect::<Vec<_>>()
    });
    let expected = expected.map(|hosts| hosts.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(shown, expected, "{domain}: {found:?}");
}

#[tokio::test]
async fn r1_r2_r3_r8_r10_lookups() {
    let (resolver, _server) = serve().await;
    let two = ["10 mx1.example 203.0.113.1 2001:db8::1", "20 mx2.example 203.0.113.2"];
    check(&resolver, "two.example", Ok(&two)).await;
    check(&resolver, "TWO.example.", Ok(&two)).await;
    check(&resolver, "alias.example", Ok(&two)).await;
    check(&resolver, "target.example", Ok(&["10 alias-host.example 203.0.113.1 2001:db8::1"]))
        .await;
    // Nothing stands in the authority section of the answer that there is no MX.
    check(&resolver, "localhost", Ok(&["0 localhost 127.0.0.1 ::1"])).await;
    check(&resolver, "plain.example", Ok(&["0 plain.example 203.0.113.3"])).await;
    check(&resolver, "mixed.example", Ok(&["10 mx1.example 203.0.113.1 2001:db8::1"])).await;
    check(&resolver, "literal.example", Ok(&[])).await;
    check(&resolver, "gone.example", Ok(&["10 nobody.example"])).await;
    check(&resolver, "[203.0.113.7]", Ok(&["0 [203.0.113.7] 203.0.113.7"])).await;
    check(&resolver, "nothing.example", Err((ResolveErrorKind::NoSuchDomain, false))).await;
    check(&resolver, "bücher.example", Err((ResolveErrorKind::InvalidName, false))).await;
    check(&resolver, "203.0.113.7", Err((ResolveErrorKind::InvalidName, false))).await;
    // Twice, for the second answer comes from the cache.
    for _ in 0..2 {
        check(&resolver, "loop.example", Err((ResolveErrorKind::LookupFailed, true))).await;
    }
    check(&resolver, "elsewhere.test", Err((ResolveErrorKind::LookupFailed, true))).await;
}

#[tokio::test]
async fn r1_r2_r9_what_a_plan_makes_of_it() {
    let (resolver, _server) = serve().await;
    let place = mailkit_route::GeoPoint::new(50.11, 8.68).unwrap();
    let mut planner = RoutePlanner::new([mailkit_route::Egress::new("fra", "eu", place)]).unwrap();
    let mut cause = async |domain: &str| {
        let to = resolver.resolve(domain).await.unwrap();
        planner.plan(&to, std::time::SystemTime::UNIX_EPOCH, 1).no_route().cloned()
    };
    assert_eq!(cause("null.example").await, Some(NoRoute::NullMx));
    assert_eq!(cause("literal.example").await, Some(NoRoute::NoUsableMx));
    assert_eq!(cause("gone.example").await, Some(NoRoute::NoAddress));
    assert_eq!(cause("circle.example").await, Some(NoRoute::AddressLookupFailed));
    assert_eq!(cause("blank.example").await, Some(NoRoute::NoAddress));
    assert_eq!(cause("away.example").await, Some(NoRoute::AddressLookupFailed));
    assert_eq!(cause("half.example").await, None);
    assert_eq!(resolver.resolve("plain.example").await.unwrap().mx().origin(), MxOrigin::Implicit);
}

#[tokio::test]
async fn r2_silence_is_temporary() {
    // Bound, so that nobody refuses; never read, so that nobody answers.
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = silent.local_addr().unwrap();
    let resolver = MxResolver::with_name_servers(&[address])
        .unwrap()
        .with_time_limit(Duration::from_millis(200));
    check(&resolver, "two.example", Err((ResolveErrorKind::TimedOut, true))).await;
}
