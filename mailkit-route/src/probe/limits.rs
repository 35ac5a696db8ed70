//! How long a probe waits, and how much it reads.

use std::time::Duration;

/// How long a probe waits, and how many are under way at once.
///
/// What a limit cuts short is named in [`ProbeReport::failure`](super::ProbeReport::failure).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProbeLimits {
    /// For the TCP connection.
    pub connect: Duration,
    /// For the whole greeting, which wary hosts keep back for some seconds.
    pub greeting: Duration,
    /// For the whole reply to a command.
    pub command: Duration,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For all of it together.
    pub total: Duration,
    /// Probes under way at once; the others wait, which counts for none of the times. At least one.
    pub at_once: usize,
}

impl ProbeLimits {
    /// Octets read of one line of a reply; RFC 5321 section 4.5.3.1.5 allows 512.
    pub const LINE: usize = 2_000;
    /// Lines read of one reply.
    pub const LINES: usize = 100;
    /// Names kept of a certificate.
    pub const NAMES: usize = 100;
}

impl Default for ProbeLimits {
    /// 10 seconds to connect, 30 for the greeting, 15 for a reply and for the handshake, 60 for all; 64 at once.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(10),
            greeting: seconds(30),
            command: seconds(15),
            handshake: seconds(15),
            total: seconds(60),
            at_once: 64,
        }
    }
}
