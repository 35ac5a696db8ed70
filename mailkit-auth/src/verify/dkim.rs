//! The check of one signature.

use std::cell::OnceCell;
use std::time::{Duration, SystemTime};

use super::key::{Key, Keys};
use super::signature::ReceivedSignature;
use super::{DkimProblem, DkimVerdict, DkimWeakness};
use crate::lookup::Name;
use crate::message::{BodyDigest, Field, RawMessage, signed_octets};
use crate::record::dkim_signature::{Canonicalization, FieldName, VISIBLE_FIELDS};

/// A signature as found in the message, and whether it is worth the lookup of its key.
pub(super) struct Check {
    /// Which of the message's fields it is.
    index: usize,
    signature: Result<Box<ReceivedSignature>, DkimProblem>,
    /// Where the key is, or why no key can make the signature good.
    key: Result<Name, DkimProblem>,
}

impl Check {
    /// The signatures of a message, from the top. Those beyond the limit are not read, and one check
    /// stands for them all: what is told about a message must not grow with what was put into it.
    pub(super) fn all(message: &RawMessage<'_>, limit: usize, now: SystemTime) -> Vec<Self> {
        let fields = message.fields.iter().enumerate();
        let mut signatures = fields.filter(|(_, field)| field.is("DKIM-Signature"));
        let mut checks: Vec<Self> = (&mut signatures)
            .take(limit)
            .map(|(index, field)| Self::new(index, ReceivedSignature::read(field.value), now))
            .collect();
        if let Some((index, _)) = signatures.next() {
            let unchecked = signatures.count() + 1;
            checks.push(Self::new(index, Err(DkimProblem::TooMany { limit, unchecked }), now));
        }
        checks
    }

    fn new(
        index: usize,
        signature: Result<ReceivedSignature, DkimProblem>,
        now: SystemTime,
    ) -> Self {
        let key = signature.as_ref().map_err(Clone::clone).and_then(|it| it.key_name(now));
        Self { index, signature: signature.map(Box::new), key }
    }

    /// Where the key is; `None` if the signature is refused without it.
    pub(super) fn key_name(&self) -> Option<Name> {
        self.key.as_ref().ok().cloned()
    }

    pub(super) fn verdict(
        &self,
        message: &RawMessage<'_>,
        body: &Body<'_>,
        keys: &Keys,
        now: SystemTime,
    ) -> DkimVerdict {
        let signature = match &self.signature {
            Ok(signature) => signature,
            Err(problem) => return DkimVerdict::failed(None, problem.clone()),
        };
        let checked = self.key.as_ref().map_err(Clone::clone).and_then(|key_name| {
            let key = keys.get(key_name)?;
            let bits = signature.check_key(key)?;
            let body = body.digest(signature.body_canonicalization());
            check_body(body, signature.body_hash(), signature.body_length())?;
            signature.check_header(message, self.index, key)?;
            Ok(signature.weaknesses(message, key, bits, now))
        });
        match checked {
            Ok(weaknesses) => DkimVerdict::passed(signature, weaknesses),
            Err(problem) => DkimVerdict::failed(Some(signature), problem),
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

    pub(super) fn digest(&self, form: Canonicalization) -> &BodyDigest {
        let digest = match form {
            Canonicalization::Relaxed => &self.relaxed,
            Canonicalization::Simple => &self.simple,
        };
        digest.get_or_init(|| BodyDigest::new(form, self.octets))
    }
}

/// Whether the body is the one that was signed, all of it.
pub(super) fn check_body(
    body: &BodyDigest,
    hash: &[u8],
    length: Option<u64>,
) -> Result<(), DkimProblem> {
    let octets = body.octets;
    match length {
        Some(signed) if signed < octets => Err(DkimProblem::PartialBody { signed, octets }),
        Some(signed) if signed > octets => Err(DkimProblem::Body),
        _ if body.hash == hash => Ok(()),
        _ => Err(DkimProblem::Body),
    }
}

impl ReceivedSignature {
    /// Whether the key may have made this signature; the length of an RSA key in bits.
    fn check_key(&self, key: &Key) -> Result<Option<usize>, DkimProblem> {
        let bits = key.check_use(self.key_type())?;
        if key.record.forbids_subdomains() && self.identity_domain() != self.domain() {
            return Err(DkimProblem::Identity);
        }
        Ok(bits)
    }

    fn check_header(
        &self,
        message: &RawMessage<'_>,
        index: usize,
        key: &Key,
    ) -> Result<(), DkimProblem> {
        let field = message.fields.get(index).ok_or(DkimProblem::Signature)?;
        let unsigned = self.unsigned_value(field.value);
        let names = self.signed_fields().iter().map(FieldName::as_str);
        let own = Field { name: field.name, value: &unsigned };
        let form = self.header_canonicalization();
        let signed = signed_octets(form, &message.select(names, Some(index)), own);
        key.verify(&signed, self.signature())
    }

    fn weaknesses(
        &self,
        message: &RawMessage<'_>,
        key: &Key,
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
        if key.record.is_testing() {
            weaknesses.push(DkimWeakness::Testing);
        }
        let latest = now.checked_add(CLOCK_SKEW).unwrap_or(now);
        if self.signed_at().is_some_and(|at| at > latest) {
            weaknesses.push(DkimWeakness::FromTheFuture);
        }
        let unsigned =
            VISIBLE_FIELDS.iter().filter(|name| message.named(name).count() > self.signs(name));
        weaknesses.extend(unsigned.map(|name| DkimWeakness::Unsigned { name }));
        weaknesses
    }
}

/// Bits below which an RSA key is weak (RFC 8301 section 3.2).
const GOOD_BITS: usize = 2048;
/// How far two honest clocks may differ.
const CLOCK_SKEW: Duration = Duration::from_secs(300);
