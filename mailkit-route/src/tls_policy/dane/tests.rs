use DnssecStatus::{Bogus, Insecure, Secure};

use super::*;

fn name(text: &str) -> Domain {
    text.parse().unwrap()
}

fn record(usage: u8) -> TlsaRecord {
    TlsaRecord::new(usage, 1, 1, [7; 32])
}

fn addresses(status: DnssecStatus) -> DaneAnswer {
    DaneAnswer::Addresses { status, alias_of: None }
}

fn alias_of(status: DnssecStatus, target: &str) -> DaneAnswer {
    DaneAnswer::Addresses { status, alias_of: Some(name(target)) }
}

fn tlsa(status: DnssecStatus, usages: &[u8]) -> DaneAnswer {
    DaneAnswer::Tlsa { status, records: usages.iter().copied().map(record).collect() }
}

/// What is asked, a letter and a name each, and what applies.
#[track_caller]
fn check(mx: DnssecStatus, answers: &[DaneAnswer], expected: &str) {
    let mut lookup = DaneLookup::new(name("b.example"), name("mx.b.example"), mx);
    let (mut shown, mut answers) = (String::new(), answers.iter());
    let policy = loop {
        let asked = match lookup.step() {
            DaneStep::Ask(DaneQuestion::Addresses { host }) => format!("A {host}, "),
            DaneStep::Ask(DaneQuestion::Alias { host }) => format!("CNAME {host}, "),
            DaneStep::Ask(DaneQuestion::Tlsa { base }) => format!("TLSA {base}, "),
            DaneStep::Done(policy) => break policy,
        };
        shown += &asked;
        lookup.answer(answers.next().cloned().unwrap_or_else(|| panic!("{shown}")));
    };
    assert_eq!(answers.len(), 0, "not asked for all");
    shown += &match policy {
        DanePolicy::Failed(fault) => fault.to_string(),
        DanePolicy::NotOffered => "not offered".into(),
        DanePolicy::Unusable => "unusable".into(),
        DanePolicy::Required(tls) => {
            let names: Vec<_> = tls.names.iter().map(ToString::to_string).collect();
            format!("{} of {} with {}", tls.records.len(), tls.base, names.join(" "))
        }
    };
    assert_eq!(shown, expected);
}

#[test]
fn d1_every_answer_on_the_way_is_secure() {
    let found = tlsa(Secure, &[3, 2]);
    check(
        Secure,
        &[addresses(Secure), found],
        "A mx.b.example, TLSA mx.b.example, 2 of mx.b.example with mx.b.example b.example",
    );
    check(Insecure, &[], "not offered");
    check(Bogus, &[], "DNSSEC signatures do not hold");
    check(
        Secure,
        &[addresses(Secure), tlsa(Insecure, &[3])],
        "A mx.b.example, TLSA mx.b.example, not offered",
    );
    check(
        Secure,
        &[addresses(Secure), tlsa(Secure, &[])],
        "A mx.b.example, TLSA mx.b.example, not offered",
    );
}

#[test]
fn d1_insecure_addresses_are_asked_for_no_tlsa() {
    check(Secure, &[addresses(Insecure)], "A mx.b.example, not offered");
    check(Secure, &[addresses(Bogus)], "A mx.b.example, DNSSEC signatures do not hold");
    check(Secure, &[DaneAnswer::Failed], "A mx.b.example, lookup failed");
}

#[test]
fn d2_only_usages_2_and_3_count() {
    let of = |usages: &[u8]| [addresses(Secure), tlsa(Secure, usages)];
    let asked = "A mx.b.example, TLSA mx.b.example, ";
    check(Secure, &of(&[0, 1]), &format!("{asked}unusable"));
    check(Secure, &of(&[7]), &format!("{asked}unusable"));
    let one = format!("{asked}1 of mx.b.example with mx.b.example b.example");
    check(Secure, &of(&[0, 3, 1]), &one);
    check(Secure, &of(&[2]), &one);
}

#[test]
fn d2_a_failed_tlsa_lookup_is_no_denial() {
    let asked = "A mx.b.example, TLSA mx.b.example, ";
    check(Secure, &[addresses(Secure), DaneAnswer::Failed], &format!("{asked}lookup failed"));
    check(
        Secure,
        &[addresses(Secure), tlsa(Bogus, &[3])],
        &format!("{asked}DNSSEC signatures do not hold"),
    );
    check(
        Secure,
        &[addresses(Secure), tlsa(Bogus, &[])],
        &format!("{asked}DNSSEC signatures do not hold"),
    );
    // An answer of another kind is none.
    check(Secure, &[addresses(Secure), addresses(Secure)], &format!("{asked}lookup failed"));
    check(Secure, &[tlsa(Secure, &[3])], "A mx.b.example, lookup failed");
}

#[test]
fn d3_the_complete_name_comes_first() {
    let asked = "A mx.b.example, TLSA x.c.example, ";
    let alias = alias_of(Secure, "x.c.example");
    check(
        Secure,
        &[alias.clone(), tlsa(Secure, &[3])],
        &format!("{asked}1 of x.c.example with x.c.example b.example"),
    );
    let then = format!("{asked}TLSA mx.b.example, ");
    let own = format!("{then}1 of mx.b.example with mx.b.example b.example");
    check(Secure, &[alias.clone(), tlsa(Secure, &[]), tlsa(Secure, &[3])], &own);
    check(Secure, &[alias.clone(), tlsa(Insecure, &[3]), tlsa(Secure, &[3])], &own);
    check(
        Secure,
        &[alias.clone(), tlsa(Secure, &[]), tlsa(Secure, &[])],
        &format!("{then}not offered"),
    );
    check(Secure, &[alias.clone(), tlsa(Secure, &[0])], &format!("{asked}unusable"));
    check(Secure, &[alias.clone(), DaneAnswer::Failed], &format!("{asked}lookup failed"));
    check(
        Secure,
        &[alias, tlsa(Secure, &[]), tlsa(Bogus, &[])],
        &format!("{then}DNSSEC signatures do not hold"),
    );
    check(
        Secure,
        &[alias_of(Secure, "MX.b.example"), tlsa(Secure, &[3])],
        "A mx.b.example, TLSA mx.b.example, 1 of mx.b.example with mx.b.example b.example",
    );
}

#[test]
fn d3_an_alias_into_an_unsigned_zone_keeps_its_own_records() {
    let alias = alias_of(Insecure, "x.c.example");
    let asked = "A mx.b.example, CNAME mx.b.example, ";
    check(
        Secure,
        &[alias.clone(), DaneAnswer::Alias(Secure), tlsa(Secure, &[3])],
        &format!("{asked}TLSA mx.b.example, 1 of mx.b.example with mx.b.example b.example"),
    );
    check(Secure, &[alias.clone(), DaneAnswer::Alias(Insecure)], &format!("{asked}not offered"));
    check(
        Secure,
        &[alias.clone(), DaneAnswer::Alias(Bogus)],
        &format!("{asked}DNSSEC signatures do not hold"),
    );
    check(Secure, &[alias, DaneAnswer::Failed], &format!("{asked}lookup failed"));
}

#[test]
fn d2_an_implicit_mx_has_one_name() {
    let mut lookup = DaneLookup::new(name("b.example"), name("b.example"), Secure);
    lookup.answer(addresses(Secure));
    lookup.answer(tlsa(Secure, &[3]));
    lookup.answer(DaneAnswer::Failed);
    let DaneStep::Done(DanePolicy::Required(tls)) = lookup.step() else { panic!("not required") };
    assert_eq!(tls.names, [name("b.example")]);
}

#[test]
fn t1_dane_faults_have_result_types() {
    let shown = |policy: DanePolicy| policy.failure(&name("mx.b.example")).map(|it| it.to_string());
    let invalid = Some("dnssec-invalid at mx.b.example (tlsa)".to_owned());
    assert_eq!(shown(DanePolicy::Failed(DaneFault::Bogus)), invalid);
    assert_eq!(shown(DanePolicy::Failed(DaneFault::LookupFailed)), invalid);
    assert_eq!(shown(DanePolicy::Unusable).as_deref(), Some("tlsa-invalid at mx.b.example (tlsa)"));
    assert_eq!(shown(DanePolicy::NotOffered), None);
}
