//! How a signature is read and written.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{AgentIdentifier, Canonicalization, DNS_TXT, DkimSignature, FieldName};
use crate::record::TagSet;
use crate::record::tag_list::{self, FromTags, Grammar, Tag};
use crate::{RecordError, UnknownWord};

impl FromTags for DkimSignature {
    const GRAMMAR: Grammar = Grammar::Folded;

    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        let tags = TagSet::of(tags, end)?;
        check_version(&tags)?;
        Ok(Self {
            domain: tags.parse("d")?,
            canonicalization: tags.get("c").map(forms).transpose()?,
            signature: tags.octets("b")?,
            algorithm: tags.parse("a")?,
            identity: tags.get("i").map(identity).transpose()?,
            selector: tags.parse("s")?,
            body_hash: tags.octets("bh")?,
            signed_fields: tags.required("h")?.parse_list(b':')?,
            body_length: tags.number("l")?,
            signed_at: tags.number("t")?,
            expires_at: tags.number("x")?,
            query_methods: tags.get("q").map(methods).transpose()?,
            copied_fields: tags.get("z").map(|tag| compact(tag.value)),
            others: others(&tags),
        })
    }
}

impl FromStr for DkimSignature {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        tag_list::read(text)
    }
}

impl fmt::Display for DkimSignature {
    /// Prints the value of the field on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.tags().iter().enumerate() {
            let before = if index == 0 { "" } else { "; " };
            write!(f, "{before}{name}={value}")?;
        }
        Ok(())
    }
}

impl DkimSignature {
    /// The tags in the order in which they are printed, `b` last.
    pub(super) fn tags(&self) -> Vec<(&str, String)> {
        let mut tags = vec![("v", "1".to_owned()), ("a", self.algorithm.to_string())];
        let mut add = |name, value: Option<String>| tags.extend(value.map(|value| (name, value)));
        add("c", self.canonicalization.map(print_forms));
        add("d", Some(self.domain.to_string()));
        add("s", Some(self.selector.to_string()));
        add("i", self.identity.as_ref().map(ToString::to_string));
        add("l", self.body_length.as_ref().map(ToString::to_string));
        add("q", self.query_methods.as_ref().map(|methods| methods.join(":")));
        add("t", self.signed_at.as_ref().map(ToString::to_string));
        add("x", self.expires_at.as_ref().map(ToString::to_string));
        let names: Vec<&str> = self.signed_fields.iter().map(FieldName::as_str).collect();
        add("h", Some(names.join(":")));
        add("z", self.copied_fields.clone());
        tags.extend(self.others.iter().map(|(name, value)| (name.as_str(), value.clone())));
        tags.push(("bh", STANDARD.encode(&self.body_hash)));
        tags.push(("b", STANDARD.encode(&self.signature)));
        tags
    }
}

fn check_version(tags: &TagSet<'_>) -> Result<(), RecordError> {
    let tag = tags.required("v")?;
    if tag.value == "1" { Ok(()) } else { Err(tag.invalid()) }
}

/// The tags that RFC 6376 does not know, which verifiers ignore, each on one line.
fn others(tags: &TagSet<'_>) -> Vec<(String, String)> {
    let others = tags.iter().filter(|tag| !KNOWN.contains(&tag.name));
    others.map(|tag| (tag.name.to_owned(), tag.unfolded())).collect()
}

/// The tags of RFC 6376 section 3.5.
const KNOWN: &[&str] = &["v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "z"];

/// The forms of header and body; that of the body may be left out.
fn forms(tag: &Tag<'_>) -> Result<(Canonicalization, Option<Canonicalization>), RecordError> {
    let form =
        |word: &str| word.parse().map_err(|error: UnknownWord| tag.invalid().with_cause(error));
    match tag.value.split_once('/') {
        Some((header, body)) => Ok((form(header)?, Some(form(body)?))),
        None => Ok((form(tag.value)?, None)),
    }
}

fn print_forms((header, body): (Canonicalization, Option<Canonicalization>)) -> String {
    body.map_or_else(|| header.to_string(), |body| format!("{header}/{body}"))
}

/// The key must be in the DNS (`q`); other methods beside it are kept.
fn methods(tag: &Tag<'_>) -> Result<Vec<String>, RecordError> {
    let methods: Vec<String> = tag.items(b':').map(|(method, _)| method.to_owned()).collect();
    let odd = |method: &String| method.is_empty() || method.contains(is_space);
    let known = methods.iter().any(|method| method == DNS_TXT);
    if methods.iter().any(odd) || !known { Err(tag.invalid()) } else { Ok(methods) }
}

fn identity(tag: &Tag<'_>) -> Result<AgentIdentifier, RecordError> {
    let (local, domain) = tag.value.rsplit_once('@').ok_or_else(|| tag.invalid())?;
    let identity = format!("{}@{domain}", compact(local)).parse();
    identity.map_err(|error: RecordError| tag.invalid().with_cause(error))
}

/// A value in quoted-printable, in which white space means nothing (RFC 6376 section 2.11).
fn compact(value: &str) -> String {
    value.split(is_space).collect()
}

/// White space of a header field.
fn is_space(c: char) -> bool {
    u8::try_from(c).is_ok_and(|octet| Grammar::Folded.is_space(octet))
}
