//! The fields that a host adds to a chain.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::SignError;
use super::super::stream::{check_author, check_header_end, check_length};
use super::ArcSealer;
use crate::message::{BodyDigest, Field, RawMessage, signed_octets, write_field};
use crate::record::dkim::KeyType;
use crate::record::dkim_signature::{Canonicalization, FieldName};
use crate::text::MAX_LINE;
use crate::verify::{ArcField, ArcResult};

/// The set that is being made. Its tags stand in the order of their names with one space between
/// them, as the protocol's test suite has them; a fold stands where a space does.
pub(super) struct NewSet<'s> {
    pub(super) sealer: &'s ArcSealer,
    pub(super) instance: u32,
    pub(super) status: ArcResult,
    pub(super) now: SystemTime,
}

impl NewSet<'_> {
    /// The `ARC-Message-Signature` field without its line end.
    pub(super) fn message_signature(&self, message: &RawMessage<'_>) -> Result<String, SignError> {
        let names = self.names(message)?;
        let body_hash = STANDARD.encode(BodyDigest::new(FORM, message.body).hash);
        let names = names.iter().map(FieldName::as_str);
        let list: Vec<String> = names.clone().map(str::to_ascii_lowercase).collect();
        let list = fold_names(&list.join(":"));
        let write = |signature: &str| {
            let Self { instance, sealer: ArcSealer { domain, selector, .. }, .. } = self;
            let (name, algorithm, at) =
                (ArcField::MessageSignature, self.algorithm(), self.seconds());
            format!(
                "{name}: a={algorithm};\r\n\tb={signature};\r\n\tbh={body_hash};\r\n\t\
                 c=relaxed/relaxed; d={domain};\r\n\th={list};\r\n\ti={instance}; s={selector}; t={at}"
            )
        };
        let unsigned = write("");
        let octets = signed_octets(FORM, &message.select(names, None), field(&unsigned));
        let signature = write(&self.sign(&octets)?);
        check_length(&signature)?;
        Ok(signature)
    }

    /// The fields to sign. Without the author's nothing is said about the message, and a chain grows
    /// above the fields that were counted when it was signed.
    fn names(&self, message: &RawMessage<'_>) -> Result<Vec<FieldName>, SignError> {
        let fields = &self.sealer.fields;
        fields.check_sealed()?;
        if fields.sealed().iter().chain(fields.present()).any(is_of_chain) {
            return Err(SignError::SignsChain);
        }
        check_header_end(message)?;
        check_author(message)?;
        Ok(fields.names(message))
    }

    /// The `ARC-Seal` field without its line end, over the sets before and these fields.
    pub(super) fn seal(&self, mut covered: Vec<u8>, own: &[&str]) -> Result<String, SignError> {
        let write = |signature: &str| {
            let Self { status, instance, sealer: ArcSealer { domain, selector, .. }, .. } = self;
            let (name, algorithm, at) = (ArcField::Seal, self.algorithm(), self.seconds());
            format!(
                "{name}: a={algorithm};\r\n\tb={signature};\r\n\tcv={status}; d={domain};\r\n\t\
                 i={instance}; s={selector}; t={at}"
            )
        };
        own.iter().for_each(|text| write_field(FORM, field(text), &mut covered));
        let unsigned = write("");
        covered.extend(signed_octets(FORM, &[], field(&unsigned)));
        self.sign(&covered).map(|signature| write(&signature))
    }

    fn sign(&self, octets: &[u8]) -> Result<String, SignError> {
        Ok(STANDARD.encode(self.sealer.key.sign(octets)?))
    }

    fn algorithm(&self) -> &'static str {
        match self.sealer.key.key_type() {
            KeyType::Rsa => "rsa-sha256",
            KeyType::Ed25519 => "ed25519-sha256",
        }
    }

    fn seconds(&self) -> u64 {
        self.now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}

fn is_of_chain(name: &FieldName) -> bool {
    ArcField::of(Field { name: name.as_str().as_bytes(), value: &[] }).is_some()
}

/// A field out of its text.
fn field(text: &str) -> Field<'_> {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    Field { name: name.as_bytes(), value: value.as_bytes() }
}

/// A list of names on lines of their own, where it is too long for one.
fn fold_names(list: &str) -> String {
    let mut folded = String::with_capacity(list.len() + 16);
    let mut column = "\th=".len();
    for name in list.split_inclusive(':') {
        if column + name.len() > MAX_LINE {
            folded.push_str("\r\n\t");
            column = 1;
        }
        column += name.len();
        folded.push_str(name);
    }
    folded
}

/// The form of header and body.
const FORM: Canonicalization = Canonicalization::Relaxed;
