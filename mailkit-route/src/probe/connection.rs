//! One SMTP connection: lines out, replies in, and no more of them than the limits allow.

use std::{future::Future, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
    time::{Instant, timeout},
};

use super::{ProbeFault, ProbeLimits, ProbeRequest};
use crate::{ParseError, ParseErrorKind, SmtpReply};

pub(super) struct Connection<S> {
    stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// Sends a command, and reads the reply.
    pub(super) async fn ask(&mut self, command: &str) -> Result<SmtpReply, ProbeFault> {
        self.check_silence()?;
        self.stream.write_all(command.as_bytes()).await?;
        self.stream.write_all(b"\r\n").await?;
        self.stream.flush().await?;
        self.reply().await
    }

    /// Reads a reply of one line or several.
    pub(super) async fn reply(&mut self) -> Result<SmtpReply, ProbeFault> {
        let mut text = Vec::new();
        for _ in 0..ProbeLimits::LINES {
            let start = text.len();
            self.line(&mut text).await?;
            if !announces_another(text.get(start..).unwrap_or_default()) {
                return Ok(String::from_utf8_lossy(&text).parse()?);
            }
        }
        let kind = ParseErrorKind::TooMany { limit: ProbeLimits::LINES };
        Err(ParseError::new(kind, 0..text.len()).into())
    }

    async fn line(&mut self, text: &mut Vec<u8>) -> Result<(), ProbeFault> {
        let start = text.len();
        let most = u64::try_from(ProbeLimits::LINE).unwrap_or(u64::MAX);
        (&mut self.stream).take(most).read_until(b'\n', text).await?;
        let line = text.get(start..).unwrap_or_default();
        if line.ends_with(b"\n") {
            return Ok(());
        }
        if line.len() < ProbeLimits::LINE {
            return Err(ProbeFault::Closed);
        }
        let kind = ParseErrorKind::TooLong { limit: ProbeLimits::LINE };
        Err(ParseError::new(kind, start..text.len()).into())
    }

    /// The stream, for the handshake.
    pub(super) fn into_stream(self) -> Result<S, ProbeFault> {
        self.check_silence()?;
        Ok(self.stream.into_inner())
    }

    fn check_silence(&self) -> Result<(), ProbeFault> {
        if self.stream.buffer().is_empty() { Ok(()) } else { Err(ProbeFault::Unsolicited) }
    }
}

/// Whether another line follows this one (RFC 5321 section 4.2.1).
fn announces_another(line: &[u8]) -> bool {
    let (code, rest) = line.split_at_checked(3).unwrap_or_default();
    code.iter().all(u8::is_ascii_digit) && rest.starts_with(b"-")
}

/// Opens the TCP connection.
pub(super) async fn connect(request: &ProbeRequest) -> Result<TcpStream, ProbeFault> {
    let connected = async {
        let socket = match request.address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if let Some(source) = request.source {
            socket.bind((source, 0).into())?;
        }
        let stream = socket.connect(request.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    connected.await.map_err(|error| ProbeFault::of_connect(&error))
}

/// Does the work within a time, and says how long it took.
pub(super) async fn timed<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, ProbeFault>>,
) -> Result<(T, Duration), ProbeFault> {
    let begun = Instant::now();
    let done = timeout(limit, work).await.unwrap_or(Err(ProbeFault::TimedOut))?;
    Ok((done, begun.elapsed()))
}
