use super::*;
use crate::lint::apply_fixes;
use proptest::prelude::*;

const GOOD: &str = "version: STSv1\nmode: enforce\nmx: *.acme.test\nmax_age: 604800\n";

/// The good policy with a part replaced: the codes and messages found, and what fixes make of it.
#[track_caller]
fn check(from: &str, to: &str, expected: &[&str], fixed: &str) {
    let text = GOOD.replacen(from, to, 1);
    let findings = lint_mta_sts_policy(&text);
    let found: Vec<String> =
        findings.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect();
    assert_eq!(found, expected, "{text:?}");
    assert_eq!(apply_fixes(&text, &findings), fixed, "{text:?}");
}

#[test]
fn policies_that_fixes_mend() {
    check("", "", &[], GOOD);
    check("STSv1", "stsv1", &["STS006 `stsv1` is no value of `version`"], GOOD);
    check("enforce", "Enforce", &["STS006 `Enforce` is no value of `mode`"], GOOD);
    check("enforce", "enfore", &["STS006 `enfore` is no value of `mode`"], GOOD);
    check(
        "max_age",
        "max-age",
        &["STS006 `max-age` stands for `max_age`", "STS006 there is no `max_age`"],
        GOOD,
    );
    check(
        "mode:",
        "Mode:",
        &["STS006 `Mode` stands for `mode`", "STS006 there is no `mode`"],
        GOOD,
    );
    check(
        "mode:",
        "mode :",
        &["STS006 space around the key `mode`", "STS006 there is no `mode`"],
        GOOD,
    );
    check(
        "mode:",
        " mode:",
        &["STS006 space around the key `mode`", "STS006 there is no `mode`"],
        GOOD,
    );
    check("mode", "\nmode", &["STS006 an empty line"], GOOD);
    check("mode", "\r\nmode", &["STS006 an empty line"], GOOD);
    check("acme.test", "acme.test.", &["STS008 `*.acme.test.` is no host"], GOOD);
    check(
        "max_age",
        "mode: none\nmax_age",
        &["STS006 `mode` stands twice: the first counts"],
        GOOD,
    );
    check(
        "version",
        "\u{feff}version",
        &["STS006 '\\u{feff}' is invisible and does not belong here"],
        GOOD,
    );
    let year = GOOD.replace("604800", "31557600");
    check("604800", "31557601", &["STS010 `max_age` is more than 31557600 seconds, a year"], &year);
}

#[track_caller]
fn check_unfixed(from: &str, to: &str, expected: &[&str]) {
    check(from, to, expected, &GOOD.replacen(from, to, 1));
}

#[test]
fn policies_that_a_person_must_mend() {
    check_unfixed("604800", "86400", &[]);
    check_unfixed("enforce\nmx: *.acme.test\nmax_age: 604800", "none\nmax_age: 600", &[]);
    check_unfixed("version: STSv1\n", "", &["STS006 there is no `version`"]);
    check_unfixed("STSv1", "2", &["STS006 `2` is no value of `version`"]);
    check_unfixed("mode: enforce\n", "", &["STS006 there is no `mode`"]);
    check_unfixed("enforce", "report", &["STS006 `report` is no value of `mode`"]);
    check_unfixed("max_age: 604800", "", &["STS006 there is no `max_age`"]);
    check_unfixed("604800", "1w", &["STS006 `max_age` is no number of seconds"]);
    check_unfixed("604800", "", &["STS006 `max_age` is no number of seconds"]);
    check_unfixed(
        "604800",
        "600",
        &["STS010 `max_age` is less than a day: an attacker need not wait long"],
    );
    check_unfixed("604800", "00000604800", &["STS006 invalid value for tag `max_age`"]);
    check_unfixed("mode", "oops\nmode", &["STS006 a line that is no `key: value`"]);
    check_unfixed(
        "mode",
        "mx_age: 1\nmode",
        &["STS006 unknown `mx_age` is ignored: is `max_age` meant?"],
    );
    check_unfixed(
        "mx: *.acme.test\n",
        "",
        &["STS007 there is no `mx`, so that no host may receive mail"],
    );
    check_unfixed(
        "*.acme.test",
        "*.*.test",
        &["STS008 `*.*.test`: a star stands for the whole first label alone"],
    );
    check_unfixed(
        "*.acme",
        "mx*.acme",
        &["STS008 `mx*.acme.test`: a star stands for the whole first label alone"],
    );
    check_unfixed(
        "*.acme.test",
        "*",
        &["STS008 `*`: a star stands for the whole first label alone"],
    );
    check_unfixed("*.acme.test", "*.test", &["STS008 `*.test` stands for a whole top level"]);
    check_unfixed("*.acme.test", ".acme.test", &["STS008 `.acme.test` is no host"]);
    check_unfixed("*.acme.test", "", &["STS008 there is no host"]);
    let unread = lint_mta_sts_policy(&format!("{GOOD}x: {}", "x".repeat(70_000)));
    assert!(unread.iter().any(|finding| finding.message == "record longer than 65536 octets"));
}

proptest! {
    #[test]
    fn what_does_not_parse_is_an_error_and_fixes_mend(
        text in "( ?(version|mode|mx|max_age|Max-Age|x) ?: ?(STSv1|stsv1|enforce|None|\\*\\.b\\.c\\.?|[a-z0-9.*]{1,5})?\r?\n\n?){0,6}|\\PC{0,60}",
    ) {
        let findings = lint_mta_sts_policy(&text);
        let error = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert!(error || text.parse::<MtaStsPolicy>().is_ok(), "{}", text);
        prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
        let mut fixed = text.clone();
        for _ in 0..8 {
            fixed = apply_fixes(&fixed, &lint_mta_sts_policy(&fixed));
        }
        let rest = lint_mta_sts_policy(&fixed);
        prop_assert!(rest.iter().all(|finding| finding.fix.is_none()), "{fixed:?}: {rest:?}");
        if let Ok(policy) = text.parse::<MtaStsPolicy>() {
            prop_assert_eq!(fixed.parse::<MtaStsPolicy>().map(|it| it.max_age()), Ok(policy.max_age()));
        }
    }
}
