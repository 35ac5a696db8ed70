//! The course of one probe.

use std::time::SystemTime;

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Duration, timeout},
};

use super::{
    ProbeFault, ProbeReport, ProbeRequest, Prober, TlsSession,
    connection::{Connection, connect, timed},
    tls,
};
use crate::{ConnectFailure, Host, SmtpReply, Stage};

/// How far a probe goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Greeting,
    Tls,
}

/// A probe under way, which tells its report what it sees.
pub(super) struct Session<'a> {
    pub(super) prober: &'a Prober,
    pub(super) request: &'a ProbeRequest,
    pub(super) now: SystemTime,
    pub(super) stage: Stage,
    pub(super) report: &'a mut ProbeReport,
}

impl Session<'_> {
    pub(super) async fn run(&mut self, depth: Depth) -> Result<(), ProbeFault> {
        let mut connection = self.connect().await?;
        let met = self.meet(&mut connection, depth).await;
        if matches!(met, Ok(false) | Err(ProbeFault::Refused { .. })) {
            self.say_goodbye(&mut connection).await;
        }
        if !met? {
            return Ok(());
        }
        let mut connection = self.start_tls(connection).await?;
        self.stage = Stage::Ehlo;
        let offered = self.hello(&mut connection).await?.0;
        if let Some(tls) = &mut self.report.tls {
            tls.extensions = offered;
        }
        self.say_goodbye(&mut connection).await;
        Ok(())
    }

    async fn connect(&mut self) -> Result<Connection<TcpStream>, ProbeFault> {
        let late = ProbeFault::NoConnection { cause: ConnectFailure::TimedOut };
        let connected = timed(self.prober.limits.connect, connect(self.request)).await;
        let (stream, time) = connected.map_err(|fault| match fault {
            ProbeFault::TimedOut => late,
            fault => fault,
        })?;
        self.report.times.connect = Some(time);
        self.report.source = stream.local_addr().ok().map(|local| local.ip());
        Ok(Connection::new(stream))
    }

    /// The part in clear text; whether the host is ready for the handshake.
    async fn meet(
        &mut self,
        connection: &mut Connection<TcpStream>,
        depth: Depth,
    ) -> Result<bool, ProbeFault> {
        self.stage = Stage::Greeting;
        let (greeting, time) = timed(self.prober.limits.greeting, connection.reply()).await?;
        self.report.times.greeting = Some(time);
        self.report.greeting = Some(greeting.clone());
        expect(220, greeting)?;
        if depth == Depth::Greeting {
            return Ok(false);
        }
        self.stage = Stage::Ehlo;
        let (offered, time) = self.hello(connection).await?;
        self.report.times.ehlo = Some(time);
        self.report.extensions = offered;
        if !self.report.offers("STARTTLS") {
            return Ok(false);
        }
        self.stage = Stage::StartTls;
        let (reply, time) = timed(self.prober.limits.command, connection.ask("STARTTLS")).await?;
        expect(220, reply)?;
        self.report.times.starttls = Some(time);
        Ok(true)
    }

    /// What the host offers: the lines of its reply after the first (RFC 5321 section 4.1.1.1).
    async fn hello<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        connection: &mut Connection<S>,
    ) -> Result<(Vec<String>, Duration), ProbeFault> {
        let local = self.report.source.map(Host::Address);
        let name = self.prober.hello.as_ref().or(local.as_ref());
        let command = format!("EHLO {}", name.map(ToString::to_string).unwrap_or_default());
        let (reply, time) = timed(self.prober.limits.command, connection.ask(&command)).await?;
        let reply = expect(250, reply)?;
        Ok((reply.lines().iter().skip(1).cloned().collect(), time))
    }

    async fn start_tls(
        &mut self,
        connection: Connection<TcpStream>,
    ) -> Result<Connection<impl AsyncRead + AsyncWrite + Unpin + use<>>, ProbeFault> {
        let stream = connection.into_stream()?;
        let name = tls::server_name(&self.request.host, self.request.address.ip());
        let handshake = async {
            let shaken = self.prober.connector.connect(name.clone(), stream).await;
            shaken.map_err(|error| ProbeFault::of_handshake(&error))
        };
        let (stream, time) = timed(self.prober.limits.handshake, handshake).await?;
        let verifier = self.prober.verifier.as_deref();
        self.report.times.handshake = Some(time);
        self.report.tls = Some(TlsSession::seen(stream.get_ref().1, verifier, &name, self.now));
        Ok(Connection::new(stream))
    }

    /// The host need not listen: everything was seen.
    async fn say_goodbye<S: AsyncRead + AsyncWrite + Unpin>(&self, connection: &mut Connection<S>) {
        let _ = timeout(GOODBYE.min(self.prober.limits.command), connection.ask("QUIT")).await;
    }
}

fn expect(code: u16, reply: SmtpReply) -> Result<SmtpReply, ProbeFault> {
    if reply.code() == code { Ok(reply) } else { Err(ProbeFault::Refused { reply }) }
}

const GOODBYE: Duration = Duration::from_secs(2);
