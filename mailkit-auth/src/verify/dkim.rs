//! The check of one signature.

use std::cell::OnceCell;
use std::time::{Duration, SystemTime};

use mail_auth::common::crypto::Algorithm;
use mail_auth::common::parse::TxtRecordParser as _;
use mail_auth::common::verify::DomainKey;
use mail_auth::dkim::Canonicalization as Form;

use super::signature::ReceivedSignature;
use super::{DkimProblem, DkimVerdict, DkimWeakness};
use crate::DkimKeyRecord;
use crate::lookup::{Answer, Question, RecordType};
use crate::message::{BodyDigest, Field, RawMessage};
use crate::record::dkim::KeyType;
use crate::record::dkim_signature::{Canonicalization, FieldName};

/// A signature as found in the message, and whether it is worth the lookup of its key.
pub(super) struct Check {
    /// Which of the message's fields it is.
    index: usize,
    signature: Result<Box<ReceivedSignature>, DkimProblem>,
    /// Why no key can make the signature good.
    refusal: Option<DkimProblem>,
}

impl Check {
    /// The signatures of a message, from the top; those beyond the limit are not read.
    pub(super) fn all(message: &RawMessage<'_>, limit: usize, now: SystemTime) -> Vec<Self> {
        let fields = message.fields.iter().enumerate();
        let signatures = fields.filter(|(_, field)| field.is("DKIM-Signature")).enumerate();
        let read = |(count, (index, field)): (usize, (usize, &Field<'_>))| {
            let signature = match count {
                count if count < limit => ReceivedSignature::read(field.value).map(Box::new),
                _ => Err(DkimProblem::TooMany { limit }),
            };
            let refusal = signature.as_ref().ok().and_then(|it| it.check_meaning(now).err());
            Self { index, signature, refusal }
        };
        signatures.map(read).collect()
    }

    /// Where the key is; `None` if the signature is refused without it.
    pub(super) fn question(&self) -> Option<Question> {
        let signature = self.signature.as_ref().ok().filter(|_| self.refusal.is_none())?;
        let name = signature.selector().record_name(signature.domain()).ok()?;
        Some(Question::new(name.into(), RecordType::Txt))
    }

    /// The verdict, with the answer to the question if there was one.
    pub(super) fn verdict(
        &self,
        message: &RawMessage<'_>,
        body: &Body<'_>,
        answer: Option<&Answer>,
        now: SystemTime,
    ) -> DkimVerdict {
        let signature = match &self.signature {
            Ok(signature) => signature,
            Err(problem) => return DkimVerdict::failed(None, problem.clone()),
        };
        let refusal = self.refusal.clone().map_or(Ok(()), Err);
        let checked = refusal.and_then(|()| find_key(answer)).and_then(|key| {
            let bits = signature.check_key(&key)?;
            signature.check_body(body.digest(form(signature.body_canonicalization())))?;
            signature.check_header(message, self.index, &key)?;
            Ok(signature.weaknesses(message, &key, bits, now))
        });
        let (domain, selector) = (signature.domain(), signature.selector());
        match checked {
            Ok(weaknesses) => DkimVerdict::passed(domain, selector, weaknesses),
            Err(problem) => DkimVerdict::failed(Some((domain, selector)), problem),
        }
    }
}

/// A body that is hashed once for each form, however many signatures ask.
pub(super) struct Body<'a> {
    octets: &'a [u8],
    relaxed: OnceCell<BodyDigest>,
    simple: OnceCell<BodyDigest>,
}

impl<'a> Body<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self { octets, relaxed: OnceCell::new(), simple: OnceCell::new() }
    }

    fn digest(&self, form: Form) -> &BodyDigest {
        let digest = match form {
            Form::Relaxed => &self.relaxed,
            Form::Simple => &self.simple,
        };
        digest.get_or_init(|| BodyDigest::new(form, self.octets))
    }
}

/// The one key among the texts under a selector; texts that are something else are passed over.
fn find_key(answer: Option<&Answer>) -> Result<DkimKeyRecord, DkimProblem> {
    let answer = answer.unwrap_or(&Answer::TemporaryFailure);
    if matches!(answer, Answer::TemporaryFailure) {
        return Err(DkimProblem::KeyUnavailable);
    }
    let read = |text: &[u8]| String::from_utf8_lossy(text).parse::<DkimKeyRecord>();
    let mut keys = answer.texts().map(read);
    let mut first_error = None;
    let mut found = None;
    for key in &mut keys {
        match (key, &found) {
            (Ok(_), Some(_)) => return Err(DkimProblem::SeveralKeys),
            (Ok(key), None) => found = Some(key),
            (Err(error), _) => first_error = first_error.or(Some(error)),
        }
    }
    found.ok_or_else(|| first_error.map_or(DkimProblem::NoKey, DkimProblem::MalformedKey))
}

impl ReceivedSignature {
    /// Whether the key may have made this signature; the length of an RSA key in bits.
    fn check_key(&self, key: &DkimKeyRecord) -> Result<Option<usize>, DkimProblem> {
        if key.is_revoked() {
            return Err(DkimProblem::Revoked);
        }
        if key.key_type() != self.key_type() || !key.allows_sha256() || !key.allows_email() {
            return Err(DkimProblem::KeyUse);
        }
        if key.forbids_subdomains() && self.identity_domain() != self.domain() {
            return Err(DkimProblem::Identity);
        }
        let unreadable = DkimProblem::UnreadableKey(self.key_type());
        match self.key_type() {
            KeyType::Ed25519 if key.public_key().len() == ED25519_OCTETS => Ok(None),
            KeyType::Ed25519 => Err(unreadable),
            KeyType::Rsa => match key.rsa_public_key().map_err(|_| unreadable)?.bits {
                bits @ ..MIN_BITS => Err(DkimProblem::WeakKey { bits }),
                bits => Ok(Some(bits)),
            },
        }
    }

    fn check_body(&self, body: &BodyDigest) -> Result<(), DkimProblem> {
        let octets = body.octets;
        match self.body_length() {
            Some(signed) if signed < octets => Err(DkimProblem::PartialBody { signed, octets }),
            Some(signed) if signed > octets => Err(DkimProblem::Body),
            _ if body.hash == self.body_hash() => Ok(()),
            _ => Err(DkimProblem::Body),
        }
    }

    fn check_header(
        &self,
        message: &RawMessage<'_>,
        index: usize,
        key: &DkimKeyRecord,
    ) -> Result<(), DkimProblem> {
        let unreadable = || DkimProblem::UnreadableKey(self.key_type());
        // mail-auth reads no more of the record than the key.
        let text = DkimKeyRecord::new(self.key_type(), key.public_key()).to_string();
        let key = DomainKey::parse(text.as_bytes()).map_err(|_| unreadable())?;
        let field = message.fields.get(index).ok_or(DkimProblem::Signature)?;
        let unsigned = self.unsigned_value(field.value);
        let names: Vec<&str> = self.signed_fields().iter().map(FieldName::as_str).collect();
        let signed = message.select(&names);
        let mut pairs = signed
            .iter()
            .map(|field| (field.name, field.value))
            .chain([(field.name, unsigned.as_slice())]);
        let algorithm = match self.key_type() {
            KeyType::Rsa => Algorithm::RsaSha256,
            KeyType::Ed25519 => Algorithm::Ed25519Sha256,
        };
        key.p
            .verify(&mut pairs, self.signature(), form(self.header_canonicalization()), algorithm)
            .map_err(|_| DkimProblem::Signature)
    }

    fn weaknesses(
        &self,
        message: &RawMessage<'_>,
        key: &DkimKeyRecord,
        bits: Option<usize>,
        now: SystemTime,
    ) -> Vec<DkimWeakness> {
        let mut weaknesses = Vec::new();
        if self.body_length().is_some() {
            weaknesses.push(DkimWeakness::BodyLength);
        }
        if let Some(bits) = bits.filter(|bits| *bits < GOOD_BITS) {
            weaknesses.push(DkimWeakness::ShortKey { bits });
        }
        if key.is_testing() {
            weaknesses.push(DkimWeakness::Testing);
        }
        let latest = now.checked_add(CLOCK_SKEW).unwrap_or(now);
        if self.signed_at().is_some_and(|at| at > latest) {
            weaknesses.push(DkimWeakness::FromTheFuture);
        }
        let unsigned = VISIBLE.iter().filter(|name| message.named(name).count() > self.signs(name));
        weaknesses.extend(unsigned.map(|name| DkimWeakness::Unsigned { name }));
        weaknesses
    }
}

fn form(canonicalization: Canonicalization) -> Form {
    match canonicalization {
        Canonicalization::Relaxed => Form::Relaxed,
        Canonicalization::Simple => Form::Simple,
    }
}

/// Octets of an Ed25519 key (RFC 8463 section 4.2).
const ED25519_OCTETS: usize = 32;
/// Bits below which an RSA key is refused, and below which it is weak (RFC 8301 section 3.2).
const MIN_BITS: usize = 1024;
const GOOD_BITS: usize = 2048;
/// How far two honest clocks may differ.
const CLOCK_SKEW: Duration = Duration::from_secs(300);
/// The fields that a reader sees or answers to.
const VISIBLE: &[&str] = &["From", "Subject", "To", "Date", "Reply-To"];
