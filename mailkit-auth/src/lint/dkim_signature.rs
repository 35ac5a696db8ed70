//! Lints of DKIM signatures (RFC 6376 section 3.5).

mod context;
pub(crate) mod rules;

pub use context::SignatureContext;

use super::finding::{Finding, Severity, in_order};
use super::nearest::nearest;
use super::tags::{Tags, unread};
use super::version::too_long;
use crate::record::dkim_signature::VISIBLE_FIELDS;
use crate::record::{DkimSignature, Tag};
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the value of a `DKIM-Signature` field of a message, in the order of the text.
///
/// Nothing has a fix, since whoever changes a signature breaks it: what is found is to be mended
/// where messages are signed.
///
/// ```
/// use mailkit_auth::lint::{SignatureContext, lint_dkim_signature};
///
/// let value = "v=1; a=rsa-sha256; d=acme.test; s=s1; h=From:From:To:To:Subject:Date:Date:Reply-To; \
///     l=120; bh=AAAA; b=AAAA";
/// let context = SignatureContext::new(["From", "To", "Subject", "Date"]);
/// let findings = lint_dkim_signature(value, &context);
/// let found: Vec<_> = findings.iter().map(|it| (it.code, it.message.as_str())).collect();
/// let unsealed = "another Subject can be added unseen";
/// assert_eq!(found, [("DKM028", unsealed), ("DKM026", "what stands after 120 octets is not signed")]);
/// ```
#[must_use]
pub fn lint_dkim_signature(value: &str, context: &SignatureContext) -> Vec<Finding> {
    if let Some(finding) = too_long(value, &rule::UNREADABLE) {
        return vec![finding];
    }
    let (tags, mut findings) =
        Tags::read::<DkimSignature>(value, &rule::UNREADABLE, &rule::UNREADABLE);
    findings.extend(tags.iter().flat_map(|tag| tag_findings(tag, context)));
    findings.extend(expiry_finding(&tags, context));
    findings.extend(unread(&tags.record::<DkimSignature>(), &findings, &rule::UNREADABLE));
    findings.iter_mut().for_each(|finding| finding.fix = None);
    in_order(findings)
}

fn tag_findings(tag: &Tag<'_>, context: &SignatureContext) -> Vec<Finding> {
    let span = tag.value_span.clone();
    match tag.name {
        "a" if tag.value == "rsa-sha1" => {
            vec![rule::SHA1.at(span, "verifiers no longer accept `rsa-sha1`")]
        }
        "a" if !ALGORITHMS.contains(&tag.value) => {
            let meant = nearest(tag.value, ALGORITHMS);
            let question = meant.map_or(String::new(), |meant| format!(": is `{meant}` meant?"));
            let message = format!("`{}` is no algorithm{question}", tag.value);
            vec![rule::UNREADABLE.at(span, message)]
        }
        "l" => {
            let message = format!("what stands after {} octets is not signed", tag.value);
            vec![rule::BODY_LENGTH.at(tag.span.clone(), message)]
        }
        "h" => names_findings(tag, context),
        _ => Vec::new(),
    }
}

/// The algorithms that verifiers accept.
const ALGORITHMS: &[&str] = &["rsa-sha256", "ed25519-sha256"];

fn names_findings(tag: &Tag<'_>, context: &SignatureContext) -> Vec<Finding> {
    let span = tag.value_span.clone();
    let signed =
        |name: &str| tag.items(b':').filter(|(it, _)| it.eq_ignore_ascii_case(name)).count();
    let mut findings = Vec::new();
    if signed("From") == 0 {
        findings.push(rule::FROM_UNSIGNED.at(span.clone(), "the From field is not signed"));
    }
    for name in VISIBLE_FIELDS {
        let (present, signed) = (context.count(name), signed(name));
        // That it is not signed at all has been said.
        if signed <= present && !(*name == "From" && signed == 0) {
            let message = match (signed, present) {
                (0, 1..) => format!("the {name} field is not signed"),
                _ => format!("another {name} can be added unseen"),
            };
            findings.push(rule::UNSEALED.at(span.clone(), message));
        }
    }
    findings.extend(trace_findings(tag));
    findings
}

/// Fields that every host on the way adds or removes.
fn trace_findings(tag: &Tag<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, span) in tag.items(b':') {
        if TRACE.iter().any(|trace| trace.eq_ignore_ascii_case(name)) {
            let message = format!("hosts on the way change {name} and break the signature");
            findings.push(rule::TRACE.at(span, message));
        }
    }
    findings
}

/// When the signature ends: before it began, or never on mail that is worth sending again.
fn expiry_finding(tags: &Tags<'_>, context: &SignatureContext) -> Option<Finding> {
    let seconds = |name: &str| tags.get(name)?.value.parse::<u64>().ok();
    match (tags.get("x"), seconds("t"), seconds("x")) {
        (Some(tag), Some(signed_at), Some(expires_at)) if expires_at <= signed_at => {
            Some(rule::EXPIRY.at(tag.span.clone(), "it expires before it was made"))
        }
        (None, ..) if context.bulk => {
            let message = "it never expires, so that the message can be sent again to others";
            Some(rule::EXPIRY.at(tags.end(), message).milder(Severity::Warning))
        }
        _ => None,
    }
}

/// The fields of the way that a message took (RFC 6376 section 5.4.1).
const TRACE: &[&str] = &["Received", "Return-Path"];

#[cfg(test)]
mod tests;
