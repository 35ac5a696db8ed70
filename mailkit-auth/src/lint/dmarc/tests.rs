use super::*;
use crate::lint::{Severity, apply_fixes};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: &[&str], fixed: &str) {
    let findings = lint_dmarc(text);
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, expected, "{text:?}");
    assert_eq!(apply_fixes(text, &findings), fixed, "{text:?}");
}

#[track_caller]
fn check_unfixed(text: &str, expected: &[&str]) {
    check(text, expected, text);
}

const RUA: &str = "rua=mailto:d@acme.test";

/// `text` with the reports that every good record asks for.
fn with_rua(text: &str) -> String {
    format!("{text}; {RUA}")
}

#[test]
fn good_records_have_no_findings() {
    check_unfixed(&with_rua("v=DMARC1; p=reject"), &[]);
    check_unfixed(
        "v=DMARC1;p=quarantine;sp=reject;np=reject;adkim=s;aspf=R;psd=n;rua=mailto:a@b.test,mailto:c@d.test;ruf=mailto:e@f.test;fo=1:d:s;",
        &[],
    );
}

#[test]
fn syntax() {
    check(&with_rua("v=dmarc1; p=reject"), &["DMC003"], &with_rua("v=DMARC1; p=reject"));
    check(&with_rua("V=DMARC1; p=reject"), &["DMC003"], &with_rua("v=DMARC1; p=reject"));
    check_unfixed(&with_rua("p=reject; v=DMARC1"), &["DMC011", "DMC003"]);
    check_unfixed("", &["DMC003", "DMC009", "DMC022"]);
    check(&with_rua(" v=DMARC1; p=reject"), &["DMC004"], &with_rua("v=DMARC1; p=reject"));
    check_unfixed("v=spf1 -all", &["DMC006"]);
    check(&with_rua("v=DMARC1; p=reject;"), &["DMC000"], &with_rua("v=DMARC1; p=reject"));
    check(&with_rua("v=DMARC1 p=reject"), &["DMC003", "DMC008"], &with_rua("v=DMARC1; p=reject"));
    check(
        &with_rua("v=DMARC1; p=reject sp=none"),
        &["DMC010"],
        &with_rua("v=DMARC1; p=reject; sp=none"),
    );
    check(&with_rua("v=DMARC1;; p=reject"), &["DMC000"], &with_rua("v=DMARC1; p=reject"));
    check(&with_rua("v=DMARC1；p=ｒeject"), &["DMC000", "DMC010"], &with_rua("v=DMARC1;p=reject"));
    // What stands for a separator may belong to a value: a fix makes no tag of it.
    check_unfixed(&with_rua("v=DMARC1; p=none; n=x；sp=reject"), &["DMC000"]);
    check_unfixed("v=DMARC1; p=reject; rua=mailto:a@b.test，mailto:c@d.test", &["DMC000"]);
    check_unfixed(&with_rua("v=DMARC1; p=reject; n=\"x; sp=none\""), &["DMC000"; 2]);
    check(&with_rua("\"v=DMARC1\\; p=reject"), &["DMC000"; 2], &with_rua("v=DMARC1; p=reject"));
    check_unfixed(&with_rua("v=DMARC1; p=reject; p=none"), &["DMC012"]);
    check_unfixed(&with_rua("v=DMARC1; p=reject; adkm=s"), &["DMC013"]);
    check_unfixed(&with_rua("v=DMARC1; adkim=s; p=reject"), &["DMC011"]);
}

#[test]
fn policies() {
    check_unfixed(&with_rua("v=DMARC1"), &["DMC008"]);
    check_unfixed("v=DMARC1", &["DMC009", "DMC022"]);
    check(&with_rua("v=DMARC1; p=rejected"), &["DMC010"], &with_rua("v=DMARC1; p=reject"));
    check_unfixed(&with_rua("v=DMARC1; p=drop"), &["DMC010"]);
    check_unfixed(&with_rua("v=DMARC1; p=reject; aspf=x"), &["DMC010"]);
    check(
        &with_rua("v=DMARC1; p=reject; pct=100; ri=86400"),
        &["DMC014", "DMC014"],
        &with_rua("v=DMARC1; p=reject"),
    );
    check_unfixed(&with_rua("v=DMARC1; p=reject; pct=50"), &["DMC015"]);
    check_unfixed(&with_rua("v=DMARC1; p=reject; t=y"), &["DMC016"]);
    check(&with_rua("v=DMARC1; p=none; t=y"), &["DMC018", "DMC017"], &with_rua("v=DMARC1; p=none"));
    check_unfixed(&with_rua("v=DMARC1; p=none"), &["DMC018"]);
    check_unfixed(&with_rua("v=DMARC1; p=reject; sp=none"), &["DMC019", "DMC020"]);
    check_unfixed(&with_rua("v=DMARC1; p=reject; sp=none; np=reject"), &["DMC019"]);
    check_unfixed(&with_rua("v=DMARC1; p=none; sp=reject; pct=50"), &["DMC018", "DMC015"]);
    check_unfixed(&with_rua("v=DMARC1; p=reject; np=none"), &["DMC020"]);
}

#[test]
fn reports() {
    check_unfixed("v=DMARC1; p=reject", &["DMC022"]);
    check("v=DMARC1; p=reject; rua=d@acme.test", &["DMC023"], &with_rua("v=DMARC1; p=reject"));
    check_unfixed("v=DMARC1; p=reject; rua=nobody", &["DMC023"]);
    check_unfixed("v=DMARC1; p=reject; rua=https://acme.test/dmarc", &["DMC023"]);
    check(
        "v=DMARC1; p=reject; rua=mailto:d@acme.test!10m , e@acme.test",
        &["DMC024", "DMC023"],
        "v=DMARC1; p=reject; rua=mailto:d@acme.test , mailto:e@acme.test",
    );
    check_unfixed(
        "v=DMARC1; p=reject; rua=mailto:a@b.test,mailto:b@b.test,mailto:c@b.test",
        &["DMC025"],
    );
    check(&with_rua("v=DMARC1; p=reject; fo=1"), &["DMC030"], &with_rua("v=DMARC1; p=reject"));
    check_unfixed(&with_rua("v=DMARC1; p=reject; fo=0:1; ruf=mailto:a@b.test"), &["DMC030"]);
}

proptest! {
    #[test]
    fn fixes_mend_and_break_nothing(
        version in "( ?v=DMARC1|v=dmarc1|v=DMARC)",
        tags in prop::collection::vec(
            "(p=(none|reject|rejected|x)|sp=none|t=[yn]|pct=(100|50)|ri=1|fo=[01](:d)?|rua=(mailto:)?a@b\\.test(!1m)?(,c@d\\.test)?|zz=1)", 0..6),
    ) {
        let text = format!("{version}; {}", tags.join("; "));
        let mut fixed = text.clone();
        for _ in 0..4 {
            fixed = apply_fixes(&fixed, &lint_dmarc(&fixed));
        }
        prop_assert!(lint_dmarc(&fixed).iter().all(|finding| finding.fix.is_none()), "{}", fixed);
        if text.parse::<DmarcRecord>().is_ok() {
            prop_assert!(fixed.parse::<DmarcRecord>().is_ok(), "{} became {}", text, fixed);
        }
    }

    #[test]
    fn what_does_not_parse_is_an_error(text in "v=DMARC1;( ?(p|sp|t|fo|rua|psd)=[a-z0-9:@.!,]{0,9};?){0,4}|\\PC{0,40}") {
        let findings = lint_dmarc(&text);
        let error = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert!(error || text.parse::<DmarcRecord>().is_ok(), "{}", text);
        prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
    }
}
