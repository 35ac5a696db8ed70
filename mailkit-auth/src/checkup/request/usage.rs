//! What a domain is for.

/// What a domain is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum DomainUsage {
    /// It neither sends nor receives.
    Parked,
    /// People write from it, to mailing lists too (RFC 9989 section 7.4).
    People,
    /// Programs write from it: receipts, notices, newsletters.
    Transactions,
}
