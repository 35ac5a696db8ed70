//! Lookups against a name server of our own on the loopback address.
#![cfg(feature = "resolver")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "resolver/outcomes.rs"]
mod outcomes;

use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use hickory_resolver::proto::rr::{
    Name, RData, Record,
    rdata::{A, AAAA, CNAME, MX, SOA, TXT},
};
use hickory_server::{
    Server,
    store::in_memory::InMemoryZoneHandler,
    zone_handler::{AxfrPolicy, Catalog, ZoneType},
};
use mailkit_route::{
    MxOrigin, NoRoute, RoutePlanner,
    resolver::{MxResolver, ResolveErrorKind},
};
use tokio::net::{TcpListener, UdpSocket};

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

/// The zone `example.`, one record a line.
fn records() -> Vec<(&'static str, RData)> {
    let mx = |preference, target| RData::MX(MX::new(preference, name(target)));
    let a = |last| RData::A(A::new(203, 0, 113, last));
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
        ("blank-host.example.", RData::TXT(TXT::new(vec!["no address".to_owned()]))),
        ("gone.example.", mx(10, "nobody.example.")),
        ("away.example.", mx(10, "mx.elsewhere.test.")),
        ("half.example.", mx(10, "mx.elsewhere.test.")),
        ("half.example.", mx(20, "mx2.example.")),
    ]
}

/// Both sockets on one port. A port that is free for UDP may be in use for TCP, so it takes tries.
async fn sockets() -> (UdpSocket, TcpListener) {
    // Held until the end, so that no port is drawn twice.
    let mut in_use = Vec::new();
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        match TcpListener::bind(udp.local_addr().unwrap()).await {
            Ok(tcp) => return (udp, tcp),
            Err(error) => assert_eq!(error.kind(), ErrorKind::AddrInUse, "{error}"),
        }
        in_use.push(udp);
        assert!(in_use.len() < 100, "no port is free for UDP and TCP");
    }
}

/// A server that knows `example.` and refuses everything else.
async fn serve() -> (MxResolver, Server<Catalog>) {
    let origin = name("example.");
    let mut zone =
        InMemoryZoneHandler::<hickory_resolver::net::runtime::TokioRuntimeProvider>::empty(
            origin.clone(),
            ZoneType::Primary,
            AxfrPolicy::Deny,
        );
    let soa = SOA::new(name("ns.example."), name("admin.example."), 1, 60, 60, 60, 60);
    assert!(zone.upsert_mut(Record::from_rdata(origin.clone(), 60, RData::SOA(soa)), 0));
    for (owner, data) in records() {
        assert!(zone.upsert_mut(Record::from_rdata(name(owner), 60, data), 0), "{owner}");
    }
    let mut catalog = Catalog::new();
    catalog.upsert(origin.into(), vec![Arc::new(zone)]);
    let mut server = Server::new(catalog);
    let (udp, tcp) = sockets().await;
    let address = udp.local_addr().unwrap();
    server.register_socket(udp);
    server.register_listener(tcp, Duration::from_secs(5), 16);
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
