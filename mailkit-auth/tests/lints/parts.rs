//! A fix keeps the parts of a record: the terms, tags and addresses beside what it is about, and
//! their number.

use mailkit_auth::lint::{
    Finding, Fix, apply_fixes, lint_bimi, lint_dmarc, lint_mta_sts, lint_spf, lint_tls_rpt,
};
use proptest::prelude::*;

/// Characters that stand for others, those that part terms and tags among them, and what is plain.
fn letters() -> impl Strategy<Value = String> {
    let hidden = "\u{a0}|\u{3000}|\u{2003}|\u{200b}|\u{ad}|\u{feff}|\u{2013}|；|，|＝|：|＋|！|ａ|\"|\\\\|\t|\n|\u{201c}|ü";
    let plain = "[a-z]|\\+all|sp=none|=|:|-all|mailto:x@y\\.test|a=https://y\\.test/";
    let piece = prop_oneof![3 => hidden, 2 => plain];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// The parts of a text, each without the spaces around it; those of nothing are none.
fn parts(text: &str, separators: &[char]) -> Vec<String> {
    let parts = text.split(separators).map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

/// Applies one fix after the other, each alone, and all at once: none makes more parts, and what
/// stands before and after those it touches stays as it is.
fn check(
    text: &str,
    lint: fn(&str) -> Vec<Finding>,
    separators: &[char],
) -> Result<(), TestCaseError> {
    let findings = lint(text);
    let before = parts(text, separators);
    let all = parts(&apply_fixes(text, &findings), separators);
    prop_assert!(all.len() <= before.len(), "{:?} became {:?}", text, all);
    for finding in &findings {
        let Some(fix) = &finding.fix else { continue };
        let fixed = apply_fixes(text, std::slice::from_ref(finding));
        let (head, tail) = untouched(text, fix, separators);
        prop_assert!(fixed.starts_with(head) && fixed.ends_with(tail), "{:?}: {:?}", text, finding);
        let after = parts(&fixed, separators);
        prop_assert!(after.len() <= before.len(), "{:?} became {:?} by {:?}", text, fixed, finding);
    }
    Ok(())
}

/// What stands before the first part that a fix touches, and after the last.
fn untouched<'a>(text: &'a str, fix: &Fix, separators: &[char]) -> (&'a str, &'a str) {
    let (head, tail) = (text.get(..fix.span.start), text.get(fix.span.end..));
    let (head, tail) = (head.unwrap_or_default(), tail.unwrap_or_default());
    let head = head.trim_end().trim_end_matches(separators);
    let (head, _) = head.split_at(head.rfind(separators).unwrap_or(0));
    let (_, tail) = tail.split_at(tail.find(separators).unwrap_or(tail.len()));
    (head, tail.trim_start_matches(separators))
}

const SPF: &[char] = &[' '];
const TAGS: &[char] = &[';'];
const ITEMS: &[char] = &[';', ','];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_spf(value in letters(), term in "(x=|a:|include:a\\.test|-exists:|mx|)", end in "( -all)?") {
        check(&format!("v=spf1 ip4:8.8.8.8 {term}{value}{end}"), lint_spf, SPF)?;
    }

    #[test]
    fn of_dmarc(value in letters(), tag in "(n=|rua=mailto:a@b\\.test|fo=1|)", end in "(; rua=mailto:c@d\\.test)?") {
        let text = format!("v=DMARC1; p=reject; {tag}{value}{end}");
        check(&text, lint_dmarc, TAGS)?;
        check(&text, lint_dmarc, ITEMS)?;
    }

    #[test]
    fn of_tls_reports(value in letters(), end in "(; x=y)?") {
        check(&format!("v=TLSRPTv1; rua=mailto:a@b.test{value}{end}"), lint_tls_rpt, ITEMS)?;
    }

    #[test]
    fn of_mta_sts(value in letters(), end in "(; x=y)?") {
        check(&format!("v=STSv1; id=1{value}{end}"), lint_mta_sts, TAGS)?;
    }

    #[test]
    fn of_bimi(value in letters(), end in "(; avp=brand)?") {
        check(&format!("v=BIMI1; l=https://a.test/l.svg{value}{end}"), lint_bimi, TAGS)?;
    }
}
