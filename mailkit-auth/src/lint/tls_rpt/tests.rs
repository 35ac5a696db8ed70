use super::*;
use crate::lint::apply_fixes;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: &[&str], fixed: &str) {
    let findings = lint_tls_rpt(text);
    let found: Vec<String> =
        findings.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect();
    assert_eq!(found, expected, "{text:?}");
    assert_eq!(apply_fixes(text, &findings), fixed, "{text:?}");
}

#[test]
fn records() {
    const GOOD: &str = "v=TLSRPTv1; rua=mailto:t@a.test";
    check(GOOD, &[], GOOD);
    check(
        "v=TLSRPTv1;rua=https://a.test/x=1 , mailto:t@a.test;",
        &[],
        "v=TLSRPTv1;rua=https://a.test/x=1 , mailto:t@a.test;",
    );
    check("v=TLSRPT1; rua=mailto:t@a.test", &["TLS001 `v=TLSRPT1` is not `v=TLSRPTv1`"], GOOD);
    check(" v=TLSRPTv1; rua=mailto:t@a.test", &["TLS001 space before the version"], GOOD);
    check("v=TLSRPTv1; RUA=mailto:t@a.test", &["TLS002 `RUA=` is not `rua=`"], GOOD);
    check(
        "v=TLSRPTv1; rua = t@a.test",
        &["TLS002 `rua = ` is not `rua=`", "TLS002 `t@a.test` is neither `mailto:` nor `https:`"],
        GOOD,
    );
    check(
        "v=TLSRPTv1; rua=mailto:t@a.test!10m",
        &["TLS002 `mailto:t@a.test!10m`: a `!` means nothing here"],
        GOOD,
    );
    check(
        "v=TLSRPTv1; ; rua=mailto:t@a.test",
        &["TLS000 nothing stands between two semicolons"],
        GOOD,
    );
    check("v=TLSRPTv1\\; rua=mailto:t@a.test", &["TLS000 `\\` of a control panel"], GOOD);
    let unfixed = |text: &str, expected: &[&str]| check(text, expected, text);
    unfixed(
        "v=TLSRPTv1; rua=mailto:t@a.test，mailto:u@b.test",
        &["TLS000 full-width '，' stands for ','"],
    );
    unfixed("", &["TLS001 there is no `v=TLSRPTv1`", "TLS002 there is no `rua`"]);
    unfixed("v=spf1; rua=mailto:t@a.test", &["TLS001 `v=spf1` is not `v=TLSRPTv1`"]);
    unfixed("rua=mailto:t@a.test; v=TLSRPTv1", &["TLS001 the version is not the first tag"]);
    unfixed(
        "v=TLSRPTv1; rua=http://a.test",
        &["TLS002 `http://a.test` is neither `mailto:` nor `https:`"],
    );
    unfixed("v=TLSRPTv1; rua=mailto:nobody", &["TLS002 `mailto:nobody` is no address"]);
    unfixed("v=TLSRPTv1; rua=", &["TLS002 there is no address"]);
    unfixed("v=TLSRPTv1; rua=mailto:t@a.test; rua=mailto:u@a.test", &["TLS005 `rua` stands twice"]);
    unfixed(
        "v=TLSRPTv1; ruf=mailto:t@a.test",
        &["TLS005 unknown `ruf` is ignored: is `rua` meant?", "TLS002 there is no `rua`"],
    );
    unfixed("v=TLSRPTv1; rua=mailto:t@a.test; oops", &["TLS000 malformed tag"]);
}

proptest! {
    #[test]
    fn what_does_not_parse_is_an_error_and_fixes_mend(
        text in "( ?v=TLSRPTv1|v=tlsrptv1|v=x)(; ?(rua|RUA|x) ?=(mailto:|https:|ftp:)?(a@b\\.test|//c/)?(!1m)?(,a@b\\.test)?;?){0,3}|\\PC{0,40}",
    ) {
        let findings = lint_tls_rpt(&text);
        let error = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert!(error || text.parse::<TlsRptRecord>().is_ok(), "{}", text);
        prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
        let mut fixed = text.clone();
        for _ in 0..8 {
            fixed = apply_fixes(&fixed, &lint_tls_rpt(&fixed));
        }
        prop_assert!(lint_tls_rpt(&fixed).iter().all(|finding| finding.fix.is_none()), "{}", fixed);
        if let Ok(record) = text.parse::<TlsRptRecord>() {
            prop_assert_eq!(fixed.parse(), Ok(record), "{} became {}", text, fixed);
        }
    }
}
