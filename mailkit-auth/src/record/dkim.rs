//! The DKIM key record at `<selector>._domainkey.<domain>` (RFC 6376 section 3.6.1).

mod public_key;
mod roca;
mod selector;
mod values;

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) use public_key::wrap_pkcs1;
pub use public_key::{PublicKeyError, PublicKeyForm, RsaPublicKey};
pub use selector::Selector;
pub use values::{HashAlgorithm, KeyFlag, KeyType, ServiceType, Word};

use super::base64_value::octets;
use super::tag_list::{self, FromTags, Grammar, Tag, missing};
use crate::{RecordError, RecordErrorKind};

/// The public key of a signing domain and what it may be used for.
///
/// ```
/// use mailkit_auth::DkimKeyRecord;
/// use mailkit_auth::record::dkim::KeyType;
///
/// let text = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// let record: DkimKeyRecord = text.parse()?;
/// assert_eq!((record.key_type(), record.public_key().len()), (KeyType::Ed25519, 32));
/// assert_eq!(record.to_string(), text);
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DkimKeyRecord {
    versioned: bool,
    hashes: Option<Vec<HashAlgorithm>>,
    key_type: Option<KeyType>,
    notes: Option<String>,
    public_key: Vec<u8>,
    services: Option<Vec<ServiceType>>,
    flags: Option<Vec<KeyFlag>>,
    others: Vec<(String, String)>,
}

impl DkimKeyRecord {
    /// A record that publishes this key.
    ///
    /// An RSA key is given as a `SubjectPublicKeyInfo` in DER (RFC 5280 section 4.1), which every
    /// verifier reads; an Ed25519 key as its 32 octets (RFC 8463 section 4.2). An empty key means
    /// that the key was revoked.
    #[must_use]
    pub fn new(key_type: KeyType, public_key: impl Into<Vec<u8>>) -> Self {
        Self {
            versioned: true,
            hashes: None,
            key_type: Some(key_type),
            notes: None,
            public_key: public_key.into(),
            services: None,
            flags: None,
            others: Vec::new(),
        }
    }

    /// A record that says this selector's key is no longer valid (`p=` without a value).
    #[must_use]
    pub fn revoked(key_type: KeyType) -> Self {
        Self::new(key_type, Vec::new())
    }

    /// With one more flag (`t`).
    #[must_use]
    pub fn with_flag(mut self, flag: KeyFlag) -> Self {
        self.flags.get_or_insert_default().push(flag);
        self
    }

    /// With one more hash algorithm that may be used (`h`); without any all may be.
    #[must_use]
    pub fn with_hash(mut self, hash: HashAlgorithm) -> Self {
        self.hashes.get_or_insert_default().push(hash);
        self
    }

    /// With one more service that the key may be used for (`s`); without any it may be for all.
    #[must_use]
    pub fn with_service(mut self, service: ServiceType) -> Self {
        self.services.get_or_insert_default().push(service);
        self
    }

    /// The kind of key (`k`), by default RSA.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.key_type.unwrap_or(KeyType::Rsa)
    }

    /// The octets of the key (`p`); empty if it was revoked.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Whether the key was revoked.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.public_key.is_empty()
    }

    /// The hash algorithms that may be used (`h`); `None` stands for all.
    #[must_use]
    pub fn hashes(&self) -> Option<&[HashAlgorithm]> {
        self.hashes.as_deref()
    }

    /// Whether signatures over SHA-256 may be made with this key.
    #[must_use]
    pub fn allows_sha256(&self) -> bool {
        self.hashes.as_ref().is_none_or(|hashes| hashes.contains(&HashAlgorithm::Sha256))
    }

    /// Whether the key may be used for e-mail (`s`).
    #[must_use]
    pub fn allows_email(&self) -> bool {
        let email =
            |service: &ServiceType| matches!(service, ServiceType::All | ServiceType::Email);
        self.services.as_ref().is_none_or(|services| services.iter().any(email))
    }

    /// Whether the domain is only testing DKIM (`t=y`).
    #[must_use]
    pub fn is_testing(&self) -> bool {
        self.has_flag(&KeyFlag::Testing)
    }

    /// Whether `i=` must be the signing domain itself, not a subdomain (`t=s`).
    #[must_use]
    pub fn forbids_subdomains(&self) -> bool {
        self.has_flag(&KeyFlag::NoSubdomains)
    }

    /// Notes for people (`n`), quoted-printable as published.
    #[must_use]
    pub fn notes(&self) -> Option<&str> {
        self.notes.as_deref()
    }

    /// Names and values of the tags that RFC 6376 does not define, in their order: the historic `g` of
    /// RFC 4871 among them. Verifiers ignore them.
    pub fn other_tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The parts of an RSA key.
    ///
    /// # Errors
    ///
    /// If the octets are no RSA public key in DER.
    pub fn rsa_public_key(&self) -> Result<RsaPublicKey, PublicKeyError> {
        RsaPublicKey::from_der(&self.public_key)
    }

    fn has_flag(&self, flag: &KeyFlag) -> bool {
        self.flags.as_ref().is_some_and(|flags| flags.contains(flag))
    }

    fn read(&mut self, tag: &Tag<'_>) -> Result<(), RecordError> {
        match tag.name {
            "h" => self.hashes = Some(tag.parse_list(b':')?),
            "k" => self.key_type = Some(tag.parse()?),
            "n" => self.notes = Some(tag.unfolded()),
            "p" => self.public_key = octets(tag)?,
            "s" => self.services = Some(tag.parse_list(b':')?),
            "t" => self.flags = Some(tag.parse_list(b':')?),
            _ => self.others.push((tag.name.to_owned(), tag.unfolded())),
        }
        Ok(())
    }
}

impl FromTags for DkimKeyRecord {
    /// The grammar of the record has folds, as that of a header field (RFC 6376 section 3.6.1), and
    /// keys with line ends in them are published.
    const GRAMMAR: Grammar = Grammar::Folded;

    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        let mut record = Self { versioned: false, key_type: None, ..Self::revoked(KeyType::Rsa) };
        let mut keyed = false;
        for (index, tag) in tags.enumerate() {
            let tag = tag?;
            let tag = tag.borrow();
            match tag.name {
                "v" if index == 0 && tag.value == "DKIM1" => record.versioned = true,
                "v" => {
                    let kind = RecordErrorKind::WrongVersion { expected: VERSION };
                    return Err(RecordError::new(kind, tag.span.clone()));
                }
                _ => record.read(tag)?,
            }
            keyed |= tag.name == "p";
        }
        if keyed { Ok(record) } else { Err(missing("p", end)) }
    }
}

impl FromStr for DkimKeyRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        tag_list::read(text)
    }
}

impl fmt::Display for DkimKeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.versioned {
            write!(f, "{VERSION}; ")?;
        }
        write_list(f, "h", self.hashes.as_deref())?;
        if let Some(key_type) = self.key_type {
            write!(f, "k={key_type}; ")?;
        }
        write_list(f, "s", self.services.as_deref())?;
        write_list(f, "t", self.flags.as_deref())?;
        if let Some(notes) = &self.notes {
            write!(f, "n={notes}; ")?;
        }
        self.others.iter().try_for_each(|(name, value)| write!(f, "{name}={value}; "))?;
        write!(f, "p={}", STANDARD.encode(&self.public_key))
    }
}

/// The version, which must come first where it is given at all.
const VERSION: &str = "v=DKIM1";

fn write_list(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    items: Option<&[impl fmt::Display]>,
) -> fmt::Result {
    let Some(items) = items else { return Ok(()) };
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    write!(f, "{name}={}; ", items.join(":"))
}

#[cfg(test)]
mod tests;
