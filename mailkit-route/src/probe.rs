//! Connections without mail: what the planner would like to be asked, and, with the feature `probe`, who asks.

use std::net::IpAddr;
use std::time::Duration;

use crate::EgressId;
use crate::evidence::Question;

#[cfg(feature = "probe")]
mod certificate;
#[cfg(feature = "probe")]
mod connection;
#[cfg(feature = "probe")]
mod failure;
#[cfg(feature = "probe")]
mod limits;
#[cfg(feature = "probe")]
mod prober;
#[cfg(feature = "probe")]
mod report;
#[cfg(feature = "probe")]
mod request;
#[cfg(feature = "probe")]
mod session;
#[cfg(feature = "probe")]
mod tls;

#[cfg(feature = "probe")]
#[cfg_attr(docsrs, doc(cfg(feature = "probe")))]
pub use self::{
    certificate::Certificate,
    failure::{ProbeError, ProbeFailure, ProbeFault},
    limits::ProbeLimits,
    prober::Prober,
    report::{ProbeReport, ProbeTimes},
    request::ProbeRequest,
    tls::{TlsSession, TlsVersion},
};

/// A connection to make: SYN, greeting, `QUIT`, and no mail.
///
/// Probes find out whether what failed works again, whose fault a silence is, and how far hosts are that
/// mail goes to. Who makes none still has breakers: they open again by time, and mail finds out.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    pub(crate) egress: EgressId,
    pub(crate) target: ProbeTarget,
    pub(crate) question: Question,
}

impl Probe {
    /// From which egress.
    #[must_use]
    pub fn egress(&self) -> &EgressId {
        &self.egress
    }

    /// To what.
    #[must_use]
    pub fn target(&self) -> ProbeTarget {
        self.target
    }
}

/// What a probe asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProbeTarget {
    /// Whether the egress itself works, as far as its host can tell.
    Egress,
    /// Whether a mail host at this address, port 25, greets.
    Host(IpAddr),
}

/// What came of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProbeOutcome {
    /// The host greeted with 220, or the egress works.
    Answered {
        /// From SYN to SYN-ACK; `None` for an egress.
        round_trip: Option<Duration>,
    },
    /// No connection, or no good greeting.
    Failed,
}
