use super::*;
use crate::RecordError;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let actual = text.parse::<DmarcRecord>().map(|r| r.to_string()).map_err(|e| e.to_string());
    assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
}

#[test]
fn records() {
    check("v=DMARC1; p=Reject; sp=none;", Ok("v=DMARC1; p=reject; sp=none"));
    check("v=DMARC1;p=none;rua=mailto:d@acme.test", Ok("v=DMARC1; p=none; rua=mailto:d@acme.test"));
    check(
        "v=DMARC1; rua=mailto:a@x.test, mailto:b@x.test!10m",
        Ok("v=DMARC1; rua=mailto:a@x.test,mailto:b@x.test!10m"),
    );
    check("v=DMARC1; p=none; pct=50; ri=86400", Ok("v=DMARC1; p=none; pct=50; ri=86400"));
    check("v=DMARC1; p=none; fo=1:d:s; t=y", Ok("v=DMARC1; p=none; t=y; fo=1:d:s"));
    check("v=DMARC1; p=rejct", Err("invalid value for tag `p` at byte 12"));
    check("v=DMARC1", Err("missing tag `p` at byte 8"));
    check("v=dmarc1; p=none", Err("expected version `v=DMARC1` at byte 0"));
    check(" v=DMARC1; p=none", Err("expected version `v=DMARC1` at byte 1"));
    check("p=none; v=DMARC1", Err("expected version `v=DMARC1` at byte 0"));
    check("", Err("expected version `v=DMARC1` at byte 0"));
    check("v=DMARC1; p=none; P=reject", Err("duplicate tag `P` at byte 18"));
    check("v=DMARC1; p=none; rua=d@acme.test", Err("invalid value for tag `rua` at byte 22"));
    check("v=DMARC1; p=none;; sp=none", Err("malformed tag at byte 17"));
    check("v=DMARC1; p=none; ruf=mailto:a@b.test,x", Err("invalid value for tag `ruf` at byte 38"));
    check("v=DMARC1;\n p=none", Err("malformed tag at byte 9"));
    let long = format!("v=DMARC1; p=none; x={}", "x".repeat(8192));
    check(&long, Err("record longer than 8192 octets at byte 8192"));
    check_published(&long, Err("record longer than 8192 octets at byte 8192"));
}

#[test]
fn errors_name_their_cause() {
    let check = |text: &str, expected: &str| {
        let error = text.parse::<DmarcRecord>().expect_err(text);
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some(expected), "{text:?}");
    };
    check("v=DMARC1; p=rejct", "unknown word");
    check("v=DMARC1; p=none; rua=d@a.test", "no URI scheme such as `mailto:`");
    check("v=DMARC1; p=none; fo=1:x", "unknown word");
}

#[test]
fn records_as_they_are_published_read_back() {
    for text in [
        "v=DMARC1; p=none",
        "v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.com",
        "v=DMARC1;p=quarantine;pct=100;rua=mailto:a@example.com;ruf=mailto:b@example.com;fo=1",
        "v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; ",
        "v=DMARC1 ; p=none ; rua=mailto:a@example.com , mailto:b@example.net",
        "v=DMARC1; p=reject; fo=1:s:d; ri=3600; rf=afrf",
        "v=DMARC1; p=quarantine; sp=none; aspf=r; rua=mailto:dmarc_report@example.com!10m",
        "v=DMARC1; p=none; sp=reject; np=reject; psd=y; rua=mailto:dmarc@example.test",
        "v=DMARC1; p=reject; t=y; rua=https://example.com/report",
    ] {
        let record: DmarcRecord = text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(record.to_string().parse(), Ok(record), "{text:?}");
    }
}

#[test]
fn builders_print_what_the_standard_has() {
    let record = DmarcRecord::new(Policy::Quarantine)
        .with_nonexistent_policy(Policy::Reject)
        .with_psd(Psd::No)
        .with_dkim_alignment(AlignmentMode::Strict)
        .with_spf_alignment(AlignmentMode::Relaxed)
        .with_testing()
        .with_failure_option(FailureOption::Dkim)
        .with_failure_option(FailureOption::Spf)
        .with_aggregate_reports("mailto:a@b.test".parse().unwrap())
        .with_failure_reports("mailto:c@d.test".parse().unwrap());
    let text = "v=DMARC1; p=quarantine; np=reject; psd=n; adkim=s; aspf=r; t=y; fo=d:s; rua=mailto:a@b.test; ruf=mailto:c@d.test";
    assert_eq!(record.to_string(), text);
    assert_eq!(text.parse(), Ok(record));
}

#[track_caller]
fn check_published(text: &str, expected: Result<&str, &str>) {
    let actual = DmarcRecord::from_published(text);
    let actual = actual.map(|r| r.to_string()).map_err(|e| e.to_string());
    assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
}

#[test]
fn receivers_forgive_all_but_the_version() {
    check_published("v=DMARC1; p=reject;; pct=50; adkim=bogus", Ok("v=DMARC1; p=reject; pct=50"));
    check_published("v=DMARC1; p=reject; p=none", Ok("v=DMARC1; p=reject"));
    check_published("v=dmarc1; p=reject", Err("expected version `v=DMARC1` at byte 0"));
    check_published("v=DMARC10; p=reject", Err("expected version `v=DMARC1` at byte 0"));
}

#[test]
fn one_bad_policy_voids_all_three() {
    let none = Ok("v=DMARC1; p=none; rua=mailto:d@x.test");
    check_published("v=DMARC1; p=bogus; rua=mailto:d@x.test", none);
    check_published("v=DMARC1; p=reject; sp=bogus; rua=mailto:d@x.test", none);
    check_published("v=DMARC1; rua=mailto:d@x.test; p=reject; sp=reject; np=", none);
    check_published("v=DMARC1; p=reject; sp=réject; rua=d@x.test,mailto:d@x.test", none);
    check_published("v=DMARC1; rua=mailto:d@x.test", Ok("v=DMARC1; rua=mailto:d@x.test"));
    // Without `p` the record counts as if it held `p=none`, beside what it says of subdomains.
    let subdomains = "v=DMARC1; sp=reject; rua=mailto:d@x.test";
    check_published(subdomains, Ok(subdomains));
    check_published("v=DMARC1; p=; sp=reject; rua=mailto:d@x.test", none);
    check_published("v=DMARC1; sp=reject; rua=mailto:d@x.test; P=rejekt", none);
    check_published("v=DMARC1; P=reject; p=none", Ok("v=DMARC1; p=reject"));
    check_published("v=DMARC1; p=bogus", Err("invalid value for tag `p` at byte 12"));
    check_published(
        "v=DMARC1; p=reject; np=bogus; rua=d@x.test",
        Err("invalid value for tag `np` at byte 23"),
    );
    check_published("v=DMARC1; adkim=s", Err("missing tag `p` at byte 17"));
}

#[test]
fn defaults() -> Result<(), RecordError> {
    let record: DmarcRecord = "v=DMARC1; p=reject; sp=quarantine".parse()?;
    assert_eq!(record.nonexistent_policy(), Policy::Quarantine);
    assert_eq!(record.spf_alignment(), AlignmentMode::Relaxed);
    assert_eq!(record.policy().weakened(), Policy::Quarantine);
    assert!(!record.is_testing());
    Ok(())
}

fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::None), Just(Policy::Quarantine), Just(Policy::Reject)]
}

fn uris() -> impl Strategy<Value = Vec<ReportUri>> {
    let uri = "mailto:[a-z#+]{1,8}@[a-z]{1,8}\\.test(![0-9]{1,3}[kmgt]?)?";
    prop::collection::vec(uri.prop_filter_map("a URI", |text| text.parse().ok()), 0..4)
}

prop_compose! {
    fn record()(
        policy in policy(),
        policies in prop::option::of((policy(), policy())),
        strict in prop::option::of(any::<bool>()),
        testing in prop::option::of(any::<bool>()),
        psd in prop::option::of(prop_oneof![Just(Psd::Yes), Just(Psd::No), Just(Psd::Unknown)]),
        failure_options in prop::collection::vec(
            prop_oneof![Just(FailureOption::All), Just(FailureOption::Spf)], 0..3),
        reports in (uris(), uris()),
        others in prop::collection::btree_map("x[a-z0-9_]{1,6}", "[a-z0-9:=/.]{0,8}", 0..3),
    ) -> DmarcRecord {
        DmarcRecord {
            policy: Some(policy),
            subdomain_policy: policies.map(|(sp, _)| sp),
            nonexistent_policy: policies.map(|(_, np)| np),
            psd,
            dkim_alignment: strict.map(|s| if s { AlignmentMode::Strict } else { AlignmentMode::Relaxed }),
            spf_alignment: None,
            testing,
            failure_options,
            aggregate_reports: reports.0,
            failure_reports: reports.1,
            others: others.into_iter().collect(),
        }
    }
}

proptest! {
    #[test]
    fn what_prints_reads_back(record in record()) {
        prop_assert_eq!(record.to_string().parse(), Ok(record));
    }

    #[test]
    fn what_reads_prints_and_reads_back(text in "v=DMARC1;( ?(p|sp|t|rua|fo|x)=[a-z0-9:,@.!]{0,9};){0,4}|\\PC{0,60}") {
        if let Ok(record) = text.parse::<DmarcRecord>() {
            prop_assert_eq!(record.to_string().parse(), Ok(record));
        }
        let _no_panic = DmarcRecord::from_published(&text);
    }
}
