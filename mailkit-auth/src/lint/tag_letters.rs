//! Characters that stand for others in a list of tags.

use super::finding::{Finding, Rule};
use super::letters::{as_meant, half_width, look_alike};
use crate::text::{split, work};

/// A finding for each character that stands for another one. It is mended where its tag then is one
/// tag as before, with one value: what would part a value in two is left to a person.
pub(super) fn tag_letters(text: &str, rule: &Rule) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (start, element) in split(text, b';') {
        let version = if start == 0 { version_end(element) } else { None };
        let (first, rest) = element.split_at(version.unwrap_or_default());
        letters_of(first, start, true, rule, &mut findings);
        letters_of(rest, start + first.len(), is_one_tag(rest), rule, &mut findings);
    }
    findings
}

fn letters_of(part: &str, start: usize, safe: bool, rule: &Rule, findings: &mut Vec<Finding>) {
    work::add(part.len());
    let found = part.char_indices();
    findings.extend(found.filter_map(|(at, c)| look_alike(start + at, c, safe, rule)));
}

/// Where a first element goes on after the version and a full-width semicolon. A version has no
/// value that it could end in.
fn version_end(element: &str) -> Option<usize> {
    let end = element.find('；')?;
    let version = as_meant(element.get(..end)?)?;
    let (name, value) = version.split_once('=')?;
    let word = value.trim().bytes().all(|octet| octet.is_ascii_alphanumeric());
    (name.trim().eq_ignore_ascii_case("v") && word).then_some(end + '；'.len_utf8())
}

/// Whether an element is one tag, with no more values than before, once its characters are mended.
fn is_one_tag(element: &str) -> bool {
    let parts = element.chars().any(|c| matches!(half_width(c), Some(';' | ',')));
    let meant = as_meant(element);
    let is_tag = |tag: String| tag.trim().is_empty() || tag.split_once('=').is_some();
    !parts && meant.is_some_and(is_tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::apply_fixes;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let rule = Rule::error("XYZ001", "", "", "");
        let findings = tag_letters(text, &rule);
        assert!(!findings.is_empty(), "{text:?}");
        assert_eq!(apply_fixes(text, &findings), expected, "{text:?}");
    }

    #[test]
    fn a_tag_stays_one_tag() {
        check("v=DMARC1；p=ｒｅｊｅｃｔ", "v=DMARC1;p=reject");
        check("\u{feff}v＝DMARC1; s\u{200b}p=none", "v=DMARC1; sp=none");
        check("v=X1; rua=mailto:a＠b.test;　p=none\u{a0}", "v=X1; rua=mailto:a@b.test; p=none ");
        check("v=X1; a=1；b=2", "v=X1; a=1；b=2");
        check("v=X1；a=1；b=2", "v=X1;a=1；b=2");
        check(
            "v=X1; rua=mailto:a@b.test，mailto:c@d.test; p＝none",
            "v=X1; rua=mailto:a@b.test，mailto:c@d.test; p=none",
        );
        check("v=X1; a=ü\u{200b}", "v=X1; a=ü\u{200b}");
        check("v=X1; a\u{200b}", "v=X1; a\u{200b}");
    }
}
