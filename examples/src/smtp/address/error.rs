//! What can be wrong with an address or a host name.

/// What is wrong with an address or a host name, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {at}")]
pub struct AddressError {
    kind: AddressErrorKind,
    at: usize,
}

impl AddressError {
    pub(in crate::smtp) fn new(kind: AddressErrorKind, at: usize) -> Self {
        Self { kind, at }
    }

    pub(super) fn moved_by(self, bytes: usize) -> Self {
        Self { at: self.at + bytes, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> AddressErrorKind {
        self.kind
    }

    /// The byte offset of the fault.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }
}

/// The ways an address or a host name can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressErrorKind {
    /// The domain has an empty label, one above 63 octets, or a character that no domain has.
    #[error("invalid domain")]
    Domain,
    /// The host name is empty or has a character that no host name has.
    #[error("invalid host name")]
    HostName,
    /// The local part is empty, has a control character, or should have been quoted.
    #[error("invalid local part")]
    LocalPart,
    /// The local part is above 64 octets as it is written.
    #[error("local part too long")]
    LocalPartTooLong,
    /// There is no `@`.
    #[error("missing `@`")]
    MissingAt,
    /// The address is above 254 octets, or the host name above 255.
    #[error("too long")]
    TooLong,
}
