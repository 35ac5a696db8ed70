use super::*;
use proptest::prelude::*;

/// What a set lint finds: the record and the code.
type Row<'a> = (Option<usize>, &'a str);

#[track_caller]
fn check(lint: fn(&[TxtRecord]) -> Vec<TxtFinding>, records: &[&[&str]], expected: &[Row<'_>]) {
    let set: Vec<TxtRecord> =
        records.iter().map(|strings| TxtRecord::new(strings.iter().copied())).collect();
    let findings = lint(&set);
    let found: Vec<Row<'_>> = findings.iter().map(|it| (it.record, it.finding.code)).collect();
    assert_eq!(found, expected, "{records:?}: {findings:#?}");
}

#[test]
fn spf_sets() {
    let check = |records: &[&[&str]], expected: &[Row<'_>]| check(lint_spf_set, records, expected);
    check(&[&["v=spf1 mx -all"], &["google-site-verification=abc"]], &[]);
    check(&[], &[(None, "SPF001")]);
    check(&[&["hello"]], &[(None, "SPF001")]);
    check(&[&["v=spf1-all"]], &[(Some(0), "SPF003"), (None, "SPF001")]);
    check(&[&["v=spf1 mx -all"], &["v=spf1 -all"]], &[(Some(1), "SPF002")]);
    check(&[&["v=spf1 mx -all"], &["spf2.0/pra mx -all"]], &[(Some(1), "SPF004")]);
    let long = format!("v=spf1 {}-all", "ip4:8.8.8.8 ".repeat(30));
    let found = lint_spf_set(&[TxtRecord::new([long.as_str()])]);
    assert!(found.iter().any(|it| it.finding.code == "SPF007"), "{found:?}");
    let found = lint_spf_set(&[TxtRecord::from_joined(long)]);
    assert!(found.iter().all(|it| it.finding.code != "SPF007"), "{found:?}");
}

#[test]
fn seams() {
    #[track_caller]
    fn check(strings: &[&str], glued: bool) {
        let found = lint_spf_set(&[TxtRecord::new(strings.iter().copied())]);
        let found = found.iter().any(|it| it.finding.code == "SPF008");
        assert_eq!(found, glued, "{strings:?}");
    }
    check(&["v=spf1 ip4:1.2.3.4 ", "include:a.test -all"], false);
    check(&["v=spf1 ip4:1.2.3.4", " include:a.test -all"], false);
    check(&["v=spf1 ip4:1.2.3.4", "include:a.test -all"], true);
    check(&["v=spf1 include:a.test", "include:b.test -all"], true);
    check(&["v=spf1 include:a.test", "-all"], true);
    check(&["v=spf1 ip4:1.2.3.4", "mx -all"], true);
    check(&["v=spf1 include:spf.a.te", "st -all"], false);
    check(&["v=spf1 ip4:1.2.3", ".4 -all"], false);
    check(&["v=spf1 ip4:1.2.3.4", "/24 -all"], false);
    check(&["v=spf1 ip6:2a00::", "a:1 -all"], false);
    check(&["v=spf1 a:b.example.c", "a -all"], false);
}

#[test]
fn dmarc_sets() {
    const GOOD: &str = "v=DMARC1; p=reject; rua=mailto:d@acme.test";
    let check =
        |records: &[&[&str]], expected: &[Row<'_>]| check(lint_dmarc_set, records, expected);
    check(&[], &[]);
    check(&[&[GOOD]], &[]);
    check(&[&[GOOD], &[GOOD]], &[(Some(1), "DMC002")]);
    check(&[&["v=spf1 -all"]], &[(Some(0), "DMC006")]);
    check(&[&["hello"], &[GOOD]], &[(Some(0), "DMC007")]);
    check(&[&[&GOOD.replace("DMARC1", "dmarc1")]], &[(Some(0), "DMC003")]);
    let beside = lint_dmarc_set(&[TxtRecord::new([GOOD]), TxtRecord::new(["v=spf1 -all"])]);
    assert_eq!(beside[0].finding.severity, Severity::Warning, "receivers skip it");
}

#[test]
fn key_sets() {
    const KEY: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let check =
        |records: &[&[&str]], expected: &[Row<'_>]| check(lint_dkim_key_set, records, expected);
    check(&[], &[]);
    check(&[&[KEY]], &[]);
    check(&[&[KEY], &["v=spf1 -all"]], &[]);
    check(
        &[&[KEY], &[KEY], &["p="]],
        &[(Some(1), "DKM002"), (Some(2), "DKM002"), (Some(2), "DKM005")],
    );
    check(&[&["v=DKIM1; k=rsa"]], &[(Some(0), "DKM004")]);
}

proptest! {
    #[test]
    fn no_set_panics(records in prop::collection::vec(prop::collection::vec(any::<Vec<u8>>(), 0..4), 0..4)) {
        let set: Vec<TxtRecord> = records.into_iter().map(TxtRecord::new).collect();
        for lint in [lint_spf_set, lint_spf_type_set, lint_dmarc_set, lint_dkim_key_set, lint_mta_sts_set, lint_tls_rpt_set, lint_bimi_set] {
            for found in lint(&set) {
                let text = found.record.and_then(|index| set.get(index)).map(TxtRecord::text);
                let span = found.finding.span.clone();
                prop_assert!(text.unwrap_or_default().get(span).is_some(), "{found:?}");
            }
        }
    }
}
