use super::*;
use crate::Limits;

fn set(records: &[(u16, &str)]) -> MxSet {
    let domain = "buyer.example".parse().unwrap();
    MxSet::new(domain, records.iter().map(|&(preference, target)| (preference, target.into())))
}

#[track_caller]
fn check(records: &[(u16, &str)], expected: &str, faults: &[&str]) {
    let mx = set(records);
    assert_eq!(mx.to_string(), expected);
    let found: Vec<_> = mx.faults.iter().map(|fault| fault.kind.to_string()).collect();
    assert_eq!(found, faults, "{records:?}");
}

#[test]
fn r3_implicit_only_without_any_record() {
    check(&[], "0 buyer.example", &[]);
    assert_eq!(set(&[]).origin(), MxOrigin::Implicit);
    check(&[(10, "192.0.2.1")], "", &["target is not a host name"]);
    assert_eq!(set(&[(10, "192.0.2.1")]).origin(), MxOrigin::Records);
}

#[test]
fn r4_lower_preference_first() {
    check(&[(20, "b.example"), (10, "a.example")], "10 a.example, 20 b.example", &[]);
    check(&[(65535, "b.example"), (0, "a.example")], "0 a.example, 65535 b.example", &[]);
}

#[test]
fn r8_ip_address_as_target_is_unusable() {
    let fault = ["target is not a host name"];
    check(&[(5, "192.0.2.1."), (10, "a.example")], "10 a.example", &fault);
    check(&[(5, "2001:db8::1"), (10, "a.example")], "10 a.example", &fault);
    check(&[(5, "a b"), (10, "a.example")], "10 a.example", &fault);
}

#[test]
fn r9_null_mx_counts_only_alone() {
    check(&[(0, ".")], "0 .", &[]);
    check(&[(0, "")], "0 .", &[]);
    check(&[(0, "."), (10, "a.example")], "10 a.example", &["null MX beside other records"]);
    let both = ["target is not a host name", "null MX beside other records"];
    check(&[(0, "."), (10, "192.0.2.1")], "", &both);
}

#[test]
fn duplicates_keep_the_lower_preference() {
    let fault = ["host is listed twice, the lower preference counts"];
    check(&[(20, "A.example."), (10, "a.example")], "10 a.example", &fault);
    check(&[(10, "a.example"), (20, "a.example")], "10 a.example", &fault);
    check(&[(10, "a.example"), (10, "a.example")], "10 a.example", &[]);
}

#[test]
fn ten_thousand_records_keep_the_best_twenty() {
    let domain: Domain = "buyer.example".parse().unwrap();
    let records = (0..10_000_u16).rev().map(|n| (n, format!("mx{n}.example")));
    let mx = MxSet::new(domain, records);
    assert_eq!(mx.hosts.len(), Limits::MX_HOSTS);
    assert_eq!(mx.hosts[19].preference, 19);
    assert_eq!(mx.faults[0].kind, MxFaultKind::OverLimit { count: 9_980 });
}

#[test]
fn r7_own_host_takes_its_equals_and_worse_with_it() {
    let mx = set(&[(10, "a.example"), (20, "own.example"), (20, "b.example"), (30, "c.example")]);
    let cut = mx.without_own(|mx| mx.host.to_string() == "own.example");
    assert_eq!(cut.kept.to_string(), "10 a.example");
    assert_eq!(cut.removed.len(), 3);
    assert!(!cut.is_loop());
    assert!(mx.without_own(|mx| mx.preference == 10).is_loop());
    assert_eq!(mx.without_own(|_| false).kept, mx);
}
