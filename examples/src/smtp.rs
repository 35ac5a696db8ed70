//! The SMTP side of the gateway: a strict receiver, and one delivery attempt at a time.
//!
//! | module | what it holds |
//! |---|---|
//! | [`address`] | [`MailAddress`] and [`ReversePath`]: text from the wire, checked once |
//! | [`host_name`] | [`HostName`]: what a host calls itself |
//! | [`reply`] | [`Reply`]: a status code, its enhanced code and a text that cannot inject lines |
//! | [`session`] | [`Session`]: the receiving protocol as a state machine without sockets or clocks |
//! | [`server`] | [`Server`]: drives sessions over tokio, with timeouts and connection limits |
//! | [`client`] | [`Delivery`]: hands one message to one host and says how far it came |
//! | [`tls`] | certificates in, acceptors and trust anchors out |
//!
//! The receiver ends a line at CR LF and nowhere else. A bare CR, a bare LF or a NUL closes the connection, because
//! two servers that disagree about where a message ends let a sender smuggle a second one between them.
//!
//! ```
//! use std::{future, net::SocketAddr, sync::Arc};
//! use mailkit_examples::smtp::*;
//!
//! struct Host;
//!
//! impl Handler for Host {
//!     async fn recipient(&self, _: &ReversePath, recipient: &MailAddress, _: SocketAddr) -> Reply {
//!         match recipient.domain() {
//!             "example.com" => Reply::accept("known"),
//!             _ => Reply::reject((7, 1), "no relaying: this host takes mail for example.com"),
//!         }
//!     }
//!
//!     async fn message(&self, mail: ReceivedMail) -> Reply {
//!         Reply::accept(format!("{} octets queued", mail.bytes.len()))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let host_name: HostName = "mx.example.com".parse()?;
//! let server = Server::bind("127.0.0.1:0".parse()?, ServerConfig::new(host_name.clone())).await?;
//! let delivery = Delivery::new("out.example.org".parse()?, server.local_addr()?, host_name);
//! tokio::spawn(server.serve(Arc::new(Host), future::pending()));
//!
//! let attempt = delivery.send(&ReversePath::Null, &"info@example.com".parse()?, b"Subject: hi\r\n\r\n").await;
//! assert_eq!(attempt.outcome, Outcome::Accepted { text: "15 octets queued".into() });
//! # Ok(())
//! # }
//! ```

pub mod address;
pub mod client;
pub mod host_name;
pub mod reply;
pub mod server;
pub mod session;
pub mod tls;

pub use address::{AddressError, AddressErrorKind, MailAddress, ReversePath};
pub use client::{
    Attempt, Connection, Delivery, DeliveryTimeouts, DeliveryTls, FailureKind, MessageError,
    Outcome, Stage,
};
pub use host_name::HostName;
pub use reply::{EnhancedCode, Reply, ReplyCode};
pub use server::{ConnectionLimits, Handler, Server, ServerConfig, Timeouts};
pub use session::{Event, Limits, ReceivedMail, Session, SessionConfig};
pub use tls::{CertificatePin, Dane, Identity, TlsError, TlsFault, TrustAnchors};
