//! The `DKIM-Signature` header field (RFC 6376 section 3.5).

mod build;
mod copied;
mod fold;
mod values;
mod wire;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use copied::CopiedField;
pub use values::{AgentIdentifier, Canonicalization, FieldName, SignatureAlgorithm};

use crate::{Domain, Selector};

/// The value of a `DKIM-Signature` field: who signed what of a message, and how.
///
/// It is read with its folds and printed on one line, or by [`folded`](Self::folded) on several.
/// Reading is strict: a tag that stands twice, a missing one or a value outside its grammar is an
/// error. Domains are A-labels.
///
/// ```
/// use mailkit_auth::record::DkimSignature;
///
/// let value = " v=1; a=ed25519-sha256; c=relaxed; d=acme.test; s=s1;\r\n\
///     \t h=From : Subject; bh=AAAA; b=AA\r\n AA";
/// let signature: DkimSignature = value.parse()?;
/// assert_eq!(signature.domain().as_str(), "acme.test");
/// assert!(signature.signs("subject") == 1 && signature.body_length().is_none());
/// let line = "v=1; a=ed25519-sha256; c=relaxed; d=acme.test; s=s1; h=From:Subject; bh=AAAA; b=AAAA";
/// assert_eq!(signature.to_string(), line);
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DkimSignature {
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
    body_hash: Vec<u8>,
    /// The form of the header, and that of the body where it is given.
    canonicalization: Option<(Canonicalization, Option<Canonicalization>)>,
    domain: Domain,
    signed_fields: Vec<FieldName>,
    identity: Option<AgentIdentifier>,
    body_length: Option<u64>,
    query_methods: Option<Vec<String>>,
    selector: Selector,
    signed_at: Option<u64>,
    expires_at: Option<u64>,
    copied_fields: Option<String>,
    others: Vec<(String, String)>,
}

impl DkimSignature {
    /// How the signature was made (`a`).
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The octets of the signature (`b`); empty if it is yet to be made.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The hash of the body (`bh`).
    #[must_use]
    pub fn body_hash(&self) -> &[u8] {
        &self.body_hash
    }

    /// The form in which the header was signed (`c`), by default simple.
    #[must_use]
    pub fn header_canonicalization(&self) -> Canonicalization {
        self.canonicalization.map_or(Canonicalization::Simple, |(header, _)| header)
    }

    /// The form in which the body was hashed (`c`), by default simple.
    #[must_use]
    pub fn body_canonicalization(&self) -> Canonicalization {
        self.canonicalization.and_then(|(_, body)| body).unwrap_or(Canonicalization::Simple)
    }

    /// The domain that takes responsibility (`d`).
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The names of the signed fields in their order (`h`). A name that stands once more than the
    /// message has fields of it seals it: none can be added.
    #[must_use]
    pub fn signed_fields(&self) -> &[FieldName] {
        &self.signed_fields
    }

    /// How often this field name is signed, in any case of its letters.
    #[must_use]
    pub fn signs(&self, name: &str) -> usize {
        self.signed_fields.iter().filter(|signed| signed.is(name)).count()
    }

    /// On whose behalf the domain signed (`i`).
    #[must_use]
    pub fn identity(&self) -> Option<&AgentIdentifier> {
        self.identity.as_ref()
    }

    /// The domain of the identity (`i`), by default the signing domain.
    #[must_use]
    pub fn identity_domain(&self) -> &Domain {
        self.identity.as_ref().map_or(&self.domain, AgentIdentifier::domain)
    }

    /// The octets of the body that are signed (`l`), by default all.
    #[must_use]
    pub fn body_length(&self) -> Option<u64> {
        self.body_length
    }

    /// Where the key is to be found (`q`), by default `dns/txt`.
    #[must_use]
    pub fn query_methods(&self) -> Vec<&str> {
        match &self.query_methods {
            Some(methods) => methods.iter().map(String::as_str).collect(),
            None => vec![DNS_TXT],
        }
    }

    /// The name of the key (`s`).
    #[must_use]
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// When the signature was made (`t`); a time after the year 9999 counts as its end.
    #[must_use]
    pub fn signed_at(&self) -> Option<SystemTime> {
        self.signed_at.map(time)
    }

    /// When the signature ceases to be valid (`x`); a time after the year 9999 counts as its end.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at.map(time)
    }

    /// The header fields as the signer saw them (`z`), for diagnosis; what is no field is left out.
    #[must_use]
    pub fn copied_fields(&self) -> Vec<CopiedField> {
        self.copied_fields.as_deref().map(copied::read).unwrap_or_default()
    }

    /// Names and values of the tags that RFC 6376 does not define, in their order, which verifiers
    /// ignore.
    pub fn other_tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The one method that is defined for `q` (RFC 6376 section 3.5).
const DNS_TXT: &str = "dns/txt";

/// The fields that a reader sees or answers to.
pub(crate) const VISIBLE_FIELDS: &[&str] = &["From", "Subject", "To", "Date", "Reply-To"];

/// The last second of the year 9999, which every platform can hold.
const LAST_SECOND: u64 = 253_402_300_799;

fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_SECOND))
}

#[cfg(test)]
mod tests;
