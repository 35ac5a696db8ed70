//! `mailkit check`.

use super::mailkit;

#[test]
fn a_domain_is_graded() {
    let run = mailkit(&["check", "acme.example", "--zone", "healthy.zone", "--now", "2026-11-22"]);
    run.expect_words(
        0,
        &["acme.example: B (", "DMARC     good", "DKIM      not checked", "Bulk mail to Gmail"],
    );
    let run = mailkit(&["check", "broken.example", "--zone", "faulty.json", "--selector", "s1"]);
    run.expect_words(1, &["broken.example: F (", "error SPF011", "What to do"]);
}

#[test]
fn what_the_owner_knows_fills_the_gaps() {
    let run = mailkit(&[
        "check",
        "acme.example",
        "--zone",
        "healthy.zone",
        "--unsigned",
        "--message",
        "offer.eml",
        "--sender",
        "192.0.2.2=mx.acme.example",
        "--bulk",
        "--daily",
        "9000",
        "--spam-rate",
        "5/1000",
        "--usage",
        "transactions",
        "--service",
        "own hosts",
        "--json",
    ]);
    let report = run.json();
    let state = |receiver: usize, requirement: &str| {
        let bulk = report["bulk"].as_array().unwrap();
        let of = bulk.iter().filter(|it| it["requirement"] == requirement);
        of.map(|it| it["state"].clone()).nth(receiver)
    };
    assert_eq!(state(0, "spam-rate"), Some("not_met".into()), "{}", report["bulk"]);
    assert_eq!(state(0, "one-click"), Some("not_met".into()));
    assert_eq!(report["domain"], "acme.example");
}

#[test]
fn an_unknown_domain_has_no_grade() {
    let run = mailkit(&["check", "other.example", "--zone", "healthy.zone"]);
    run.expect_error(&["not in the zone files: ", "no grade for other.example"]);
}
