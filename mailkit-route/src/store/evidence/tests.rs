use proptest::prelude::*;

use super::*;

fn any_scope() -> impl Strategy<Value = SharedScope> {
    let address = || {
        prop_oneof![Just("203.0.113.1"), Just("2001:db8::1")]
            .prop_map(|text| text.parse::<IpAddr>().unwrap())
    };
    let egress = || prop_oneof![Just("fra"), Just("two words")].prop_map(Box::<str>::from);
    let domain = prop_oneof![Just("a.example"), Just("[192.0.2.1]")]
        .prop_map(|text| text.parse::<Host>().unwrap());
    prop_oneof![
        address().prop_map(SharedScope::Host),
        (address(), egress()).prop_map(|(address, egress)| SharedScope::Path(address, egress)),
        (domain, egress()).prop_map(|(domain, egress)| SharedScope::Reputation(domain, egress)),
        (address(), egress()).prop_map(SharedScope::Way),
    ]
}

fn any_change() -> impl Strategy<Value = SharedChange> {
    let kind = prop_oneof![Just(Kind::Connection), Just(Kind::Deferral)];
    prop_oneof![
        Just(SharedChange::Closed),
        (0..3_u64, kind, 0..3_u8).prop_map(|(until, kind, failures)| SharedChange::Open {
            until,
            kind,
            failures
        }),
    ]
}

fn any_evidence() -> impl Strategy<Value = SharedEvidence> {
    use proptest::collection::btree_map;
    let micros = 0..3_u32;
    let work = (0..3_u64, 0..3_u8, micros.clone(), micros.clone())
        .prop_map(|(at, count, mean, last)| SharedWork { at, count, mean, last });
    let round_trip = ((0..3_u64, micros.clone()), (0..3_u8, 0..3_u64, micros))
        .prop_map(|(last, mean)| SharedRoundTrip { last, mean });
    let host = any_scope().prop_filter_map("a host", |scope| match scope {
        SharedScope::Host(address) => Some(address),
        _ => None,
    });
    let way = any_scope().prop_filter_map("a way", |scope| match scope {
        SharedScope::Way(way) => Some(way),
        _ => None,
    });
    let breakers = btree_map(any_scope(), (0..3_u64, any_change()), 0..6);
    let timings = (btree_map(host, work, 0..3), btree_map(way, round_trip, 0..4));
    (breakers, timings, 0..3_usize).prop_map(|(breakers, (works, round_trips), left_out)| {
        SharedEvidence { breakers, works, round_trips, left_out }
    })
}

fn joined(left: &SharedEvidence, right: &SharedEvidence) -> SharedEvidence {
    let mut both = left.clone();
    both.merge(right).unwrap();
    both
}

proptest! {
    #[test]
    fn merging_asks_for_no_order(a in any_evidence(), b in any_evidence(), c in any_evidence()) {
        prop_assert_eq!(joined(&a, &b), joined(&b, &a));
        prop_assert_eq!(joined(&joined(&a, &b), &c), joined(&a, &joined(&b, &c)));
        prop_assert_eq!(joined(&a, &a), a);
    }

    #[test]
    fn what_is_written_reads_back(evidence in any_evidence()) {
        prop_assert_eq!(evidence.to_string().parse(), Ok(evidence));
    }

    #[test]
    fn no_text_is_too_much(text in "(shared-evidence 1 left-out [0-9]{1,3}\n)?[ -~\n]{0,200}") {
        if let Ok(read) = text.parse::<SharedEvidence>() {
            prop_assert_eq!(read.to_string().parse(), Ok(read));
        }
    }
}

#[track_caller]
fn check(lines: &str, expected: &str) {
    let read = format!("shared-evidence 1 left-out 0\n{lines}").parse::<SharedEvidence>();
    assert_eq!(
        read.map(|_| String::new()).map_err(|error| error.to_string()),
        Err(expected.into())
    );
}

#[test]
fn what_is_no_finding_is_refused() {
    check("closed 1 host 203.0.113.1", "invalid rule at byte 29");
    check("closed 1 host 203.0.113.256\n", "invalid rule at byte 29");
    check("closed -1 host 203.0.113.1\n", "invalid rule at byte 29");
    check("closed +1 host 203.0.113.1\n", "invalid rule at byte 29");
    check("closed 18446744073709551616 host 203.0.113.1\n", "invalid rule at byte 29");
    check("closed 1  host 203.0.113.1\n", "invalid rule at byte 29");
    check("closed 1 egress fra\n", "invalid rule at byte 29");
    check("closed 1 path 203.0.113.1 \n", "invalid rule at byte 29");
    check("closed 1 path 203.0.113.1 f\u{7f}\n", "invalid rule at byte 29");
    check("open 1 slow 0 until 2 host 203.0.113.1\n", "invalid rule at byte 29");
    check("open 1 deferral 256 until 2 host 203.0.113.1\n", "invalid rule at byte 29");
    check("work 1 of 1 mean 1 last 1 way 203.0.113.1 fra\n", "invalid rule at byte 29");
    let twice = "closed 1 host 203.0.113.1\nclosed 2 host 203.0.113.1\n";
    check(twice, "invalid rule at byte 55");
}

#[test]
fn what_is_no_document_is_refused() {
    let check = |text: &str, expected: &str| {
        assert_eq!(text.parse::<SharedEvidence>().unwrap_err().to_string(), expected);
    };
    check("", "empty text at byte 0");
    check("shared-evidence 2 left-out 0\n", "expected version `shared-evidence 1` at byte 0");
    check("shared-evidence 1 left-out x\n", "invalid value of `left-out` at byte 0");
    check(&" ".repeat(SharedEvidence::MAX_BYTES + 1), "longer than 4194304 bytes at byte 0");
    let lines = |count: usize| -> String {
        let line = |n: usize| format!("closed 1 path 203.0.113.1 {n}\n");
        std::iter::once("shared-evidence 1 left-out 0\n".into())
            .chain((0..count).map(line))
            .collect()
    };
    check(&lines(8_193), "more than 8192 entries at byte 252871");
    assert_eq!(lines(8_192).parse::<SharedEvidence>().unwrap().len(), 8_192);
}

#[test]
fn more_findings_than_the_limit_change_nothing() {
    let closed = |from: u32| {
        let scope = |n: u32| SharedScope::Host(IpAddr::from(n.to_be_bytes()));
        let breakers = (from..from + 5_000).map(|n| (scope(n), (0, SharedChange::Closed)));
        SharedEvidence { breakers: breakers.collect(), ..SharedEvidence::default() }
    };
    let mut here = closed(0);
    let error = here.merge(&closed(5_000)).unwrap_err();
    assert_eq!(*error.kind(), StoreErrorKind::Full { limit: 8_192 });
    assert_eq!(here, closed(0));
}
