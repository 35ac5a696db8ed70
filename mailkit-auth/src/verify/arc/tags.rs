//! The tags of `ARC-Message-Signature` and `ARC-Seal`, read strictly (RFC 8617 section 4.1).

use std::ops::Range;
use std::str::FromStr;

use super::super::DkimProblem;
use super::super::signature::without;
use super::verdict::{ArcProblemKind, ArcResult};
use crate::record::dkim::{KeyType, octets};
use crate::record::dkim_signature::{Canonicalization, SignatureAlgorithm};
use crate::record::{Tag, strict, utf8};
use crate::{Domain, RecordError, RecordErrorKind, Selector};

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
        // The time tells nothing here, but the field is void if it is none.
        tags.number("t")?;
        let signature = tags.required("b")?;
        Ok(Self {
            key_type: tags.algorithm()?,
            domain: tags.parse("d")?,
            selector: tags.parse("s")?,
            signature: filled(signature)?,
            span: signature.value_span.clone(),
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
        let read = Self::read_tags(tags).map_err(ArcProblemKind::Signature)?;
        if read.names.iter().any(|name| name.eq_ignore_ascii_case("ARC-Seal")) {
            return Err(ArcProblemKind::SignsSeals);
        }
        Ok(read)
    }

    fn read_tags(tags: &Tags<'_>) -> Result<Self, DkimProblem> {
        let (header_form, body_form) = tags.forms()?;
        tags.check_query()?;
        Ok(Self {
            signed: Signed::read(tags)?,
            body_hash: filled(tags.required("bh")?)?,
            header_form,
            body_form,
            // An empty name selects no field.
            names: tags.required("h")?.items(':').map(str::to_owned).collect(),
            body_length: tags.number("l")?,
            expires_at: tags.number("x")?,
        })
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
        if tags.get("h").is_some() {
            return Err(ArcProblemKind::ListsFields);
        }
        let read = |tags| Ok(Self { signed: Signed::read(tags)?, status: tags.status()? });
        read(tags).map_err(ArcProblemKind::Signature)
    }
}

/// The tags of one field.
pub(super) struct Tags<'a> {
    tags: Vec<Tag<'a>>,
    end: usize,
}

impl<'a> Tags<'a> {
    pub(super) fn read(value: &'a [u8]) -> Result<Self, DkimProblem> {
        let text = utf8(value).map_err(DkimProblem::Malformed)?;
        let tags = strict(text).map_err(DkimProblem::Malformed)?;
        Ok(Self { tags, end: text.len() })
    }

    /// The place in the chain (`i`), from 1 to 50.
    pub(super) fn instance(&self) -> Result<u32, DkimProblem> {
        let tag = self.required("i")?;
        instance(tag.value).ok_or_else(|| invalid(tag))
    }

    fn get(&self, name: &str) -> Option<&Tag<'a>> {
        self.tags.iter().find(|tag| tag.name == name)
    }

    fn required(&self, tag: &'static str) -> Result<&Tag<'a>, DkimProblem> {
        self.get(tag).ok_or_else(|| {
            let kind = RecordErrorKind::MissingTag { tag };
            DkimProblem::Malformed(RecordError::new(kind, self.end..self.end))
        })
    }

    fn parse<T: FromStr>(&self, name: &'static str) -> Result<T, DkimProblem> {
        self.required(name)?.parse().map_err(DkimProblem::Malformed)
    }

    fn number(&self, name: &str) -> Result<Option<u64>, DkimProblem> {
        let Some(tag) = self.get(name) else { return Ok(None) };
        let digits = tag.value.bytes().all(|byte| byte.is_ascii_digit());
        tag.value.parse().ok().filter(|_| digits).map(Some).ok_or_else(|| invalid(tag))
    }

    fn algorithm(&self) -> Result<KeyType, DkimProblem> {
        let tag = self.required("a")?;
        match tag.parse().map_err(DkimProblem::Malformed)? {
            SignatureAlgorithm::RsaSha1 => Err(DkimProblem::Sha1),
            algorithm => Ok(algorithm.key_type()),
        }
    }

    /// The forms of header and body (`c`). Without the tag both are relaxed, as those who wrote the
    /// protocol sign and check; the text of RFC 8617 leaves it at the default of DKIM.
    fn forms(&self) -> Result<(Canonicalization, Canonicalization), DkimProblem> {
        let Some(tag) = self.get("c") else {
            return Ok((Canonicalization::Relaxed, Canonicalization::Relaxed));
        };
        let form = |word: &str| word.parse().map_err(|_| invalid(tag));
        let (header, body) = tag.value.split_once('/').unwrap_or((tag.value, "simple"));
        Ok((form(header)?, form(body)?))
    }

    fn status(&self) -> Result<ArcResult, DkimProblem> {
        let tag = self.required("cv")?;
        match tag.value {
            "none" => Ok(ArcResult::None),
            "pass" => Ok(ArcResult::Pass),
            "fail" => Ok(ArcResult::Fail),
            _ => Err(invalid(tag)),
        }
    }

    /// The key must be in the DNS (`q`).
    fn check_query(&self) -> Result<(), DkimProblem> {
        let Some(tag) = self.get("q") else { return Ok(()) };
        if tag.items(':').any(|method| method == "dns/txt") { Ok(()) } else { Err(invalid(tag)) }
    }
}

/// A place in a chain: digits without a sign or a zero in front, from 1 to [`MAX_SETS`].
pub(super) fn instance(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|number| digits && (1..=MAX_SETS).contains(number))
}

fn invalid(tag: &Tag<'_>) -> DkimProblem {
    DkimProblem::Malformed(tag.invalid())
}

/// The octets of a tag, of which there must be some.
fn filled(tag: &Tag<'_>) -> Result<Vec<u8>, DkimProblem> {
    let octets = octets(tag).map_err(DkimProblem::Malformed)?;
    if octets.is_empty() { Err(invalid(tag)) } else { Ok(octets) }
}

/// Sets of the longest chain (RFC 8617 section 4.2.1).
pub(crate) const MAX_SETS: u32 = 50;
