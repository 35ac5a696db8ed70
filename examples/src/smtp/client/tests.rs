//! Attempts at hosts that play a part, and what comes of each.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;
use crate::smtp::Identity;

/// A host that says `script[0]`, and the next part after each command; at a part that is empty it hangs up.
/// What it was sent comes back.
async fn host(script: &'static [&'static str]) -> (SocketAddr, JoinHandle<String>) {
    host_cut_after(script, usize::MAX).await
}

/// The same, but it hangs up once it has said so many octets.
async fn host_cut_after(
    script: &'static [&'static str],
    octets: usize,
) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("an address");
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut stream = BufReader::new(stream);
        let mut left = octets;
        let mut heard = String::new();
        for part in script {
            let said = part.get(..left).unwrap_or(part);
            left -= said.len();
            stream.write_all(said.as_bytes()).await.expect("taken");
            if left == 0 || said.is_empty() {
                return heard;
            }
            let end = if part.starts_with("354") { "\r\n.\r\n" } else { "\n" };
            let mut command = String::new();
            while !command.ends_with(end)
                && stream.read_line(&mut command).await.is_ok_and(|read| read > 0)
            {}
            heard += &command;
        }
        heard
    });
    (address, heard)
}

fn name(text: &str) -> HostName {
    text.parse().expect("a host name")
}

fn delivery(target: SocketAddr) -> Delivery {
    let mut delivery = Delivery::new(name("out.example.org"), target, name("mx.example.com"));
    delivery.timeouts.dot = Duration::from_millis(200);
    delivery.timeouts.command = Duration::from_millis(500);
    delivery
}

async fn send(delivery: &Delivery, message: &[u8]) -> Attempt {
    let sender = ReversePath::Address("a@example.org".parse().expect("an address"));
    delivery.send(&sender, &"b@example.com".parse().expect("an address"), message).await
}

/// The outcome in one line.
fn told(attempt: &Attempt) -> String {
    let doubt = if attempt.is_ambiguous() { "?" } else { "" };
    match &attempt.outcome {
        Outcome::Accepted { text } => format!("{:?}: accepted: {text}", attempt.stage),
        Outcome::Rejected { code, enhanced, text } => {
            let enhanced = enhanced.map(|code| format!(" {code}")).unwrap_or_default();
            format!("{:?}: {code}{enhanced} {text}", attempt.stage)
        }
        Outcome::Failed { kind, .. } => format!("{:?}{doubt}: {kind:?}", attempt.stage),
    }
}

async fn check(script: &'static [&'static str], expected: &str) {
    let (address, _) = host(script).await;
    assert_eq!(
        told(&send(&delivery(address), b"Subject: x\r\n\r\nx\r\n").await),
        expected,
        "{script:?}"
    );
}

const GREETING: &str = "220 mx.example.com\r\n";
const OK: &str = "250 2.0.0 ok\r\n";
const GO_ON: &str = "354 go on\r\n";

#[tokio::test]
async fn each_stage_has_its_outcomes() {
    check(
        &[GREETING, OK, OK, OK, GO_ON, "250 2.0.0 queued as 7\r\n", OK],
        "Done: accepted: queued as 7",
    )
    .await;
    check(&["554 5.7.1 go away\r\n", OK], "Banner: 554 5.7.1 go away").await;
    check(&[""], "Banner: NoReply").await;
    check(&["hello\r\n", ""], "Banner: NoReply").await;
    check(&[GREETING, "421 4.3.2 later\r\n", OK], "Ehlo: 421 4.3.2 later").await;
    check(&[GREETING, ""], "Ehlo: NoReply").await;
    check(&[GREETING, OK, "550 no\r\n", OK], "MailFrom: 550 no").await;
    check(
        &[GREETING, OK, OK, "550-5.1.1 no\r\n550 5.1.1 such\r\n", OK],
        "RcptTo: 550 5.1.1 no\nsuch",
    )
    .await;
    check(&[GREETING, OK, OK, "354 what?\r\n"], "RcptTo: NoReply").await;
    check(&[GREETING, OK, OK, OK, "451 4.3.0 later\r\n", OK], "Data: 451 4.3.0 later").await;
    check(&[GREETING, OK, OK, OK, "250 2.0.0 what?\r\n"], "Data: NoReply").await;
    check(&[GREETING, OK, OK, OK, ""], "Data: NoReply").await;
    check(&[GREETING, OK, OK, OK, GO_ON, "554 5.6.0 no\r\n", OK], "Dot: 554 5.6.0 no").await;
    check(&[GREETING, OK, OK, OK, GO_ON, ""], "Dot?: NoReply").await;
    check(&[GREETING, OK, OK, OK, GO_ON, "25"], "Dot?: Timeout").await;
    check(&[GREETING, OK, OK, "2"], "RcptTo: Timeout").await;
}

/// Nothing but the last octet of the last reply makes a mail delivered, and only the dot makes it doubtful.
#[tokio::test]
async fn a_connection_may_end_at_any_octet() {
    let script = &[GREETING, OK, OK, OK, GO_ON, "250-2.0.0 queued\r\n250 2.0.0 as 7\r\n"];
    let total = script.concat().len();
    let until_dot = script[..5].concat().len();
    for octets in 0..=total {
        let (address, heard) = host_cut_after(script, octets).await;
        let attempt = send(&delivery(address), b"x\r\n").await;
        let accepted = matches!(attempt.outcome, Outcome::Accepted { .. });
        assert_eq!(accepted, octets == total, "{octets}: {attempt:?}");
        if octets != until_dot {
            // Right after the 354 the client cannot tell whether the host went before its dot or after it.
            let took_the_dot = octets > until_dot;
            assert_eq!(attempt.is_ambiguous(), took_the_dot && !accepted, "{octets}: {attempt:?}");
            assert_eq!(heard.await.expect("heard").contains("\r\nx\r\n.\r\n"), took_the_dot);
        }
    }
}

#[tokio::test]
async fn the_goodbye_is_not_part_of_the_latency() {
    let (address, _) = host(&[GREETING, OK, OK, OK, GO_ON, OK, "2"]).await;
    let started = Instant::now();
    let attempt = send(&delivery(address), b"x\r\n").await;
    assert_eq!(told(&attempt), "Done: accepted: ok");
    assert!(started.elapsed() >= attempt.latency + Duration::from_millis(400), "{attempt:?}");
}

#[tokio::test]
async fn what_is_said() {
    let offers = "250-mx.example.com\r\n250-SIZE 1000\r\n250 8BITMIME\r\n";
    let script = &[GREETING, "502 5.5.1 what?\r\n", OK, OK, OK, GO_ON, OK, OK];
    let (address, heard) = host(script).await;
    assert_eq!(told(&send(&delivery(address), b"a\r\n..").await), "Done: accepted: ok");
    let envelope = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    let expected = format!(
        "EHLO out.example.org\r\nHELO out.example.org\r\n{envelope}a\r\n...\r\n.\r\nQUIT\r\n"
    );
    assert_eq!(heard.await.expect("heard"), expected);

    let (address, heard) =
        host(Box::leak(Box::new([GREETING, offers, OK, OK, GO_ON, OK, OK]))).await;
    assert_eq!(told(&send(&delivery(address), "ä\r\n".as_bytes()).await), "Done: accepted: ok");
    assert!(
        heard.await.expect("heard").contains("MAIL FROM:<a@example.org> SIZE=4 BODY=8BITMIME\r\n")
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_not() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .and_then(|listener| listener.local_addr())
        .expect("a port");
    let told_of = async |message: &[u8]| told(&send(&delivery(closed), message).await);
    assert_eq!(told_of(b"a\n.\n").await, "Connect: Message(BareLf { at: 1 })");
    assert_eq!(told_of(b"").await, "Connect: Message(Empty)");
    assert_eq!(told_of(b"fine\r\n").await, "Connect: Io(ConnectionRefused)");

    let (address, heard) = host(&[GREETING, OK, OK]).await;
    let recipient = "用户@例子.广告".parse().expect("an address");
    let attempt = delivery(address).send(&ReversePath::Null, &recipient, b"x\r\n").await;
    assert_eq!(told(&attempt), "MailFrom: Unoffered { extension: \"SMTPUTF8\" }");
    assert!(!heard.await.expect("heard").contains("MAIL"));

    let (address, heard) = host(&[GREETING, OK, OK]).await;
    let trusted = Identity::self_signed(&name("mx.example.com"))
        .and_then(|identity| identity.trust_anchors());
    let delivery =
        Delivery { tls: DeliveryTls::Required(trusted.expect("anchors")), ..delivery(address) };
    assert_eq!(
        told(&send(&delivery, b"x\r\n").await),
        "StartTls: Unoffered { extension: \"STARTTLS\" }"
    );
    assert!(!heard.await.expect("heard").contains("MAIL"), "no clear text when TLS is required");
}

/// What stands behind the reply to STARTTLS in clear text may be an attacker's: it must not answer the second EHLO.
#[tokio::test]
async fn replies_injected_before_the_handshake_are_not_heard() {
    let identity = Identity::self_signed(&name("mx.example.com")).expect("an identity");
    let acceptor = identity.acceptor().expect("an acceptor");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let target = listener.local_addr().expect("an address");
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut block = [0; 512];
        for said in [GREETING, "250-mx.example.com\r\n250 STARTTLS\r\n"] {
            stream.write_all(said.as_bytes()).await.expect("taken");
            assert!(stream.read(&mut block).await.expect("a command") > 0);
        }
        stream.write_all(b"220 go\r\n250-mx.example.com\r\n250 SIZE 9\r\n").await.expect("taken");
        let mut stream = acceptor.accept(stream).await.expect("a handshake");
        let mut heard = String::new();
        for said in [OK, "550 5.7.1 no\r\n"] {
            let length = stream.read(&mut block).await.expect("a command");
            heard += &String::from_utf8_lossy(&block[..length]);
            stream.write_all(said.as_bytes()).await.expect("taken");
            stream.flush().await.expect("taken");
        }
        heard
    });
    let attempt = send(&delivery(target), b"x\r\n").await;
    assert_eq!(told(&attempt), "MailFrom: 550 5.7.1 no");
    assert!(attempt.tls);
    assert_eq!(
        heard.await.expect("heard"),
        "EHLO out.example.org\r\nMAIL FROM:<a@example.org>\r\n"
    );
}

#[tokio::test]
async fn a_host_that_never_ends_its_greeting_costs_little() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("an address");
    let said = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let (block, mut said) = ("220-\r\n".repeat(1000), 0);
        while stream.write_all(block.as_bytes()).await.is_ok() {
            said += block.len();
        }
        said
    });
    let attempt = send(&delivery(address), b"text\r\n").await;
    assert_eq!(attempt.stage, Stage::Banner);
    assert!(matches!(attempt.outcome, Outcome::Failed { .. }), "{attempt:?}");
    // What the sockets hold comes on top of what was heard.
    assert!(said.await.expect("no panic") < 16 << 20);
}
