//! Lints of BIMI records (draft-brand-indicators-for-message-identification).

pub(crate) mod rules;

use super::finding::{Finding, Fix, Severity, in_order, nearest};
use super::tags::{Tags, unread};
use super::version::{letter_findings, unknown_message, version_finding};
use crate::record::bimi::HttpsUri;
use crate::record::{BimiRecord, Tag, elements};
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the text of a BIMI record, in the order of the text.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_bimi};
///
/// let text = "v=BIMI1; l=https://acme.test/logo.svg; a=self; avp=brnd";
/// let findings = lint_bimi(text);
/// let messages: Vec<&str> = findings.iter().map(|it| it.message.as_str()).collect();
/// assert_eq!(messages, ["`self` is no `https:` URI", "`brnd` is no value of `avp`"]);
/// let fixed = "v=BIMI1; l=https://acme.test/logo.svg; a=self; avp=brand";
/// assert_eq!(apply_fixes(text, &findings), fixed);
/// ```
#[must_use]
pub fn lint_bimi(text: &str) -> Vec<Finding> {
    let letters = letter_findings(text, &rule::RECORD);
    if !letters.is_empty() {
        return in_order(letters);
    }
    let (tags, mut findings) = Tags::read(text, &rule::RECORD, &rule::RECORD);
    findings.extend(version_finding(&tags, "v=BIMI1", &rule::RECORD));
    findings.extend(tags.iter().filter_map(|tag| tag_finding(tag, text)));
    if tags.get("l").is_none() {
        findings.push(rule::RECORD.at(tags.end(), "there is no `l`"));
    }
    findings.extend(unread::<BimiRecord>(text, &findings, &rule::RECORD));
    in_order(findings)
}

fn tag_finding(tag: &Tag<'_>, text: &str) -> Option<Finding> {
    let name = tag.name.to_ascii_lowercase();
    let is_same = |other: &Tag<'_>| other.name.eq_ignore_ascii_case(&name);
    match name.as_str() {
        "v" => None,
        _ if name != tag.name && KNOWN.contains(&name.as_str()) => {
            let span = tag.span.start..tag.span.start + name.len();
            let message = format!("`{}` stands for `{name}`", tag.name);
            // Beside a tag of that very name, the mended one would void the record.
            if elements(text).flatten().filter(is_same).count() > 1 {
                return Some(rule::RECORD.at(span, message));
            }
            Some(rule::RECORD.fixed(span.clone(), message, Fix::replace(span, name)))
        }
        "l" | "a" => uri_finding(tag),
        "avp" => preference_finding(tag),
        "lps" => None,
        _ => {
            let message = unknown_message(tag.name, KNOWN);
            Some(rule::RECORD.at(tag.span.clone(), message).milder(Severity::Info))
        }
    }
}

/// The tags of the draft.
const KNOWN: &[&str] = &["l", "a", "avp", "lps"];

fn uri_finding(tag: &Tag<'_>) -> Option<Finding> {
    let wrong = !tag.value.is_empty() && tag.value.parse::<HttpsUri>().is_err();
    let message = || format!("`{}` is no `https:` URI", tag.value);
    wrong.then(|| rule::RECORD.at(tag.value_span.clone(), message()))
}

fn preference_finding(tag: &Tag<'_>) -> Option<Finding> {
    const WORDS: &[&str] = &["brand", "personal"];
    if WORDS.contains(&tag.value.to_ascii_lowercase().as_str()) {
        return None;
    }
    let span = tag.value_span.clone();
    let message = format!("`{}` is no value of `avp`", tag.value);
    match nearest(tag.value, WORDS) {
        Some(word) => Some(rule::RECORD.fixed(span.clone(), message, Fix::replace(span, word))),
        None => Some(rule::RECORD.at(span, message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::apply_fixes;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str], fixed: &str) {
        let findings = lint_bimi(text);
        let messages: Vec<&str> = findings.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(messages, expected, "{text:?}");
        assert!(findings.iter().all(|finding| finding.code == "BMI001"));
        assert_eq!(apply_fixes(text, &findings), fixed, "{text:?}");
    }

    #[test]
    fn records() {
        const GOOD: &str = "v=BIMI1; l=https://a.test/l.svg";
        let unfixed = |text: &str, expected: &[&str]| check(text, expected, text);
        unfixed(GOOD, &[]);
        unfixed("v=BIMI1; l=; a=;", &[]);
        unfixed(&format!("{GOOD}; a=https://a.test/v.pem; avp=Personal; lps=a"), &[]);
        check("v=bimi1; l=https://a.test/l.svg", &["`v=bimi1` is not `v=BIMI1`"], GOOD);
        check(" v=BIMI1; l=https://a.test/l.svg", &["space before the version"], GOOD);
        check("v=BIMI1; L=https://a.test/l.svg", &["`L` stands for `l`"], GOOD);
        check("v=BIMI1;; l=https://a.test/l.svg", &["nothing stands between two semicolons"], GOOD);
        check("v=BIMI1\\; l=https://a.test/l.svg", &["`\\` of a control panel"], GOOD);
        unfixed("", &["there is no `v=BIMI1`", "there is no `l`"]);
        unfixed("v=DMARC1; l=", &["`v=DMARC1` is not `v=BIMI1`"]);
        unfixed("l=; v=BIMI1", &["the version is not the first tag"]);
        unfixed("v=BIMI1", &["there is no `l`"]);
        unfixed("v=BIMI1; l=http://a.test/l.svg", &["`http://a.test/l.svg` is no `https:` URI"]);
        unfixed("v=BIMI1; l=https://a.test/,", &["`https://a.test/,` is no `https:` URI"]);
        unfixed("v=BIMI1; l=; a=self", &["`self` is no `https:` URI"]);
        unfixed("v=BIMI1; l=; avp=x", &["`x` is no value of `avp`"]);
        unfixed("v=BIMI1; l=; l=", &["`l` stands twice"]);
        unfixed("v=BIMI1; l=; lsp=x", &["unknown `lsp` is ignored: is `lps` meant?"]);
        unfixed("v=BIMI1; l=; oops", &["malformed tag"]);
        unfixed("v=BIMI1; L=; l=", &["`L` stands for `l`", "`l` stands twice"]);
    }

    proptest! {
        #[test]
        fn what_does_not_parse_is_an_error_and_fixes_mend(
            text in "( ?v=BIMI1|v=bimi1|v=x)(; ?(l|L|a|avp|x) ?=(https://a\\.test|brnd|http:)?;?){0,4}|\\PC{0,40}",
        ) {
            let findings = lint_bimi(&text);
            let error = findings.iter().any(|finding| finding.severity == Severity::Error);
            prop_assert!(error || text.parse::<BimiRecord>().is_ok(), "{}", text);
            prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
            let mut fixed = text.clone();
            for _ in 0..8 {
                fixed = apply_fixes(&fixed, &lint_bimi(&fixed));
            }
            prop_assert!(lint_bimi(&fixed).iter().all(|finding| finding.fix.is_none()), "{}", fixed);
            if let Ok(record) = text.parse::<BimiRecord>() {
                prop_assert_eq!(fixed.parse::<BimiRecord>().map(|it| it.location().cloned()), Ok(record.location().cloned()));
            }
        }
    }
}
