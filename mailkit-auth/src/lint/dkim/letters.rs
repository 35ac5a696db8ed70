//! What a control panel or an editor left in a record.

use std::ops::Range;

use super::rules as rule;
use crate::lint::finding::{Finding, Severity, in_order};
use crate::lint::letters::{every_panel_escape, is_plain, line_ends};
use crate::lint::version::too_long;
use crate::record::{DkimKeyRecord, Grammar, elements};

/// What must be right before the tags can be read.
pub(super) fn findings(text: &str) -> Vec<Finding> {
    if let Some(finding) = too_long(text, &rule::UNREADABLE) {
        return vec![finding];
    }
    if is_plain(text) {
        return Vec::new();
    }
    let notes = elements(text, Grammar::Folded).flatten().filter(|tag| tag.name == "n");
    let notes: Vec<Range<usize>> = notes.map(|tag| tag.value_span).collect();
    let mut findings = every_panel_escape(text, &rule::ESCAPED);
    findings.retain(|escape| !is_of_notes(escape, &notes, text));
    let ends = line_ends(text, &rule::ESCAPED).into_iter();
    let reads = text.parse::<DkimKeyRecord>().is_ok();
    let severity = if reads { Severity::Warning } else { Severity::Error };
    findings.extend(ends.map(|end| end.milder(severity)));
    in_order(findings)
}

/// Whether a quotation mark or a backslash is one of the notes for people, which may hold both
/// (RFC 6376 section 2.11); those at their end are the panel's.
fn is_of_notes(escape: &Finding, notes: &[Range<usize>], text: &str) -> bool {
    let Some(note) = notes.get(notes.partition_point(|note| note.end < escape.span.end)) else {
        return false;
    };
    let rest = text.get(escape.span.end..).unwrap_or_default();
    let ends = escape.span.end == note.end
        && (rest.starts_with(';') || (rest.is_empty() && text.starts_with('"')));
    let is_backslash = text.get(escape.span.clone()) == Some("\\");
    note.start <= escape.span.start && !(ends && (is_backslash || rest.is_empty()))
}
