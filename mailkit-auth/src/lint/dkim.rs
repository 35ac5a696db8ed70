//! Lints of DKIM key records (RFC 6376 section 3.6.1).

pub(crate) mod rules;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::finding::{Finding, Fix, Severity, in_order, nearest};
use super::letters::panel_escapes;
use super::tags::{Tags, unread};
use crate::record::dkim::{PublicKeyForm, RsaPublicKey, octets, wrap_pkcs1};
use crate::record::{DkimKeyRecord, Tag};
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the text of a DKIM key record, in the order of the text.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_dkim_key};
///
/// let text = "v=dkim1; k=ed25519; g=*; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// let findings = lint_dkim_key(text);
/// assert_eq!(findings.iter().map(|it| it.code).collect::<Vec<_>>(), ["DKM003", "DKM019"]);
/// let fixed = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// assert_eq!(apply_fixes(text, &findings), fixed);
/// ```
#[must_use]
pub fn lint_dkim_key(text: &str) -> Vec<Finding> {
    let escapes = panel_escapes(text, &rule::ESCAPED);
    if !escapes.is_empty() {
        return escapes;
    }
    let (tags, mut findings) = Tags::read(text, &rule::UNREADABLE, &rule::TAG);
    findings.extend(version_finding(&tags));
    for tag in tags.iter() {
        findings.extend(tag_finding(tag, &tags));
    }
    findings.extend(key_findings(&tags));
    findings.extend(unread::<DkimKeyRecord>(text, &findings, &rule::UNREADABLE));
    in_order(findings)
}

fn version_finding(tags: &Tags<'_>) -> Option<Finding> {
    let tag = tags.get("v")?;
    if tags.first().is_some_and(|first| first.span != tag.span) {
        return Some(rule::VERSION.at(tag.span.clone(), "the version is not the first tag"));
    }
    if (tag.name, tag.value) == ("v", "DKIM1") {
        return None;
    }
    let message = format!("`{}={}` is not `v=DKIM1`", tag.name, tag.value);
    if tag.value.eq_ignore_ascii_case("DKIM1") {
        let fix = Fix::replace(tag.span.clone(), "v=DKIM1");
        return Some(rule::VERSION.fixed(tag.span.clone(), message, fix));
    }
    Some(rule::VERSION.at(tag.span.clone(), message))
}

fn tag_finding(tag: &Tag<'_>, tags: &Tags<'_>) -> Option<Finding> {
    let span = tag.span.clone();
    match tag.name {
        "v" | "n" | "p" => None,
        "k" if !KEY_TYPES.contains(&tag.value) => Some(key_type_finding(tag)),
        "h" if !tag.items(':').any(|word| word == "sha256") => {
            Some(rule::HASH.at(span, "verifiers accept SHA-256 alone"))
        }
        "s" if !tag.items(':').any(|word| word == "*" || word == "email") => {
            Some(rule::SERVICE.at(span, "the key may not be used for e-mail"))
        }
        "t" if tag.items(':').any(|word| word == "y") => {
            Some(rule::TESTING.at(span, "the domain says that it is only testing"))
        }
        "k" | "h" | "s" | "t" => None,
        "g" => Some(rule::GRANULARITY.fixed(span, "`g` was removed from DKIM", tags.removal(tag))),
        name => {
            let message = format!("unknown tag `{name}` is ignored");
            Some(rule::TAG.at(span, message).milder(Severity::Info))
        }
    }
}

fn key_type_finding(tag: &Tag<'_>) -> Finding {
    let message = format!("unknown key type `{}`", tag.value);
    match nearest(tag.value, KEY_TYPES) {
        Some(word) => {
            let fix = Fix::replace(tag.value_span.clone(), word);
            rule::KEY_TYPE.fixed(tag.span.clone(), message, fix)
        }
        None => rule::KEY_TYPE.at(tag.span.clone(), message),
    }
}

/// What is wrong with the key itself.
fn key_findings(tags: &Tags<'_>) -> Vec<Finding> {
    let Some(tag) = tags.get("p").filter(|tag| tag.name == "p") else {
        return vec![rule::MISSING_KEY.at(tags.end(), "there is no `p`")];
    };
    if tag.value.is_empty() {
        let finding = rule::REVOKED.at(tag.span.clone(), "the key was revoked");
        return vec![finding.milder(Severity::Warning)];
    }
    let Ok(key) = octets(tag) else {
        return vec![rule::NOT_A_KEY.at(tag.value_span.clone(), "the key is not base64")];
    };
    let kind = tags.get("k").map_or("rsa", |tag| tag.value);
    let mut findings: Vec<Finding> = match kind {
        "ed25519" => ed25519_finding(tag, &key).into_iter().collect(),
        "rsa" => rsa_findings(tag, &key),
        _ => Vec::new(),
    };
    let compact: String = tag.value.split_whitespace().collect();
    let mended = findings.iter().any(|finding| finding.fix.is_some());
    if compact != tag.value && !mended {
        let fix = Fix::replace(tag.value_span.clone(), compact);
        let finding = rule::ESCAPED.fixed(tag.value_span.clone(), "spaces within the key", fix);
        findings.push(finding.milder(Severity::Warning));
    }
    findings
}

fn ed25519_finding(tag: &Tag<'_>, key: &[u8]) -> Option<Finding> {
    let message = format!("an Ed25519 key has 32 octets, not {}", key.len());
    (key.len() != 32).then(|| rule::ED25519_LENGTH.at(tag.value_span.clone(), message))
}

fn rsa_findings(tag: &Tag<'_>, octets: &[u8]) -> Vec<Finding> {
    let span = tag.value_span.clone();
    let Ok(key) = RsaPublicKey::from_der(octets) else {
        return vec![rule::NOT_A_KEY.at(span, "the key is no RSA key in DER, or was cut short")];
    };
    let mut findings = Vec::new();
    if key.form == PublicKeyForm::Pkcs1 {
        let fix = Fix::replace(span.clone(), STANDARD.encode(wrap_pkcs1(octets)));
        let message = "the key is a bare RSAPublicKey, not a SubjectPublicKeyInfo";
        findings.push(rule::PKCS1.fixed(span.clone(), message, fix));
    }
    let message = format!("the key has {} bits", key.bits);
    match key.bits {
        ..1024 => findings.push(rule::WEAK.at(span.clone(), message)),
        1024..2048 => findings.push(rule::SHORT.at(span.clone(), message)),
        2048 => {}
        _ => findings.push(rule::LONG.at(span.clone(), message)),
    }
    if key.exponent != Some(65537) {
        findings.push(rule::EXPONENT.at(span.clone(), "the public exponent is not 65537"));
    }
    if key.has_roca_fingerprint() {
        let message = "the modulus has the form of a broken key generator (ROCA)";
        findings.push(rule::MODULUS.at(span, message));
    }
    findings
}

const KEY_TYPES: &[&str] = &["rsa", "ed25519"];

#[cfg(test)]
mod tests;
