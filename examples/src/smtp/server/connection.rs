//! One client's socket.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::budget::Share;
use super::{Handler, ServerConfig};
use crate::smtp::reply::{Reply, ReplyCode};
use crate::smtp::session::{Event, Session, SessionConfig};

/// A session, and what moves it.
pub(super) struct Connection<H> {
    session: Session,
    peer: SocketAddr,
    config: Arc<ServerConfig>,
    handler: Arc<H>,
    /// Room for the text of the mail, until the handler has answered.
    room: Share,
    stopping: watch::Receiver<bool>,
    /// When the whole session must be over; moved on while a handler works.
    session_end: Instant,
    /// When the command that is being read must be whole.
    command_end: Instant,
    /// Replies that are not written yet: pipelined commands are answered together.
    replies: String,
}

/// Why the dialogue over one stream stops.
enum Pause {
    Closed,
    StartTls,
}

/// How reading ended.
enum Input {
    Bytes,
    End,
    TimedOut,
    Stopping,
}

impl<H: Handler> Connection<H> {
    pub(super) fn new(
        session: SessionConfig,
        peer: SocketAddr,
        config: Arc<ServerConfig>,
        handler: Arc<H>,
        room: Share,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let now = Instant::now();
        Self {
            session: Session::new(session, peer),
            peer,
            session_end: now + config.timeouts.session,
            command_end: now + config.timeouts.command,
            config,
            handler,
            room,
            stopping,
            replies: String::new(),
        }
    }

    pub(super) async fn run(mut self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        if let (Pause::StartTls, Some(acceptor)) =
            (self.converse(&mut stream).await?, self.config.tls.clone())
        {
            let mut stream =
                timeout(self.config.timeouts.command, acceptor.accept(stream)).await??;
            self.session.tls_started();
            self.converse(&mut stream).await?;
            return linger(stream).await;
        }
        linger(stream).await
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
    ) -> io::Result<Pause> {
        loop {
            while let Some(event) = self.session.next_event() {
                self.command_end = Instant::now() + self.config.timeouts.command;
                match event {
                    Event::Reply(reply) => self.replies += &reply.to_string(),
                    Event::StartTls => {
                        self.write(stream).await?;
                        return Ok(Pause::StartTls);
                    }
                    Event::Close => {
                        self.write(stream).await?;
                        return Ok(Pause::Closed);
                    }
                    question => {
                        // A handler may take long, and no reply that is due waits for it.
                        self.write(stream).await?;
                        self.ask(question).await;
                    }
                }
            }
            self.write(stream).await?;
            match self.read(stream).await? {
                Input::Bytes => {}
                Input::End => return Ok(Pause::Closed),
                Input::TimedOut => self.close((4, 2), "this takes too long: connect again"),
                Input::Stopping => self.close((3, 2), "the server stops: connect again later"),
            }
        }
    }

    async fn ask(&mut self, question: Event) {
        let asked = Instant::now();
        let answer = match question {
            Event::Recipient { sender, recipient } => {
                caught(|| self.handler.recipient(&sender, &recipient, self.peer)).await
            }
            Event::Message(mail) => caught(|| self.handler.message(mail)).await,
            Event::Reply(_) | Event::StartTls | Event::Close => return,
        };
        self.session_end += asked.elapsed();
        self.room.clear();
        self.session.answer(answer.unwrap_or_else(|_| {
            tracing::error!(peer = %self.peer, "the handler panicked");
            Reply::defer((3, 0), "something went wrong here: send the mail again later")
        }));
    }

    async fn read<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> io::Result<Input> {
        let mut block = [0; 8 * 1024];
        let end = if self.session.in_data() {
            Instant::now() + self.config.timeouts.data
        } else {
            self.command_end
        };
        let idle = !self.session.in_transaction();
        let read = tokio::select! {
            read = timeout_at(end.min(self.session_end), stream.read(&mut block)) => read,
            _ = self.stopping.wait_for(|stopping| *stopping), if idle => return Ok(Input::Stopping),
        };
        match read {
            Err(_) => Ok(Input::TimedOut),
            Ok(length) => {
                let bytes = block.get(..length?).unwrap_or_default();
                self.session.feed(bytes);
                self.make_room();
                Ok(if bytes.is_empty() { Input::End } else { Input::Bytes })
            }
        }
    }

    async fn write<S: AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        if self.replies.is_empty() {
            return Ok(());
        }
        let replies = std::mem::take(&mut self.replies);
        timeout(self.config.timeouts.command, async {
            stream.write_all(replies.as_bytes()).await?;
            stream.flush().await
        })
        .await?
    }

    /// What was read is not held without room for it.
    fn make_room(&mut self) {
        if !self.room.grow_to(self.session.text_held()) {
            let text = "no room for the message now: send it again later";
            self.session.refuse_text(Reply::new(ReplyCode::InsufficientStorage, (3, 1), text));
            self.room.clear();
        }
    }

    fn close(&mut self, enhanced: (u16, u16), text: &str) {
        self.session.close_with(Reply::new(ReplyCode::NotAvailable, enhanced, text));
    }
}

/// Closes in a way that lets the last reply arrive: a socket closed over unread input resets the connection, and the
/// client never hears why.
async fn linger<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<()> {
    let drained = timeout(LINGER, async {
        stream.shutdown().await?;
        tokio::io::copy(&mut (&mut stream).take(LINGER_OCTETS), &mut tokio::io::sink()).await
    });
    drained.await.map_or(Ok(()), |copied| copied.map(drop))
}

const LINGER: Duration = Duration::from_secs(1);
const LINGER_OCTETS: u64 = 1024 * 1024;

/// Runs a future to its end or to its panic.
async fn caught<F: Future>(make: impl FnOnce() -> F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(catch_unwind(AssertUnwindSafe(make))?);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => std::task::Poll::Ready(Err(panic)),
    })
    .await
}
