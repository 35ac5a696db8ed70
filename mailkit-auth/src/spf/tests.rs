use std::iter;
use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::lookup::{Answer, NameError, Step, ZoneSnapshot};

fn zone() -> Result<ZoneSnapshot, NameError> {
    ZoneSnapshot::new()
        .with_txt("acme.test", "v=spf1 include:a.test mx ip4:192.0.2.0/24 -all exp=why.acme.test")?
        .with_txt("why.acme.test", "%{i} may not send for %{d}, says %{r}")?
        .with_txt("a.test", "v=spf1 a exists:%{i}.list.test ?all")?
        .with_address("a.test", [198, 51, 100, 1])?
        .with_txt("moved.test", "v=spf1 redirect=acme.test")?
        .with_txt("typo.test", "v=spf1 ipv4:192.0.2.1 -all")?
        .with_txt("lost.test", "v=spf1 include:nowhere.test -all")?
        .with_txt("twice.test", "v=spf1 -all")?
        .with_txt("twice.test", "v=spf1 +all")?
        .with_txt("loop.test", "v=spf1 include:loop.test -all")?
        .with_txt("void.test", "v=spf1 a:x.test a:y.test a:z.test -all")?
        .with_txt("slow.test", "v=spf1 a:slow.acme.test -all")?
        .with_temporary_failure("slow.acme.test")?
        .with_txt("big.test", format!("v=spf1 a:{}.test -all", "%{s}".repeat(1000)))
}

fn verdict(client_ip: &str, mail_from: &str) -> SpfVerdict {
    let client_ip: IpAddr = client_ip.parse().expect("an address");
    check_host(&zone().expect("a zone"), &SpfRequest::new(client_ip, "mx.acme.test", mail_from))
}

#[track_caller]
fn check(client_ip: &str, mail_from: &str, expected: (&str, &str)) {
    let verdict = verdict(client_ip, mail_from);
    let actual = (verdict.result.to_string(), verdict.reason());
    assert_eq!((actual.0.as_str(), actual.1.as_str()), expected, "{client_ip} {mail_from}");
}

#[test]
fn verdicts_say_why() {
    let passes = "`ip4:192.0.2.0/24` of acme.test matches";
    check("192.0.2.9", "a@acme.test", ("pass", passes));
    check("::ffff:192.0.2.9", "a@acme.test", ("pass", passes));
    check("192.0.2.9", "a@moved.test", ("pass", passes));
    check("198.51.100.1", "a@acme.test", ("pass", "`include:a.test` of acme.test matches"));
    check("203.0.113.1", "a@acme.test", ("fail", "`-all` of acme.test matches"));
    check("2001:db8::1", "a@a.test", ("neutral", "`?all` of a.test matches"));
    check("192.0.2.9", "a@nobody.test", ("none", "nobody.test has no SPF record"));
    check("192.0.2.9", "a@[192.0.2.1]", ("none", "the name in the envelope is not a domain"));
    check("192.0.2.9", "", ("none", "mx.acme.test has no SPF record"));
}

#[test]
fn problems_say_what() {
    let typo = "the SPF record of typo.test is invalid: unknown mechanism `ipv4` at byte 7";
    check("192.0.2.9", "a@typo.test", ("permerror", typo));
    let lost = "`include:nowhere.test` leads to a domain without SPF record";
    check("192.0.2.9", "a@lost.test", ("permerror", lost));
    check("192.0.2.9", "a@twice.test", ("permerror", "twice.test has more than one SPF record"));
    check("192.0.2.9", "a@loop.test", ("permerror", "more than 10 terms need a lookup"));
    check("192.0.2.9", "a@void.test", ("permerror", "more than 2 lookups brought nothing"));
    check("192.0.2.9", "a@slow.test", ("temperror", "no answer to slow.acme.test A"));
    let reason = verdict("192.0.2.9", "a@big.test").reason();
    assert!(reason.starts_with("`a:%{s}%{s}") && reason.len() == 300, "{reason}");
}

#[test]
fn the_trace_counts_what_each_term_cost() {
    let verdict = verdict("203.0.113.1", "a@acme.test");
    let trace = verdict.trace().expect("a trace");
    let costs = |trace: &SpfTrace| -> Vec<_> {
        let cost = |it| (trace.text(it).to_owned(), it.lookups, it.void_lookups);
        trace.terms.iter().map(cost).collect()
    };
    let term = |term: &str, lookups, voids| (term.to_owned(), lookups, voids);
    assert_eq!(
        costs(&trace),
        [
            term("include:a.test", 3, 1),
            term("mx", 1, 1),
            term("ip4:192.0.2.0/24", 0, 0),
            term("-all", 0, 0)
        ]
    );
    let nested = trace.terms[0].nested.as_ref().expect("the included record");
    assert_eq!(nested.result, SpfResult::Neutral);
    assert_eq!(nested.terms[2].outcome, TermOutcome::Matched);
    assert_eq!((verdict.lookups, verdict.void_lookups), (4, 2));
}

#[test]
fn the_trace_holds_all_records_up_to_the_limit() -> Result<(), NameError> {
    let mut zone = ZoneSnapshot::new().with_txt("10.test", "v=spf1 +all")?;
    for number in 0..10 {
        let parent = if number % 2 == 0 { "%{d1}" } else { "test" };
        let record = format!("v=spf1 include:{}.{parent} -all", number + 1);
        zone = zone.with_txt(&format!("{number}.test"), record)?;
    }
    let verdict = check_host(&zone, &SpfRequest::new([192, 0, 2, 1], "mx.test", "a@0.test"));
    assert_eq!(verdict.reason(), "`include:1.%{d1}` of 0.test matches");
    let trace = verdict.trace();
    let records = iter::successors(trace.as_ref(), |it| it.terms.first()?.nested.as_deref());
    let actual: Vec<_> = records.map(|it| (it.domain.to_string(), it.result)).collect();
    let expected = (0..=10).map(|number| (format!("{number}.test"), SpfResult::Pass));
    assert_eq!(actual, expected.collect::<Vec<_>>());
    Ok(())
}

#[test]
fn explanations() {
    let explained =
        |request: SpfRequest<'_>| check_host(&zone().expect("a zone"), &request).explanation;
    let request =
        SpfRequest::new([203, 0, 113, 1], "mx", "a@acme.test").with_receiver("mx.here.test");
    let text = "203.0.113.1 may not send for acme.test, says mx.here.test";
    assert_eq!(explained(request.clone()).as_deref(), Some(text));
    assert_eq!(explained(request.clone().with_receiver("bad\r\nX: y")), None);
    let limits = SpfLimits { void_lookups: 5, lookups: 50, ..SpfLimits::default() };
    let drawn =
        format!("{:#}", check_host(&zone().expect("a zone"), &request.clone().with_limits(limits)));
    assert!(drawn.contains("4 of 10 lookups, 2 of 5 void\n"), "{drawn}");
    let limits = SpfLimits { explanation: 10, ..SpfLimits::default() };
    assert_eq!(explained(request.with_limits(limits)), None);
}

/// The verdict of the steps, each asked twice, with the answers of the table.
fn stepwise(lookup: &impl Lookup, request: &SpfRequest<'_>) -> SpfVerdict {
    let mut evaluation = SpfEvaluation::new(request);
    evaluation.answer(Answer::NoSuchName);
    loop {
        let step = evaluation.step();
        assert_eq!(evaluation.step(), step, "the same question until it is answered");
        match step {
            Step::Ask(question) => evaluation.answer(lookup.answer(&question)),
            Step::Done(verdict) => return verdict,
        }
        evaluation.answer(Answer::TemporaryFailure);
    }
}

/// Terms that lead to each other, ask everything, and use what only other answers tell.
fn any_zone() -> impl Strategy<Value = ZoneSnapshot> {
    let name = "[abc]\\.test|%\\{p\\}\\.test|%\\{l\\}\\.%\\{d\\}|nowhere\\.test|slow\\.test";
    let term = format!(
        "[-~?]?(a|mx|ptr)(:({name}))?|[-~?]?(include|exists):({name})|redirect=({name})|exp=({name})|\
         [-~?]?ip4:192\\.0\\.2\\.[0-3]|[-~?]all"
    );
    let term = prop::string::string_regex(&term).expect("a pattern");
    let record = prop::collection::vec(term, 0..6).prop_map(|terms| terms.join(" "));
    prop::collection::vec(record, 3).prop_map(|records| {
        let zone = ["a.test", "b.test", "c.test"].iter().zip(records);
        let zone = zone.into_iter().try_fold(ZoneSnapshot::new(), |zone, (name, record)| {
            zone.with_txt(name, format!("v=spf1 {record}"))?
                .with_mx(name, 10, "b.test")?
                .with_mx(name, 20, "c.test")
        });
        zone.and_then(|zone| zone.with_address("b.test", [192, 0, 2, 1]))
            .and_then(|zone| zone.with_address("c.test", [192, 0, 2, 3]))
            .and_then(|zone| zone.with_ptr([192, 0, 2, 1], "a.test"))
            .and_then(|zone| zone.with_ptr([192, 0, 2, 1], "b.test"))
            .and_then(|zone| zone.with_txt("b.test.test", "%{p} explains %{s}"))
            .and_then(|zone| zone.with_temporary_failure("slow.test"))
            .expect("the names are names")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn steps_come_to_the_same_verdict(zone in any_zone(), client in 0u8..4, helo in any::<bool>()) {
        let mail_from = if helo { "" } else { "l@a.test" };
        let request = SpfRequest::new([192, 0, 2, client], "b.test", mail_from);
        let (once, steps) = (check_host(&zone, &request), stepwise(&zone, &request));
        prop_assert_eq!(&once, &steps);
        prop_assert_eq!(once.trace(), steps.trace());
        #[cfg(feature = "serde")]
        prop_assert_eq!(
            serde_json::to_string(&once).expect("JSON"),
            serde_json::to_string(&steps).expect("JSON")
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever stands in the DNS and the envelope, a check ends within its limits, and its words
    /// are safe to show.
    #[test]
    fn hostile_input_is_bounded(
        record in "v=spf1( [-~?]?(a|mx|ptr|exists:%\\{[splodh]\\}.t.test|include:t.test|a:[!-~]{0,9})){0,14}",
        helo in "\\PC{0,30}",
        local in "\\PC{0,30}",
    ) {
        let zone = ZoneSnapshot::new()
            .with_txt("t.test", record)
            .and_then(|zone| zone.with_mx("t.test", 1, "t.test"))
            .and_then(|zone| zone.with_ptr([192, 0, 2, 1], "t.test"));
        let request = SpfRequest::new([192, 0, 2, 1], helo, format!("{local}@t.test"));
        let verdict = check_host(&zone.expect("a zone"), &request);
        prop_assert!(verdict.lookups <= 10 && verdict.void_lookups <= 2);
        prop_assert!(verdict.reason().bytes().all(|octet| (b' '..=b'~').contains(&octet)));
    }

    #[test]
    fn no_octets_in_a_record_panic(record in prop::collection::vec(any::<u8>(), 0..60)) {
        let text = [b"v=spf1 ".as_slice(), &record].concat();
        let zone = ZoneSnapshot::new().with_txt("t.test", text).expect("a zone");
        let verdict = check_host(&zone, &SpfRequest::new([192, 0, 2, 1], "h", "a@t.test"));
        prop_assert!(verdict.reason().bytes().all(|octet| (b' '..=b'~').contains(&octet)));
    }
}
