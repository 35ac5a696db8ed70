//! Characters that no record holds, and those that they stand for.

use super::rules as rule;
use super::spelling::VERSION;
use crate::lint::finding::{Finding, Fix, Rule};
use crate::lint::letters::{as_meant, half_width, is_panel_escape, look_alike, meant_by};
use crate::record::spf::SpfTerm;
use crate::text::split;

/// A finding for each character of the text that no record holds. It is mended where the word that
/// it stands in then is a single term: what would part a word in two, and so make a term out of
/// the value of another, is left to a person.
pub(super) fn findings(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut begun = false;
    for (start, word) in split(text, b' ') {
        let version = if begun { None } else { version_end(word) };
        begun |= !word.is_empty();
        let (first, rest) = word.split_at(version.unwrap_or_default());
        letters_of(first, start, true, &mut findings);
        let safe = is_one_term(rest.trim_matches(is_space));
        let inner = rest.trim_start_matches(is_space);
        let front = rest.len() - inner.len();
        let (inner, back) = inner.split_at(inner.trim_end_matches(is_space).len());
        let start = start + first.len();
        // These stand beside a space or an end, so that they part nothing.
        letters_of(rest.get(..front).unwrap_or_default(), start, true, &mut findings);
        letters_of(inner, start + front, safe, &mut findings);
        letters_of(back, start + front + inner.len(), true, &mut findings);
    }
    findings
}

fn letters_of(part: &str, start: usize, safe: bool, findings: &mut Vec<Finding>) {
    let odd = part.char_indices().filter(|(_, c)| !is_panel_escape(*c));
    findings.extend(odd.filter_map(|(at, c)| odd_character(start + at, c, safe)));
}

/// A character that no record holds: full-width, invisible, or beyond ASCII.
fn odd_character(at: usize, c: char, safe: bool) -> Option<Finding> {
    let span = at..at + c.len_utf8();
    let mended = |rule: &Rule, message: &str, fix: &str| match safe {
        true => rule.fixed(span.clone(), message, Fix::replace(span.clone(), fix)),
        false => rule.at(span.clone(), message),
    };
    match c {
        ' '..='~' => None,
        '\t' | '\r' | '\n' => {
            Some(mended(&rule::UNREADABLE, "terms are separated by spaces alone", " "))
        }
        // A byte order mark keeps the version from being the first thing in the text.
        '\u{feff}' if at == 0 => {
            Some(mended(&rule::VERSION, "a byte order mark stands before the version", ""))
        }
        _ if half_width(c).is_some() => look_alike(at, c, safe, &rule::FULL_WIDTH),
        _ => Some(
            look_alike(at, c, safe, &rule::NOT_ASCII)
                .unwrap_or_else(|| rule::NOT_ASCII.at(span, format!("{c:?} is not visible ASCII"))),
        ),
    }
}

/// Where a first word goes on after the version and what stands for a space. A version has no value
/// that it could end in.
fn version_end(word: &str) -> Option<usize> {
    let (at, space) = word.char_indices().find(|(_, c)| is_space(*c))?;
    let version = as_meant(word.get(..at)?)?;
    version.eq_ignore_ascii_case(VERSION).then_some(at + space.len_utf8())
}

/// Whether a word is the version or one term once its characters are mended.
fn is_one_term(word: &str) -> bool {
    let meant = as_meant(word);
    meant.is_some_and(|it| it.eq_ignore_ascii_case(VERSION) || it.parse::<SpfTerm>().is_ok())
}

/// Whether a character that is no space stands for one.
fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\r' | '\n') || meant_by(c) == Some(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::apply_fixes;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let findings = findings(text);
        assert!(!findings.is_empty(), "{text:?}");
        assert_eq!(apply_fixes(text, &findings), expected, "{text:?}");
    }

    #[test]
    fn a_term_stays_one_term() {
        check("v=spf1 x=a\u{a0}+all -all", "v=spf1 x=a\u{a0}+all -all");
        check("v=spf1 x=a\u{3000}+all -all", "v=spf1 x=a\u{3000}+all -all");
        check("v=spf1 x=a\t+all -all", "v=spf1 x=a\t+all -all");
        check("v=spf1 include:a.test\u{200b}\u{a0}-all", "v=spf1 include:a.test\u{200b}\u{a0}-all");
        check("v=spf1\u{a0}mx \u{3000}－ａｌｌ\r\n", "v=spf1 mx  -all  ");
        check("ｖ＝ｓｐｆ１　－ａｌｌ", "v=spf1 -all");
        check("v=spf1 re\u{ad}direct=a.test", "v=spf1 redirect=a.test");
        check("v=spf1 a:b\u{fc}\u{200b}.test -all", "v=spf1 a:b\u{fc}\u{200b}.test -all");
        check("v=spf1 x=a v=spf1\u{a0}+all", "v=spf1 x=a v=spf1\u{a0}+all");
    }
}
