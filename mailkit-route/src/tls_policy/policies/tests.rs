use proptest::prelude::*;

use super::*;
use crate::{
    MxSet,
    tls_policy::{DaneFault, DaneTls, TlsaRecord},
};

const HOSTS: [&str; 3] = ["mx1.a.example", "mx2.a.example", "mx.evil.example"];

fn name(text: &str) -> Domain {
    text.parse().unwrap()
}

fn required(host: &str) -> DanePolicy {
    let records = vec![TlsaRecord::new(3, 1, 1, [7; 32])];
    DanePolicy::Required(DaneTls { base: name(host), names: vec![name(host)], records })
}

fn sts(mode: &str) -> TlsPolicies {
    let text = format!("version: STSv1\nmode: {mode}\nmx: *.a.example\nmax_age: 604800\n");
    TlsPolicies::default().with_mta_sts(text.parse().unwrap())
}

/// What applies to each host, the reports, and the deferral if there is one.
#[track_caller]
fn check(policies: &TlsPolicies, expected: [&str; 3], failures: &[&str], deferral: Option<&str>) {
    let shown = HOSTS.map(|host| match policies.for_host(&Host::Name(name(host))) {
        HostTls::Keep(TlsRequirement::Opportunistic) => "opportunistic",
        HostTls::Keep(TlsRequirement::Reported { .. }) => "reported",
        HostTls::Keep(TlsRequirement::Encrypted) => "encrypted",
        HostTls::Keep(TlsRequirement::Verified { .. }) => "verified",
        HostTls::Keep(TlsRequirement::Dane(_)) => "dane",
        HostTls::Skip(rule) => rule.code(),
    });
    assert_eq!(shown, expected);
    let records = HOSTS.iter().map(|host| (10, (*host).to_owned()));
    let selection = policies.select(MxSet::new(name("a.example"), records).hosts());
    assert_eq!(selection.kept.len() + selection.removed.len(), HOSTS.len());
    let reported: Vec<_> = selection.failures.iter().map(ToString::to_string).collect();
    assert_eq!(reported, failures);
    let reply = selection.deferral().map(|reply| reply.to_string());
    assert_eq!(reply.as_deref(), deferral);
}

const EVIL: &str = "validation-failure at mx.evil.example (sts)";

#[test]
fn s5_enforce_leaves_hosts_out_that_the_policy_does_not_name() {
    check(&sts("enforce"), ["verified", "verified", "mta-sts-mismatch"], &[EVIL], None);
}

#[test]
fn s5_testing_delivers_and_reports() {
    check(&sts("testing"), ["reported", "reported", "reported"], &[EVIL], None);
    check(&sts("none"), ["opportunistic"; 3], &[], None);
    check(&TlsPolicies::default(), ["opportunistic"; 3], &[], None);
}

#[test]
fn s5_without_a_host_the_mail_waits() {
    let text = "version: STSv1\nmode: enforce\nmx: mx.b.example\nmax_age: 1\n";
    let policies = TlsPolicies::default().with_mta_sts(text.parse().unwrap());
    let failures = HOSTS.map(|host| format!("validation-failure at {host} (sts)"));
    let reply = "451 4.7.5 no mail host is in the MTA-STS policy";
    check(
        &policies,
        ["mta-sts-mismatch"; 3],
        &failures.each_ref().map(String::as_str),
        Some(reply),
    );
    let nothing = policies.select(&[]);
    assert!(nothing.deferral().is_none());
}

#[test]
fn s4_the_certificate_is_for_the_host_itself() {
    let HostTls::Keep(TlsRequirement::Verified { names }) =
        sts("enforce").for_host(&Host::Name(name("MX1.a.example")))
    else {
        panic!("not verified")
    };
    assert_eq!(names, [name("mx1.a.example")]);
}

#[test]
fn s7_dane_comes_before_mta_sts() {
    let policies = sts("enforce").with_dane(name(HOSTS[0]), required(HOSTS[0]));
    check(&policies, ["dane", "verified", "mta-sts-mismatch"], &[EVIL], None);
    // A host that only DANE vouches for is authenticated by DANE.
    let policies = sts("enforce").with_dane(name(HOSTS[2]), required(HOSTS[2]));
    check(&policies, ["verified", "verified", "dane"], &[], None);
}

#[test]
fn s7_mta_sts_does_not_save_a_host_whose_dane_fails() {
    for fault in [DaneFault::Bogus, DaneFault::LookupFailed] {
        let policies = sts("enforce").with_dane(name(HOSTS[0]), DanePolicy::Failed(fault));
        let failures = ["dnssec-invalid at mx1.a.example (tlsa)", EVIL];
        check(&policies, ["dane-lookup-failed", "verified", "mta-sts-mismatch"], &failures, None);
    }
}

#[test]
fn s7_unusable_records_never_weaken_mta_sts() {
    let unusable = |policies: TlsPolicies| {
        HOSTS.iter().fold(policies, |all, host| all.with_dane(name(host), DanePolicy::Unusable))
    };
    let tlsa = HOSTS.map(|host| format!("tlsa-invalid at {host} (tlsa)"));
    let tlsa = tlsa.each_ref().map(String::as_str);
    check(&unusable(TlsPolicies::default()), ["encrypted"; 3], &tlsa, None);
    check(&unusable(sts("testing")), ["encrypted"; 3], &[&tlsa[..], &[EVIL]].concat(), None);
    let enforced = ["verified", "verified", "mta-sts-mismatch"];
    check(&unusable(sts("enforce")), enforced, &[&tlsa[..], &[EVIL]].concat(), None);
}

#[test]
fn d2_a_failed_lookup_leaves_its_host_out_and_the_others_in() {
    let failed = DanePolicy::Failed(DaneFault::LookupFailed);
    let first = TlsPolicies::default().with_dane(name(HOSTS[0]), failed.clone());
    let failures = HOSTS.map(|host| format!("dnssec-invalid at {host} (tlsa)"));
    let failures = failures.each_ref().map(String::as_str);
    let expected = ["dane-lookup-failed", "opportunistic", "opportunistic"];
    check(&first, expected, &failures[..1], None);
    let all = HOSTS.iter().fold(first, |all, host| all.with_dane(name(host), failed.clone()));
    let reply = "451 4.4.3 TLSA records were not found out";
    check(&all, ["dane-lookup-failed"; 3], &failures, Some(reply));
}

#[test]
fn r10_an_address_literal_has_no_policy() {
    let host: Host = "[192.0.2.1]".parse().unwrap();
    assert_eq!(sts("enforce").for_host(&host), HostTls::Keep(TlsRequirement::Opportunistic));
}

#[test]
#[cfg(feature = "serde")]
fn json_names_kinds() {
    let json = |policies: TlsPolicies, host: &str| {
        serde_json::to_value(policies.for_host(&Host::Name(name(host)))).unwrap().to_string()
    };
    let verified = r#"{"keep":{"kind":"verified","names":["mx1.a.example"]}}"#;
    assert_eq!(json(sts("enforce"), HOSTS[0]), verified);
    assert_eq!(json(sts("enforce"), HOSTS[2]), r#"{"skip":{"code":"mta-sts-mismatch"}}"#);
    let dane = json(TlsPolicies::default().with_dane(name(HOSTS[0]), required(HOSTS[0])), HOSTS[0]);
    let record = format!("3 1 1 {}", "07".repeat(32));
    let names = r#""base":"mx1.a.example","kind":"dane","names":["mx1.a.example"]"#;
    assert_eq!(dane, format!(r#"{{"keep":{{{names},"records":["{record}"]}}}}"#));
}

fn dane_policies() -> impl Strategy<Value = Option<DanePolicy>> {
    prop_oneof![
        Just(None),
        Just(Some(DanePolicy::NotOffered)),
        Just(Some(DanePolicy::Unusable)),
        Just(Some(DanePolicy::Failed(DaneFault::Bogus))),
        Just(Some(required(HOSTS[0]))),
    ]
}

proptest! {
    /// Neither kind of policy weakens the other: what is kept is at least what each asks alone.
    #[test]
    fn s7_two_policies_ask_for_no_less_than_one(
        dane in dane_policies(),
        mode in prop_oneof![Just("enforce"), Just("testing"), Just("none")],
        host in 0..3_usize,
    ) {
        let host = name(HOSTS[host]);
        let with = |policies: TlsPolicies| match &dane {
            Some(dane) => policies.with_dane(host.clone(), dane.clone()),
            None => policies,
        };
        let strength = |policies: TlsPolicies| match policies.for_host(&Host::Name(host.clone())) {
            HostTls::Keep(TlsRequirement::Opportunistic | TlsRequirement::Reported { .. }) => 0,
            HostTls::Keep(TlsRequirement::Encrypted) => 1,
            HostTls::Keep(TlsRequirement::Verified { .. }) => 2,
            HostTls::Keep(TlsRequirement::Dane(_)) => 3,
            HostTls::Skip(_) => 4,
        };
        let both = strength(with(sts(mode)));
        prop_assert!(both >= strength(with(TlsPolicies::default())));
        // A host that TLSA records authenticate needs no name in the other policy.
        prop_assert!(both >= strength(sts(mode)).min(3));
    }
}
