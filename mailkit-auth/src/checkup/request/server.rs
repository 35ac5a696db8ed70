//! Certificates, as facts: this crate reads none itself.

use std::time::SystemTime;

use crate::Domain;

/// The certificate that a mail host shows after STARTTLS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerCertificate {
    /// The host, as an MX record names it.
    pub host: Domain,
    /// The host's own certificate, then that of its issuer, and so on.
    pub chain: Vec<CertificateDigests>,
    /// What happens to the key when the certificate is renewed.
    pub renewal: Option<KeyRenewal>,
    /// When the host's own certificate ends.
    pub not_after: Option<SystemTime>,
}

impl ServerCertificate {
    /// A host and the digests of its certificate.
    #[must_use]
    pub fn new(host: Domain, leaf: CertificateDigests) -> Self {
        Self { host, chain: vec![leaf], renewal: None, not_after: None }
    }

    /// With the certificate that issued the last one, for TLSA records that name an issuer.
    ///
    /// ```
    /// use mailkit_auth::checkup::{CertificateDigests, ServerCertificate};
    ///
    /// let (own, issuer) = ([1; 32], [2; 32]);
    /// let server = ServerCertificate::new("mx.acme.test".parse()?, CertificateDigests::new(own, own))
    ///     .with_issuer(CertificateDigests::new(issuer, issuer));
    /// assert_eq!(server.chain[1].public_key_sha256, issuer);
    /// # Ok::<(), mailkit_auth::DomainError>(())
    /// ```
    #[must_use]
    pub fn with_issuer(mut self, issuer: CertificateDigests) -> Self {
        self.chain.push(issuer);
        self
    }

    /// With the moment at which the host's own certificate ends.
    #[must_use]
    pub fn with_not_after(mut self, not_after: SystemTime) -> Self {
        self.not_after = Some(not_after);
        self
    }

    /// With what happens to the key at renewal.
    #[must_use]
    pub fn with_renewal(mut self, renewal: KeyRenewal) -> Self {
        self.renewal = Some(renewal);
        self
    }
}

/// The digests by which TLSA records name a certificate (RFC 6698 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CertificateDigests {
    /// SHA-256 of the certificate in DER.
    pub certificate_sha256: [u8; 32],
    /// SHA-256 of its `SubjectPublicKeyInfo` in DER.
    pub public_key_sha256: [u8; 32],
}

impl CertificateDigests {
    /// The digests of a certificate and of its public key.
    #[must_use]
    pub fn new(certificate_sha256: [u8; 32], public_key_sha256: [u8; 32]) -> Self {
        Self { certificate_sha256, public_key_sha256 }
    }
}

/// What happens to the key when a certificate is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyRenewal {
    /// The key stays.
    SameKey,
    /// Each certificate has a new key.
    NewKey,
}

/// The mark certificate (VMC or CMC) of a BIMI record, as somebody who can read it found it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarkCertificate {
    /// When it ends.
    pub not_after: SystemTime,
    /// The domains it is for (`subjectAltName`).
    pub names: Vec<Domain>,
    /// Whether the logo in it is the one that is published.
    pub logo: LogoProof,
}

impl MarkCertificate {
    /// A certificate for these domains.
    #[must_use]
    pub fn new(
        not_after: SystemTime,
        names: impl IntoIterator<Item = Domain>,
        logo: LogoProof,
    ) -> Self {
        Self { not_after, names: names.into_iter().collect(), logo }
    }
}

/// Whether the logo in a mark certificate is the one that is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogoProof {
    /// It is the same.
    Same,
    /// It is another.
    Different,
    /// Nobody compared them.
    NotCompared,
}
