//! Lints of DMARC records (RFC 9989 section 4.7).

mod policy;
mod reports;
pub(crate) mod rules;

use super::finding::{Finding, Fix, in_order, nearest};
use super::letters::{look_alikes, panel_escapes};
use super::tags::{Tags, unread};
use crate::record::{DmarcRecord, Tag};
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the text of a DMARC record, in the order of the text.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_dmarc};
///
/// let text = "v=DMARC1; p=quarantin; rua=dmarc@acme.test; pct=100";
/// let findings = lint_dmarc(text);
/// let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
/// assert_eq!(codes, ["DMC010", "DMC023", "DMC014"]);
/// let fixed = "v=DMARC1; p=quarantine; rua=mailto:dmarc@acme.test";
/// assert_eq!(apply_fixes(text, &findings), fixed);
/// ```
#[must_use]
pub fn lint_dmarc(text: &str) -> Vec<Finding> {
    if text.trim_start().to_ascii_lowercase().starts_with("v=spf1") {
        return vec![rule::SPF_HERE.at(0..text.len(), "this is an SPF record")];
    }
    let letters = letter_findings(text);
    if !letters.is_empty() {
        return letters;
    }
    let (tags, mut findings) = Tags::read(text, &rule::UNREADABLE, &rule::REPEATED);
    findings.extend(version_finding(&tags, text));
    findings.extend(tags.iter().filter_map(|tag| word_finding(tag)));
    findings.extend(policy::findings(&tags));
    findings.extend(reports::findings(&tags));
    findings.extend(unread::<DmarcRecord>(text, &findings, &rule::UNREADABLE));
    in_order(findings)
}

/// Characters that must be right before the tags can be read.
fn letter_findings(text: &str) -> Vec<Finding> {
    let mut findings = look_alikes(text, &rule::UNREADABLE);
    for finding in &mut findings {
        // A policy whose letters are wrong is what voids the record.
        let before = text.get(..finding.span.start).unwrap_or_default();
        let tag = before.rsplit([';', '；']).next().unwrap_or_default().trim_start();
        if ["p=", "sp=", "np=", "p＝", "sp＝", "np＝"].iter().any(|name| tag.starts_with(name)) {
            let Finding { span, message, fix, .. } = finding.clone();
            *finding = Finding { fix, ..rule::WORD.at(span, message) };
        }
    }
    findings.extend(panel_escapes(text, &rule::UNREADABLE));
    in_order(findings)
}

fn version_finding(tags: &Tags<'_>, text: &str) -> Option<Finding> {
    let tag = match (tags.first(), tags.get("v")) {
        (Some(first), Some(tag)) if first.span == tag.span => tag,
        (_, Some(tag)) => {
            return Some(rule::VERSION.at(tag.span.clone(), "the version is not the first tag"));
        }
        (_, None) => return Some(rule::VERSION.at(0..0, "there is no `v=DMARC1`")),
    };
    let before = text.get(..tag.span.start).unwrap_or_default();
    if (tag.name, tag.value) == ("v", "DMARC1") {
        let blank = !before.is_empty() && before.trim().is_empty();
        let fix = Fix::replace(0..before.len(), "");
        return blank
            .then(|| rule::LEADING_SPACE.fixed(0..before.len(), "space before the version", fix));
    }
    if let Some(end) = missing_semicolon(tag, &["dmarc1"]) {
        let fix = Fix::replace(tag.span.start..end, "v=DMARC1;");
        return Some(rule::VERSION.fixed(end..end, "a semicolon is missing", fix));
    }
    let message = format!("`{}={}` is not `v=DMARC1`", tag.name, tag.value);
    match nearest(tag.value, &["dmarc1"]) {
        Some(_) => {
            let fix = Fix::replace(tag.span.clone(), "v=DMARC1");
            Some(rule::VERSION.fixed(tag.span.clone(), message, fix))
        }
        None => Some(rule::VERSION.at(tag.span.clone(), message)),
    }
}

/// A tag that is unknown, or whose value is none of its words.
fn word_finding(tag: &Tag<'_>) -> Option<Finding> {
    let name = tag.name.to_ascii_lowercase();
    let words: &[&str] = match name.as_str() {
        "p" | "sp" | "np" => &["none", "quarantine", "reject"],
        "adkim" | "aspf" => &["r", "s"],
        "t" => &["y", "n"],
        "psd" => &["y", "n", "u"],
        "v" | "fo" | "rua" | "ruf" | "pct" | "rf" | "ri" => return None,
        _ => return Some(unknown_tag(tag, &name)),
    };
    if words.contains(&tag.value.to_ascii_lowercase().as_str()) {
        return None;
    }
    if let Some(end) = missing_semicolon(tag, words) {
        return Some(rule::WORD.fixed(
            end..end,
            "a semicolon is missing",
            Fix::replace(end..end, ";"),
        ));
    }
    let mut message = format!("`{}` is no value of `{name}`", tag.value);
    if matches!(name.as_str(), "p" | "sp" | "np") {
        // RFC 9989 section 4.10.1.
        message += ", which voids every policy of the record";
    }
    match nearest(tag.value, words) {
        Some(word) => {
            let fix = Fix::replace(tag.value_span.clone(), word);
            Some(rule::WORD.fixed(tag.value_span.clone(), message, fix))
        }
        None => Some(rule::WORD.at(tag.value_span.clone(), message)),
    }
}

/// Where a semicolon belongs if the value is one of these words, space, and another tag.
fn missing_semicolon(tag: &Tag<'_>, words: &[&str]) -> Option<usize> {
    let (word, rest) = tag.value.split_once(' ')?;
    let (name, _) = rest.split_once('=')?;
    let is_tag = TAGS.iter().any(|tag| name.trim().eq_ignore_ascii_case(tag));
    let is_word = words.iter().any(|known| word.eq_ignore_ascii_case(known));
    (is_tag && is_word).then_some(tag.value_span.start + word.len())
}

/// The tags of RFC 9989, and those of RFC 7489 that it removed.
const TAGS: &[&str] =
    &["p", "sp", "np", "psd", "adkim", "aspf", "t", "fo", "rua", "ruf", "pct", "rf", "ri"];

/// An unknown tag is ignored, so giving it a meaning is a change that a person must make.
fn unknown_tag(tag: &Tag<'_>, name: &str) -> Finding {
    let meant = nearest(name, &["adkim", "aspf", "rua", "ruf", "psd"]);
    let question = meant.map_or(String::new(), |meant| format!(": is `{meant}` meant?"));
    rule::UNKNOWN.at(tag.span.clone(), format!("unknown tag `{}` is ignored{question}", tag.name))
}

#[cfg(test)]
mod tests;
