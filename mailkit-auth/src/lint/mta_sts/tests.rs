use super::*;
use crate::lint::{Severity, apply_fixes};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: &[&str], fixed: &str) {
    let findings = lint_mta_sts(text);
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, expected, "{text:?}");
    assert!(findings.iter().all(|finding| finding.code == "STS003"));
    assert_eq!(apply_fixes(text, &findings), fixed, "{text:?}");
}

#[test]
fn records() {
    const GOOD: &str = "v=STSv1; id=20260101";
    check(GOOD, &[], GOOD);
    check("v=STSv1;id=1; x-a=1;", &["unknown `x-a` is ignored"], "v=STSv1;id=1; x-a=1;");
    check("v=stsv1; id=20260101", &["`v=stsv1` is not `v=STSv1`"], GOOD);
    check("v = STSv1; id=20260101", &["`v = STSv1` is not `v=STSv1`"], GOOD);
    check(" v=STSv1; id=20260101", &["space before the version"], GOOD);
    check("v=STSv1; ID = 2026-01-01", &["an `id` holds letters and digits alone"], GOOD);
    check("v=STSv1;; id=20260101", &["nothing stands between two semicolons"], GOOD);
    check(
        "\"v=STSv1\\; id=20260101\"",
        &["`\"` of a control panel", "`\\` of a control panel", "`\"` of a control panel"],
        GOOD,
    );
    check("v=STSv1；id=1", &["full-width '；' stands for ';'"], "v=STSv1;id=1");
    let unfixed = |text: &str, expected: &[&str]| check(text, expected, text);
    unfixed("", &["there is no `v=STSv1`", "there is no `id`"]);
    unfixed("v=STSv1", &["there is no `id`"]);
    unfixed("v=TLSRPTv1; id=1", &["`v=TLSRPTv1` is not `v=STSv1`"]);
    unfixed("id=1; v=STSv1", &["the version is not the first tag"]);
    unfixed("v=STSv1; id=", &["the `id` is empty"]);
    unfixed("v=STSv1; id=1; id=2", &["`id` stands twice"]);
    unfixed("v=STSv1; oops; id=1", &["malformed tag"]);
    unfixed("v=STSv1; id=1; ID=a", &["unknown `id` is ignored: is `id` meant?"]);
    unfixed("v=STSv1; ie=1", &["unknown `ie` is ignored: is `id` meant?", "there is no `id`"]);
    unfixed("v=STSv1; id=1; x=a=b", &["unknown `x` is ignored", "invalid value for tag `x`"]);
    let long = format!("v=STSv1; id={}", "1".repeat(33));
    unfixed(&long, &["an `id` has at most 32 letters and digits"]);
}

proptest! {
    #[test]
    fn what_does_not_parse_is_an_error_and_fixes_mend(
        text in "( ?v=STSv1|v=stsv1|v=sts)(; ?(id|ID|x) ?=[a-z0-9-]{0,4};?){0,3}|\\PC{0,40}",
    ) {
        let findings = lint_mta_sts(&text);
        let error = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(error, text.parse::<MtaStsRecord>().is_err(), "{}", text);
        prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
        let mut fixed = text;
        for _ in 0..8 {
            fixed = apply_fixes(&fixed, &lint_mta_sts(&fixed));
        }
        prop_assert!(lint_mta_sts(&fixed).iter().all(|finding| finding.fix.is_none()), "{}", fixed);
    }
}
