//! A hickory server on a free port of this host.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use hickory_server::proto::ProtoError;
use hickory_server::proto::rr::rdata::{SOA, TXT};
use hickory_server::proto::rr::{LowerName, Name, RData, Record};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType};
use tokio::net::{TcpListener, UdpSocket};

/// Serves these records as the whole DNS; it stops when the server is dropped.
pub(crate) async fn serve(
    records: impl IntoIterator<Item = (Name, RData)>,
) -> std::io::Result<(SocketAddr, Server<Catalog>)> {
    let mut zone: InMemoryZoneHandler =
        InMemoryZoneHandler::empty(Name::root(), ZoneType::Primary, AxfrPolicy::Deny);
    let soa = RData::SOA(SOA::new(Name::root(), Name::root(), 1, 60, 60, 60, 60));
    for (name, data) in records.into_iter().chain([(Name::root(), soa)]) {
        zone.upsert_mut(Record::from_rdata(name, 60, data), 0);
    }
    let zones: Vec<Arc<dyn ZoneHandler>> = vec![Arc::new(zone)];
    let mut catalog = Catalog::new();
    catalog.upsert(LowerName::from(Name::root()), zones);
    start(catalog).await
}

/// Serves a catalog; without a zone it refuses every question.
pub(crate) async fn start(catalog: Catalog) -> std::io::Result<(SocketAddr, Server<Catalog>)> {
    let (address, tcp, udp) = bind().await?;
    let mut server = Server::new(catalog);
    server.register_socket(udp);
    server.register_listener(tcp, Duration::from_secs(5), 64);
    Ok((address, server))
}

/// One port for both. The system picks one that is free for TCP; for UDP somebody may have it.
pub(crate) async fn bind() -> std::io::Result<(SocketAddr, TcpListener, UdpSocket)> {
    let mut attempts = 0;
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").await?;
        let address = tcp.local_addr()?;
        attempts += 1;
        match UdpSocket::bind(address).await {
            Ok(udp) => return Ok((address, tcp, udp)),
            Err(error) if attempts == MAX_ATTEMPTS => return Err(error),
            Err(_) => {}
        }
    }
}

const MAX_ATTEMPTS: usize = 16;

/// A text record of these strings, each cut where it is too long for one. A record of none gets an
/// empty one, since the wire knows no other way (RFC 1035 section 3.3.14).
pub(crate) fn txt(strings: &[impl AsRef<[u8]>]) -> RData {
    let mut chunks: Vec<&[u8]> =
        strings.iter().flat_map(|text| text.as_ref().chunks(255)).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    RData::TXT(TXT::from_bytes(chunks))
}

/// A name of labels of any octets.
pub(crate) fn wire_name(name: &str) -> Result<Name, ProtoError> {
    Name::from_labels(name.split('.').filter(|label| !label.is_empty()).map(str::as_bytes))
}
