//! The gateway: a mail comes in, is verified, scored, stored and answered, and the answer is routed out.
//!
//! | module | what it holds |
//! |---|---|
//! | [`config`] | the configuration file, checked as a whole |
//! | `inbound` | the way of a mail, from SMTP to the Maildir |
//! | `message` | the header of a mail, and the trace fields in front of it |
//! | `decide` | what is done with a mail |
//! | `triage` | who answers it, and how soon |
//! | `responder` | the acknowledgement |
//! | [`outbox`] | outgoing mail, on its route |
//! | [`journal`] | what the gateway tells of its work |
//! | `maildir`, `files` | what is on disk |
//! | `run` | `mailkit gateway` |

pub mod config;
mod decide;
mod files;
mod inbound;
pub mod journal;
mod maildir;
mod message;
pub mod outbox;
mod responder;
mod run;
mod triage;

use std::error::Error;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mailkit_auth::keys::DkimKeyPair;
use mailkit_auth::resolver::Resolver;
use mailkit_auth::sign::DkimSigner;
use mailkit_auth::verify::Verifier;
use mailkit_risk::Scorer;
use mailkit_template::Catalog;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use self::config::{Config, SigningKey};
use self::inbound::{Ids, Inbound};
use self::journal::Observer;
use self::outbox::Outbox;
use self::responder::Responder;
pub use self::run::run;
pub(crate) use self::run::wait_for_signal;
use crate::dns::{Zone, ZoneServer};
use crate::smtp::{HostName, Identity, Server, ServerConfig};

/// A running gateway.
#[derive(Debug)]
pub struct Gateway {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    outbox: Arc<Outbox>,
    zones: Option<ZoneServer>,
}

impl Gateway {
    /// Starts it: everything that can be wrong is found before the first mail is taken.
    ///
    /// # Errors
    /// When a file, a key, a zone or the address is not usable; the message names it.
    pub async fn start(
        config: Config,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let unsent = config.spool.join("unsent");
        maildir::prove(&unsent).await.map_err(|error| unwritable(&unsent, &error))?;
        let zones = serve_zones(&config).await?;
        let servers = match &zones {
            Some(zones) => vec![zones.address()],
            None => config.dns.servers.clone(),
        };
        let host_name: HostName = config.host_name.as_str().parse()?;
        let listen = config.listen;
        let server = Server::bind(listen, server_config(&config, host_name)?).await;
        let server = server.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
        let address = server.local_addr()?;
        let outbox = Arc::new(Outbox::start(&config, &servers, Arc::clone(&observer))?);
        let handler = Arc::new(inbound(config, &servers, Arc::clone(&outbox), observer)?);

        let (stop, stopped) = oneshot::channel();
        // A dropped sender stops the server as well.
        let shutdown = async move { drop(stopped.await) };
        let serving = tokio::spawn(server.serve(handler, shutdown));
        Ok(Self { address, stop, serving, outbox, zones })
    }

    /// Where it takes mail.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it: no new mail, running transactions and deliveries end, what waits goes to the spool.
    pub async fn stop(self) {
        // The server may have ended already; then there is nobody to tell.
        let _ = self.stop.send(());
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the server did not end well");
        }
        self.outbox.drain().await;
        if let Some(zones) = self.zones {
            zones.stop().await;
        }
    }
}

async fn serve_zones(config: &Config) -> Result<Option<ZoneServer>, Box<dyn Error + Send + Sync>> {
    if config.dns.zones.is_empty() {
        return Ok(None);
    }
    let mut zones = Vec::new();
    for path in &config.dns.zones {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        let zone = Zone::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        zones.push(zone);
    }
    Ok(Some(ZoneServer::start(zones).await?))
}

fn server_config(
    config: &Config,
    host_name: HostName,
) -> Result<ServerConfig, Box<dyn Error + Send + Sync>> {
    let identity = match &config.tls {
        Some(files) => Identity::from_pem_files(&files.certificate, &files.key)?,
        None => Identity::self_signed(&host_name)?,
    };
    let mut server = ServerConfig::new(host_name).with_tls(identity.acceptor()?);
    server.limits.message = config.limits.message_bytes;
    server.limits.header = MAX_HEADER;
    server.limits.recipients = config.limits.recipients;
    server.connections.total = config.limits.connections;
    server.connections.per_client = config.limits.connections_per_client;
    server.timeouts.command = Duration::from_secs(config.limits.command_timeout_seconds);
    Ok(server)
}

fn inbound(
    config: Config,
    servers: &[SocketAddr],
    outbox: Arc<Outbox>,
    observer: Arc<dyn Observer>,
) -> Result<Inbound, Box<dyn Error + Send + Sync>> {
    let resolver = if servers.is_empty() {
        Resolver::system()?
    } else {
        Resolver::with_name_servers(servers)?
    };
    let signers = config.signing_keys.iter().map(signer).collect::<Result<_, _>>()?;
    Ok(Inbound {
        responder: Responder::new(Catalog::builtin()?, &config, signers)?,
        verifier: Verifier::new(resolver),
        scorer: Arc::new(Scorer::builtin()),
        outbox,
        observer,
        ids: Ids::new(SystemTime::now()),
        config,
    })
}

fn signer(key: &SigningKey) -> Result<DkimSigner, Box<dyn Error + Send + Sync>> {
    let pem = fs::read_to_string(&key.file).map_err(|error| unreadable(&key.file, &error))?;
    let pair = DkimKeyPair::from_pkcs8_pem(&pem)
        .map_err(|error| format!("cannot use the key {}: {error}", key.file.display()))?;
    Ok(DkimSigner::new(key.domain.clone(), key.selector.clone(), &pair)?)
}

fn unwritable(path: &Path, error: &io::Error) -> String {
    format!("cannot write to {}: {error}", path.display())
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {error}", path.display())
}

/// Octets of a header; beyond it some parsers take more than linear time.
const MAX_HEADER: usize = 100 * 1024;
