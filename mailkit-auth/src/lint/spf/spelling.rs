//! Letters and the version: what must be right before a term can be read.

use std::ops::Range;

use super::rules as rule;
use crate::lint::finding::{Finding, Fix, nearest};
use crate::lint::tags::panel_escapes;

pub(super) fn findings(text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = text.char_indices().filter_map(odd_character).collect();
    findings.extend(panel_escapes(text, &rule::QUOTED));
    if findings.is_empty() {
        findings.extend(version(text));
    }
    findings
}

/// A character that no record holds: full-width, escaped, or beyond ASCII.
fn odd_character((at, c): (usize, char)) -> Option<Finding> {
    let span = at..at + c.len_utf8();
    match c {
        '\t' | '\r' | '\n' => {
            let message = "terms are separated by spaces alone";
            Some(rule::UNREADABLE.fixed(span.clone(), message, Fix::replace(span, " ")))
        }
        ' '..='~' => None,
        _ => Some(match half_width(c) {
            Some(half) => {
                let message = format!("full-width {c:?} stands for {half:?}");
                rule::FULL_WIDTH.fixed(span.clone(), message, Fix::replace(span, half))
            }
            None => rule::NOT_ASCII.at(span, format!("{c:?} is not visible ASCII")),
        }),
    }
}

/// The character that an input method for Chinese, Japanese or Korean put a wide one for.
fn half_width(c: char) -> Option<char> {
    match c {
        '\u{3000}' | '\u{a0}' => Some(' '),
        // The block of full-width forms repeats ASCII at a fixed distance.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

fn version(text: &str) -> Option<Finding> {
    let trimmed = text.trim_start_matches(' ');
    let lead = text.len() - trimmed.len();
    let word = trimmed.split(' ').next().unwrap_or_default();
    let span = lead..lead + word.len();
    let finding = |message: String, fix: Option<(Range<usize>, &str)>| match fix {
        Some((at, with)) => rule::VERSION.fixed(span.clone(), message, Fix::replace(at, with)),
        None => rule::VERSION.at(span.clone(), message),
    };
    if word.eq_ignore_ascii_case("v=spf1") {
        let space =
            (lead > 0).then(|| finding("space before the version".to_owned(), Some((0..lead, ""))));
        return space;
    }
    // `spf2.0` is another protocol (RFC 4406), not a slip of the pen.
    let slip = nearest(word, &["v=spf1"]).filter(|_| !word.starts_with("spf2"));
    let message = if word.is_empty() {
        "there is no record".to_owned()
    } else {
        format!("`{word}` is not `v=spf1`")
    };
    Some(finding(message, slip.map(|version| (0..span.end, version))))
}
