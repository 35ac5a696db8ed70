//! Why there is no key.

use std::error::Error as StdError;
use std::mem::discriminant;
use std::sync::Arc;

use thiserror::Error;

/// Why there is no key.
///
/// Two errors are equal that say the same.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The cryptographic library failed.
    #[error("the cryptographic library failed")]
    Library,
    /// The text holds no `PRIVATE KEY` block of base64.
    #[error("no PKCS #8 private key in PEM")]
    Pem,
    /// The octets are no private key that can sign, or one that is too weak.
    #[error("neither an RSA key of at least 2048 bits nor an Ed25519 key in PKCS #8")]
    Rejected,
    /// A key that is held elsewhere cannot be reached now.
    #[error("the key cannot be reached now")]
    Unavailable(#[source] Arc<dyn StdError + Send + Sync>),
}

impl KeyError {
    /// A key that is held elsewhere cannot be reached now, for this cause.
    #[must_use]
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(cause.into()))
    }
}

impl PartialEq for KeyError {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unavailable(cause), Self::Unavailable(other)) => {
                cause.to_string() == other.to_string()
            }
            _ => discriminant(self) == discriminant(other),
        }
    }
}

impl Eq for KeyError {}
