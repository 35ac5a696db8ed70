//! Macros in domain names (RFC 7208 section 7).

use super::rules as rule;
use super::term::{Kind, Term};
use crate::lint::finding::Finding;

pub(super) fn findings(term: &Term<'_>) -> Vec<Finding> {
    let expands = matches!(
        term.kind(),
        Kind::Include | Kind::A | Kind::Mx | Kind::Ptr | Kind::Exists | Kind::Redirect | Kind::Exp
    );
    let mut findings = Vec::new();
    let mut rest = if expands { term.value } else { "" };
    while let Some((_, after)) = rest.split_once('%') {
        let start = term.span.end - after.len() - 1;
        if after.starts_with(['%', '_', '-']) {
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let Some((body, tail)) = after.strip_prefix('{').and_then(|body| body.split_once('}'))
        else {
            findings.push(rule::MACRO.at(start..start + 1, "`%` begins no macro"));
            rest = after;
            continue;
        };
        findings.extend(macro_finding(body, start));
        rest = tail;
    }
    findings
}

/// The letter, the digits, the `r` and the delimiters of one macro.
fn macro_finding(body: &str, start: usize) -> Option<Finding> {
    let span = start..start + body.len() + "%{}".len();
    let mut chars = body.chars();
    let letter = chars.next().map(|letter| letter.to_ascii_lowercase());
    let tail = chars.as_str();
    let digits = tail.chars().take_while(char::is_ascii_digit).count();
    let after = tail.get(digits..).unwrap_or_default();
    let delimiters = after.strip_prefix(['r', 'R']).unwrap_or(after);
    let counts =
        digits == 0 || tail.get(..digits).is_some_and(|digits| digits.chars().any(|c| c != '0'));
    if !counts || !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return Some(rule::MACRO.at(span, format!("`%{{{body}}}` is no macro")));
    }
    match letter {
        Some('s' | 'l' | 'o' | 'd' | 'i' | 'h' | 'v') => None,
        Some('p') => Some(rule::PTR_MACRO.at(span, "`%{p}` asks for the names of the client")),
        Some(letter @ ('c' | 'r' | 't')) => {
            Some(rule::EXP_MACRO.at(span, format!("`%{{{letter}}}` has no value here")))
        }
        _ => Some(rule::MACRO.at(span, format!("`%{{{body}}}` is no macro"))),
    }
}
