//! Lints of BIMI records (draft-brand-indicators-for-message-identification).

pub(crate) mod rules;

use super::finding::{Finding, Fix, Severity, in_order};
use super::nearest::nearest;
use super::tags::{Tags, unread};
use super::version::{letter_findings, unknown_message, version_finding};
use crate::record::{BimiRecord, HttpsUri, Tag};
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
        return letters;
    }
    let (tags, mut findings) = Tags::read::<BimiRecord>(text, &rule::RECORD, &rule::RECORD);
    findings.extend(version_finding(&tags, "v=BIMI1", &rule::RECORD));
    findings.extend(tags.iter().filter_map(|tag| tag_finding(tag, &tags)));
    if tags.get("l").is_none() {
        findings.push(rule::RECORD.at(tags.end(), "there is no `l`"));
    }
    findings.extend(unread(&tags.record::<BimiRecord>(), &findings, &rule::RECORD));
    in_order(findings)
}

fn tag_finding(tag: &Tag<'_>, tags: &Tags<'_>) -> Option<Finding> {
    match tag.name {
        "v" => None,
        "l" | "a" => uri_finding(tag),
        "avp" => preference_finding(tag),
        "lps" => None,
        name => Some(unknown_tag(tag, &name.to_ascii_lowercase(), tags)),
    }
}

/// A tag that receivers ignore; one of another case than the tag that is missing is that one.
fn unknown_tag(tag: &Tag<'_>, name: &str, tags: &Tags<'_>) -> Finding {
    if KNOWN.contains(&name) && tags.exact(name).is_none() {
        let span = tag.span.start..tag.span.start + name.len();
        let message = format!("`{}` stands for `{name}`", tag.name);
        // Two that stand for the same one cannot both be mended.
        let alike = tags.iter().filter(|other| other.name.eq_ignore_ascii_case(name)).count();
        return match alike {
            1 => rule::RECORD.fixed(span.clone(), message, Fix::replace(span, name)),
            _ => rule::RECORD.at(span, message),
        };
    }
    let message = unknown_message(tag.name, KNOWN);
    rule::RECORD.at(tag.span.clone(), message).milder(Severity::Info)
}

/// The tags of the draft.
const KNOWN: &[&str] = &["l", "a", "avp", "lps"];

fn uri_finding(tag: &Tag<'_>) -> Option<Finding> {
    let wrong = !tag.value.is_empty() && tag.value.parse::<HttpsUri>().is_err();
    wrong.then(|| {
        rule::RECORD.at(tag.value_span.clone(), format!("`{}` is no `https:` URI", tag.value))
    })
}

fn preference_finding(tag: &Tag<'_>) -> Option<Finding> {
    const WORDS: &[&str] = &["brand", "personal"];
    if WORDS.iter().any(|word| tag.value.eq_ignore_ascii_case(word)) {
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
        unfixed(&format!("{GOOD}；a=https://b.test/v.pem"), &["full-width '；' stands for ';'"]);
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
        unfixed("v=BIMI1; L=; l=", &["unknown `L` is ignored: is `l` meant?"]);
        unfixed("v=BIMI1; l=; aVP=x; AVP=x", &["`aVP` stands for `avp`", "`AVP` stands for `avp`"]);
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
