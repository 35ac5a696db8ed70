//! An authoritative DNS server on loopback, fed from BIND zone text: for demonstrations, tests and work without a network.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use hickory_server::proto::ProtoError;
use hickory_server::proto::rr::Name;
use hickory_server::proto::serialize::txt::{ParseError, Parser};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneType};
use mailkit_auth::zone::{ZoneFile, ZoneFileError};
use thiserror::Error;
use tokio::net::{TcpListener, UdpSocket};

/// A running server. It answers from its zones alone and refuses every other name.
///
/// ```
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use mailkit_examples::dns::{Zone, ZoneServer};
///
/// let zone = Zone::parse(
///     "$ORIGIN acme.example.\n\
///      @ 300 IN SOA ns hostmaster 1 3600 600 86400 60\n\
///      @ 300 IN MX 10 mx\n",
/// )?;
/// let server = ZoneServer::start([zone]).await?;
/// assert!(server.address().ip().is_loopback());
/// server.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct ZoneServer {
    address: SocketAddr,
    server: Server<Catalog>,
}

impl ZoneServer {
    /// Serves the zones over UDP and TCP on a free port.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(zones: impl IntoIterator<Item = Zone>) -> std::io::Result<Self> {
        let mut catalog = Catalog::new();
        for zone in zones {
            catalog.upsert(zone.origin.into(), vec![Arc::new(zone.handler)]);
        }
        let (tcp, udp) = sockets().await?;
        let address = tcp.local_addr()?;
        let mut server = Server::new(catalog);
        server.register_socket(udp);
        server.register_listener(tcp, TCP_IDLE, TCP_RESPONSE_BUFFER);
        Ok(Self { address, server })
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it and waits until it has stopped.
    pub async fn stop(mut self) {
        // Nothing depends on how the last query of a server that is going away ends.
        let _ = self.server.shutdown_gracefully().await;
    }
}

impl std::fmt::Debug for ZoneServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ZoneServer").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The records under one name.
pub struct Zone {
    origin: Name,
    handler: InMemoryZoneHandler,
}

impl Zone {
    /// Reads zone text. Of the SOA record only its owner counts: the server makes its own, with which a
    /// missing name is kept for a minute.
    ///
    /// # Errors
    /// When the text is no zone, or does not name it by an SOA record or `$ORIGIN`.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let file: ZoneFile = text.parse()?;
        let apex = file.apex().ok_or(ZoneError::NoApex)?;
        let start =
            format!("{apex}. 60 IN SOA ns.{apex}. hostmaster.{apex}. 1 3600 600 86400 60\n");
        let plain = format!("{start}{}", file.zone());
        let parser = Parser::new(plain, None, Some(Name::root()));
        let (_, records) = parser.parse().map_err(ZoneError::Records)?;
        let origin = Name::from_ascii(format!("{apex}.")).map_err(ZoneError::Name)?;
        let axfr = AxfrPolicy::Deny;
        let handler = InMemoryZoneHandler::new(origin.clone(), records, ZoneType::Primary, axfr)
            .map_err(|reason| ZoneError::Zone { origin: origin.clone(), reason })?;
        Ok(Self { origin, handler })
    }
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Zone").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Why a zone cannot be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ZoneError {
    /// The text is not a zone.
    #[error("cannot read the zone")]
    Parse(#[from] ZoneFileError),
    /// The text has neither an SOA record nor an origin.
    #[error("the zone has no name: it needs an SOA record or a `$ORIGIN` line")]
    NoApex,
    /// The server has no such name.
    #[error("cannot serve a zone of this name")]
    Name(#[source] ProtoError),
    /// The server has no such records.
    #[error("cannot serve the records of the zone")]
    Records(#[source] ParseError),
    /// The zone has a record that does not belong to it.
    #[error("cannot serve the zone `{origin}`: {reason}")]
    Zone {
        /// The zone's name.
        origin: Name,
        /// What the server says of it.
        reason: String,
    },
}

/// A port that is free for TCP may be taken for UDP, so another one is tried then.
async fn sockets() -> std::io::Result<(TcpListener, UdpSocket)> {
    let mut tries = 0;
    loop {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        match UdpSocket::bind(tcp.local_addr()?).await {
            Ok(udp) => return Ok((tcp, udp)),
            Err(error) if tries == TRIES => return Err(error),
            Err(_) => tries += 1,
        }
    }
}

const TRIES: usize = 16;
const TCP_IDLE: Duration = Duration::from_secs(5);
const TCP_RESPONSE_BUFFER: usize = 16;
