use super::*;
use crate::SpfRecord;
use crate::lint::{Severity, apply_fixes};
use proptest::prelude::*;

/// The codes found in `text`, and the text with all fixes applied.
#[track_caller]
fn check(text: &str, codes: &[&str], fixed: &str) {
    let findings = lint_spf(text);
    let found: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(found, codes, "{text:?}: {findings:#?}");
    assert_eq!(apply_fixes(text, &findings), fixed, "{text:?}");
    assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()), "{text:?}");
}

#[track_caller]
fn check_unfixed(text: &str, codes: &[&str]) {
    check(text, codes, text);
}

#[test]
fn good_records_have_no_findings() {
    for text in [
        "v=spf1 -all",
        "v=spf1 include:_spf.google.com ~all",
        "v=spf1 a mx/24 a:mail.example.com/24//64 ip4:8.8.8.0/24 ip6:2a00::/32 -all",
        "v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} redirect=_spf.example.com",
        "V=SPF1 INCLUDE:example.com -ALL",
        "v=spf1 mx exp=explain._spf.%{d} -all",
        "v=spf1 ip4:1.2.3.4 ",
    ] {
        let findings = lint_spf(text);
        assert!(findings.iter().all(|finding| finding.code == "SPF019"), "{text:?}: {findings:?}");
    }
}

#[test]
fn spelling() {
    check(" v=spf1 -all", &["SPF003"], "v=spf1 -all");
    check("v=spf1. -all", &["SPF003"], "v=spf1 -all");
    check("v=spf -all", &["SPF003"], "v=spf1 -all");
    check("\u{feff}v=spf1 -all", &["SPF003"], "v=spf1 -all");
    check("v=spf1-all", &["SPF003"], "v=spf1 -all");
    check("v=spf1include:a.test -all", &["SPF003"], "v=spf1 include:a.test -all");
    check("V=SPF10 -all", &["SPF003"], "v=spf1 -all");
    check_unfixed("v=spf2.0 -all", &["SPF003"]);
    check_unfixed("spf2.0/pra -all", &["SPF004"]);
    check("v=spf1 \u{2013}all", &["SPF006"], "v=spf1 -all");
    check("v=spf1 in\u{200b}clude:a.test -all", &["SPF006"], "v=spf1 include:a.test -all");
    check("\u{201c}v=spf1 -all\u{201d}", &["SPF046", "SPF046"], "v=spf1 -all");
    check_unfixed("", &["SPF003"]);
    check_unfixed("v=spf1 a:bücher.example -all", &["SPF006"]);
    check("\"v=spf1 -all\"", &["SPF046", "SPF046"], "v=spf1 -all");
    check("v=spf1　ip4：1.2.3.4 -all", &["SPF047", "SPF047"], "v=spf1 ip4:1.2.3.4 -all");
    // What stands for a space may belong to a value: a fix makes no term of it.
    check_unfixed("v=spf1 ip4：1.2.3.4　-all", &["SPF047", "SPF047"]);
    check_unfixed("v=spf1 x=a\u{a0}+all -all", &["SPF006"]);
    check_unfixed("v=spf1 x=a\u{3000}+all -all", &["SPF047"]);
    check_unfixed("v=spf1 x=a\t+all -all", &["SPF000"]);
    check_unfixed("v=spf1 x=\"a +all\" -all", &["SPF046", "SPF046"]);
    check_unfixed("v=spf1 x=a\" \"+all -all", &["SPF046", "SPF046"]);
    check("v=spf1 x=\"a\" -all", &["SPF046", "SPF046"], "v=spf1 x=a -all");
    check("v=spf1\t-all", &["SPF000"], "v=spf1 -all");
}

#[test]
fn names() {
    check("v=spf1 includ:example.com -all", &["SPF011"], "v=spf1 include:example.com -all");
    check("v=spf1 ip:8.8.8.8 -all", &["SPF011"], "v=spf1 ip4:8.8.8.8 -all");
    check("v=spf1 ipv6:2a00::1 -all", &["SPF011"], "v=spf1 ip6:2a00::1 -all");
    check("v=spf1 include=example.com -all", &["SPF011"], "v=spf1 include:example.com -all");
    check("v=spf1 redirect:example.com", &["SPF011"], "v=spf1 redirect=example.com");
    check("v=spf1 -includ=example.com -all", &["SPF011"], "v=spf1 -include:example.com -all");
    check_unfixed("v=spf1 -redirect:example.com", &["SPF011"]);
    check_unfixed("v=spf1 includ:localhost -all", &["SPF011"]);
    check_unfixed("v=spf1 wrong -all", &["SPF011"]);
    check_unfixed("v=spf1 moo=1 -all", &["SPF012"]);
    check_unfixed("v=spf1 ptr:example.com -all", &["SPF020"]);
    check_unfixed("v=spf1 include: -all", &["SPF039"]);
    for target in ["https://spf.acme.example", "spf@acme.example", "spf,acme.example"] {
        check_unfixed(&format!("v=spf1 include:{target} -all"), &["SPF039"]);
    }
    check_unfixed("v=spf1 a:*.acme.example -all", &["SPF039"]);
    check_unfixed("v=spf1 redirect=https://acme.example", &["SPF039"]);
    check_unfixed("v=spf1 a:_spf.acme-2.example exists:%{i}/x.acme.example -all", &[]);
    check_unfixed("v=spf1 include exists/24 -all", &["SPF039", "SPF039"]);
    check_unfixed("v=spf1 a:localhost mx:1.2.3.4 -all", &["SPF039", "SPF039"]);
    check_unfixed("v=spf1 -all:example.com", &["SPF000"]);
    check_unfixed("v=spf1 ip4=example.com -all", &["SPF011"]);
}

#[test]
fn order() {
    check("v=spf1 -all mx ip4:8.8.8.8", &["SPF014", "SPF014"], "v=spf1 -all");
    check("v=spf1 mx ~all -all", &["SPF015"], "v=spf1 mx ~all");
    check("v=spf1 redirect=example.com -all", &["SPF016"], "v=spf1 -all");
    check_unfixed("v=spf1 exp=a.test exp=b.test -all", &["SPF013"]);
    check_unfixed("v=spf1 +all", &["SPF017"]);
    check_unfixed("v=spf1 all", &["SPF017"]);
    check_unfixed("v=spf1 ?all", &["SPF018"]);
    check_unfixed("v=spf1 mx", &["SPF019"]);
    check_unfixed("v=spf1 include:%{S}.a.test include:%{s}.a.test -all", &[]);
    check("v=spf1 include:a.test include:A.test -all", &["SPF029"], "v=spf1 include:a.test -all");
}

#[test]
fn networks() {
    check("v=spf1 ip4:8.8.0.0/16 ip4:8.8.8.8 -all", &["SPF030"], "v=spf1 ip4:8.8.0.0/16 -all");
    check("v=spf1 ip6:8.8.8.8 -all", &["SPF031"], "v=spf1 ip4:8.8.8.8 -all");
    check("v=spf1 ip4:8.8.8.0/024 -all", &["SPF032"], "v=spf1 ip4:8.8.8.0/24 -all");
    check("v=spf1 mx/024//064 -all", &["SPF032"], "v=spf1 mx/24//064 -all");
    check_unfixed("v=spf1 ip6:8.8.8.8/64 a/x -all", &["SPF031", "SPF032"]);
    check_unfixed("v=spf1 ip4:8.8.8.0/33 -all", &["SPF032"]);
    check_unfixed("v=spf1 ip4:8.8.8 -all", &["SPF032"]);
    check_unfixed("v=spf1 a/33 mx//129 -all", &["SPF032", "SPF032"]);
    check_unfixed("v=spf1 ip4:10.0.0.1 ip6:fd00::1 -all", &["SPF033", "SPF033"]);
    check_unfixed("v=spf1 ip4:0.1.2.3 ip4:198.18.0.1 ip4:240.0.0.1 -all", &["SPF033"; 3]);
    check_unfixed("v=spf1 ip6:3fff::1 ip6:100::1 -all", &["SPF033"; 2]);
    check_unfixed("v=spf1 ip4:8.0.0.0/8 -all", &["SPF034"]);
    check("v=spf1 ip4:8.8.8.8/24 -all", &["SPF035"], "v=spf1 ip4:8.8.8.0/24 -all");
    check_unfixed("v=spf1 ip4:0.0.0.0/0 -all", &["SPF034"]);
}

#[test]
fn macros() {
    check_unfixed("v=spf1 exists:%{p}.example.com -all", &["SPF021"]);
    check_unfixed("v=spf1 exists:%{x}.example.com -all", &["SPF036"]);
    check_unfixed("v=spf1 exists:%i.example.com -all", &["SPF036"]);
    check_unfixed("v=spf1 exists:%{i0}.example.com -all", &["SPF036"]);
    check_unfixed("v=spf1 exists:%{t}.example.com -all", &["SPF037"]);
    let spans = |text: &'static str| {
        let found = lint_spf(text).into_iter().filter_map(|finding| text.get(finding.span));
        found.collect::<Vec<_>>()
    };
    assert_eq!(spans("v=spf1 a:%{p}.a.test mx:%{ir}.%{p2}.a.test -all"), ["%{p}", "%{p2}"]);
    assert_eq!(
        spans("v=spf1 a:%{d}.%{x}.a.test mx:a%.a.test a:%{R}.a.test -all"),
        ["%{x}", "%", "%{R}"]
    );
}

#[test]
fn sizes() {
    let record = |terms: usize| format!("v=spf1{} -all", " include:a.test".repeat(terms));
    let codes =
        |text: &str| lint_spf(text).into_iter().map(|finding| finding.code).collect::<Vec<_>>();
    let lookups = |count: usize| {
        let terms: String = (0..count).map(|index| format!(" a:h{index}.example.com")).collect();
        codes(&format!("v=spf1{terms} -all"))
    };
    assert_eq!(lookups(7), Vec::<&str>::new());
    assert_eq!(lookups(8), ["SPF023"]);
    assert_eq!(lookups(11), ["SPF022"]);
    assert!(codes(&record(30)).contains(&"SPF009"));
    assert!(codes(&record(40)).contains(&"SPF010"));
}

fn term() -> impl Strategy<Value = String> {
    let names = "(include|includ|a|mx|ptr|ip4|ip6|ipv4|exists|redirect|exp|all|zz|moo)";
    let values = prop_oneof![
        "[:=](8\\.8\\.8\\.[0-9]|10\\.0\\.0\\.1|2a00::[0-9])(/(8|024|33|64))?",
        "[:=](a|b)\\.(test|[0-9])(/24)?(//64)?",
        "[:=]%\\{[ipxt]\\}\\.example\\.com",
        Just(String::new()),
    ];
    ("[-+~?]?", names, values)
        .prop_map(|(qualifier, name, value)| format!("{qualifier}{name}{value}"))
}

fn record() -> impl Strategy<Value = String> {
    let version = prop_oneof![9 => Just("v=spf1"), 1 => Just(" v=spf1"), 1 => Just("\"v=spf1"), 1 => Just("v=spf1\u{3000}")];
    (version, prop::collection::vec(term(), 0..8))
        .prop_map(|(version, terms)| format!("{version} {}", terms.join(" ")))
}

proptest! {
    #[test]
    fn fixes_mend_and_break_nothing(text in record()) {
        let mut fixed = text.clone();
        // Removing a dead term may uncover a fix that it overlapped.
        for _ in 0..4 {
            fixed = apply_fixes(&fixed, &lint_spf(&fixed));
        }
        let left = lint_spf(&fixed);
        prop_assert!(left.iter().all(|finding| finding.fix.is_none()), "{} {:?}", fixed, left);
        if text.parse::<SpfRecord>().is_ok() {
            prop_assert!(fixed.parse::<SpfRecord>().is_ok(), "{} became {}", text, fixed);
        }
    }

    #[test]
    fn what_does_not_parse_is_an_error(text in prop_oneof![record(), "v=spf1 \\PC{0,40}", "\\PC{0,40}"]) {
        let findings = lint_spf(&text);
        let error = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert!(error || text.parse::<SpfRecord>().is_ok(), "{}", text);
        prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
    }
}
