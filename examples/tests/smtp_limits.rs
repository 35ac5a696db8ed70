//! The server over real sockets: limits, timeouts, TLS, panics and shutdown; with the client as its counterpart.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test reads the clock, and fails by panicking"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mailkit_examples::smtp::{
    CertificatePin, Dane, Delivery, DeliveryTls, FailureKind, Handler, Identity, MailAddress,
    Outcome, ReceivedMail, Reply, ReversePath, Server, ServerConfig, Stage, TlsFault,
};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Takes every mail and keeps it; panics or dawdles when the recipient asks for it.
#[derive(Default)]
struct Mailbox(Mutex<Vec<ReceivedMail>>);

impl Handler for Mailbox {
    async fn recipient(&self, _: &ReversePath, recipient: &MailAddress, _: SocketAddr) -> Reply {
        assert_ne!(recipient.local_part(), "panic", "as asked");
        Reply::accept("known")
    }

    async fn message(&self, mail: ReceivedMail) -> Reply {
        match mail.recipients.first().map(MailAddress::local_part) {
            Some("panic-later") => panic!("as asked"),
            Some("slow") => sleep(Duration::from_millis(300)).await,
            Some("very-slow") => sleep(Duration::from_secs(60)).await,
            _ => {}
        }
        self.0.lock().expect("no poison").push(mail);
        Reply::accept("queued")
    }
}

/// A server, and what a test needs to know of it.
struct Running {
    address: SocketAddr,
    mailbox: Arc<Mailbox>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

fn config() -> ServerConfig {
    ServerConfig::new("mx.example.com".parse().expect("a host name"))
}

async fn start(config: ServerConfig) -> Running {
    let server = Server::bind(([127, 0, 0, 1], 0).into(), config).await.expect("bound");
    let address = server.local_addr().expect("an address");
    let mailbox = Arc::new(Mailbox::default());
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(server.serve(mailbox.clone(), async move {
        let _ = stopped.await;
    }));
    Running { address, mailbox, stop, served }
}

/// A test that waits for ever tells nothing.
async fn in_time<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(10), future).await.expect("in time")
}

/// A client that sends what it is told, reply by reply.
struct Client(TcpStream);

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("connected"))
    }

    /// Greeted and past EHLO.
    async fn greeted(address: SocketAddr) -> Self {
        let mut client = Self::connect(address).await;
        assert_eq!(client.read().await, "220 mx.example.com ESMTP\r\n");
        assert!(
            client.say("EHLO client.example.org\r\n").await.starts_with("250-mx.example.com\r\n")
        );
        client
    }

    async fn read(&mut self) -> String {
        let mut block = [0; 1024];
        let length = in_time(self.0.read(&mut block)).await.expect("a reply");
        String::from_utf8_lossy(&block[..length]).into_owned()
    }

    async fn say(&mut self, bytes: &str) -> String {
        self.0.write_all(bytes.as_bytes()).await.expect("taken");
        self.read().await
    }

    /// All that is still said before the server hangs up.
    async fn rest(&mut self) -> String {
        let mut said = String::new();
        in_time(self.0.read_to_string(&mut said)).await.expect("a proper end");
        said
    }

    async fn begin(&mut self, recipient: &str) -> String {
        self.say("MAIL FROM:<a@example.org>\r\n").await;
        self.say(&format!("RCPT TO:<{recipient}>\r\n")).await
    }
}

fn delivery(target: SocketAddr, tls: DeliveryTls) -> Delivery {
    let name = |text: &str| text.parse().expect("a host name");
    let mut delivery = Delivery::new(name("out.example.org"), target, name("mx.example.com"));
    delivery.tls = tls;
    delivery
}

fn addresses() -> (ReversePath, MailAddress) {
    (ReversePath::Null, "b@example.com".parse().expect("an address"))
}

#[tokio::test]
async fn over_the_connection_limit_421_and_the_next_one_is_served() {
    let mut config = config();
    config.connections.per_client = 2;
    let server = start(config).await;
    let mut first = Client::greeted(server.address).await;
    let _second = Client::greeted(server.address).await;
    let mut third = Client::connect(server.address).await;
    assert_eq!(third.rest().await, "421 4.7.0 too many connections: come again later\r\n");

    assert_eq!(first.say("QUIT\r\n").await, "221 2.0.0 goodbye\r\n");
    drop(first);
    let deadline = Instant::now() + Duration::from_secs(5);
    while Client::connect(server.address).await.read().await.starts_with("421") {
        assert!(Instant::now() < deadline, "the place was not given back");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn text_beyond_the_common_room_comes_again_later() {
    let mut config = config();
    config.connections.text = 100_000;
    let server = start(config).await;
    let block = format!("{}\r\n", "x".repeat(998)).repeat(60);

    let (mut one, mut other) =
        (Client::greeted(server.address).await, Client::greeted(server.address).await);
    for client in [&mut one, &mut other] {
        client.begin("b@example.com").await;
        assert!(client.say("DATA\r\n").await.starts_with("354"));
    }
    one.0.write_all(b"Subject: a\r\n\r\n").await.expect("taken");
    one.0.write_all(block.as_bytes()).await.expect("taken");
    sleep(Duration::from_millis(100)).await;
    other.0.write_all(b"Subject: b\r\n\r\n").await.expect("taken");
    other.0.write_all(block.as_bytes()).await.expect("taken");
    let refused = other.say(".\r\n").await;
    assert_eq!(refused, "452 4.3.1 no room for the message now: send it again later\r\n");
    assert_eq!(one.say(".\r\n").await, "250 2.0.0 queued\r\n");

    other.begin("b@example.com").await;
    other.say("DATA\r\n").await;
    other.0.write_all(b"Subject: b\r\n\r\n").await.expect("taken");
    other.0.write_all(block.as_bytes()).await.expect("taken");
    assert_eq!(other.say(".\r\n").await, "250 2.0.0 queued\r\n");
}

const LATE: &str = "421 4.4.2 this takes too long: connect again\r\n";

/// A server that waits 300 ms for a command or a block, and two seconds for a session.
async fn start_impatient() -> Running {
    let mut config = config();
    config.timeouts.command = Duration::from_millis(300);
    config.timeouts.data = Duration::from_millis(300);
    config.timeouts.session = Duration::from_secs(2);
    start(config).await
}

/// Sends an octet every 50 ms until the server has something to say, and tells how long that took.
async fn drip(client: &mut Client) -> Duration {
    let started = Instant::now();
    while timeout(Duration::from_millis(50), client.0.readable()).await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(10), "the server waits for ever");
        client.0.write_all(b"x").await.expect("taken");
    }
    started.elapsed()
}

#[tokio::test]
async fn a_client_that_sends_nothing_is_timed_out() {
    let server = start_impatient().await;
    let mut silent = Client::greeted(server.address).await;
    let mut stuck = Client::greeted(server.address).await;
    stuck.begin("b@example.com").await;
    stuck.say("DATA\r\n").await;

    let started = Instant::now();
    assert_eq!(silent.rest().await, LATE);
    assert_eq!(stuck.rest().await, LATE);
    assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_client_that_sends_slowly_is_timed_out() {
    let server = start_impatient().await;
    // An octet now and then does not make a command last longer.
    let mut slow = Client::greeted(server.address).await;
    let took = drip(&mut slow).await;
    assert_eq!(slow.rest().await, LATE);
    assert!(took < Duration::from_millis(1500), "{took:?}");

    // Text that keeps coming is only held by the time of the whole session.
    let mut dripping = Client::greeted(server.address).await;
    dripping.begin("b@example.com").await;
    dripping.say("DATA\r\n").await;
    let took = drip(&mut dripping).await;
    assert_eq!(dripping.rest().await, LATE);
    assert!(took > Duration::from_millis(1500), "{took:?}");
    assert!(server.mailbox.0.lock().expect("no poison").is_empty());
}

#[tokio::test]
async fn each_command_has_its_own_time() {
    let server = start_impatient().await;
    let mut steady = Client::greeted(server.address).await;
    for _ in 0..4 {
        sleep(Duration::from_millis(150)).await;
        assert_eq!(steady.say("NOOP\r\n").await, "250 2.0.0 still here\r\n");
    }
}

#[tokio::test]
async fn a_handler_that_panics_defers_and_the_server_goes_on() {
    let server = start(config()).await;
    let sorry = "451 4.3.0 something went wrong here: send the mail again later\r\n";
    let mut client = Client::greeted(server.address).await;
    assert_eq!(client.begin("panic@example.com").await, sorry);
    assert_eq!(client.say("RCPT TO:<panic-later@example.com>\r\n").await, "250 2.0.0 known\r\n");
    client.say("DATA\r\n").await;
    assert_eq!(client.say("x\r\n.\r\n").await, sorry);

    client.begin("b@example.com").await;
    client.say("DATA\r\n").await;
    assert_eq!(client.say("x\r\n.\r\n").await, "250 2.0.0 queued\r\n");
    assert_eq!(server.mailbox.0.lock().expect("no poison").len(), 1);
}

#[tokio::test]
async fn a_shutdown_lets_transactions_end() {
    let server = start(config()).await;
    let mut idle = Client::greeted(server.address).await;
    let mut busy = Client::greeted(server.address).await;
    busy.begin("slow@example.com").await;
    busy.say("DATA\r\n").await;

    server.stop.send(()).expect("still serving");
    let goodbye = "421 4.3.2 the server stops: connect again later\r\n";
    assert_eq!(idle.rest().await, goodbye);
    busy.0.write_all(b"x\r\n.\r\n").await.expect("taken");
    assert_eq!(busy.rest().await, format!("250 2.0.0 queued\r\n{goodbye}"));
    drop((idle, busy));
    server.served.await.expect("served");
    assert_eq!(server.mailbox.0.lock().expect("no poison").len(), 1);
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let mut config = config();
    config.timeouts.grace = Duration::from_millis(200);
    let server = start(config).await;
    let mut busy = Client::greeted(server.address).await;
    busy.begin("very-slow@example.com").await;
    busy.say("DATA\r\n").await;
    busy.0.write_all(b"x\r\n.\r\n").await.expect("taken");

    let started = Instant::now();
    server.stop.send(()).expect("still serving");
    server.served.await.expect("served");
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(server.mailbox.0.lock().expect("no poison").is_empty());
}

#[tokio::test]
async fn a_mail_without_its_final_dot_is_none() {
    let server = start(config()).await;
    for ending in ["", "\r", "\r\n", "\r\n.", "\r\n.\r"] {
        let mut client = Client::greeted(server.address).await;
        client.begin("b@example.com").await;
        client.say("DATA\r\n").await;
        client.0.write_all(format!("x{ending}").as_bytes()).await.expect("taken");
        client.0.shutdown().await.expect("sent");
        assert_eq!(client.rest().await, "");
    }
    assert!(server.mailbox.0.lock().expect("no poison").is_empty());
}

/// A client that is refused in the middle of its text hears why, although the server stopped reading.
#[tokio::test]
async fn the_last_reply_arrives() {
    let server = start(config()).await;
    let mut client = Client::greeted(server.address).await;
    client.begin("b@example.com").await;
    client.say("DATA\r\n").await;
    client.0.write_all(b"a\n").await.expect("taken");
    for _ in 0..10 {
        sleep(Duration::from_millis(10)).await;
        client.0.write_all(&[b'x'; 10_000]).await.expect("taken");
    }
    let why = "a bare LF is not a line end: end lines with CR LF";
    client.0.shutdown().await.expect("sent");
    assert_eq!(client.rest().await, format!("550 5.6.11 {why}\r\n"));
}

#[tokio::test]
async fn tls_is_what_was_asked_for() {
    let name = "mx.example.com".parse().expect("a host name");
    let identity = Identity::self_signed(&name).expect("an identity");
    let trusted = identity.trust_anchors().expect("anchors");
    let stranger =
        Identity::self_signed(&name).and_then(|other| other.trust_anchors()).expect("anchors");
    let server = start(config().with_tls(identity.acceptor().expect("an acceptor"))).await;
    let (sender, recipient) = addresses();
    let send = async |tls| delivery(server.address, tls).send(&sender, &recipient, b"x\r\n").await;

    for (tls, encrypted) in [
        (DeliveryTls::Opportunistic, true),
        (DeliveryTls::Encrypted, true),
        (DeliveryTls::Required(trusted.clone()), true),
        (DeliveryTls::Noted(trusted), true),
        (DeliveryTls::Never, false),
    ] {
        let attempt = send(tls).await;
        assert_eq!((attempt.stage, attempt.tls), (Stage::Done, encrypted), "{attempt:?}");
        assert_eq!(attempt.tls_fault, None);
    }
    let attempt = send(DeliveryTls::Noted(stranger.clone())).await;
    assert_eq!((attempt.stage, attempt.tls_fault), (Stage::Done, Some(TlsFault::Untrusted)));
    let attempt = send(DeliveryTls::Required(stranger)).await;
    assert_eq!((attempt.stage, attempt.tls_fault), (Stage::StartTls, Some(TlsFault::Untrusted)));
    assert!(
        matches!(attempt.outcome, Outcome::Failed { kind: FailureKind::Tls, .. }),
        "{attempt:?}"
    );

    let mails = server.mailbox.0.lock().expect("no poison");
    let tls: Vec<_> = mails.iter().map(|mail| mail.tls).collect();
    assert_eq!(tls, [true, true, true, true, false, true]);
}

#[tokio::test]
async fn a_certificate_is_the_one_that_was_pinned() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = rcgen::generate_simple_self_signed(["mx.example.com".to_owned()]).expect("made");
    let [chain, key] = ["chain.pem", "key.pem"].map(|name| folder.path().join(name));
    std::fs::write(&chain, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let identity = Identity::from_pem_files(&chain, &key).expect("an identity");
    let server = start(config().with_tls(identity.acceptor().expect("an acceptor"))).await;
    let (sender, recipient) = addresses();
    let check = async |data: &[u8], expected| {
        let pins = vec![CertificatePin::new(3, 0, 0, data)];
        let tls = DeliveryTls::Pinned(Dane::new(Vec::new(), pins));
        let attempt = delivery(server.address, tls).send(&sender, &recipient, b"x\r\n").await;
        assert_eq!((attempt.stage, attempt.tls_fault), expected, "{attempt:?}");
    };
    check(made.cert.der(), (Stage::Done, None)).await;
    check(b"another", (Stage::StartTls, Some(TlsFault::Unpinned))).await;
}

#[tokio::test]
async fn clear_text_behind_starttls_is_never_a_command() {
    let identity = Identity::self_signed(&"mx.example.com".parse().expect("a host name"))
        .expect("an identity");
    let server = start(config().with_tls(identity.acceptor().expect("an acceptor"))).await;
    let smuggled = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nx\r\n.\r\n";

    let mut pipelined = Client::greeted(server.address).await;
    pipelined.0.write_all(format!("STARTTLS\r\n{smuggled}").as_bytes()).await.expect("taken");
    assert_eq!(
        pipelined.rest().await,
        "503 5.5.1 wait for the reply to STARTTLS before you send more\r\n"
    );

    let mut patient = Client::greeted(server.address).await;
    assert_eq!(patient.say("STARTTLS\r\n").await, "220 2.0.0 start the handshake\r\n");
    patient.0.write_all(smuggled.as_bytes()).await.expect("taken");
    let mut said = Vec::new();
    let _ = in_time(patient.0.read_to_end(&mut said)).await;
    assert!(!String::from_utf8_lossy(&said).contains("250"), "a TLS alert at most");
    assert!(server.mailbox.0.lock().expect("no poison").is_empty());
}

/// Lines that are hard to carry: dots, spaces, octets beyond ASCII.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just(b".".to_vec()),
        Just(b"..".to_vec()),
        Just(Vec::new()),
        "[.a é]{0,9}".prop_map(Vec::from)
    ];
    prop::collection::vec(line, 1..12).prop_map(|lines| {
        lines.iter().flat_map(|line| line.iter().chain(b"\r\n")).copied().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_message_arrives_as_it_was_sent(message in message()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let received = runtime.block_on(async {
            let server = start(config()).await;
            let (sender, recipient) = addresses();
            let attempt = delivery(server.address, DeliveryTls::Never).send(&sender, &recipient, &message).await;
            assert_eq!(attempt.outcome, Outcome::Accepted { text: "queued".to_owned() });
            server.mailbox.0.lock().expect("no poison").remove(0)
        });
        prop_assert_eq!(received.bytes, message);
        prop_assert_eq!(received.helo.as_str(), "out.example.org");
    }
}
