//! What is known of a domain.

use smallvec::SmallVec;

use super::table::RowId;
use super::tick::Tick;

/// What is known of a domain as a whole.
#[derive(Debug, Default)]
pub(crate) struct DomainEvidence {
    /// By preference.
    pub(super) targets: SmallVec<[Mark; 3]>,
    /// Egresses that the domain defers.
    pub(super) shut: u32,
    /// Until when no other mail is sent against all breakers.
    pub(super) forced: Option<Tick>,
    /// The last deferral: from which egress, by which host.
    pub(super) deferred: Option<(Tick, u8, RowId)>,
}

/// An address that mail to a domain may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) preference: u16,
    /// The place of its host among those of the preference.
    pub(crate) number: u16,
    pub(crate) host: RowId,
    /// The place of the host when its domain was last planned for, so that it is read beside the host, not after it.
    pub(crate) site: RowId,
}
