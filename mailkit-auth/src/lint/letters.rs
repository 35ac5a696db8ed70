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
    let found = |(at, c): (usize, char)| {
        let meant = half_width(c).map(String::from).or_else(|| meant_by(c).map(str::to_owned))?;
        let span = at..at + c.len_utf8();
        let fix = Fix::replace(span.clone(), meant.clone());
        Some(rule.fixed(span, message(c, &meant), fix))
    };
    text.char_indices().filter_map(found).collect()
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

/// Backslashes and quotation marks that a control panel left in the text.
pub(super) fn panel_escapes(text: &str, rule: &Rule) -> Vec<Finding> {
    work::add(text.len());
    let escape = |(at, found): (usize, &str)| {
        let span = at..at + found.len();
        let message = format!("`{found}` of a control panel");
        rule.fixed(span.clone(), message, Fix::replace(span, ""))
    };
    text.match_indices(is_panel_escape).map(escape).collect()
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
