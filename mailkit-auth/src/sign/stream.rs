//! Signing a message whose body comes in pieces.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{DkimSigner, SignError};
use crate::message::{BodyHasher, Field, RawMessage, write_field};
use crate::record::DkimSignature;
use crate::record::dkim::KeyType;
use crate::record::dkim_signature::{Canonicalization, FieldName, SignatureAlgorithm};
use crate::record::tag_list::MAX_OCTETS;

/// Signs a message with one or more keys while its body passes by; it keeps none of the body.
///
/// The body is put in canonical form and hashed once for all keys, and so is the header for all that
/// cover the same fields.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
/// use mailkit_auth::sign::{DkimSigner, StreamingSigner};
///
/// let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
/// let signers = [DkimSigner::new("acme.test".parse()?, "s1".parse()?, &key)?];
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
/// let mut stream = StreamingSigner::new(&signers, b"From: a@acme.test\r\n\r\n", now)?;
/// for piece in ["Hel", "lo\r", "\n"] {
///     stream.write(piece.as_bytes());
/// }
/// let message = b"From: a@acme.test\r\n\r\nHello\r\n";
/// assert_eq!(stream.finish()?, signers[0].sign(message, now)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct StreamingSigner<'s> {
    signers: &'s [DkimSigner],
    headers: Vec<Header>,
    body: BodyHasher,
    now: SystemTime,
}

/// The names of the fields that a signer covers, and the fields in canonical form.
#[derive(Debug)]
struct Header {
    names: Vec<FieldName>,
    octets: Vec<u8>,
}

impl<'s> StreamingSigner<'s> {
    /// Takes the header, with the empty line at its end and what stands after that.
    ///
    /// # Errors
    ///
    /// If there is no signer, if the message has no From field or several, if its header is malformed,
    /// without the empty line, with lines that do not end in CRLF or beyond the limits of a signer, or
    /// if a signer seals signatures.
    pub fn new(
        signers: &'s [DkimSigner],
        header: &[u8],
        now: SystemTime,
    ) -> Result<Self, SignError> {
        let first = signers.first().ok_or(SignError::NoSigner)?;
        let mut body = BodyHasher::new(FORM);
        body.write(read(header, first)?.body);
        let headers = signers.iter().map(|signer| {
            let message = read(header, signer)?;
            check_author(&message)?;
            signer.fields.check_sealed()?;
            Ok(Header::new(signer, &message))
        });
        let headers = headers.collect::<Result<_, SignError>>()?;
        Ok(Self { signers, headers, body, now })
    }

    /// Takes the next piece of the body, cut anywhere.
    pub fn write(&mut self, body: &[u8]) {
        self.body.write(body);
    }

    /// The `DKIM-Signature` fields, one for each signer, folded and with their line ends, to put in
    /// front of the message.
    ///
    /// # Errors
    ///
    /// If a key fails.
    pub fn finish(self) -> Result<String, SignError> {
        let body_hash = self.body.finish().hash;
        let signed = self.signers.iter().zip(&self.headers);
        signed.map(|(signer, header)| header.sign(signer, body_hash, self.now)).collect()
    }
}

impl Header {
    fn new(signer: &DkimSigner, message: &RawMessage<'_>) -> Self {
        let names = signer.fields.names(message);
        let selected = message.select(names.iter().map(FieldName::as_str), None);
        let mut octets = Vec::with_capacity(1024);
        selected.iter().for_each(|field| write_field(FORM, *field, &mut octets));
        Self { names, octets }
    }

    fn sign(
        &self,
        signer: &DkimSigner,
        body_hash: [u8; 32],
        now: SystemTime,
    ) -> Result<String, SignError> {
        let unsigned = self.unsigned(signer, body_hash, now);
        let value = format!(" {}", unsigned.folded());
        let own = Field { name: NAME.as_bytes(), value: value.as_bytes() };
        let mut octets = self.octets.clone();
        write_field(FORM, own, &mut octets);
        octets.truncate(octets.len() - "\r\n".len());
        let signature = unsigned.with_signature(signer.key.sign(&octets)?);
        let field = format!("{NAME}: {}\r\n", signature.folded());
        check_length(&field)?;
        Ok(field)
    }

    /// The signature without its own octets.
    fn unsigned(&self, signer: &DkimSigner, body_hash: [u8; 32], now: SystemTime) -> DkimSignature {
        let algorithm = match signer.key.key_type() {
            KeyType::Rsa => SignatureAlgorithm::RsaSha256,
            KeyType::Ed25519 => SignatureAlgorithm::Ed25519Sha256,
        };
        let (domain, selector) = (signer.domain.clone(), signer.selector.clone());
        let signature = DkimSignature::new(algorithm, domain, selector, body_hash)
            .with_canonicalization(FORM, FORM)
            .with_signed_at(now);
        // The record names From by itself, once.
        let names = self.names.iter().skip(1).cloned();
        let signature = names.fold(signature, DkimSignature::with_signed_field);
        match signer.lifetime {
            Some(lifetime) => signature.with_expires_at(end_of(lifetime, now)),
            None => signature,
        }
    }
}

/// A signature must not expire before it is made (RFC 6376 section 3.5, `x=`).
fn end_of(lifetime: Duration, now: SystemTime) -> SystemTime {
    let last = UNIX_EPOCH + Duration::from_secs(LAST_SECOND);
    let lifetime = lifetime.max(Duration::from_secs(1));
    now.checked_add(lifetime).map_or(last, |end| end.min(last))
}

/// The header of the message, which must be whole: what came later would be taken for a body.
fn read<'a>(header: &'a [u8], signer: &DkimSigner) -> Result<RawMessage<'a>, SignError> {
    let message = RawMessage::read(header, signer.limits)?;
    check_header_end(&message)?;
    Ok(message)
}

/// A field that was signed must be one that is read.
pub(super) fn check_length(field: &str) -> Result<(), SignError> {
    match field.len() {
        ..=MAX_OCTETS => Ok(()),
        _ => Err(SignError::TooLong { limit: MAX_OCTETS }),
    }
}

/// The new fields end in CRLF, and so must those below them.
pub(super) fn check_header_end(message: &RawMessage<'_>) -> Result<(), SignError> {
    match message.empty_line {
        Some(b"\r\n") => Ok(()),
        Some(_) => Err(SignError::LineFeeds),
        None => Err(SignError::NoHeaderEnd),
    }
}

pub(super) fn check_author(message: &RawMessage<'_>) -> Result<(), SignError> {
    match message.named("From").count() {
        0 => Err(SignError::NoFrom),
        1 => Ok(()),
        _ => Err(SignError::SeveralFrom),
    }
}

const NAME: &str = "DKIM-Signature";
/// The last second of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;
/// The form of header and body, the one that survives what relays do to white space.
const FORM: Canonicalization = Canonicalization::Relaxed;
