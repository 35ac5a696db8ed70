//! DKIM key pairs.

mod error;

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use error::KeyError;
use zeroize::Zeroizing;

use crate::record::DkimKeyRecord;
use crate::record::dkim::KeyType;

/// A private key that signs for a domain, and its public half.
///
/// It cannot be cloned, its `Debug` shows no key material, and its octets are wiped when it goes.
///
/// ```
/// use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
///
/// let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
/// assert!(key.key_record().to_string().starts_with("v=DKIM1; k=ed25519; p="));
/// let stored = key.to_pkcs8_pem();
/// assert_eq!(DkimKeyPair::from_pkcs8_pem(&stored)?.key_record(), key.key_record());
/// # Ok::<(), mailkit_auth::keys::KeyError>(())
/// ```
pub struct DkimKeyPair {
    key: Key,
    pkcs8: Zeroizing<Vec<u8>>,
    public_key: Vec<u8>,
}

/// What a new key is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA with 2,048 bits, which every verifier knows (RFC 8301 section 3.2).
    Rsa2048,
    /// Ed25519 (RFC 8463), which some large receivers do not verify: sign with RSA as well.
    Ed25519,
}

impl DkimKeyPair {
    /// Makes a new key from the randomness of the operating system.
    ///
    /// # Errors
    ///
    /// If the cryptographic library cannot make one, for want of randomness or memory.
    pub fn generate(algorithm: KeyAlgorithm) -> Result<Self, KeyError> {
        let key = match algorithm {
            KeyAlgorithm::Rsa2048 => RsaKeyPair::generate(KeySize::Rsa2048).map(Key::Rsa),
            KeyAlgorithm::Ed25519 => Ed25519KeyPair::generate().map(Key::Ed25519),
        };
        Self::new(key.map_err(|_| KeyError::Library)?)
    }

    /// Reads a private key in PKCS #8 (RFC 5958), unencrypted, in DER.
    ///
    /// # Errors
    ///
    /// If the octets are no RSA key of at least 2,048 bits and no Ed25519 key.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let ed25519 = || Ed25519KeyPair::from_pkcs8(der).map(Key::Ed25519);
        let key = RsaKeyPair::from_pkcs8(der).map(Key::Rsa).or_else(|_| ed25519());
        Self::new(key.map_err(|_| KeyError::Rejected)?)
    }

    /// Reads a private key in PKCS #8, unencrypted, in PEM (RFC 7468 section 10).
    ///
    /// # Errors
    ///
    /// If the text holds no `PRIVATE KEY` block, or a key that [`Self::from_pkcs8_der`] refuses.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let (_, after) = pem.split_once(PEM_BEGIN).ok_or(KeyError::Pem)?;
        let (body, _) = after.split_once(PEM_END).ok_or(KeyError::Pem)?;
        // Made large enough at once: what grows leaves copies behind that nobody wipes.
        let mut compact = Zeroizing::new(Vec::with_capacity(body.len()));
        compact.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
        let der = STANDARD.decode(&*compact).map(Zeroizing::new).map_err(|_| KeyError::Pem)?;
        Self::from_pkcs8_der(&der)
    }

    /// The private key in PKCS #8, in DER; wiped when the value goes.
    #[must_use]
    pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8.clone()
    }

    /// The private key in PKCS #8, in PEM; wiped when the value goes.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(STANDARD.encode(&*self.pkcs8));
        let mut pem = Zeroizing::new(String::with_capacity(body.len() * 2 + 64));
        pem.push_str(PEM_BEGIN);
        for (index, c) in body.chars().enumerate() {
            if index % PEM_LINE == 0 {
                pem.push('\n');
            }
            pem.push(c);
        }
        pem.push('\n');
        pem.push_str(PEM_END);
        pem.push('\n');
        pem
    }

    /// The record that publishes the public half.
    #[must_use]
    pub fn key_record(&self) -> DkimKeyRecord {
        DkimKeyRecord::new(self.key_type(), self.public_key.clone())
    }

    /// The kind of key.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        match self.key {
            Key::Rsa(_) => KeyType::Rsa,
            Key::Ed25519(_) => KeyType::Ed25519,
        }
    }

    /// Signs the SHA-256 hash of `data`: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2), or Ed25519 over
    /// the hash (RFC 8463 section 3).
    ///
    /// # Errors
    ///
    /// If the cryptographic library fails, for want of memory.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .map_err(|_| KeyError::Library)?;
                Ok(signature)
            }
            Key::Ed25519(key) => {
                let signature = key.try_sign(digest(&SHA256, data).as_ref());
                signature
                    .map(|signature| signature.as_ref().to_vec())
                    .map_err(|_| KeyError::Library)
            }
        }
    }

    fn new(key: Key) -> Result<Self, KeyError> {
        let (pkcs8, public_key) = key.encode().map_err(|_| KeyError::Library)?;
        Ok(Self { key, pkcs8, public_key })
    }
}

/// A key that signs, wherever it is held: a [`DkimKeyPair`], or one that never leaves its device.
///
/// ```
/// use mailkit_auth::keys::{KeyError, SigningKey};
/// use mailkit_auth::record::dkim::KeyType;
///
/// /// A key in a device that is not plugged in.
/// #[derive(Debug)]
/// struct Token;
///
/// impl SigningKey for Token {
///     fn key_type(&self) -> KeyType {
///         KeyType::Ed25519
///     }
///
///     fn sign(&self, _data: &[u8]) -> Result<Vec<u8>, KeyError> {
///         Err(KeyError::unavailable("no device"))
///     }
/// }
///
/// let error = Token.sign(b"data").unwrap_err();
/// assert_eq!(error.to_string(), "the key cannot be reached now");
/// let cause = std::error::Error::source(&error).map(ToString::to_string);
/// assert_eq!(cause.as_deref(), Some("no device"));
/// ```
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// The kind of key.
    fn key_type(&self) -> KeyType;

    /// The signature of the SHA-256 hash of `data`, as [`DkimKeyPair::sign`] makes it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unavailable`] with its cause, if the key cannot be reached now.
    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError>;
}

impl SigningKey for DkimKeyPair {
    fn key_type(&self) -> KeyType {
        self.key_type()
    }

    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign(data)
    }
}

impl fmt::Debug for DkimKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DkimKeyPair").field("key_type", &self.key_type()).finish_non_exhaustive()
    }
}

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    /// The private key in PKCS #8, and the public key as its record holds it.
    fn encode(&self) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), aws_lc_rs::error::Unspecified> {
        match self {
            Self::Rsa(key) => {
                let private: Pkcs8V1Der<'_> = key.as_der()?;
                let public: PublicKeyX509Der<'_> = key.public_key().as_der()?;
                Ok((Zeroizing::new(private.as_ref().to_vec()), public.as_ref().to_vec()))
            }
            Self::Ed25519(key) => {
                // Version 1, without the public key: OpenSSL 1 and 3 read no other.
                let private = key.to_pkcs8v1()?;
                let public = key.public_key().as_ref().to_vec();
                Ok((Zeroizing::new(private.as_ref().to_vec()), public))
            }
        }
    }
}

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";
/// Characters a line (RFC 7468 section 2).
const PEM_LINE: usize = 64;

#[cfg(test)]
mod tests;
