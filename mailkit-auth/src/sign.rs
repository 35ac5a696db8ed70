//! Signing with DKIM (RFC 6376 section 5) and sealing with ARC (RFC 8617 section 5.1).

mod arc;
mod fields;
mod stream;

use std::slice;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use thiserror::Error;

pub use arc::ArcSealer;
pub use fields::SignedFields;
pub use stream::StreamingSigner;

use crate::keys::{DkimKeyPair, KeyError, SigningKey};
use crate::verify::{ArcProblem, HeaderError, HeaderLimits};
use crate::{Domain, DomainError, Selector};

/// Signs messages for one domain with one key.
///
/// Both canonicalizations are `relaxed`, and the whole body is signed. Which fields are covered is
/// the choice of [`SignedFields`]; From always is. To sign with RSA and Ed25519 see [`sign_all`].
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
/// use mailkit_auth::sign::DkimSigner;
///
/// let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
/// let signer = DkimSigner::new("acme.test".parse()?, "s1".parse()?, &key)?;
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
/// let field = signer.sign(b"From: a@acme.test\r\nSubject: Hi\r\n\r\nHello\r\n", now)?;
/// assert!(field.starts_with("DKIM-Signature: v=1; a=ed25519-sha256;"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DkimSigner {
    domain: Domain,
    selector: Selector,
    key: Arc<dyn SigningKey>,
    fields: SignedFields,
    lifetime: Option<Duration>,
    limits: HeaderLimits,
}

impl DkimSigner {
    /// A signer for this domain, whose public key `selector` names. It keeps a copy of the key.
    ///
    /// # Errors
    ///
    /// If the cryptographic library cannot copy the key, or if the name under which the public key
    /// would be published is too long for the DNS.
    pub fn new(domain: Domain, selector: Selector, key: &DkimKeyPair) -> Result<Self, SignError> {
        let key = DkimKeyPair::from_pkcs8_der(&key.to_pkcs8_der())?;
        Self::with_key(domain, selector, Arc::new(key))
    }

    /// A signer that shares its key, which may be held elsewhere.
    ///
    /// # Errors
    ///
    /// If the name under which the public key would be published is too long for the DNS.
    pub fn with_key(
        domain: Domain,
        selector: Selector,
        key: Arc<dyn SigningKey>,
    ) -> Result<Self, SignError> {
        selector.record_name(&domain)?;
        let (fields, limits) = (SignedFields::default(), HeaderLimits::default());
        Ok(Self { domain, selector, key, fields, lifetime: None, limits })
    }

    /// Covering other fields. From is sealed in any case.
    #[must_use]
    pub fn with_fields(mut self, fields: SignedFields) -> Self {
        self.fields = fields.with_author();
        self
    }

    /// With signatures that expire (`x=`), so that a message cannot be sent again and again for long
    /// (RFC 6376 section 8.6). A week leaves room for the retries of slow mail. In whole seconds, at
    /// least one; an end after the year 9999 is that of the year.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// With other limits for the header.
    #[must_use]
    pub fn with_limits(mut self, limits: HeaderLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The `DKIM-Signature` field of a message, folded and with its line end, to put in front.
    ///
    /// The message must be as it will be sent, with lines that end in CRLF.
    ///
    /// # Errors
    ///
    /// If the message has no From field or several, if its header is malformed, beyond the limits,
    /// without the empty line at its end or with lines that do not end in CRLF, if `DKIM-Signature` is
    /// among the sealed fields, or if the key fails.
    pub fn sign(&self, message: &[u8], now: SystemTime) -> Result<String, SignError> {
        sign_all(slice::from_ref(self), message, now)
    }
}

/// The `DKIM-Signature` fields of several signers, to put in front of the message: with RSA for all
/// receivers, and with Ed25519 for those that know it (RFC 8463).
///
/// The body is hashed once, however many sign.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
/// use mailkit_auth::sign::{DkimSigner, sign_all};
///
/// let keys = [("s1", KeyAlgorithm::Rsa2048), ("s2", KeyAlgorithm::Ed25519)];
/// let mut signers = Vec::new();
/// for (selector, algorithm) in keys {
///     let key = DkimKeyPair::generate(algorithm)?;
///     signers.push(DkimSigner::new("acme.test".parse()?, selector.parse()?, &key)?);
/// }
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
/// let fields = sign_all(&signers, b"From: a@acme.test\r\n\r\nHello\r\n", now)?;
/// assert_eq!(fields.matches("DKIM-Signature:").count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`DkimSigner::sign`], and if there is no signer.
pub fn sign_all(
    signers: &[DkimSigner],
    message: &[u8],
    now: SystemTime,
) -> Result<String, SignError> {
    StreamingSigner::new(signers, message, now)?.finish()
}

/// Why a message was not signed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The header is malformed or beyond the limits.
    #[error("unreadable header")]
    Header(#[from] HeaderError),
    /// The key failed.
    #[error("unusable key")]
    Key(#[from] KeyError),
    /// The selector and the domain make a name that the DNS cannot hold.
    #[error("no name for the public key")]
    Name(#[from] DomainError),
    /// There is no signer, so that the message would go out without a signature.
    #[error("no signer")]
    NoSigner,
    /// No empty line stands behind the header: what comes next would be read as a part of it.
    #[error("no empty line at the end of the header")]
    NoHeaderEnd,
    /// The lines of the header end in a line feed alone, as files hold them. A message is signed as it
    /// is sent, with CRLF.
    #[error("the lines of the header do not end in CRLF")]
    LineFeeds,
    /// There is no From field, which every signature must cover (RFC 6376 section 5.4).
    #[error("no From field to sign")]
    NoFrom,
    /// `DKIM-Signature` is among the sealed fields: the signature itself, and any that a relay adds
    /// rightly, would break it.
    #[error("signatures cannot be sealed")]
    SealsSignatures,
    /// There are several From fields, which no receiver should accept (RFC 5322 section 3.6).
    #[error("more than one From field")]
    SeveralFrom,
    /// No `Authentication-Results` field of that name stands in the message, to be kept in the chain.
    #[error("no authentication results of that name")]
    NoResults,
    /// The chain has 50 sets, which is as long as one may be (RFC 8617 section 4.2.1).
    #[error("the chain is full")]
    ChainFull,
    /// The chain of the message is not the one that was checked.
    #[error("the verdict is about another chain")]
    OtherChain,
    /// The chain of the message is broken, though the verdict says that it holds.
    #[error("the chain is broken")]
    Chain(#[source] ArcProblem),
    /// The header has so many fields to sign that verifiers refuse the list of their names.
    #[error("the signature would be longer than {limit} octets")]
    TooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// A field of the chain is among the fields to sign: seals must not be (RFC 8617 section 4.1.2),
    /// and the others are sealed as they are.
    #[error("a signature of the message must not cover fields of the chain")]
    SignsChain,
}

#[cfg(test)]
mod tests;
