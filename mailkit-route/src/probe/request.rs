//! Whom to probe, and from where.

use std::net::{IpAddr, SocketAddr};

use crate::{Domain, Host};

/// Whom to probe, and from where.
///
/// ```
/// use mailkit_route::probe::ProbeRequest;
/// let request = ProbeRequest::new("203.0.113.10:25".parse()?).with_name("mx1.buyer.example".parse()?);
/// assert_eq!(request.to_string(), "mx1.buyer.example (203.0.113.10:25)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeRequest {
    pub(super) address: SocketAddr,
    pub(super) host: Host,
    pub(super) source: Option<IpAddr>,
}

impl ProbeRequest {
    /// The host at this address, with a source address that the system chooses.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, host: Host::Address(address.ip()), source: None }
    }

    /// The name of the host, for the handshake and for its certificate.
    #[must_use]
    pub fn with_name(self, name: Domain) -> Self {
        Self { host: name.into(), ..self }
    }

    /// Connects from this address, as [`Egress::source_for`](crate::Egress::source_for) gives it.
    #[must_use]
    pub fn with_source(self, source: Option<IpAddr>) -> Self {
        Self { source, ..self }
    }
}

impl std::fmt::Display for ProbeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.host, self.address)
    }
}
