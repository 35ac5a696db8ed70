//! How a signature is read and written.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{AgentIdentifier, Canonicalization, DNS_TXT, DkimSignature, FieldName};
use crate::record::dkim::octets;
use crate::record::{Tag, is_space, strict};
use crate::{RecordError, RecordErrorKind};

impl FromStr for DkimSignature {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let tags = strict(text)?;
        let tags = Tags { tags: &tags, end: text.len() };
        tags.check_version()?;
        Ok(Self {
            domain: tags.required("d")?.parse()?,
            canonicalization: tags.get("c").map(forms).transpose()?,
            signature: filled(tags.required("b")?)?,
            algorithm: tags.required("a")?.parse()?,
            identity: tags.get("i").map(identity).transpose()?,
            selector: tags.required("s")?.parse()?,
            body_hash: filled(tags.required("bh")?)?,
            signed_fields: names(tags.required("h")?)?,
            body_length: tags.number("l")?,
            signed_at: tags.number("t")?,
            expires_at: tags.number("x")?,
            query_methods: tags.get("q").map(methods).transpose()?,
            copied_fields: tags.get("z").map(|tag| compact(tag.value)),
            others: tags.others(),
        })
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

/// The tags of one signature.
struct Tags<'a, 't> {
    tags: &'t [Tag<'a>],
    end: usize,
}

impl<'a, 't> Tags<'a, 't> {
    fn get(&self, name: &str) -> Option<&'t Tag<'a>> {
        self.tags.iter().find(|tag| tag.name == name)
    }

    fn required(&self, tag: &'static str) -> Result<&'t Tag<'a>, RecordError> {
        let kind = RecordErrorKind::MissingTag { tag };
        self.get(tag).ok_or_else(|| RecordError::new(kind, self.end..self.end))
    }

    fn check_version(&self) -> Result<(), RecordError> {
        let tag = self.required("v")?;
        if tag.value == "1" { Ok(()) } else { Err(tag.invalid()) }
    }

    fn number(&self, name: &str) -> Result<Option<u64>, RecordError> {
        let Some(tag) = self.get(name) else { return Ok(None) };
        let digits = tag.value.bytes().all(|byte| byte.is_ascii_digit());
        tag.value.parse().ok().filter(|_| digits).map(Some).ok_or_else(|| tag.invalid())
    }

    /// The tags that RFC 6376 does not know, which verifiers ignore, each on one line.
    fn others(&self) -> Vec<(String, String)> {
        let others = self.tags.iter().filter(|tag| !KNOWN.contains(&tag.name));
        others.map(|tag| (tag.name.to_owned(), unfolded(tag.value))).collect()
    }
}

/// The tags of RFC 6376 section 3.5.
const KNOWN: &[&str] = &["v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "z"];

/// The lines of a value, parted by one space each.
fn unfolded(value: &str) -> String {
    let lines = value.split(['\r', '\n']).map(|line| line.trim_matches(is_space));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The forms of header and body; that of the body may be left out.
fn forms(tag: &Tag<'_>) -> Result<(Canonicalization, Option<Canonicalization>), RecordError> {
    let form = |word: &str| word.parse().map_err(|_| tag.invalid());
    match tag.value.split_once('/') {
        Some((header, body)) => Ok((form(header)?, Some(form(body)?))),
        None => Ok((form(tag.value)?, None)),
    }
}

fn print_forms((header, body): (Canonicalization, Option<Canonicalization>)) -> String {
    body.map_or_else(|| header.to_string(), |body| format!("{header}/{body}"))
}

fn names(tag: &Tag<'_>) -> Result<Vec<FieldName>, RecordError> {
    tag.parse_list(':')
}

/// The key must be in the DNS (`q`); other methods beside it are kept.
fn methods(tag: &Tag<'_>) -> Result<Vec<String>, RecordError> {
    let methods: Vec<String> = tag.items(':').map(str::to_owned).collect();
    let odd = |method: &String| method.is_empty() || method.contains(is_space);
    let known = methods.iter().any(|method| method == DNS_TXT);
    if methods.iter().any(odd) || !known { Err(tag.invalid()) } else { Ok(methods) }
}

fn identity(tag: &Tag<'_>) -> Result<AgentIdentifier, RecordError> {
    let (local, domain) = tag.value.rsplit_once('@').ok_or_else(|| tag.invalid())?;
    format!("{}@{domain}", compact(local)).parse().map_err(|_| tag.invalid())
}

/// A value in quoted-printable, in which white space means nothing (RFC 6376 section 2.11).
fn compact(value: &str) -> String {
    value.split(is_space).collect()
}

/// The octets of a tag, of which there must be some.
fn filled(tag: &Tag<'_>) -> Result<Vec<u8>, RecordError> {
    let octets = octets(tag)?;
    if octets.is_empty() { Err(tag.invalid()) } else { Ok(octets) }
}
