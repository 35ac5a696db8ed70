//! Lints of TLSA records of mail hosts (RFC 7672 section 3.1.3).

pub(crate) mod rules;

use std::ops::Range;

use super::finding::{Finding, Fix};
use crate::record::TlsaRecord;
use crate::record::tlsa::{CertificateUsage, MatchingType, TlsaData, TlsaSelector};
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the text of a TLSA record of a mail host, in the order of the text.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_tlsa};
///
/// let digest = "ab".repeat(32);
/// let findings = lint_tlsa(&format!("1 1 1 {digest}"));
/// assert_eq!(findings.iter().map(|it| it.code).collect::<Vec<_>>(), ["DAN002"]);
/// assert_eq!(apply_fixes(&format!("1 1 1 {digest}"), &findings), format!("3 1 1 {digest}"));
/// ```
#[must_use]
pub fn lint_tlsa(text: &str) -> Vec<Finding> {
    match text.parse::<TlsaRecord>() {
        Ok(record) => {
            usage_finding(text, &record).into_iter().chain(unusable(text, &record)).collect()
        }
        Err(error) => {
            let unreadable = || rule::UNREADABLE.at(error.span(), error.kind().to_string());
            vec![digest_finding(text).unwrap_or_else(unreadable)]
        }
    }
}

/// A digest that is cut short or too long, such as one of another matching type.
fn digest_finding(text: &str) -> Option<Finding> {
    let TlsaData { matching, data, .. } = text.parse().ok()?;
    let expected = MatchingType::from(matching).digest_octets()?;
    let end = text.trim_ascii_end().len();
    let span = field(text, 3).start.min(end)..end;
    let message = format!("{} of the {expected} octets of matching type {matching}", data.len());
    (data.len() != expected).then(|| rule::UNREADABLE.at(span, message))
}

/// What is no certificate of the server or of an authority that it shows itself is not used for mail.
fn usage_finding(text: &str, record: &TlsaRecord) -> Option<Finding> {
    let span = field(text, 0);
    let number = u8::from(record.usage());
    let message = format!("senders of mail do not use records of usage {number}");
    match record.usage() {
        CertificateUsage::DaneTa | CertificateUsage::DaneEe => None,
        // The same certificate of the server, without the authority that must have issued it.
        CertificateUsage::PkixEe => {
            Some(rule::USAGE.fixed(span.clone(), message, Fix::replace(span, "3")))
        }
        _ => Some(rule::USAGE.at(span, message)),
    }
}

/// Numbers without a meaning, for which clients skip the record.
fn unusable(text: &str, record: &TlsaRecord) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let TlsaSelector::Other(number) = record.selector() {
        findings
            .push(rule::UNREADABLE.at(field(text, 1), format!("selector {number} has no meaning")));
    }
    if let MatchingType::Other(number) = record.matching() {
        let message = format!("matching type {number} has no meaning");
        findings.push(rule::UNREADABLE.at(field(text, 2), message));
    }
    findings
}

/// Where a field stands between white space.
fn field(text: &str, index: usize) -> Range<usize> {
    let mut found = 0..0;
    for _ in 0..=index {
        let rest = text.get(found.end..).unwrap_or_default();
        let field = rest.trim_ascii_start();
        let start = text.len() - field.len();
        let length = field.find(|c: char| c.is_ascii_whitespace()).unwrap_or(field.len());
        found = start..start + length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::apply_fixes;
    use proptest::prelude::*;

    #[track_caller]
    fn check(fields: &str, expected: &[&str], fixed: &str) {
        let text = |fields: &str| format!("{fields} {}", "0a".repeat(32));
        let findings = lint_tlsa(&text(fields));
        let found: Vec<String> =
            findings.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
        assert_eq!(found, expected, "{fields:?}");
        assert_eq!(apply_fixes(&text(fields), &findings), text(fixed), "{fields:?}");
    }

    #[test]
    fn records() {
        check("3 1 1", &[], "3 1 1");
        check("2 0 1", &[], "2 0 1");
        check("1 0 1", &["DAN002 senders of mail do not use records of usage 1"], "3 0 1");
        check(" \t1 0 1", &["DAN002 senders of mail do not use records of usage 1"], " \t3 0 1");
        check("0 0 1", &["DAN002 senders of mail do not use records of usage 0"], "0 0 1");
        check("9 0 1", &["DAN002 senders of mail do not use records of usage 9"], "9 0 1");
        check("3 2 1", &["DAN000 selector 2 has no meaning"], "3 2 1");
        check(
            "3 3 9",
            &["DAN000 selector 3 has no meaning", "DAN000 matching type 9 has no meaning"],
            "3 3 9",
        );
        let half = "DAN000 32 of the 64 octets of matching type 2";
        check("3 1 2", &[half], "3 1 2");
        check("3 1", &["DAN000 invalid value for tag `matching`"], "3 1");
        assert_eq!(lint_tlsa("3 3 9 00")[0].span, 2..3);
        assert_eq!(lint_tlsa("3 1 1 00 0a ")[0].span, 6..11);
        assert_eq!(lint_tlsa("3 1 1 ")[0].span, 5..5);
        assert_eq!(lint_tlsa("3 1 0 ")[0].message, "invalid value for tag `data`");
    }

    proptest! {
        #[test]
        fn fixes_keep_the_certificate(usage in 0..5_u8, text in "\\PC{0,20}") {
            let text = format!("{usage} 1 0 0a{text}");
            let findings = lint_tlsa(&text);
            prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
            let fixed = apply_fixes(&text, &findings);
            let data = |text: &str| text.parse::<TlsaRecord>().map(|record| record.data().to_vec()).ok();
            prop_assert_eq!(data(&fixed), data(&text));
            prop_assert!(lint_tlsa(&fixed).iter().all(|finding| finding.fix.is_none()));
        }
    }
}
