//! The `DKIM-Signature` field, read strictly (RFC 6376 section 3.5).

use std::ops::Range;

use mail_auth::dkim::Canonicalization;

use super::DkimProblem;
use crate::record::dkim::{KeyType, octets};
use crate::record::{Tag, strict};
use crate::{Domain, RecordError, RecordErrorKind, Selector};

/// A signature that is worth the lookup of its key.
#[derive(Debug)]
pub(super) struct DkimSignature {
    pub(super) key_type: KeyType,
    pub(super) domain: Domain,
    pub(super) selector: Selector,
    pub(super) signature: Vec<u8>,
    pub(super) body_hash: Vec<u8>,
    pub(super) header_form: Canonicalization,
    pub(super) body_form: Canonicalization,
    pub(super) names: Vec<String>,
    /// The domain of `i=`, by default the signing one.
    pub(super) identity: Domain,
    pub(super) body_length: Option<u64>,
    pub(super) signed_at: Option<u64>,
    pub(super) expires_at: Option<u64>,
    /// Where the value of `b=` stands in the field.
    signature_span: Range<usize>,
}

impl DkimSignature {
    pub(super) fn read(value: &[u8]) -> Result<Self, DkimProblem> {
        let text = std::str::from_utf8(value).map_err(|error| {
            let at = error.valid_up_to();
            let kind = RecordErrorKind::UnexpectedCharacter(char::REPLACEMENT_CHARACTER);
            DkimProblem::Malformed(RecordError::new(kind, at..at + 1))
        })?;
        let tags = strict(text).map_err(DkimProblem::Malformed)?;
        let tags = Tags { tags: &tags, end: text.len() };
        tags.check_version()?;
        let domain: Domain = tags.parse("d")?;
        let (header_form, body_form) = tags.forms()?;
        let signature = tags.required("b")?;
        let read = Self {
            key_type: tags.algorithm()?,
            identity: tags.identity(&domain)?,
            selector: tags.parse("s")?,
            signature: filled(signature)?,
            body_hash: filled(tags.required("bh")?)?,
            header_form,
            body_form,
            names: tags.names()?,
            body_length: tags.number("l")?,
            signed_at: tags.number("t")?,
            expires_at: tags.number("x")?,
            signature_span: signature.value_span.clone(),
            domain,
        };
        tags.check_query()?;
        Ok(read)
    }

    /// The field as it was signed: without the value of `b=` and without its line end.
    pub(super) fn unsigned_value(&self, value: &[u8]) -> Vec<u8> {
        let before = value.get(..self.signature_span.start).unwrap_or_default();
        let after = value.get(self.signature_span.end..).unwrap_or_default();
        let mut unsigned = [before, after].concat();
        for end in [b'\n', b'\r'] {
            if unsigned.last() == Some(&end) {
                unsigned.pop();
            }
        }
        unsigned
    }

    /// What no key can mend: where it would have to stand, names that must be signed, and times.
    pub(super) fn check_meaning(&self, now: u64) -> Result<(), DkimProblem> {
        if !self.names.iter().any(|name| name.eq_ignore_ascii_case("From")) {
            return Err(DkimProblem::FromUnsigned);
        }
        if !self.identity.is_subdomain_of(&self.domain) {
            return Err(DkimProblem::Identity);
        }
        // No key stands under a name that the DNS cannot hold.
        if self.selector.record_name(&self.domain).is_err() {
            return Err(DkimProblem::NoKey);
        }
        // A signature that expires before it is made was never valid (RFC 6376 section 3.5).
        let earliest = self.signed_at.unwrap_or(0).max(now);
        match self.expires_at {
            Some(expires_at) if expires_at <= earliest => Err(DkimProblem::Expired),
            _ => Ok(()),
        }
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

    fn required(&self, tag: &'static str) -> Result<&'t Tag<'a>, DkimProblem> {
        self.get(tag).ok_or_else(|| {
            let kind = RecordErrorKind::MissingTag { tag };
            DkimProblem::Malformed(RecordError::new(kind, self.end..self.end))
        })
    }

    fn parse<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, DkimProblem> {
        self.required(name)?.parse().map_err(DkimProblem::Malformed)
    }

    fn check_version(&self) -> Result<(), DkimProblem> {
        let tag = self.required("v")?;
        if tag.value == "1" { Ok(()) } else { Err(invalid(tag)) }
    }

    fn algorithm(&self) -> Result<KeyType, DkimProblem> {
        let tag = self.required("a")?;
        match tag.value {
            "rsa-sha256" => Ok(KeyType::Rsa),
            "ed25519-sha256" => Ok(KeyType::Ed25519),
            "rsa-sha1" => Err(DkimProblem::Sha1),
            _ => Err(invalid(tag)),
        }
    }

    /// The forms of header and body (`c`), both `simple` by default.
    fn forms(&self) -> Result<(Canonicalization, Canonicalization), DkimProblem> {
        let Some(tag) = self.get("c") else {
            return Ok((Canonicalization::Simple, Canonicalization::Simple));
        };
        let form = |word: &str| match word {
            "relaxed" => Ok(Canonicalization::Relaxed),
            "simple" => Ok(Canonicalization::Simple),
            _ => Err(invalid(tag)),
        };
        let (header, body) = tag.value.split_once('/').unwrap_or((tag.value, "simple"));
        Ok((form(header)?, form(body)?))
    }

    fn names(&self) -> Result<Vec<String>, DkimProblem> {
        let tag = self.required("h")?;
        let names: Vec<String> = tag.items(':').map(str::to_owned).collect();
        if names.iter().any(String::is_empty) { Err(invalid(tag)) } else { Ok(names) }
    }

    fn identity(&self, domain: &Domain) -> Result<Domain, DkimProblem> {
        let Some(tag) = self.get("i") else { return Ok(domain.clone()) };
        let (_, identity) = tag.value.rsplit_once('@').ok_or_else(|| invalid(tag))?;
        identity.parse().map_err(|_| invalid(tag))
    }

    fn number(&self, name: &str) -> Result<Option<u64>, DkimProblem> {
        let Some(tag) = self.get(name) else { return Ok(None) };
        let digits = tag.value.bytes().all(|byte| byte.is_ascii_digit());
        tag.value.parse().ok().filter(|_| digits).map(Some).ok_or_else(|| invalid(tag))
    }

    /// The key must be in the DNS (`q`).
    fn check_query(&self) -> Result<(), DkimProblem> {
        let Some(tag) = self.get("q") else { return Ok(()) };
        if tag.items(':').any(|method| method == "dns/txt") { Ok(()) } else { Err(invalid(tag)) }
    }
}

fn invalid(tag: &Tag<'_>) -> DkimProblem {
    DkimProblem::Malformed(tag.invalid())
}

/// The octets of a tag, of which there must be some.
fn filled(tag: &Tag<'_>) -> Result<Vec<u8>, DkimProblem> {
    let octets = octets(tag).map_err(DkimProblem::Malformed)?;
    if octets.is_empty() { Err(invalid(tag)) } else { Ok(octets) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = " v=1; a=rsa-sha256; d=a.test; s=s1; h=From:To; bh=AAAA; b=AA\r\n AA;\r\n";

    #[track_caller]
    fn check(from: &str, to: &str, expected: Option<&str>) {
        let text = GOOD.replace(from, to);
        let read = DkimSignature::read(text.as_bytes());
        let error = read.and_then(|it| it.check_meaning(3)).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn what_is_refused() {
        check("", "", None);
        check("v=1", "v=2", Some("malformed signature: invalid value for tag `v` at byte 3"));
        check("v=1; ", "", Some("malformed signature: missing tag `v` at byte 63"));
        check("v=1", "V=1", Some("malformed signature: missing tag `v` at byte 68"));
        check("; a=rsa-sha256", "", Some("malformed signature: missing tag `a` at byte 54"));
        check("d=a.test; ", "", Some("malformed signature: missing tag `d` at byte 58"));
        check("s=s1; ", "", Some("malformed signature: missing tag `s` at byte 62"));
        check("h=From:To; ", "", Some("malformed signature: missing tag `h` at byte 57"));
        check("bh=AAAA; ", "", Some("malformed signature: missing tag `bh` at byte 59"));
        check("bh=AAAA", "bh=", Some("malformed signature: invalid value for tag `bh` at byte 50"));
        check("s=s1", "s=s1; s=s2", Some("malformed signature: duplicate tag `s` at byte 36"));
        check("sha256", "sha1", Some("rsa-sha1 is no longer accepted"));
        check(
            "rsa-sha256",
            "rsa-md5",
            Some("malformed signature: invalid value for tag `a` at byte 8"),
        );
        check("From:To", "To", Some("the From field is not signed"));
        check("s=s1", "s=s1; i=@b.test", Some("the identity is not in the signing domain"));
        check("s=s1", "s=s1; i=x@m.a.test", None);
        check("s=s1", "s=s1; t=5; x=5", Some("the signature has expired"));
        check("s=s1", "s=s1; x=3", Some("the signature has expired"));
        check("s=s1", "s=s1; x=4", None);
        check(
            "s=s1",
            "s=s1; x=+5",
            Some("malformed signature: invalid value for tag `x` at byte 38"),
        );
        check("s=s1", &format!("s={}s1", "s.".repeat(121)), Some("there is no key"));
        check("s=s1", "s=s1; c=relaxed", None);
        check(
            "s=s1",
            "s=s1; c=nofws",
            Some("malformed signature: invalid value for tag `c` at byte 38"),
        );
        check(
            "s=s1",
            "s=s1; q=http",
            Some("malformed signature: invalid value for tag `q` at byte 38"),
        );
    }

    #[test]
    fn the_value_of_b_is_cut_out() -> Result<(), DkimProblem> {
        let signature = DkimSignature::read(GOOD.as_bytes())?;
        let unsigned = signature.unsigned_value(GOOD.as_bytes());
        assert_eq!(unsigned, b" v=1; a=rsa-sha256; d=a.test; s=s1; h=From:To; bh=AAAA; b=;");
        assert_eq!(signature.signature, [0, 0, 0]);
        Ok(())
    }
}
