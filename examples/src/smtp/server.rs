//! Sessions over tokio: sockets, clocks, counts.

mod budget;
mod connection;
mod slots;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use self::budget::Budget;
use self::connection::Connection;
use self::slots::Slots;
use super::address::{MailAddress, ReversePath};
use super::host_name::HostName;
use super::reply::{Reply, ReplyCode};
use super::session::{Limits, ReceivedMail, SessionConfig};

pub use self::slots::ConnectionLimits;

/// What a host decides. A handler that panics answers 451 and the server goes on.
///
/// No timeout is put on a handler: the client waits for its reply ten minutes after the last dot (RFC 5321 section
/// 4.5.3.2.6), and a mail that was taken after the client gave up arrives twice.
pub trait Handler: Send + Sync + 'static {
    /// The reply to RCPT; a positive one adds the recipient.
    fn recipient(
        &self,
        sender: &ReversePath,
        recipient: &MailAddress,
        peer: SocketAddr,
    ) -> impl Future<Output = Reply> + Send;

    /// The reply to a whole mail; with a positive one the host is responsible for it, so store it first.
    fn message(&self, mail: ReceivedMail) -> impl Future<Output = Reply> + Send;
}

/// How a server behaves.
#[derive(Clone)]
#[non_exhaustive]
pub struct ServerConfig {
    /// The name in the greeting.
    pub host_name: HostName,
    /// How much one session may ask for.
    pub limits: Limits,
    /// How many may connect.
    pub connections: ConnectionLimits,
    /// How long the server waits.
    pub timeouts: Timeouts,
    /// Offers STARTTLS when set.
    pub tls: Option<TlsAcceptor>,
}

impl ServerConfig {
    /// A configuration with default limits and without TLS.
    #[must_use]
    pub fn new(host_name: HostName) -> Self {
        Self {
            host_name,
            limits: Limits::default(),
            connections: ConnectionLimits::default(),
            timeouts: Timeouts::default(),
            tls: None,
        }
    }

    /// Offers STARTTLS with this acceptor.
    #[must_use]
    pub fn with_tls(self, acceptor: TlsAcceptor) -> Self {
        Self { tls: Some(acceptor), ..self }
    }
}

impl std::fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerConfig")
            .field("host_name", &self.host_name)
            .field("limits", &self.limits)
            .field("connections", &self.connections)
            .field("timeouts", &self.timeouts)
            .field("tls", &self.tls.is_some())
            .finish()
    }
}

/// How long a server waits (RFC 5321 section 4.5.3.2.7 asks for five minutes between commands).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a whole command, a reply to be taken, or a handshake: a client that sends one octet a minute gains nothing.
    pub command: Duration,
    /// For the next block of message text.
    pub data: Duration,
    /// For the whole session, except while a handler works.
    pub session: Duration,
    /// For running transactions once a shutdown is asked for; then they are cut.
    pub grace: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            command: Duration::from_secs(5 * 60),
            data: Duration::from_secs(3 * 60),
            session: Duration::from_secs(30 * 60),
            grace: Duration::from_secs(30),
        }
    }
}

/// A bound listener that is ready to serve.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    config: ServerConfig,
}

impl Server {
    /// Binds the address; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn bind(address: SocketAddr, config: ServerConfig) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, config })
    }

    /// The address clients connect to.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `shutdown` is ready, then lets running transactions end within the grace period.
    pub async fn serve<H: Handler>(
        self,
        handler: Arc<H>,
        shutdown: impl Future<Output = ()> + Send,
    ) {
        let Self { listener, config } = self;
        let grace = config.timeouts.grace;
        let acceptor = Acceptor::new(config, handler);
        let (stop, stopping) = watch::channel(false);
        let mut sessions = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => acceptor.accept(stream, peer, &stopping, &mut sessions),
                    Err(error) => out_of_sockets(&error).await,
                },
                Some(_) = sessions.join_next(), if !sessions.is_empty() => {}
            }
        }
        drop(listener);
        stop.send_replace(true);
        let ended =
            tokio::time::timeout(grace, async { while sessions.join_next().await.is_some() {} })
                .await;
        if ended.is_err() {
            tracing::warn!(
                sessions = sessions.len(),
                "sessions were cut at the end of the grace period"
            );
            sessions.shutdown().await;
        }
    }
}

/// What all connections share.
struct Acceptor<H> {
    config: Arc<ServerConfig>,
    handler: Arc<H>,
    slots: Slots,
    text: Budget,
}

impl<H: Handler> Acceptor<H> {
    fn new(config: ServerConfig, handler: Arc<H>) -> Self {
        let slots = Slots::new(config.connections.clone());
        let text = Budget::new(config.connections.text);
        Self { slots, text, config: Arc::new(config), handler }
    }

    fn accept(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        stopping: &watch::Receiver<bool>,
        sessions: &mut JoinSet<()>,
    ) {
        let Some(slot) = self.slots.take(peer.ip()) else {
            tracing::info!(%peer, "too many connections");
            return turn_away(stream);
        };
        let session = SessionConfig {
            host_name: self.config.host_name.clone(),
            limits: self.config.limits.clone(),
            start_tls: self.config.tls.is_some(),
        };
        let connection = Connection::new(
            session,
            peer,
            self.config.clone(),
            self.handler.clone(),
            self.text.share(),
            stopping.clone(),
        );
        sessions.spawn(async move {
            let _slot = slot;
            if let Err(error) = connection.run(stream).await {
                tracing::debug!(%peer, %error, "the connection broke");
            }
        });
    }
}

/// Says 421 without waiting: a fresh socket has room for one line, and a flood must not hold a task.
fn turn_away(stream: TcpStream) {
    let reply =
        Reply::new(ReplyCode::NotAvailable, (7, 0), "too many connections: come again later")
            .to_string();
    if let Ok(stream) = stream.into_std() {
        let written = io::Write::write_all(&mut &stream, reply.as_bytes());
        tracing::trace!(?written, "turned away");
    }
}

/// Accept fails when the process has no file descriptor left: others must end first.
async fn out_of_sockets(error: &io::Error) {
    tracing::warn!(%error, "cannot accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
