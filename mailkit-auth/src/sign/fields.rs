//! Which header fields a signature covers.

use std::iter::repeat_n;

use super::SignError;
use crate::message::RawMessage;
use crate::record::dkim_signature::FieldName;

/// The header fields that a signature covers.
///
/// A sealed name is signed once more than the message has fields of it, so that none can be added
/// unseen (RFC 6376 section 8.15); another name as often as it is present.
///
/// By default the fields that a reader sees or a program acts on are sealed, and those that lists and
/// relays rightly add are signed where they are present.
///
/// ```
/// use mailkit_auth::sign::SignedFields;
///
/// let fields = SignedFields::default().with_sealed("X-Invoice".parse()?);
/// assert!(fields.sealed().iter().any(|name| name.is("from")));
/// assert!(fields.sealed().last().is_some_and(|name| name.is("x-invoice")));
/// assert!(fields.present().iter().any(|name| name.is("list-unsubscribe")));
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedFields {
    sealed: Vec<FieldName>,
    present: Vec<FieldName>,
}

impl SignedFields {
    /// No field yet; From is covered in any case.
    #[must_use]
    pub fn empty() -> Self {
        Self { sealed: Vec::new(), present: Vec::new() }
    }

    /// With one more name of which no field can be added.
    #[must_use]
    pub fn with_sealed(mut self, name: FieldName) -> Self {
        self.sealed.push(name);
        self
    }

    /// With one more name that is signed where it is present.
    #[must_use]
    pub fn with_present(mut self, name: FieldName) -> Self {
        self.present.push(name);
        self
    }

    /// The names of which no field can be added.
    #[must_use]
    pub fn sealed(&self) -> &[FieldName] {
        &self.sealed
    }

    /// The names that are signed where they are present.
    #[must_use]
    pub fn present(&self) -> &[FieldName] {
        &self.present
    }

    /// These with From sealed, in front.
    pub(super) fn with_author(mut self) -> Self {
        self.sealed.retain(|name| !name.is("From"));
        self.present.retain(|name| !name.is("From"));
        self.sealed.splice(0..0, "From".parse());
        self
    }

    /// These with From sealed, in front, unless they name it.
    pub(super) fn with_author_if_absent(self) -> Self {
        let named = self.sealed.iter().chain(&self.present).any(|name| name.is("From"));
        if named { self } else { self.with_author() }
    }

    /// Each signature is a field beside those that were counted when it was made.
    pub(super) fn check_sealed(&self) -> Result<(), SignError> {
        let sealed = self.sealed.iter().any(|name| name.is("DKIM-Signature"));
        if sealed { Err(SignError::SealsSignatures) } else { Ok(()) }
    }

    /// The names of `h=` for this message.
    pub(super) fn names(&self, message: &RawMessage<'_>) -> Vec<FieldName> {
        let count = |name: &FieldName| message.named(name.as_str()).count();
        let sealed = self.sealed.iter().flat_map(|name| repeat_n(name, count(name) + 1));
        let present = self.present.iter().flat_map(|name| repeat_n(name, count(name)));
        sealed.chain(present).cloned().collect()
    }
}

impl Default for SignedFields {
    fn default() -> Self {
        let names = |list: &[&str]| list.iter().filter_map(|name| name.parse().ok()).collect();
        Self { sealed: names(SEALED), present: names(PRESENT) }
    }
}

/// What a reader sees or a program acts on.
const SEALED: &[&str] = &[
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Reply-To",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// What lists and relays rightly add (RFC 6376 section 5.4.1).
const PRESENT: &[&str] = &[
    "Sender",
    "Content-Disposition",
    "Content-Language",
    "Auto-Submitted",
    "List-Id",
    "List-Help",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderLimits;

    #[test]
    fn sealed_names_are_signed_once_more() -> Result<(), Box<dyn std::error::Error>> {
        let message = RawMessage::read(b"a:\r\nb:\r\nA:\r\n\r\n", HeaderLimits::default())?;
        let fields = SignedFields::empty().with_sealed("A".parse()?).with_sealed("C".parse()?);
        let fields = fields.with_present("B".parse()?).with_present("D".parse()?);
        let names: Vec<String> = fields.names(&message).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["A", "A", "A", "C", "B"]);
        Ok(())
    }

    #[test]
    fn the_names_of_the_tables_are_names() {
        let fields = SignedFields::default();
        assert_eq!((fields.sealed.len(), fields.present.len()), (SEALED.len(), PRESENT.len()));
    }
}
