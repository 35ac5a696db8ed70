//! An SMTP host on loopback that is as far as it is told, and breaks when it is told.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use mailkit_examples::smtp::{Event, Reply, ReplyCode, Session, SessionConfig};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::clock::Clock;
use crate::world::{self, HOSTS, ROUND_TRIPS, Trouble};

/// Opens a host, which lives as long as the runtime.
pub(crate) async fn open(number: usize, clock: Clock) -> io::Result<SocketAddr> {
    let listener = listen(SocketAddr::new(world::address_of_host(number), 0))?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { Host { number, clock }.live(listener).await });
    Ok(address)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

#[derive(Clone, Copy)]
struct Host {
    number: usize,
    clock: Clock,
}

impl Host {
    async fn live(self, mut listener: TcpListener) -> io::Result<()> {
        for &(from, until, trouble) in HOSTS[self.number].faults {
            self.accept(&listener, None, from).await;
            match trouble {
                Trouble::Drop => self.drop_connections(&listener, until).await?,
                Trouble::Refuse => {
                    let address = listener.local_addr()?;
                    drop(listener);
                    self.clock.reach(until).await;
                    listener = listen(address).expect("the port is still ours");
                }
                _ => self.accept(&listener, Some(trouble), until).await,
            }
        }
        self.accept(&listener, None, FOREVER).await;
        Ok(())
    }

    async fn accept(self, listener: &TcpListener, trouble: Option<Trouble>, until: f64) {
        loop {
            tokio::select! {
                biased;
                accepted = listener.accept() => {
                    let (stream, peer) = accepted.expect("a connection");
                    tokio::spawn(self.converse(stream, peer, trouble));
                }
                () = self.clock.reach(until) => return,
            }
        }
    }

    /// A queue for one that holds one: the kernel drops every other SYN.
    async fn drop_connections(self, listener: &TcpListener, until: f64) -> io::Result<()> {
        SockRef::from(listener).listen(0)?;
        let _plug = TcpStream::connect(listener.local_addr()?).await?;
        self.clock.reach(until).await;
        SockRef::from(listener).listen(i32::try_from(BACKLOG).unwrap_or(i32::MAX))
    }

    /// Each reply is due at its own time after the connection, so that what the scheduler takes does not add up.
    async fn converse(
        self,
        mut stream: TcpStream,
        peer: SocketAddr,
        trouble: Option<Trouble>,
    ) -> io::Result<()> {
        let mut due = self.clock.now();
        // The plug comes from no egress.
        let Some(egress) = world::egress_at(peer.ip()) else { return Ok(()) };
        let (round_trip, service) = (ROUND_TRIPS[egress][self.number], HOSTS[self.number].service);
        stream.set_nodelay(true)?;
        let mut session =
            Session::new(SessionConfig::new("mx.example.com".parse().expect("a name")), peer);
        let mut replies = 0;
        loop {
            while let Some(event) = session.next_event() {
                match event {
                    Event::Reply(reply) if reply.code() == ReplyCode::Closing => {
                        stream.write_all(reply.to_string().as_bytes()).await?;
                    }
                    Event::Reply(reply) => {
                        replies += 1;
                        due += round_trip;
                        if replies == REPLY_TO_MAIL && breaks_off(trouble) {
                            self.clock.reach(due + 0.3 * service).await;
                            return break_off(stream, trouble).await;
                        }
                        self.clock.reach(due).await;
                        stream.write_all(reply.to_string().as_bytes()).await?;
                    }
                    Event::Recipient { .. } => session.answer(Reply::accept("known")),
                    Event::Message(_) => {
                        due += service
                            + if let Some(Trouble::Slow(more)) = trouble { more } else { 0.0 };
                        session.answer(Reply::accept("queued"));
                    }
                    _ => return Ok(()),
                }
            }
            let mut block = [0; 4 * 1024];
            match stream.read(&mut block).await? {
                0 => return Ok(()),
                length => session.feed(&block[..length]),
            }
        }
    }
}

fn breaks_off(trouble: Option<Trouble>) -> bool {
    matches!(trouble, Some(Trouble::Reset | Trouble::Say421))
}

async fn break_off(mut stream: TcpStream, trouble: Option<Trouble>) -> io::Result<()> {
    if trouble == Some(Trouble::Reset) {
        // A socket that does not linger is closed with RST.
        return SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    }
    stream.write_all(b"421 4.3.2 mx.example.com is going down\r\n").await
}

/// After the greeting and the reply to EHLO.
const REPLY_TO_MAIL: usize = 3;
const BACKLOG: u32 = 128;
/// Seconds that no run takes.
const FOREVER: f64 = 1e6;
