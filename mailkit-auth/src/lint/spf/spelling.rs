//! Letters and the version: what must be right before a term can be read.

use super::letters;
use super::rules as rule;
use crate::lint::finding::{Finding, Fix, in_order};
use crate::lint::letters::{is_plain, panel_escapes};
use crate::lint::nearest::nearest;
use crate::lint::version::too_long;
use crate::record::spf::{SpfRecord, SpfTerm};

pub(super) fn findings(text: &str) -> Vec<Finding> {
    if let Some(finding) = too_long(text, &rule::UNREADABLE) {
        return vec![finding];
    }
    if is_sender_id(text) {
        let message = "a record of Sender ID is no SPF record";
        return vec![rule::SENDER_ID.at(0..text.len(), message)];
    }
    if is_plain(text) {
        return version(text).into_iter().collect();
    }
    let mut findings = letters::findings(text);
    findings.extend(panel_escapes(text, ' ', &rule::QUOTED));
    match findings.is_empty() {
        true => version(text).into_iter().collect(),
        false => in_order(findings),
    }
}

/// Whether the text is of the protocol of RFC 4406, which is no slip of the pen.
pub(crate) fn is_sender_id(text: &str) -> bool {
    text.get(.."spf2.0".len()).is_some_and(|version| version.eq_ignore_ascii_case("spf2.0"))
}

fn version(text: &str) -> Option<Finding> {
    if SpfRecord::is_record(text) {
        return None;
    }
    let trimmed = text.trim_start_matches(' ');
    let lead = text.len() - trimmed.len();
    let word = trimmed.split(' ').next().unwrap_or_default();
    let span = lead..lead + word.len();
    if word.eq_ignore_ascii_case(VERSION) {
        let message = "space before the version";
        let space = || rule::VERSION.fixed(span, message, Fix::replace(0..lead, ""));
        return (lead > 0).then(space);
    }
    let message = match word {
        "" => "there is no record".to_owned(),
        word => format!("`{word}` is not `{VERSION}`"),
    };
    if is_glued(word) {
        let end = lead + VERSION.len();
        let fix = Fix::replace(0..end, format!("{VERSION} "));
        return Some(rule::VERSION.fixed(span, "no space after the version", fix));
    }
    Some(match nearest(word, &[VERSION]) {
        Some(version) => {
            let fix = Fix::replace(0..span.end, version);
            rule::VERSION.fixed(span, message, fix)
        }
        None => rule::VERSION.at(span, message),
    })
}

/// Whether a term follows the version without a space.
fn is_glued(word: &str) -> bool {
    let parts = word.split_at_checked(VERSION.len());
    parts.is_some_and(|(version, term)| {
        version.eq_ignore_ascii_case(VERSION) && term.parse::<SpfTerm>().is_ok()
    })
}

/// The version with which every record begins.
pub(super) const VERSION: &str = "v=spf1";
