//! The SMTP side of the gateway: a strict receiver, and one delivery attempt at a time.
//!
//! | module | what it holds |
//! |---|---|
//! | [`address`] | [`MailAddress`], [`ReversePath`] and [`HostName`]: text from the wire, checked once |
//! | [`reply`] | [`Reply`]: a status code, its enhanced code and a text that cannot inject lines |
//! | [`session`] | [`Session`]: the receiving protocol as a state machine without sockets or clocks |
//! | [`server`] | [`Server`]: drives sessions over tokio, with timeouts and connection limits |
//! | [`client`] | [`Delivery`]: hands one message to one host and says how far it came |
//! | [`tls`] | certificates in, acceptors and trust anchors out |
//!
//! The receiver ends a line at CR LF and nowhere else. A bare CR, a bare LF or a NUL closes the connection, because
//! two servers that disagree about where a message ends let a sender smuggle a second one between them.

pub mod address;
pub mod client;
pub mod reply;
pub mod server;
pub mod session;
pub mod tls;

pub use address::{AddressError, AddressErrorKind, HostName, MailAddress, ReversePath};
pub use client::{
    Attempt, Delivery, DeliveryTimeouts, DeliveryTls, FailureKind, MessageError, Outcome, Stage,
};
pub use reply::{EnhancedCode, Reply, ReplyCode};
pub use server::{ConnectionLimits, Handler, Server, ServerConfig, Timeouts};
pub use session::{Event, Limits, ReceivedMail, Session, SessionConfig};
pub use tls::{Identity, TlsError, TrustAnchors};
