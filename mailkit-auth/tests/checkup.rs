//! Check-ups of domains in memory: faults planted in many shapes, domains in good health, and what a
//! hostile zone may cost.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test that cannot plant its fault must fail"
)]

#[path = "checkup/alignment.rs"]
mod alignment;
#[path = "checkup/case.rs"]
mod case;
#[cfg(feature = "resolver")]
#[path = "support/dns_server.rs"]
mod dns_server;
#[path = "checkup/hostile.rs"]
mod hostile;
#[cfg(feature = "resolver")]
#[path = "checkup/loopback.rs"]
mod loopback;
#[path = "checkup/policies.rs"]
mod policies;
#[path = "checkup/repairs.rs"]
mod repairs;
#[path = "checkup/reports.rs"]
mod reports;
#[path = "checkup/seeds.rs"]
mod seeds;

use case::{Case, shapes};
use mailkit_auth::checkup::{CheckupRequest, Grade, check};
use mailkit_auth::lint::{Severity, rules};
use seeds::{DKIM, DMARC, HOSTS, MESSAGES, SPF, Seed, TRANSPORT};

const SEEDS: [&[Seed]; 6] = [SPF, DKIM, DMARC, TRANSPORT, HOSTS, MESSAGES];

#[test]
fn planted_faults_are_found() {
    let (mut caught, mut total, mut missed) = (0, 0, Vec::new());
    for (code, fits, plant) in SEEDS.into_iter().flatten() {
        assert!(rules().any(|rule| rule.code == *code), "{code} is no rule");
        let mut shapes_used = 0;
        let fitting = || shapes().filter(|shape| fits(*shape));
        // Every third shape still meets every value of each difference.
        let step = if fitting().count() < 60 { 1 } else { 3 };
        for shape in fitting().step_by(step) {
            let mut case = Case::clean(shape);
            plant(&mut case);
            shapes_used += 1;
            match case.report().codes().contains(code) {
                true => caught += 1,
                false => missed.push(format!("{code} {shape:?}")),
            }
        }
        assert!(shapes_used >= 20, "{code}: {shapes_used} shapes");
        total += shapes_used;
    }
    println!("SEEDED (zones) {caught}/{total}, {} rules", SEEDS.into_iter().flatten().count());
    let first: Vec<&String> = missed.iter().take(20).collect();
    assert!(caught * 100 >= total * 95, "{first:#?}");
    assert!(missed.is_empty(), "{first:#?}");
}

/// A domain in good health gives no warning, whatever its owner says about it.
#[test]
fn domains_in_good_health_raise_no_alarm() {
    let (mut alarms, mut zones) = (Vec::new(), 0);
    for shape in shapes() {
        let case = Case::clean(shape);
        let bare = CheckupRequest::new(case.request.domain.clone());
        for request in [case.request.clone(), bare] {
            let report = check(&case.zone(), &request);
            let wrong = report.findings.iter().filter(|it| it.finding.severity > Severity::Info);
            alarms.extend(wrong.map(|it| format!("{shape:?}: {it}")));
            assert_eq!(report.grade, Some(Grade::A), "{report}");
            zones += 1;
        }
    }
    println!("FALSE ALARMS (zones) {}/{zones}", alarms.len());
    assert!(alarms.is_empty(), "{alarms:#?}");
    assert!(zones >= 100);
}

/// Every rule that the check-up adds to the others has a fault planted for it.
#[test]
fn every_rule_has_a_seed() {
    let planted: Vec<&str> = SEEDS.into_iter().flatten().map(|(code, ..)| *code).collect();
    let rules = include_str!("../src/checkup/rules.rs");
    for line in rules.lines() {
        let Some((_, rest)) = line.split_once(" = ") else { continue };
        let Some(code) = rest.split('"').nth(1) else { continue };
        assert!(planted.contains(&code), "{code} has no seed");
    }
}
