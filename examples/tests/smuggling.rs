//! No end-of-data sequence but CR LF . CR LF ends a message, however the bytes arrive.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test reads its environment, says why it skips, and fails by panicking"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use mailkit_examples::smtp::{
    Delivery, FailureKind, Handler, MailAddress, Outcome, ReceivedMail, Reply, ReversePath, Server,
    ServerConfig,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Takes every mail and keeps it.
#[derive(Default)]
struct Mailbox(Mutex<Vec<ReceivedMail>>);

impl Handler for Mailbox {
    async fn recipient(&self, _: &ReversePath, _: &MailAddress, _: SocketAddr) -> Reply {
        Reply::accept("known")
    }

    async fn message(&self, mail: ReceivedMail) -> Reply {
        self.0.lock().expect("no poison").push(mail);
        Reply::accept("queued")
    }
}

/// How the bytes are handed to the network.
#[derive(Debug, Clone, Copy)]
enum Cut {
    Whole,
    Octets,
    At(usize),
}

/// Whether the envelope waits for its replies.
#[derive(Debug, Clone, Copy)]
enum Pace {
    Pipelined,
    Lockstep,
}

const ENVELOPE: [&str; 4] = [
    "EHLO client.example.org\r\n",
    "MAIL FROM:<a@example.org>\r\n",
    "RCPT TO:<b@example.com>\r\n",
    "DATA\r\n",
];

/// A message with `sequence` in its middle, and a second mail behind it for a server that ends the first one there.
fn text_with(sequence: &str) -> String {
    format!(
        "Subject: one\r\n\r\ntext{sequence}MAIL FROM:<smuggled@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n\
         Subject: two\r\n\r\nsmuggled\r\n.\r\nQUIT\r\n"
    )
}

/// What the server said, after everything was sent that it would take.
async fn send(server: SocketAddr, sequence: &str, pace: Pace, cut: Cut) -> String {
    let mut stream = TcpStream::connect(server).await.expect("connected");
    stream.set_nodelay(true).expect("no delay");
    let mut bytes = text_with(sequence);
    match pace {
        Pace::Pipelined => bytes = ENVELOPE.concat() + &bytes,
        Pace::Lockstep => {
            for line in ENVELOPE {
                stream.write_all(line.as_bytes()).await.expect("taken");
                let mut reply = [0; 512];
                assert!(stream.read(&mut reply).await.expect("a reply") > 0);
            }
        }
    }
    let at = match cut {
        Cut::At(at) => at.min(bytes.len()),
        Cut::Whole | Cut::Octets => bytes.len(),
    };
    let (first, second) = bytes.as_bytes().split_at(at);
    let size = if matches!(cut, Cut::Octets) { 1 } else { bytes.len() };
    for packet in first.chunks(size).chain(second.chunks(size)) {
        // The server hangs up when it has seen enough.
        if stream.write_all(packet).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    let _ = stream.shutdown().await;
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}

/// Sends the sequence in every way there is, each over a connection of its own.
async fn send_in_every_way(server: SocketAddr, sequence: &str) -> Vec<(Pace, Cut, String)> {
    let length = ENVELOPE.concat().len() + text_with(sequence).len();
    let mut cuts: Vec<Cut> = (1..length).map(Cut::At).collect();
    cuts.extend([Cut::Whole, Cut::Octets]);
    let mut results = Vec::new();
    for pace in [Pace::Pipelined, Pace::Lockstep] {
        for batch in cuts.chunks(16) {
            let mut clients = JoinSet::new();
            for cut in batch.iter().copied() {
                let sequence = sequence.to_owned();
                clients.spawn(async move { (pace, cut, send(server, &sequence, pace, cut).await) });
            }
            results.extend(clients.join_all().await);
        }
    }
    results
}

async fn start() -> (SocketAddr, Arc<Mailbox>) {
    let config = ServerConfig::new("mx.example.com".parse().expect("a host name"));
    let server = Server::bind(([127, 0, 0, 1], 0).into(), config).await.expect("bound");
    let address = server.local_addr().expect("an address");
    let mailbox = Arc::new(Mailbox::default());
    tokio::spawn(server.serve(mailbox.clone(), std::future::pending()));
    (address, mailbox)
}

/// The published table, or why it is not there.
fn published() -> Result<String, String> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let data = std::env::var("MAILKIT_DATA").unwrap_or_else(|_| default.to_owned());
    let path = PathBuf::from(data).join("reliability/smuggling/eod_sequences.json");
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The sequences of the table, those that fool receivers and those that senders let through.
fn sequences(table: &str) -> Vec<String> {
    let table: serde_json::Value = serde_json::from_str(table).expect("JSON");
    let lists = ["inbound", "outbound"].map(|key| table[key].as_array().expect("a list"));
    let rows = lists.into_iter().flatten();
    rows.map(|row| row.as_str().expect("a text").to_owned()).collect()
}

/// The sequences, unless the table is not there and need not be.
fn sequences_or_skip() -> Option<Vec<String>> {
    match published() {
        Ok(table) => Some(sequences(&table)),
        Err(why) if std::env::var("MAILKIT_REQUIRE_PEERS").as_deref() == Ok("1") => panic!("{why}"),
        Err(why) => {
            eprintln!("skipped: {why}");
            None
        }
    }
}

#[tokio::test]
async fn no_published_sequence_is_sent() {
    let Some(sequences) = sequences_or_skip() else { return };
    let (server, mailbox) = start().await;
    let [host_name, server_name] =
        ["out.example.org", "mx.example.com"].map(|name| name.parse().expect("a name"));
    let delivery = Delivery::new(host_name, server, server_name);
    let recipient = "b@example.com".parse().expect("an address");
    for sequence in sequences {
        for (before, after) in [
            ("", "a: b\r\n"),
            ("a: b", "c: d\r\n"),
            ("a: b\r\n\r\ntext", "text\r\n"),
            ("a: b\r\n\r\n", ""),
        ] {
            let message = format!("{before}{sequence}{after}");
            let attempt = delivery.send(&ReversePath::Null, &recipient, message.as_bytes()).await;
            assert!(
                matches!(attempt.outcome, Outcome::Failed { kind: FailureKind::Message(_), .. }),
                "{message:?}: {attempt:?}"
            );
        }
    }
    assert!(mailbox.0.lock().expect("no poison").is_empty());
}

#[tokio::test]
async fn no_published_sequence_ends_a_message() {
    let Some(sequences) = sequences_or_skip() else { return };
    assert_eq!(sequences.len(), 16);
    let (server, mailbox) = start().await;
    for sequence in sequences {
        for (pace, cut, said) in send_in_every_way(server, &sequence).await {
            let sent = format!("{sequence:?}, {pace:?}, {cut:?}: {said}");
            assert!(said.contains("550 5.6.11 "), "{sent}");
            assert!(!said.contains("smuggled") && !said.contains("queued"), "{sent}");
        }
        assert!(mailbox.0.lock().expect("no poison").is_empty(), "{sequence:?} made a mail");
    }
}

/// The same bytes with an honest sequence make two mails: the test above would see a smuggled one.
#[tokio::test]
async fn the_true_sequence_ends_a_message() {
    let (server, mailbox) = start().await;
    let results = send_in_every_way(server, "\r\n.\r\n").await;
    for (pace, cut, said) in &results {
        assert_eq!(said.matches("queued").count(), 2, "{pace:?}, {cut:?}: {said}");
    }
    let mails = mailbox.0.lock().expect("no poison");
    assert_eq!(mails.len(), 2 * results.len());
    for mail in mails.iter() {
        let text: &[u8] = if mail.sender.to_string() == "a@example.org" {
            b"Subject: one\r\n\r\ntext\r\n"
        } else {
            b"Subject: two\r\n\r\nsmuggled\r\n"
        };
        assert_eq!(mail.bytes, text);
    }
}
