//! What the texts of several kinds of record have in common: their letters and their version.

use super::finding::{Finding, Fix, Rule, nearest};
use super::letters::{look_alikes, panel_escapes};
use super::tags::Tags;

/// Characters that hide what a text says. Until they are gone, nothing else can be said about it.
pub(super) fn letter_findings(text: &str, rule: &Rule) -> Vec<Finding> {
    let mut findings = look_alikes(text, rule);
    findings.extend(panel_escapes(text, rule));
    findings
}

/// What is wrong with a version that must come first, letter by letter; `expected` is the whole tag.
pub(super) fn version_finding(tags: &Tags<'_>, expected: &str, rule: &Rule) -> Option<Finding> {
    let Some(tag) = tags.get("v") else {
        return Some(rule.at(0..0, format!("there is no `{expected}`")));
    };
    let span = tag.span.clone();
    if tags.first().is_some_and(|first| first.span != span) {
        return Some(rule.at(span, "the version is not the first tag"));
    }
    if tags.text(&span) == expected {
        let fix = Fix::replace(0..span.start, "");
        let message = "space before the version";
        return (span.start > 0 && tags.text(&(0..span.start)).trim().is_empty())
            .then(|| rule.fixed(0..span.start, message, fix));
    }
    let message = format!("`{}` is not `{expected}`", tags.text(&span));
    let value = expected.trim_start_matches("v=").to_ascii_lowercase();
    match nearest(tag.value, &[value.as_str()]) {
        Some(_) => Some(rule.fixed(span.clone(), message, Fix::replace(span, expected))),
        None => Some(rule.at(span, message)),
    }
}

/// A tag that the standard does not define. It is ignored, so giving it a meaning is a change that a
/// person must make.
pub(super) fn unknown_message(name: &str, known: &[&str]) -> String {
    let meant = nearest(name, known);
    let question = meant.map_or(String::new(), |meant| format!(": is `{meant}` meant?"));
    format!("unknown `{name}` is ignored{question}")
}
