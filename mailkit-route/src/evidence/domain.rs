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
    /// The last deferral, by which host; and of which egress, apart, since so it takes no room of its own.
    deferred: Option<(Tick, RowId)>,
    deferred_egress: u8,
    /// Whether some host has a breaker for its mail.
    pub(super) declined: bool,
}

/// When a host put off mail from an egress.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deferral {
    pub(super) at: Tick,
    pub(super) egress: u8,
    pub(super) host: RowId,
}

impl DomainEvidence {
    /// The last deferral for which nobody was blamed yet.
    pub(super) fn deferral(&self) -> Option<Deferral> {
        self.deferred.map(|(at, host)| Deferral { at, egress: self.deferred_egress, host })
    }

    /// Keeps a deferral, or forgets the last one.
    pub(super) fn set_deferral(&mut self, deferral: Option<Deferral>) {
        self.deferred = deferral.map(|it| (it.at, it.host));
        self.deferred_egress = deferral.map_or(0, |it| it.egress);
    }
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
