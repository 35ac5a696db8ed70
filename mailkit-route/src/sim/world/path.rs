//! Ways through a world, and what a connection over one meets.

/// A way from an egress to a host, by their numbers in the [`World`](super::World).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Path {
    /// The egress.
    pub egress: usize,
    /// The host.
    pub host: usize,
}

impl Path {
    /// The way from an egress to a host.
    #[must_use]
    pub fn new(egress: usize, host: usize) -> Self {
        Self { egress, host }
    }
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// The mail is taken.
    Accepted,
    /// A temporary reply (4xx).
    Deferred,
    /// The egress itself is out.
    EgressDown,
    /// The connection is refused.
    Refused,
    /// No answer to the SYN.
    Silent,
}

/// What a connection meets.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Meeting {
    /// How it ends.
    pub ending: Ending,
    /// After how many seconds, handing over included. With [`Ending::Silent`], how long one waits comes on top.
    pub after: f64,
}

impl Meeting {
    pub(super) fn new(ending: Ending, after: f64) -> Self {
        Self { ending, after }
    }
}
