//! What is wrong with the key itself.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memchr2;

use super::rules as rule;
use crate::lint::finding::{Finding, Fix, Severity};
use crate::lint::tags::Tags;
use crate::record::dkim::{PublicKeyForm, RsaPublicKey, wrap_pkcs1};
use crate::record::{DkimKeyRecord, Tag, octets};

/// Adds what is wrong with the key; `record` is the whole, if it could be read.
pub(super) fn findings(
    tags: &Tags<'_>,
    record: Option<&DkimKeyRecord>,
    findings: &mut Vec<Finding>,
) {
    let Some(tag) = tags.exact("p") else {
        findings.push(rule::MISSING_KEY.at(tags.end(), "there is no `p`"));
        return;
    };
    if tag.value.is_empty() {
        let finding = rule::REVOKED.at(tag.span.clone(), "the key was revoked");
        findings.push(finding.milder(Severity::Warning));
        return;
    }
    let read = record.map(|record| Cow::Borrowed(record.public_key()));
    let Some(key) = read.or_else(|| octets(tag).ok().map(Cow::Owned)) else {
        findings.push(rule::NOT_A_KEY.at(tag.value_span.clone(), "the key is not base64"));
        return;
    };
    let mended = match tags.exact("k").map_or("rsa", |tag| tag.value) {
        "ed25519" => ed25519_finding(tag, &key, findings),
        "rsa" => rsa_findings(tag, &key, findings),
        _ => false,
    };
    if !mended {
        findings.extend(space_finding(tag));
    }
}

/// White space within the key, which not every verifier passes over.
fn space_finding(tag: &Tag<'_>) -> Option<Finding> {
    memchr2(b' ', b'\t', tag.value.as_bytes())?;
    let compact: String = tag.value.split_whitespace().collect();
    let fix = Fix::replace(tag.value_span.clone(), compact);
    let finding = rule::ESCAPED.fixed(tag.value_span.clone(), "spaces within the key", fix);
    Some(finding.milder(Severity::Warning))
}

/// Adds what is wrong with an Ed25519 key; no fix mends one.
fn ed25519_finding(tag: &Tag<'_>, key: &[u8], findings: &mut Vec<Finding>) -> bool {
    if key.len() != 32 {
        let message = format!("an Ed25519 key has 32 octets, not {}", key.len());
        findings.push(rule::ED25519_LENGTH.at(tag.value_span.clone(), message));
    }
    false
}

/// Adds what is wrong with an RSA key, and says whether a fix writes it anew.
fn rsa_findings(tag: &Tag<'_>, octets: &[u8], findings: &mut Vec<Finding>) -> bool {
    let span = || tag.value_span.clone();
    let Ok(key) = RsaPublicKey::from_der(octets) else {
        let message = "the key is no RSA key in DER, or was cut short";
        findings.push(rule::NOT_A_KEY.at(span(), message));
        return false;
    };
    let bare = key.form == PublicKeyForm::Pkcs1;
    if bare {
        let fix = Fix::replace(span(), STANDARD.encode(wrap_pkcs1(octets)));
        let message = "the key is a bare RSAPublicKey, not a SubjectPublicKeyInfo";
        findings.push(rule::PKCS1.fixed(span(), message, fix));
    }
    let length = match key.bits {
        ..1024 => Some(rule::WEAK),
        1024..2048 => Some(rule::SHORT),
        2048 => None,
        _ => Some(rule::LONG),
    };
    findings.extend(length.map(|rule| rule.at(span(), format!("the key has {} bits", key.bits))));
    if key.exponent != Some(65537) {
        findings.push(rule::EXPONENT.at(span(), "the public exponent is not 65537"));
    }
    if key.has_roca_fingerprint() {
        let message = "the modulus has the form of a broken key generator (ROCA)";
        findings.push(rule::MODULUS.at(span(), message));
    }
    bare
}
