//! One delivery attempt: one message, one recipient, one host. What follows from it is the caller's to decide.

mod attempt;
mod bounded;
mod message;
mod settings;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use mail_send::SmtpClient;
use mail_send::smtp::AssertReply;
use mail_send::smtp::message::Parameters;
use rustls::pki_types::ServerName;
use smtp_proto::{EXT_START_TLS, EhloResponse};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

pub use self::attempt::{Attempt, FailureKind, Outcome, Stage};
pub use self::message::MessageError;
pub use self::settings::{DeliveryTimeouts, DeliveryTls};

use self::attempt::Stop;
use self::bounded::Bounded;
use self::message::{Mail, dot_stuffed};
use super::address::{MailAddress, ReversePath};
use super::host_name::HostName;
use super::tls::{TlsFault, connector, fault};

/// How to reach a host, and what to be called there.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// What we call ourselves.
    pub host_name: HostName,
    /// The host to connect to.
    pub target: SocketAddr,
    /// The host's name, for TLS.
    pub server_name: HostName,
    /// The local address to connect from; the system's choice when absent.
    pub source: Option<IpAddr>,
    /// Whether the mail must travel encrypted.
    pub tls: DeliveryTls,
    /// How long each stage may take.
    pub timeouts: DeliveryTimeouts,
}

impl Delivery {
    /// An attempt at `target` with opportunistic TLS and default timeouts.
    #[must_use]
    pub fn new(host_name: HostName, target: SocketAddr, server_name: HostName) -> Self {
        let (tls, timeouts) = (DeliveryTls::default(), DeliveryTimeouts::default());
        Self { host_name, target, server_name, source: None, tls, timeouts }
    }

    /// Sends the message. Every result is an [`Attempt`], a message that cannot be sent as it is included.
    pub async fn send(
        &self,
        sender: &ReversePath,
        recipient: &MailAddress,
        message: &[u8],
    ) -> Attempt {
        let text = match dot_stuffed(message) {
            Ok(text) => text,
            Err(error) => return Attempt::unfit(error),
        };
        let mail = Mail { sender, recipient, text: &text, eight_bit: !message.is_ascii() };
        match self.connect().await {
            Ok(connection) => self.converse(connection, &mail).await,
            Err(failed) => failed,
        }
    }

    /// Sends the message over a connection that [`connect`](Self::connect) has made.
    pub async fn send_over(
        &self,
        connection: Connection,
        sender: &ReversePath,
        recipient: &MailAddress,
        message: &[u8],
    ) -> Attempt {
        match dot_stuffed(message) {
            Ok(text) => {
                let eight_bit = !message.is_ascii();
                let mail = Mail { sender, recipient, text: &text, eight_bit };
                self.converse(connection, &mail).await
            }
            Err(error) => Attempt::unfit(error),
        }
    }

    /// Connects and says nothing yet, so that a slow host can be left for another one before it has heard of a mail.
    ///
    /// ```
    /// use std::time::Duration;
    /// use mailkit_examples::smtp::{Delivery, ReversePath};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// let mut delivery = Delivery::new("out.example.org".parse()?, listener.local_addr()?, "mx.example.com".parse()?);
    /// delivery.timeouts.banner = Duration::from_millis(1);
    ///
    /// let connection = delivery.connect().await.map_err(|failed| format!("{failed:?}"))?;
    /// assert!(connection.round_trip < Duration::from_secs(5));
    /// let attempt = delivery.send_over(connection, &ReversePath::Null, &"info@example.com".parse()?, b"Subject: hi\r\n\r\n").await;
    /// assert!(attempt.latency >= Duration::from_millis(1), "it waited for the greeting");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The failed attempt, at [`Stage::Connect`].
    pub async fn connect(&self) -> Result<Connection, Attempt> {
        let since = Instant::now();
        match self.dial().await {
            Ok(client) => Ok(Connection { round_trip: since.elapsed(), since, client }),
            Err(error) => {
                let Stop(outcome) = error.into();
                let latency = since.elapsed();
                Err(Attempt {
                    stage: Stage::Connect,
                    outcome,
                    latency,
                    tls: false,
                    tls_fault: None,
                })
            }
        }
    }

    async fn converse(&self, connection: Connection, mail: &Mail<'_>) -> Attempt {
        let mut progress =
            Progress { stage: Stage::Banner, tls: false, tls_fault: None, settled: None };
        let Connection { client, since, .. } = connection;
        let outcome = self.deliver(client, mail, &mut progress).await.unwrap_or_else(|stop| stop.0);
        let latency = progress.settled.unwrap_or_else(Instant::now) - since;
        let Progress { stage, tls, tls_fault, .. } = progress;
        Attempt { stage, outcome, latency, tls, tls_fault }
    }

    async fn deliver(
        &self,
        mut client: SmtpClient<Bounded<TcpStream>>,
        mail: &Mail<'_>,
        progress: &mut Progress,
    ) -> Result<Outcome, Stop> {
        timeout(self.timeouts.banner, client.read()).await??.assert_positive_completion()?;

        progress.stage = Stage::Ehlo;
        client.timeout = self.timeouts.command;
        let offered = self.hello(&mut client).await?;
        if matches!(self.tls, DeliveryTls::Never) {
            return self.transact(client, &offered, mail, progress).await;
        }

        progress.stage = Stage::StartTls;
        // Until the handshake is over, this is what a failure means.
        progress.tls_fault = Some(TlsFault::NotOffered);
        if self.start_tls(&mut client, &offered).await? {
            // What the host said before the handshake may be somebody else's: it is asked again.
            let mut client = self.encrypted(client, progress).await?;
            progress.tls = true;
            progress.stage = Stage::Ehlo;
            let offered = self.hello(&mut client).await?;
            return self.transact(client, &offered, mail, progress).await;
        }
        self.transact(client, &offered, mail, progress).await
    }

    async fn dial(&self) -> mail_send::Result<SmtpClient<Bounded<TcpStream>>> {
        let within = self.timeouts.connect;
        let client = match self.source {
            Some(source) => SmtpClient::connect_using(source, self.target, within).await?,
            None => SmtpClient::connect(self.target, within).await?,
        };
        client.stream.set_nodelay(true)?;
        Ok(SmtpClient { stream: Bounded::new(client.stream, HEARD), timeout: client.timeout })
    }

    async fn encrypted(
        &self,
        client: SmtpClient<Bounded<TcpStream>>,
        progress: &mut Progress,
    ) -> Result<SmtpClient<TlsStream<Bounded<TcpStream>>>, Stop> {
        progress.tls_fault = Some(TlsFault::Handshake);
        let name = ServerName::try_from(self.server_name.to_string());
        let name = name.map_err(|_| mail_send::Error::InvalidTLSName)?;
        let (connector, noted) =
            connector(self.tls.trust()).map_err(|error| mail_send::Error::Tls(Box::new(error)))?;
        let handshake = timeout(self.timeouts.command, connector.connect(name, client.stream));
        match handshake.await?.map_err(tls_error) {
            Ok(stream) => {
                progress.tls_fault = noted.get().copied();
                Ok(SmtpClient { stream, timeout: self.timeouts.command })
            }
            Err(error) => {
                if let mail_send::Error::Tls(error) = &error {
                    progress.tls_fault = Some(fault(error));
                }
                Err(error.into())
            }
        }
    }

    /// EHLO, or HELO to a host that does not know it (RFC 5321 section 3.2).
    async fn hello<S: Stream>(
        &self,
        client: &mut SmtpClient<S>,
    ) -> Result<EhloResponse<String>, Stop> {
        match client.ehlo(self.host_name.as_str()).await {
            Err(mail_send::Error::UnexpectedReply(reply)) if matches!(reply.code, 500..=504) => {
                let reply = client.cmd(format!("HELO {}\r\n", self.host_name)).await?;
                reply.assert_positive_completion()?;
                Ok(EhloResponse::default())
            }
            other => Ok(other?),
        }
    }

    /// Whether the handshake may start.
    async fn start_tls(
        &self,
        client: &mut SmtpClient<Bounded<TcpStream>>,
        offered: &EhloResponse<String>,
    ) -> Result<bool, Stop> {
        let required = self.tls.is_must();
        if !offered.has_capability(EXT_START_TLS) {
            return if required { Err(Stop::unoffered("STARTTLS")) } else { Ok(false) };
        }
        let reply = client.cmd("STARTTLS\r\n").await?;
        if required || reply.is_positive_completion() {
            reply.assert_code(220)?;
            return Ok(true);
        }
        Ok(false)
    }

    async fn transact<S: Stream>(
        &self,
        mut client: SmtpClient<S>,
        offered: &EhloResponse<String>,
        mail: &Mail<'_>,
        progress: &mut Progress,
    ) -> Result<Outcome, Stop> {
        let result = self.hand_over(&mut client, offered, mail, progress).await;
        progress.settled = Some(Instant::now());
        if !matches!(result, Err(Stop(Outcome::Failed { .. }))) {
            // The outcome is settled; whether the goodbye is heard changes nothing.
            client.timeout = self.timeouts.command.min(GOODBYE);
            let _ = client.quit().await;
        }
        result
    }

    async fn hand_over<S: Stream>(
        &self,
        client: &mut SmtpClient<S>,
        offered: &EhloResponse<String>,
        mail: &Mail<'_>,
        progress: &mut Progress,
    ) -> Result<Outcome, Stop> {
        progress.stage = Stage::MailFrom;
        client.mail_from(&mail.sender.to_string(), &mail.parameters(offered)?).await?;

        progress.stage = Stage::RcptTo;
        client.rcpt_to(&mail.recipient.to_string(), &Parameters::new()).await?;

        progress.stage = Stage::Data;
        client.cmd("DATA\r\n").await?.assert_code(354)?;
        for block in mail.text.chunks(BLOCK) {
            timeout(self.timeouts.data, client.stream.write_all(block)).await??;
        }
        timeout(self.timeouts.data, client.stream.flush()).await??;

        // Once the dot is out, the host may have the mail whether or not we hear so.
        progress.stage = Stage::Dot;
        client.timeout = self.timeouts.dot;
        let reply = client.cmd(".\r\n").await?.into_positive_completion()?;
        progress.stage = Stage::Done;
        Ok(Outcome::Accepted { text: reply.message })
    }
}

/// A connection to a host that has heard nothing yet.
pub struct Connection {
    /// From SYN to SYN-ACK.
    pub round_trip: Duration,
    since: Instant,
    client: SmtpClient<Bounded<TcpStream>>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("round_trip", &self.round_trip).finish_non_exhaustive()
    }
}

/// A handshake that failed for TLS's own reasons is told from a connection that broke.
fn tls_error(error: io::Error) -> mail_send::Error {
    let kind = error.kind();
    match error.into_inner().map(|inner| inner.downcast::<rustls::Error>()) {
        Some(Ok(error)) => mail_send::Error::Tls(error),
        Some(Err(other)) => mail_send::Error::Io(io::Error::new(kind, other)),
        None => mail_send::Error::Io(kind.into()),
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// How far an attempt has come.
struct Progress {
    stage: Stage,
    tls: bool,
    tls_fault: Option<TlsFault>,
    /// When the outcome was known; the goodbye comes after it.
    settled: Option<Instant>,
}

/// Octets that a host may say in one attempt, handshake included; a few thousand are usual.
const HEARD: usize = 256 * 1024;
const BLOCK: usize = 64 * 1024;
const GOODBYE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
