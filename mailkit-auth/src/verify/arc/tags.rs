//! The tags of `ARC-Message-Signature` and `ARC-Seal`, read strictly (RFC 8617 section 4.1).

use std::ops::Range;

use super::super::DkimProblem;
use super::super::signature::without;
use super::problem::ArcProblemKind;
use super::verdict::ArcResult;
use crate::record::dkim::KeyType;
use crate::record::dkim_signature::{Canonicalization, SignatureAlgorithm};
use crate::record::{TagSet, utf8};
use crate::{Domain, RecordError, Selector, UnknownWord};

/// What both fields have: a signature, and where its key is.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) key_type: KeyType,
    pub(super) domain: Domain,
    pub(super) selector: Selector,
    pub(super) signature: Vec<u8>,
    /// Where the value of `b=` stands in the field.
    span: Range<usize>,
}

impl Signed {
    /// The value of the field as it was signed: without that of `b=`.
    pub(super) fn unsigned_value(&self, value: &[u8]) -> Vec<u8> {
        without(value, &self.span)
    }

    fn read(tags: &Tags<'_>) -> Result<Self, DkimProblem> {
        if tags.0.parse::<SignatureAlgorithm>("a").map_err(malformed)?
            == SignatureAlgorithm::RsaSha1
        {
            return Err(DkimProblem::Sha1);
        }
        Self::read_tags(tags).map_err(malformed)
    }

    fn read_tags(Tags(tags): &Tags<'_>) -> Result<Self, RecordError> {
        // The time tells nothing here, but the field is void if it is none.
        tags.number("t")?;
        Ok(Self {
            key_type: tags.parse::<SignatureAlgorithm>("a")?.key_type(),
            domain: tags.parse("d")?,
            selector: tags.parse("s")?,
            signature: tags.octets("b")?,
            span: tags.required("b")?.value_span.clone(),
        })
    }
}

/// An `ARC-Message-Signature`.
#[derive(Debug)]
pub(super) struct MessageSignature {
    pub(super) signed: Signed,
    pub(super) body_hash: Vec<u8>,
    pub(super) header_form: Canonicalization,
    pub(super) body_form: Canonicalization,
    pub(super) names: Vec<String>,
    pub(super) body_length: Option<u64>,
    pub(super) expires_at: Option<u64>,
}

impl MessageSignature {
    pub(super) fn read(tags: &Tags<'_>) -> Result<Self, ArcProblemKind> {
        let read = Signed::read(tags).and_then(|signed| Self::read_tags(tags, signed));
        let read = read.map_err(ArcProblemKind::Signature)?;
        if read.names.iter().any(|name| name.eq_ignore_ascii_case("ARC-Seal")) {
            return Err(ArcProblemKind::SignsSeals);
        }
        Ok(read)
    }

    fn read_tags(tags: &Tags<'_>, signed: Signed) -> Result<Self, DkimProblem> {
        let (header_form, body_form) = tags.forms().map_err(malformed)?;
        tags.check_query().map_err(malformed)?;
        let Tags(tags) = tags;
        let read = || {
            Ok(Self {
                signed,
                body_hash: tags.octets("bh")?,
                header_form,
                body_form,
                // An empty name selects no field.
                names: tags.required("h")?.items(b':').map(|(name, _)| name.to_owned()).collect(),
                body_length: tags.number("l")?,
                expires_at: tags.number("x")?,
            })
        };
        read().map_err(malformed)
    }
}

/// An `ARC-Seal`.
#[derive(Debug)]
pub(super) struct Seal {
    pub(super) signed: Signed,
    /// What its host found out about the chain before (`cv=`).
    pub(super) status: ArcResult,
}

impl Seal {
    pub(super) fn read(tags: &Tags<'_>) -> Result<Self, ArcProblemKind> {
        if tags.0.get("h").is_some() {
            return Err(ArcProblemKind::ListsFields);
        }
        let status = |signed| Ok(Self { signed, status: tags.status().map_err(malformed)? });
        Signed::read(tags).and_then(status).map_err(ArcProblemKind::Signature)
    }
}

/// The tags of one field.
pub(super) struct Tags<'a>(TagSet<'a>);

impl<'a> Tags<'a> {
    pub(super) fn read(value: &'a [u8]) -> Result<Self, DkimProblem> {
        utf8(value).and_then(TagSet::read).map(Self).map_err(malformed)
    }

    /// The place in the chain (`i`), from 1 to 50.
    pub(super) fn instance(&self) -> Result<u32, DkimProblem> {
        let tag = self.0.required("i").map_err(malformed)?;
        instance(tag.value).ok_or_else(|| malformed(tag.invalid()))
    }

    /// The forms of header and body (`c`). Without the tag both are relaxed, as those who wrote the
    /// protocol sign and check; the text of RFC 8617 leaves it at the default of DKIM.
    fn forms(&self) -> Result<(Canonicalization, Canonicalization), RecordError> {
        let Some(tag) = self.0.get("c") else {
            return Ok((Canonicalization::Relaxed, Canonicalization::Relaxed));
        };
        let form =
            |word: &str| word.parse().map_err(|error: UnknownWord| tag.invalid().with_cause(error));
        let (header, body) = tag.value.split_once('/').unwrap_or((tag.value, "simple"));
        Ok((form(header)?, form(body)?))
    }

    fn status(&self) -> Result<ArcResult, RecordError> {
        let tag = self.0.required("cv")?;
        match tag.value {
            "none" => Ok(ArcResult::None),
            "pass" => Ok(ArcResult::Pass),
            "fail" => Ok(ArcResult::Fail),
            _ => Err(tag.invalid()),
        }
    }

    /// The key must be in the DNS (`q`).
    fn check_query(&self) -> Result<(), RecordError> {
        match self.0.get("q") {
            Some(tag) if !tag.has_item(b':', "dns/txt") => Err(tag.invalid()),
            _ => Ok(()),
        }
    }
}

fn malformed(error: RecordError) -> DkimProblem {
    DkimProblem::Malformed(error)
}

/// A place in a chain: digits without a sign or a zero in front, from 1 to [`MAX_SETS`].
pub(super) fn instance(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|number| digits && (1..=MAX_SETS).contains(number))
}

/// Sets of the longest chain (RFC 8617 section 4.2.1).
pub(crate) const MAX_SETS: u32 = 50;
