//! Which chain a verdict is about.

use aws_lc_rs::digest::{Context, SHA256};

use super::problem::ArcField;
use crate::message::{RawMessage, write_field};
use crate::record::dkim_signature::Canonicalization;

/// The SHA-256 hash of all fields of a chain, in canonical form and whatever their order: the same
/// for a message that was stored and passed on, another if a field of the chain was altered, added
/// or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChainDigest([u8; 32]);

impl ChainDigest {
    pub(crate) fn of(message: &RawMessage<'_>) -> Self {
        let fields = message.fields.iter().filter(|field| ArcField::of(**field).is_some());
        let mut fields: Vec<Vec<u8>> = fields
            .map(|field| {
                let mut octets = Vec::with_capacity(field.value.len() + 32);
                write_field(Canonicalization::Relaxed, *field, &mut octets);
                octets
            })
            .collect();
        fields.sort_unstable();
        let mut hash = Context::new(&SHA256);
        fields.iter().for_each(|field| hash.update(field));
        // A digest of SHA-256 has 32 octets.
        Self(hash.finish().as_ref().try_into().unwrap_or_default())
    }

    /// Of a message whose header cannot be read: no other is equal to it.
    pub(crate) fn of_nothing() -> Self {
        Self([0; 32])
    }
}
