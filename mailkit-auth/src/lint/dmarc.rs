//! Lints of DMARC records (RFC 9989 section 4.7).

mod policy;
mod reports;
pub(crate) mod rules;

use super::finding::{Finding, Fix, in_order};
use super::letters::is_look_alike;
use super::nearest::nearest;
use super::tags::{Tags, unread};
use super::version::letter_findings;
use crate::record::{DmarcRecord, Tag};
use crate::text::work;
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
    let head = text.trim_start().get(..SPF.len());
    if head.is_some_and(|head| head.eq_ignore_ascii_case(SPF)) {
        return vec![rule::SPF_HERE.at(0..text.len(), "this is an SPF record")];
    }
    let mut letters = letter_findings(text, &rule::UNREADABLE);
    if !letters.is_empty() {
        blame_policies(text, &mut letters);
        return letters;
    }
    let (tags, mut findings) = Tags::read::<DmarcRecord>(text, &rule::UNREADABLE, &rule::REPEATED);
    findings.extend(version_finding(&tags, text));
    findings.extend(tags.iter().filter_map(|tag| word_finding(tag)));
    findings.extend(policy::findings(&tags));
    let record = tags.record::<DmarcRecord>();
    reports::findings(&tags, record.is_ok(), &mut findings);
    findings.extend(unread(&record, &findings, &rule::UNREADABLE));
    in_order(findings)
}

/// The version of another kind of record.
const SPF: &str = "v=spf1";

/// Gives the look-alikes within a policy the rule of policies: they are what voids the record.
fn blame_policies(text: &str, letters: &mut [Finding]) {
    let (mut tag, mut done) = (0, 0);
    for finding in letters {
        let between = text.get(done..finding.span.start).unwrap_or_default();
        let semicolon = between.char_indices().rfind(|(_, c)| matches!(c, ';' | '；'));
        if let Some((at, semicolon)) = semicolon {
            tag = done + at + semicolon.len_utf8();
        }
        work::add(between.len());
        done = finding.span.start;
        let letter = text.get(done..).and_then(|rest| rest.chars().next());
        if letter.is_some_and(is_look_alike) && is_policy(text.get(tag..done).unwrap_or_default()) {
            let Finding { span, message, fix, .. } = finding.clone();
            *finding = Finding { fix, ..rule::WORD.at(span, message) };
        }
    }
}

/// Whether a text begins with the name of a policy and what was meant as an equals sign.
fn is_policy(text: &str) -> bool {
    let text = text.trim_start();
    let rest = ["p", "sp", "np"].iter().find_map(|name| text.strip_prefix(name));
    rest.is_some_and(|rest| rest.starts_with(['=', '＝']))
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
    let words = match WORDS.iter().find(|(name, _)| tag.name.eq_ignore_ascii_case(name)) {
        Some((_, [])) => return None,
        Some((_, words)) => *words,
        None => return Some(unknown_tag(tag)),
    };
    if words.iter().any(|word| tag.value.eq_ignore_ascii_case(word)) {
        return None;
    }
    if let Some(end) = missing_semicolon(tag, words) {
        return Some(rule::WORD.fixed(
            end..end,
            "a semicolon is missing",
            Fix::replace(end..end, ";"),
        ));
    }
    let mut message = format!("`{}` is no value of `{}`", tag.value, tag.name.to_ascii_lowercase());
    if words == POLICIES {
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
    let is_tag = WORDS.iter().any(|(tag, _)| *tag != "v" && name.trim().eq_ignore_ascii_case(tag));
    let is_word = words.iter().any(|known| word.eq_ignore_ascii_case(known));
    (is_tag && is_word).then_some(tag.value_span.start + word.len())
}

/// The words of a policy.
const POLICIES: &[&str] = &["none", "quarantine", "reject"];

/// The tags of RFC 9989, and those of RFC 7489 that it removed, with their words if they have such.
const WORDS: &[(&str, &[&str])] = &[
    ("v", &[]),
    ("p", POLICIES),
    ("sp", POLICIES),
    ("np", POLICIES),
    ("adkim", &["r", "s"]),
    ("aspf", &["r", "s"]),
    ("rua", &[]),
    ("ruf", &[]),
    ("fo", &[]),
    ("t", &["y", "n"]),
    ("psd", &["y", "n", "u"]),
    ("pct", &[]),
    ("rf", &[]),
    ("ri", &[]),
];

/// An unknown tag is ignored, so giving it a meaning is a change that a person must make.
fn unknown_tag(tag: &Tag<'_>) -> Finding {
    let meant = nearest(tag.name, &["adkim", "aspf", "rua", "ruf", "psd"]);
    let question = meant.map_or(String::new(), |meant| format!(": is `{meant}` meant?"));
    rule::UNKNOWN.at(tag.span.clone(), format!("unknown tag `{}` is ignored{question}", tag.name))
}

#[cfg(test)]
mod tests;
