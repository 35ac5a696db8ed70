//! A hickory server for `example.` on a free port of this host; it refuses every other name.

use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use hickory_resolver::{
    net::runtime::TokioRuntimeProvider,
    proto::rr::{
        Name, RData, Record,
        rdata::{A, SOA, TXT},
    },
};
use hickory_server::{
    Server,
    store::in_memory::InMemoryZoneHandler,
    zone_handler::{AxfrPolicy, Catalog, ZoneType},
};
use tokio::net::{TcpListener, UdpSocket};

pub(crate) fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

pub(crate) fn a(address: [u8; 4]) -> RData {
    RData::A(A(address.into()))
}

pub(crate) fn txt(strings: &[&str]) -> RData {
    RData::TXT(TXT::new(strings.iter().map(|text| (*text).to_owned()).collect()))
}

/// Serves these records; it stops when the server is dropped.
pub(crate) async fn serve(records: Vec<(String, RData)>) -> (SocketAddr, Server<Catalog>) {
    let origin = name("example.");
    let mut zone = InMemoryZoneHandler::<TokioRuntimeProvider>::empty(
        origin.clone(),
        ZoneType::Primary,
        AxfrPolicy::Deny,
    );
    let soa = SOA::new(name("ns.example."), name("admin.example."), 1, 60, 60, 60, 60);
    assert!(zone.upsert_mut(Record::from_rdata(origin.clone(), 60, RData::SOA(soa)), 0));
    for (owner, data) in records {
        assert!(zone.upsert_mut(Record::from_rdata(name(&owner), 60, data), 0), "{owner}");
    }
    let mut catalog = Catalog::new();
    catalog.upsert(origin.into(), vec![Arc::new(zone)]);
    let mut server = Server::new(catalog);
    let (udp, tcp) = sockets().await;
    let address = udp.local_addr().unwrap();
    server.register_socket(udp);
    server.register_listener(tcp, Duration::from_secs(5), 16);
    (address, server)
}

/// Both sockets on one port. A port that is free for UDP may be in use for TCP, so it takes tries.
pub(crate) async fn sockets() -> (UdpSocket, TcpListener) {
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
