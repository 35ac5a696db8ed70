//! What goes into a session, and what comes out of it.

use std::net::SocketAddr;

use super::Limits;
use crate::smtp::address::{MailAddress, ReversePath};
use crate::smtp::host_name::HostName;
use crate::smtp::reply::Reply;

/// What a session needs to know of its host.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SessionConfig {
    /// The name in the greeting.
    pub host_name: HostName,
    /// How much one client may ask for.
    pub limits: Limits,
    /// Whether STARTTLS is offered; the host then answers [`Event::StartTls`] with a handshake.
    pub start_tls: bool,
}

impl SessionConfig {
    /// A configuration with default limits and without STARTTLS.
    #[must_use]
    pub fn new(host_name: HostName) -> Self {
        Self { host_name, limits: Limits::default(), start_tls: false }
    }
}

/// What the host has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Write this to the client.
    Reply(Reply),
    /// May this recipient have the mail? [`Session::answer`](super::Session::answer) with the reply to RCPT; a positive one adds the recipient.
    Recipient {
        /// Who sends.
        sender: ReversePath,
        /// Who shall receive.
        recipient: MailAddress,
    },
    /// A whole mail: [`Session::answer`](super::Session::answer) with the reply to it. A positive one takes the responsibility for it.
    Message(ReceivedMail),
    /// Make the TLS handshake, then call [`Session::tls_started`](super::Session::tls_started).
    StartTls,
    /// Close the connection.
    Close,
}

/// A mail with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedMail {
    /// The client's address and port.
    pub peer: SocketAddr,
    /// What the client called itself.
    pub helo: HostName,
    /// Where bounces go.
    pub sender: ReversePath,
    /// Who shall receive it, each of them accepted by the host.
    pub recipients: Vec<MailAddress>,
    /// Whether it came over TLS.
    pub tls: bool,
    /// Whether the client declared SMTPUTF8 (RFC 6531).
    pub smtp_utf8: bool,
    /// The message as sent, lines ending in CR LF, dots unstuffed, without a trace header of ours.
    pub bytes: Vec<u8>,
}
