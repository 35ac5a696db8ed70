//! What the texts of several kinds of record have in common: their letters and their version.

use super::finding::{Finding, Fix, Rule, in_order};
use super::letters::{is_plain, line_ends, panel_escapes};
use super::nearest::nearest;
use super::tag_letters::tag_letters;
use super::tags::Tags;
use crate::record::check_length;
use crate::record::tag_list::MAX_OCTETS;

/// What hides all else that a text says: that it is too long to be a record, or its very letters.
pub(super) fn letter_findings(text: &str, rule: &Rule) -> Vec<Finding> {
    if let Some(finding) = too_long(text, rule) {
        return vec![finding];
    }
    if is_plain(text) {
        return Vec::new();
    }
    let mut findings = tag_letters(text, rule);
    findings.extend(line_ends(text, rule));
    findings.extend(panel_escapes(text, ';', rule));
    in_order(findings)
}

/// A text that is longer than any record, of which nothing more is said.
pub(super) fn too_long(text: &str, rule: &Rule) -> Option<Finding> {
    let error = check_length(text, MAX_OCTETS).err()?;
    Some(rule.at(error.span(), error.kind().to_string()))
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
