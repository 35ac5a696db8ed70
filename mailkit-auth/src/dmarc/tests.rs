use proptest::prelude::*;

use super::*;
use crate::Policy;
use crate::lookup::{NameError, ZoneSnapshot};

/// Every kind of owner a message may claim to be from.
fn zone() -> Result<ZoneSnapshot, NameError> {
    ZoneSnapshot::new()
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; sp=quarantine; np=reject")?
        .with_address("shop.acme.test", [192, 0, 2, 1])?
        .with_txt("_dmarc.strict.test", "v=DMARC1; p=quarantine; adkim=s; aspf=s")?
        .with_txt("_dmarc.quiet.test", "v=DMARC1; p=none")?
        .with_txt("_dmarc.trial.test", "v=DMARC1; p=reject; t=y")?
        .with_txt("_dmarc.twice.acme.test", "v=DMARC1; p=none")?
        .with_txt("_dmarc.twice.acme.test", "v=DMARC1; p=none")?
        .with_txt("_dmarc.long.acme.test", too_long())?
        .with_txt("_dmarc.long.acme.test", "v=DMARC1; p=none")?
        .with_txt("_dmarc.alone.test", too_long())?
        .with_txt("_dmarc.empty.acme.test", "v=DMARC1; adkim=s")?
        .with_txt("_dmarc.other.acme.test", "v=spf1 -all")?
        .with_txt("_dmarc.slip.test", "v=DMARC1; p=reject; sp=rejct")?
        .with_txt("_dmarc.own.slip.test", "v=DMARC1; p=reject")?
        .with_txt("_dmarc.told.test", "v=DMARC1; p=reject; sp=rejct; rua=mailto:d@told.test")?
        .with_txt("_dmarc.bank", "v=DMARC1; p=reject; psd=y")?
        .with_txt("_dmarc.unit.own.bank", "v=DMARC1; p=none; psd=n")?
        .with_temporary_failure("_dmarc.slow.acme.test")?
        .with_temporary_failure("_dmarc.slow.test")
}

/// One that is a record all the same, so that it stands for one of several.
fn too_long() -> String {
    format!("v=DMARC1; p=reject; x={}", "x".repeat(8_300))
}

/// `proofs` are `spf=domain` and `dkim=domain`; what is undecided is `temp=domain` and `open=domain`.
#[track_caller]
fn check(from: &str, proofs: &str, expected: (&str, Policy, &str)) {
    let domain = |text: &str| text.parse().expect("a domain");
    let mut request = DmarcRequest::new(from.split_whitespace().map(domain));
    for proof in proofs.split_whitespace() {
        request = match proof.split_once('=').expect("a proof") {
            ("spf", name) => request.with_spf(SpfResult::Pass, domain(name)),
            ("temp", name) => request.with_spf(SpfResult::TempError, domain(name)),
            ("open", name) => request.with_dkim_temporary_failure(domain(name)),
            (_, name) => request.with_dkim(domain(name)),
        };
    }
    let verdict = evaluate(&zone().expect("a zone"), &request);
    let result = verdict.result.to_string();
    let actual = (result.as_str(), verdict.policy, verdict.reason.as_str());
    assert_eq!(actual, expected, "{from:?} {proofs:?}");
}

#[test]
fn alignment() {
    let reject = Policy::Reject;
    let own = "DKIM passed for acme.test, which stands for acme.test";
    check("acme.test", "dkim=other.test dkim=acme.test", ("pass", reject, own));
    let relaxed = "SPF passed for bounce.acme.test, which stands for acme.test";
    check("acme.test", "spf=bounce.acme.test", ("pass", reject, relaxed));
    let none = "no domain that is proved stands for acme.test";
    check("acme.test", "", ("fail", reject, none));
    check("acme.test", "spf=evil.test dkim=badacme.test dkim=acme.example", ("fail", reject, none));
    let strict = "no domain that is proved stands for strict.test";
    check(
        "strict.test",
        "spf=a.strict.test dkim=b.strict.test",
        ("fail", Policy::Quarantine, strict),
    );
}

#[test]
fn policies() {
    let none = |domain: &str| format!("no domain that is proved stands for {domain}");
    check("shop.acme.test", "", ("fail", Policy::Quarantine, &none("shop.acme.test")));
    check("fake.acme.test", "", ("fail", Policy::Reject, &none("fake.acme.test")));
    check("trial.test", "", ("fail", Policy::Quarantine, &none("trial.test")));
    check("other.acme.test", "", ("fail", Policy::Quarantine, &none("other.acme.test")));
    check("any.other.bank", "", ("fail", Policy::Reject, &none("any.other.bank")));
}

#[test]
fn public_suffixes() {
    let none = |domain: &str| format!("no domain that is proved stands for {domain}");
    let same = "DKIM passed for a.own.bank, which stands for own.bank";
    check("own.bank", "dkim=a.own.bank", ("pass", Policy::Reject, same));
    check("own.bank", "dkim=other.bank", ("fail", Policy::Reject, &none("own.bank")));
    check("unit.own.bank", "dkim=own.bank", ("fail", Policy::None, &none("unit.own.bank")));
}

#[test]
fn no_policy() {
    check(
        "nobody.test",
        "spf=nobody.test",
        ("none", Policy::None, "no DMARC record applies to nobody.test"),
    );
    let twice = "twice.acme.test has more than one DMARC record";
    check("twice.acme.test", "", ("none", Policy::None, twice));
    let long = "long.acme.test has more than one DMARC record";
    check("long.acme.test", "", ("none", Policy::None, long));
    let unusable = |domain: &str, error: &str| {
        format!("the DMARC record of {domain} has no valid policy and no report address: {error}")
    };
    let empty = unusable("empty.acme.test", "missing tag `p` at byte 17");
    check("empty.acme.test", "", ("none", Policy::None, &empty));
    let slip = unusable("slip.test", "invalid value for tag `sp` at byte 23: unknown word");
    check("slip.test", "", ("none", Policy::None, &slip));
    check("any.slip.test", "", ("none", Policy::None, &slip));
    let alone = unusable("alone.test", "record longer than 8192 octets at byte 8192");
    check("alone.test", "", ("none", Policy::None, &alone));
}

/// RFC 9989 section 4.10.1: a slip in one policy voids the others, but not the place in the tree.
#[test]
fn a_slip_in_a_policy() {
    let none = |domain: &str| format!("no domain that is proved stands for {domain}");
    check("told.test", "", ("fail", Policy::None, &none("told.test")));
    check("any.told.test", "", ("fail", Policy::None, &none("any.told.test")));
    let own = "DKIM passed for slip.test, which stands for own.slip.test";
    check("own.slip.test", "dkim=slip.test", ("pass", Policy::Reject, own));
}

#[test]
fn no_answer() {
    let slow = "no answer to _dmarc.slow.test TXT";
    check("slow.test", "spf=slow.test", ("temperror", Policy::None, slow));
    check("a.slow.test", "", ("temperror", Policy::None, slow));
    let member = "no answer to _dmarc.slow.acme.test TXT";
    check("acme.test", "spf=slow.acme.test", ("temperror", Policy::Reject, member));
    check("acme.test", "dkim=slow.acme.test", ("temperror", Policy::Reject, member));
    let own = "DKIM passed for acme.test, which stands for acme.test";
    check("acme.test", "spf=slow.acme.test dkim=acme.test", ("pass", Policy::Reject, own));
    let undecided = "SPF came to no result for a.acme.test";
    check("acme.test", "temp=a.acme.test", ("temperror", Policy::Reject, undecided));
    let none = "no domain that is proved stands for acme.test";
    check("acme.test", "temp=evil.test", ("fail", Policy::Reject, none));
    let undecided = "DKIM came to no result for a.acme.test";
    check("acme.test", "open=a.acme.test", ("temperror", Policy::Reject, undecided));
    check("acme.test", "open=a.acme.test dkim=acme.test", ("pass", Policy::Reject, own));
    check("acme.test", "open=slow.acme.test", ("temperror", Policy::Reject, member));
    check("acme.test", "open=evil.test open=slow.test", ("fail", Policy::Reject, none));
    let strict = "no domain that is proved stands for strict.test";
    check("strict.test", "open=a.strict.test", ("fail", Policy::Quarantine, strict));
}

/// A stranger whose servers do not answer opens no question about the author.
#[test]
fn no_answer_from_a_stranger() {
    let none = ("fail", Policy::Reject, "no domain that is proved stands for acme.test");
    check("acme.test", "spf=slow.test", none);
    check("acme.test", "spf=a.slow.test", none);
    check("acme.test", "temp=slow.test", none);
    check("acme.test", "dkim=slow.test", none);
    check("acme.test", "dkim=a.slow.test dkim=slow.test spf=slow.test", none);
    let shop = "no domain that is proved stands for shop.acme.test";
    check("shop.acme.test", "spf=slow.test", ("fail", Policy::Quarantine, shop));
}

#[test]
fn other_than_one_author() {
    check("", "", ("permerror", Policy::None, "the From field names no domain"));
    let several = "the From field names 2 domains, and not every one is proved: ";
    let unproved = format!("{several}no domain that is proved stands for acme.test");
    check("quiet.test acme.test", "dkim=quiet.test", ("permerror", Policy::Reject, &unproved));
    let unknown = format!("{several}no DMARC record applies to nobody.test");
    check("nobody.test acme.test", "dkim=acme.test", ("permerror", Policy::Reject, &unknown));
    let same = "DKIM passed for acme.test, which stands for acme.test";
    check("acme.test acme.test", "dkim=acme.test", ("pass", Policy::Reject, same));
    check("acme.test quiet.test", "dkim=acme.test dkim=quiet.test", ("pass", Policy::Reject, same));
    let many = "the From field names 9 domains, and not every one is proved";
    let authors = "a.test b.test c.test d.test e.test f.test g.test h.test i.test";
    check(authors, "", ("permerror", Policy::Reject, many));
}

/// Whoever else is named, and in whatever order, the strictest policy stays.
#[test]
fn several_authors() {
    let unproved = |count: usize, reason: &str| {
        format!("the From field names {count} domains, and not every one is proved: {reason}")
    };
    let check = |authors: &str, policy: Policy, reason: &str| {
        let reason = unproved(authors.split_whitespace().count(), reason);
        check(authors, "spf=evil.test dkim=quiet.test", ("permerror", policy, &reason));
    };
    let evil = "no DMARC record applies to evil.test";
    let acme = "no domain that is proved stands for acme.test";
    check("evil.test acme.test", Policy::Reject, evil);
    check("acme.test evil.test", Policy::Reject, acme);
    check("quiet.test acme.test", Policy::Reject, acme);
    check("evil.test quiet.test strict.test", Policy::Quarantine, evil);
    check("quiet.test evil.test acme.test", Policy::Reject, evil);
    check("evil.test b.test c.test d.test acme.test", Policy::Reject, evil);
    check("acme.test b.test c.test d.test evil.test", Policy::Reject, acme);
    check("evil.test b.test c.test d.test strict.test", Policy::Quarantine, evil);
    check("evil.test b.test c.test d.test e.test f.test g.test acme.test", Policy::Reject, evil);
    // What it asks for is not known.
    check("evil.test slow.test", Policy::Reject, evil);
    check("evil.test quiet.test", Policy::None, evil);
}

/// Names of one small tree, so that they meet.
fn name() -> impl Strategy<Value = String> {
    "([ab]\\.){0,10}(c|d)"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever the owners of a tree publish, a check ends, and more authors never loosen it.
    #[test]
    fn a_second_author_never_loosens(
        records in prop::collection::vec((name(), "v=DMARC1(; ?(p|sp|np|psd|t|adkim)=(none|reject|y|n|s)){0,5}|\\PC{0,20}"), 0..6),
        authors in (name(), name()),
        proofs in prop::collection::vec(name(), 0..3),
    ) {
        let zone = records.into_iter().try_fold(ZoneSnapshot::new(), |zone, (name, text)| {
            zone.with_txt(&format!("_dmarc.{name}"), text)
        });
        let zone = zone.expect("a zone");
        let domain = |name: &String| name.parse::<Domain>().expect("a domain");
        let proved = |request: DmarcRequest| proofs.iter().map(domain).fold(request, DmarcRequest::with_dkim);
        let one = evaluate(&zone, &proved(DmarcRequest::new([domain(&authors.0)])));
        let both = evaluate(&zone, &proved(DmarcRequest::new([domain(&authors.0), domain(&authors.1)])));
        prop_assert!(both.policy >= one.policy);
        if authors.0 != authors.1 {
            prop_assert!(both.result != DmarcResult::None);
            prop_assert!(both.result != DmarcResult::Pass || one.result == DmarcResult::Pass);
        }
    }
}
