//! Signing with DKIM (RFC 6376 section 5).

use std::time::{SystemTime, UNIX_EPOCH};

use mail_auth::common::crypto::Algorithm;
use mail_auth::dkim::{Canonicalization, Signature};
use thiserror::Error;

use crate::keys::{DkimKeyPair, KeyError};
use crate::message::{BodyDigest, RawMessage};
use crate::record::dkim::KeyType;
use crate::verify::{HeaderError, HeaderLimits};
use crate::{Domain, DomainError, Selector};

/// Signs messages for one domain with one key.
///
/// Both canonicalizations are `relaxed`. The fields that a reader sees are signed once more than
/// they are present, so that none can be added unseen (RFC 6376 section 8.15), and the whole body
/// is signed. To sign with RSA and Ed25519, make two signers and put both fields in front.
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
#[derive(Debug)]
pub struct DkimSigner {
    domain: Domain,
    selector: Selector,
    key: DkimKeyPair,
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
        selector.record_name(&domain)?;
        let key = DkimKeyPair::from_pkcs8_der(&key.to_pkcs8_der())?;
        Ok(Self { domain, selector, key, limits: HeaderLimits::default() })
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
    /// If the message has no From field or several, if its header is malformed or beyond the
    /// limits, or if the cryptographic library fails.
    pub fn sign(&self, message: &[u8], now: SystemTime) -> Result<String, SignError> {
        let message = RawMessage::read(message, self.limits)?;
        match message.named("From").count() {
            0 => return Err(SignError::NoFrom),
            1 => {}
            _ => return Err(SignError::SeveralFrom),
        }
        let names = names_to_sign(&message);
        let mut signature = self.unsigned(&names, now);
        signature.bh = BodyDigest::new(signature.cb, message.body).hash;
        let fields = message.select(&names);
        let pairs = fields.iter().map(|field| (field.name, field.value));
        let mut data = Vec::new();
        signature.ch.canonicalize_headers(pairs, &mut data);
        signature.write(&mut data, false);
        signature.b = self.key.sign(without_end(&data))?;
        let mut field = Vec::new();
        signature.write(&mut field, true);
        // The writer makes ASCII of names, numbers and base64.
        Ok(String::from_utf8_lossy(without_end(&field)).into_owned() + "\r\n")
    }

    /// The field without its two values of cryptography.
    fn unsigned(&self, names: &[&str], now: SystemTime) -> Signature {
        Signature {
            a: match self.key.key_type() {
                KeyType::Rsa => Algorithm::RsaSha256,
                KeyType::Ed25519 => Algorithm::Ed25519Sha256,
            },
            d: self.domain.to_string(),
            s: self.selector.to_string(),
            h: names.iter().map(|name| (*name).to_owned()).collect(),
            t: now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            ch: Canonicalization::Relaxed,
            cb: Canonicalization::Relaxed,
            ..Signature::default()
        }
    }
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
    /// There is no From field, which every signature must cover (RFC 6376 section 5.4).
    #[error("no From field to sign")]
    NoFrom,
    /// There are several From fields, which no receiver should accept (RFC 5322 section 3.6).
    #[error("more than one From field")]
    SeveralFrom,
}

/// The field without the semicolon after its last value, and what stands around it. The writer may
/// fold before that semicolon, and dkimpy counts such a fold as signed, against RFC 6376 section 3.7.
fn without_end(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii_end();
    field.strip_suffix(b";").unwrap_or(field).trim_ascii_end()
}

/// The names of `h=`: each sealed name once more than it is present, the others as often as it is.
fn names_to_sign(message: &RawMessage<'_>) -> Vec<&'static str> {
    let count = |name: &str| message.named(name).count();
    let sealed = SEALED.iter().flat_map(|name| std::iter::repeat_n(*name, count(name) + 1));
    let present = PRESENT.iter().flat_map(|name| std::iter::repeat_n(*name, count(name)));
    sealed.chain(present).collect()
}

/// What a reader sees or a program acts on: signed so that none can be added.
const SEALED: &[&str] = &[
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Reply-To",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// What lists and relays rightly add: signed where it is present (RFC 6376 section 5.4.1).
const PRESENT: &[&str] = &[
    "Sender",
    "Content-Disposition",
    "Content-Language",
    "Auto-Submitted",
    "List-Id",
    "List-Help",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyAlgorithm;
    use std::time::Duration;

    fn signer() -> DkimSigner {
        let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519).unwrap();
        DkimSigner::new("acme.test".parse().unwrap(), "s1".parse().unwrap(), &key).unwrap()
    }

    fn sign(message: &[u8]) -> Result<String, SignError> {
        signer().sign(message, UNIX_EPOCH + Duration::from_secs(1_795_000_000))
    }

    #[test]
    fn every_sealed_name_is_signed_once_more() -> Result<(), SignError> {
        let field = sign(b"From: a@acme.test\r\nTo: b@c.test\r\nList-Id: <l>\r\n\r\n")?;
        let unfolded = field.replace("\r\n\t", "");
        assert!(unfolded.contains("h=From:From:To:To:Cc:Subject:Date:"), "{unfolded}");
        assert!(unfolded.contains(":Content-Transfer-Encoding:List-Id;"), "{unfolded}");
        assert!(unfolded.contains("t=1795000000;"), "{unfolded}");
        assert!(field.lines().all(|line| line.len() <= 78) && field.ends_with("\r\n"), "{field}");
        Ok(())
    }

    #[test]
    fn refusals() {
        assert_eq!(sign(b"Subject: x\r\n\r\n"), Err(SignError::NoFrom));
        assert_eq!(sign(b"From: a@b.test\r\nFrom: c@d.test\r\n\r\n"), Err(SignError::SeveralFrom));
        assert_eq!(sign(b"oops\r\n\r\n"), Err(SignError::Header(HeaderError::Malformed { at: 0 })));
    }
}
