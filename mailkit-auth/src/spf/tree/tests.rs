use proptest::prelude::*;

use super::*;
use crate::lookup::{Name, NameError, ZoneSnapshot};

fn zone() -> Result<ZoneSnapshot, NameError> {
    let mut zone = ZoneSnapshot::new()
        .with_txt(
            "acme.test",
            "v=spf1 mx a:v6.test include:_spf.%{d} exists:%{i}.list.test -all a",
        )?
        .with_mx("acme.test", 10, "mx.acme.test")?
        .with_address("mx.acme.test", [192, 0, 2, 1])?
        .with_address("v6.test", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])?
        .with_txt("_spf.acme.test", "v=spf1 ip4:198.51.100.0/24 ptr include:lost.test ?all")?
        .with_txt("loop.test", "v=spf1 include:back.test redirect=acme.test")?
        .with_txt("back.test", "v=spf1 include:loop.test -all")?
        .with_txt("self.test", "v=spf1 include:self.test -all")?
        .with_txt("typo.test", "v=spf1 ipv4:192.0.2.1 -all")?
        .with_txt("twice.test", "v=spf1 -all")?
        .with_txt("twice.test", "v=spf1 +all")?
        .with_txt("slow.test", "v=spf1 a:slow.acme.test a:x..test -all")?
        .with_temporary_failure("slow.acme.test")?
        .with_txt("many.test", "v=spf1 mx -all")?;
    for host in 0..11 {
        zone = zone.with_mx("many.test", host, &format!("mx{host}.test"))?;
    }
    Ok(zone)
}

fn request(name: &str) -> SpfTreeRequest {
    SpfTreeRequest::new(name.parse().expect("a domain"))
}

#[track_caller]
fn check(name: &str, expected: &str) {
    let drawn = tree(&zone().expect("a zone"), request(name)).to_string();
    assert_eq!(drawn.trim_end(), expected.trim_end(), "{name}\n{drawn}");
}

#[test]
fn trees_show_what_branches_cost() {
    check(
        "acme.test",
        "\
acme.test: 6 of 10 lookups, at most 1 of 2 void
├─ mx  1 lookup, 1 network
├─ a:v6.test  1 lookup, 1 network, void for IPv4
├─ include:_spf.%{d}  3 lookups, 1 network
│  ├─ ptr  1 lookup, depends on the message
│  └─ include:lost.test  1 lookup, no SPF record
└─ exists:%{i}.list.test  1 lookup, depends on the message",
    );
    check(
        "loop.test",
        "\
loop.test: 9 of 10 lookups, at most 1 of 2 void
├─ include:back.test  2 lookups
│  └─ include:loop.test  1 lookup, leads back to loop.test
└─ redirect=acme.test  7 lookups, 3 networks
   ├─ mx  1 lookup, 1 network
   ├─ a:v6.test  1 lookup, 1 network, void for IPv4
   ├─ include:_spf.%{d}  3 lookups, 1 network
   │  ├─ ptr  1 lookup, depends on the message
   │  └─ include:lost.test  1 lookup, no SPF record
   └─ exists:%{i}.list.test  1 lookup, depends on the message",
    );
}

#[test]
fn broken_branches_are_named() {
    let head = |name: &str, lookups: usize, rest: &str| {
        check(name, &format!("{name}: {lookups} of 10 lookups, at most 0 of 2 void{rest}"));
    };
    head("self.test", 1, "\n└─ include:self.test  1 lookup, leads back to self.test");
    head("typo.test", 0, ", invalid SPF record: unknown mechanism `ipv4` at byte 7");
    head("twice.test", 0, ", more than one SPF record");
    head("nobody.test", 0, ", no SPF record");
    head("many.test", 1, "\n└─ mx  1 lookup, 11 mail exchangers, of which a check follows 10");
    head(
        "slow.test",
        2,
        "\n├─ a:slow.acme.test  1 lookup, no answer to slow.acme.test A\
         \n└─ a:x..test  1 lookup, not a name that can be asked for",
    );
}

#[test]
fn a_tree_of_a_record_not_yet_published() -> Result<(), Box<dyn std::error::Error>> {
    let record: SpfRecord = "v=spf1 include:_spf.acme.test ip4:192.0.2.9 -all".parse()?;
    let zone = zone()?;
    let tree = tree(&zone, request("new.test").with_record(record));
    assert_eq!((tree.cost.lookups, tree.ptr_terms, tree.questions), (3, 1, 2));
    assert_eq!(tree.root.terms[1].networks, ["192.0.2.9".parse()?]);
    assert_eq!(tree.root.terms[0].target.as_ref().map(Name::as_str), Some("_spf.acme.test"));
    let problems: Vec<_> =
        tree.problems().map(|(node, _, problem)| (&node.name, problem)).collect();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].1, &SpfTreeProblem::NoRecord);
    Ok(())
}

#[test]
fn limits_are_named() {
    let limited = |limits: SpfTreeLimits| {
        let tree = tree(&zone().expect("a zone"), request("acme.test").with_limits(limits));
        tree.problems().map(|(_, _, problem)| problem.to_string()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        limited(SpfTreeLimits { depth: 1, ..SpfTreeLimits::default() }),
        "not followed: more than 1 levels"
    );
    assert_eq!(
        limited(SpfTreeLimits { records: 2, ..SpfTreeLimits::default() }),
        "not followed: more than 2 records"
    );
    let questions = limited(SpfTreeLimits { questions: 3, ..SpfTreeLimits::default() });
    assert_eq!(questions.matches("not followed: more than 3 questions").count(), 3, "{questions}");
    assert_eq!(
        limited(SpfTreeLimits { terms: 5, ..SpfTreeLimits::default() }),
        "not followed: more than 5 terms"
    );
    let networks = limited(SpfTreeLimits { networks: 0, ..SpfTreeLimits::default() });
    assert_eq!(networks.matches("more than 0 networks").count(), 3, "{networks}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever records include each other, the walk ends, asks nothing twice and stays in bounds.
    #[test]
    fn any_net_of_records_is_bounded(
        records in prop::collection::vec("v=spf1( (include:[a-f]\\.test|a|mx:[a-f]\\.test|redirect=[a-f]\\.test)){0,9}", 6),
    ) {
        let mut zone = ZoneSnapshot::new();
        for (name, record) in ["a", "b", "c", "d", "e", "f"].into_iter().zip(records) {
            zone = zone.with_txt(&format!("{name}.test"), record).expect("a name");
        }
        let tree = tree(&zone, request("a.test"));
        prop_assert!(tree.questions <= 6 * 4, "{}", tree.questions);
        prop_assert!(tree.nodes().count() <= 4_000 && !tree.to_string().is_empty());
    }
}
