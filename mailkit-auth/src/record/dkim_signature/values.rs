//! The values of the tags of a signature.

use std::fmt;
use std::str::FromStr;

use crate::record::dkim::KeyType;
use crate::record::words::words;
use crate::{Domain, DomainError, RecordError, RecordErrorKind};

/// How a signature was made (`a`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSA over SHA-1, which verifiers no longer accept (RFC 8301 section 3.1).
    RsaSha1,
    /// RSA over SHA-256 (RFC 6376 section 3.3.2).
    RsaSha256,
    /// Ed25519 over SHA-256 (RFC 8463).
    Ed25519Sha256,
}

impl SignatureAlgorithm {
    /// The kind of key that makes such signatures.
    #[must_use]
    pub fn key_type(self) -> KeyType {
        match self {
            Self::RsaSha1 | Self::RsaSha256 => KeyType::Rsa,
            Self::Ed25519Sha256 => KeyType::Ed25519,
        }
    }
}

/// The form in which a header or a body is signed (`c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Canonicalization {
    /// As it is (RFC 6376 sections 3.4.1 and 3.4.3).
    Simple,
    /// With white space and the case of field names made even (sections 3.4.2 and 3.4.4).
    Relaxed,
}

words!(SignatureAlgorithm, "rsa-sha1" => RsaSha1, "rsa-sha256" => RsaSha256, "ed25519-sha256" => Ed25519Sha256);
words!(Canonicalization, "simple" => Simple, "relaxed" => Relaxed);

/// The name of a header field (RFC 5322 section 2.2), without the semicolon that a tag cannot hold.
///
/// ```
/// use mailkit_auth::record::dkim_signature::FieldName;
///
/// let name: FieldName = "List-Id".parse()?;
/// assert!(name.is("list-id"));
/// assert!("List Id".parse::<FieldName>().is_err());
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct FieldName(String);

impl FieldName {
    /// The field that every signature covers.
    pub(super) fn author() -> Self {
        Self("From".to_owned())
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the field `name`, in any case of its letters.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.0.eq_ignore_ascii_case(name)
    }
}

impl FromStr for FieldName {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let odd = |c: char| !c.is_ascii_graphic() || matches!(c, ':' | ';');
        match text.char_indices().find(|&(_, c)| odd(c)) {
            Some((at, c)) => {
                let kind = RecordErrorKind::UnexpectedCharacter(c);
                Err(RecordError::new(kind, at..at + c.len_utf8()))
            }
            None if text.is_empty() => Err(RecordError::new(RecordErrorKind::MalformedTag, 0..0)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// On whose behalf a domain signed (`i`): `local@domain` or `@domain`.
///
/// ```
/// use mailkit_auth::record::dkim_signature::AgentIdentifier;
///
/// let identity: AgentIdentifier = "ann@News.acme.test".parse()?;
/// assert_eq!((identity.local(), identity.domain().as_str()), ("ann", "news.acme.test"));
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AgentIdentifier {
    local: String,
    domain: Domain,
}

impl AgentIdentifier {
    /// What stands before the `@`, in the quoted-printable form of DKIM; often nothing.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain, which must lie in the signing one.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
}

impl FromStr for AgentIdentifier {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let invalid = || {
            let kind = RecordErrorKind::InvalidValue { tag: "i".to_owned() };
            RecordError::new(kind, 0..text.len())
        };
        let (local, domain) = text.rsplit_once('@').ok_or_else(invalid)?;
        if !local.chars().all(|c| c.is_ascii_graphic() && c != ';') {
            return Err(invalid());
        }
        let domain = domain.parse().map_err(|error: DomainError| invalid().with_cause(error))?;
        Ok(Self { local: local.to_owned(), domain })
    }
}

impl fmt::Display for AgentIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}
