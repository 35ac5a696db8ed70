//! MX records that are not used, and why.

use crate::ParseError;

/// An MX record that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MxFault {
    /// The preference of the record.
    pub preference: u16,
    /// The target as the record gave it, cut after 255 characters.
    pub target: String,
    /// What is wrong.
    pub kind: MxFaultKind,
}

/// Why an MX record is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MxFaultKind {
    /// The host stands in a record with a lower preference already.
    #[error("host is listed twice, the lower preference counts")]
    Duplicate,
    /// The target is not a host name; an IP address is the usual mistake (RFC 5321 section 5.1).
    #[error("target is not a host name")]
    InvalidTarget(#[source] ParseError),
    /// A null MX beside other records means nothing (RFC 7505 section 3).
    #[error("null MX beside other records")]
    NullAmongOthers,
    /// Beyond [`Limits::MX_HOSTS`](crate::Limits::MX_HOSTS), or one more fault than that; the record named is the first one.
    #[error("{count} records beyond the limit")]
    OverLimit {
        /// How many records this stands for.
        count: usize,
    },
}
