//! Lints of MTA-STS records (RFC 8461 section 3.1).

pub(crate) mod rules;

use super::finding::{Finding, Fix, Severity, in_order};
use super::tags::{Tags, unread};
use super::version::{letter_findings, unknown_message, version_finding};
use crate::record::{MtaStsRecord, Tag};
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the text of an MTA-STS record, in the order of the text.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_mta_sts};
///
/// let text = "v=STSV1; id=2026-01-01";
/// let findings = lint_mta_sts(text);
/// assert_eq!(findings.iter().map(|it| it.code).collect::<Vec<_>>(), ["STS003", "STS003"]);
/// assert_eq!(apply_fixes(text, &findings), "v=STSv1; id=20260101");
/// ```
#[must_use]
pub fn lint_mta_sts(text: &str) -> Vec<Finding> {
    let letters = letter_findings(text, &rule::RECORD);
    if !letters.is_empty() {
        return letters;
    }
    let (tags, mut findings) = Tags::read::<MtaStsRecord>(text, &rule::RECORD, &rule::RECORD);
    findings.extend(version_finding(&tags, "v=STSv1", &rule::RECORD));
    findings.extend(tags.iter().filter_map(|tag| tag_finding(tag, &tags)));
    if tags.get("id").is_none() {
        findings.push(rule::RECORD.at(tags.end(), "there is no `id`"));
    }
    findings.extend(unread(&tags.record::<MtaStsRecord>(), &findings, &rule::RECORD));
    in_order(findings)
}

fn tag_finding(tag: &Tag<'_>, tags: &Tags<'_>) -> Option<Finding> {
    match tag.name {
        "v" => None,
        "id" => id_finding(tag, tags),
        // Names are case-sensitive here: beside an `id`, an `ID` is an extension (RFC 8461 section
        // 3.1).
        name if name.eq_ignore_ascii_case("id") && tags.exact("id").is_none() => {
            id_finding(tag, tags)
        }
        name if name.eq_ignore_ascii_case("v") => None,
        name => {
            let message = unknown_message(&name.to_ascii_lowercase(), &["id"]);
            Some(rule::RECORD.at(tag.span.clone(), message).milder(Severity::Info))
        }
    }
}

/// An `id` that senders cannot read. They have seen none, so any other is a new one.
fn id_finding(tag: &Tag<'_>, tags: &Tags<'_>) -> Option<Finding> {
    let span = tag.span.clone();
    let id: String = tag.value.chars().filter(char::is_ascii_alphanumeric).collect();
    let mended = format!("id={id}");
    if tags.text(&span) == mended && (1..=32).contains(&id.len()) {
        return None;
    }
    let message = match id.len() {
        0 => "the `id` is empty",
        1..=32 => "an `id` holds letters and digits alone",
        _ => "an `id` has at most 32 letters and digits",
    };
    match id.len() {
        1..=32 => Some(rule::RECORD.fixed(span.clone(), message, Fix::replace(span, mended))),
        _ => Some(rule::RECORD.at(span, message)),
    }
}

#[cfg(test)]
mod tests;
