//! What a delivery asks of TLS, and how long it waits.

use std::time::Duration;

use crate::smtp::tls::{Dane, Trust, TrustAnchors};

/// Whether the mail must travel encrypted.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum DeliveryTls {
    /// Encrypted when the host offers it, whatever its certificate (RFC 7435). A failed handshake ends the attempt.
    #[default]
    Opportunistic,
    /// As opportunistic, and [`Attempt::tls_fault`](super::Attempt::tls_fault) says what `Required` would have found
    /// (MTA-STS in the mode `testing`, RFC 8461 section 5).
    Noted(TrustAnchors),
    /// Encrypted, whatever the certificate, or not at all (RFC 7672 section 2.2).
    Encrypted,
    /// Encrypted to the named host, as vouched for by these anchors, or not at all (MTA-STS, RFC 8461).
    Required(TrustAnchors),
    /// Encrypted with a certificate that a pin names, or not at all (RFC 7672).
    Pinned(Dane),
    /// In clear text.
    Never,
}

impl DeliveryTls {
    /// Whether the mail does not go without.
    pub(super) fn is_must(&self) -> bool {
        matches!(self, Self::Encrypted | Self::Required(_) | Self::Pinned(_))
    }

    pub(super) fn trust(&self) -> Trust<'_> {
        match self {
            Self::Opportunistic | Self::Encrypted | Self::Never => Trust::Anyone,
            Self::Noted(anchors) => Trust::Noting(anchors),
            Self::Required(anchors) => Trust::Anchored(anchors),
            Self::Pinned(dane) => Trust::Pinned(dane),
        }
    }
}

/// How long each stage may take; the defaults are those of RFC 5321 section 4.5.3.2, but for connecting.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeliveryTimeouts {
    /// For the TCP connection.
    pub connect: Duration,
    /// For the greeting.
    pub banner: Duration,
    /// For the reply to a command, and for the TLS handshake.
    pub command: Duration,
    /// For a block of message text to be taken.
    pub data: Duration,
    /// For the reply to the final dot. Too short a time here makes duplicates.
    pub dot: Duration,
}

impl Default for DeliveryTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            banner: Duration::from_secs(5 * 60),
            command: Duration::from_secs(5 * 60),
            data: Duration::from_secs(3 * 60),
            dot: Duration::from_secs(10 * 60),
        }
    }
}
