//! The DKIM key record at `<selector>._domainkey.<domain>` (RFC 6376 section 3.6.1).

mod public_key;
mod roca;
mod selector;
mod values;
mod wire;

pub(crate) use public_key::wrap_pkcs1;
pub use public_key::{PublicKeyError, PublicKeyForm, RsaPublicKey};
pub use selector::Selector;
pub use values::{HashAlgorithm, KeyFlag, KeyType, ServiceType, Word};

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
    ///
    /// ```
    /// use mailkit_auth::DkimKeyRecord;
    /// use mailkit_auth::record::dkim::{HashAlgorithm, KeyFlag, KeyType, ServiceType};
    ///
    /// let record = DkimKeyRecord::new(KeyType::Ed25519, [0; 3])
    ///     .with_hash(HashAlgorithm::Sha256)
    ///     .with_service(ServiceType::Email)
    ///     .with_flag(KeyFlag::NoSubdomains);
    /// assert_eq!(record.to_string(), "v=DKIM1; h=sha256; k=ed25519; s=email; t=s; p=AAAA");
    /// assert_eq!(record.flags(), [KeyFlag::NoSubdomains]);
    /// ```
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

    /// The services that the key may be used for (`s`), by default [all](ServiceType::All).
    #[must_use]
    pub fn services(&self) -> &[ServiceType] {
        self.services.as_deref().unwrap_or(&[ServiceType::All])
    }

    /// The flags (`t`), by default none.
    #[must_use]
    pub fn flags(&self) -> &[KeyFlag] {
        self.flags.as_deref().unwrap_or_default()
    }

    /// Whether the key may be used for e-mail (`s`).
    #[must_use]
    pub fn allows_email(&self) -> bool {
        let email =
            |service: &ServiceType| matches!(service, ServiceType::All | ServiceType::Email);
        self.services().iter().any(email)
    }

    /// Whether the domain is only testing DKIM (`t=y`).
    #[must_use]
    pub fn is_testing(&self) -> bool {
        self.flags().contains(&KeyFlag::Testing)
    }

    /// Whether `i=` must be the signing domain itself, not a subdomain (`t=s`).
    #[must_use]
    pub fn forbids_subdomains(&self) -> bool {
        self.flags().contains(&KeyFlag::NoSubdomains)
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
}

#[cfg(test)]
mod tests;
