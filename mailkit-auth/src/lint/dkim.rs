//! Lints of DKIM key records (RFC 6376 section 3.6.1).

mod key;
mod letters;
pub(crate) mod rules;

use super::finding::{Finding, Fix, Severity, in_order};
use super::nearest::nearest;
use super::tags::{Tags, unread};
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
    let letters = letters::findings(text);
    if !letters.is_empty() {
        return letters;
    }
    let (tags, mut findings) = Tags::read::<DkimKeyRecord>(text, &rule::UNREADABLE, &rule::TAG);
    let record = tags.record::<DkimKeyRecord>();
    findings.extend(version_finding(&tags));
    for tag in tags.iter() {
        findings.extend(tag_finding(tag, &tags));
    }
    key::findings(&tags, record.as_ref().ok(), &mut findings);
    findings.extend(unread(&record, &findings, &rule::UNREADABLE));
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
        "h" if !tag.has_item(b':', "sha256") => {
            Some(rule::HASH.at(span, "verifiers accept SHA-256 alone"))
        }
        "s" if !tag.has_item(b':', "*") && !tag.has_item(b':', "email") => {
            Some(rule::SERVICE.at(span, "the key may not be used for e-mail"))
        }
        "t" if tag.has_item(b':', "y") => {
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

const KEY_TYPES: &[&str] = &["rsa", "ed25519"];

#[cfg(test)]
mod tests;
