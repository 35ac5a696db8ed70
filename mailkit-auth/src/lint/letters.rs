//! Characters that look right on the screen and are wrong in a record.

use super::finding::{Finding, Fix, Rule};
use crate::text::work;

/// The ASCII that was meant by a character of an East Asian keyboard, of a word processor or of
/// nothing visible at all; `None` where nobody can tell.
pub(super) fn meant_by(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => " ",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        // A byte order mark, a soft hyphen and the joiners of zero width.
        '\u{feff}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' => "",
        _ => return None,
    })
}

/// The ASCII that a full-width character stands for; the ideographic space among them.
pub(super) fn half_width(c: char) -> Option<char> {
    match c {
        '\u{3000}' => Some(' '),
        // The block of full-width forms repeats ASCII at a fixed distance.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

/// Whether a text holds nothing but visible ASCII and spaces, without what a control panel leaves.
pub(super) fn is_plain(text: &str) -> bool {
    // No early end, so that the octets are looked at many at a time.
    text.bytes().fold(true, |plain, octet| {
        plain & matches!(octet, b' '..=b'~') & (octet != b'"') & (octet != b'\\')
    })
}

/// Whether a character stands for another one.
pub(super) fn is_look_alike(c: char) -> bool {
    half_width(c).is_some() || meant_by(c).is_some()
}

/// A finding for each character of `text` that stands for another one, and the fix that puts it there.
pub(super) fn look_alikes(text: &str, rule: &Rule) -> Vec<Finding> {
    work::add(text.len());
    let found = |(at, c): (usize, char)| look_alike(at, c, true, rule);
    text.char_indices().filter_map(found).collect()
}

/// The finding about a character that stands for another one, with its fix where that is `safe`.
pub(super) fn look_alike(at: usize, c: char, safe: bool, rule: &Rule) -> Option<Finding> {
    let meant = meant(c)?;
    let span = at..at + c.len_utf8();
    let message = message(c, &meant);
    Some(match safe {
        true => rule.fixed(span.clone(), message, Fix::replace(span, meant)),
        false => rule.at(span, message),
    })
}

/// What stands on the screen for a character: the one that is meant, or itself.
fn meant(c: char) -> Option<String> {
    half_width(c).map(String::from).or_else(|| meant_by(c).map(str::to_owned))
}

/// The text as its author meant it, without what a control panel leaves; `None` if a character is
/// beyond guessing.
pub(super) fn as_meant(text: &str) -> Option<String> {
    work::add(text.len());
    let visible = text.chars().filter(|c| !is_panel_escape(*c));
    let read = visible.map(|c| if c.is_ascii() { Some(c.to_string()) } else { meant(c) });
    read.collect()
}

/// Says what a character stands for.
pub(super) fn message(c: char, meant: &str) -> String {
    match (half_width(c), meant) {
        (Some(half), _) => format!("full-width {c:?} stands for {half:?}"),
        (None, "") => format!("{c:?} is invisible and does not belong here"),
        (None, meant) => format!("{c:?} stands for {meant:?}"),
    }
}

/// Ends of lines, which no record holds, and the space or nothing that was meant.
pub(super) fn line_ends(text: &str, rule: &Rule) -> Vec<Finding> {
    let end = |(at, found): (usize, &str)| {
        let fix = Fix::replace(at..at + 1, if found == "\n" { " " } else { "" });
        rule.fixed(at..at + 1, "the end of a line does not belong here", fix)
    };
    text.match_indices(['\r', '\n']).map(end).collect()
}

/// Whether a control panel leaves this character in a text.
pub(super) fn is_panel_escape(c: char) -> bool {
    matches!(c, '\\' | '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// Backslashes and quotation marks that a control panel left in a text whose parts are separated by
/// `separator`. Quotation marks that may hold a part together, or a text in pieces, are left to a
/// person: without them what was one value could become two.
pub(super) fn panel_escapes(text: &str, separator: char, rule: &Rule) -> Vec<Finding> {
    work::add(text.len());
    let mut findings = every_panel_escape(text, rule);
    if !marks_are_clear(text, separator) {
        let marks = findings.iter_mut().filter(|it| text.get(it.span.clone()) != Some("\\"));
        marks.for_each(|mark| mark.fix = None);
    }
    findings
}

/// The same in a key, of which quotation marks part nothing.
pub(super) fn every_panel_escape(text: &str, rule: &Rule) -> Vec<Finding> {
    work::add(text.len());
    let escape = |(at, found): (usize, &str)| {
        let span = at..at + found.len();
        let message = format!("`{found}` of a control panel");
        rule.fixed(span.clone(), message, Fix::replace(span, ""))
    };
    text.match_indices(is_panel_escape).map(escape).collect()
}

/// Whether each quotation mark stands around the whole text or within one part.
fn marks_are_clear(text: &str, separator: char) -> bool {
    let is_mark = |c: char| c != '\\' && is_panel_escape(c);
    let is_blank = |c: char| c.is_whitespace() || meant_by(c).is_some();
    let inner = text.trim_matches(|c| is_blank(c) || c == '\\' || is_mark(c));
    let mut after_mark = false;
    let pieces = inner.chars().any(|c| {
        let meets = is_mark(c) && std::mem::replace(&mut after_mark, is_mark(c));
        after_mark = is_mark(c) || (after_mark && is_blank(c));
        meets
    });
    let mut parts = inner.split(separator);
    !pieces && parts.all(|part| part.chars().filter(|c| is_mark(*c)).count() % 2 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::apply_fixes;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let rule = Rule::error("XYZ001", "", "", "");
        assert_eq!(apply_fixes(text, &look_alikes(text, &rule)), expected, "{text:?}");
    }

    #[test]
    fn characters_become_what_they_stand_for() {
        check("ｖ＝ｓｐｆ１　－ａｌｌ", "v=spf1 -all");
        check("v=spf1\u{a0}\u{2013}all", "v=spf1 -all");
        check("\u{feff}v=spf1 in\u{200b}clude:a.test", "v=spf1 include:a.test");
        check("v=DMARC1；p=ｒｅｊｅｃｔ", "v=DMARC1;p=reject");
        check("bücher.test 中", "bücher.test 中");
    }
}
