//! The lints in numbers: faults planted into valid records are caught, valid records raise no false
//! alarm, and fixes mend without a change of meaning.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    reason = "tests find their data by the environment, print their scores and may panic; every step of a seeder may \
              find no place for its fault"
)]

#[path = "lints/dkim.rs"]
mod dkim;
#[path = "lints/dmarc.rs"]
mod dmarc;
#[path = "lints/fixes.rs"]
mod fixes;
#[path = "lints/parts.rs"]
mod parts;
#[path = "lints/seeds.rs"]
mod seeds;
#[path = "lints/spf.rs"]
mod spf;
#[path = "lints/spf_seeds.rs"]
mod spf_seeds;
#[path = "lints/suites.rs"]
mod suites;
#[path = "lints/transport.rs"]
mod transport;

use std::collections::{BTreeSet, HashSet};

use mailkit_auth::lint::{self, Finding, Severity};
use seeds::{Kind, Score};

fn kinds() -> Vec<Kind> {
    let mut kinds = vec![spf_seeds::kind(), dkim::kind(), dmarc::kind()];
    kinds.extend(transport::kinds());
    kinds
}

/// Rules, by the start of their codes, whose faults other tests plant, because they need a zone, facts
/// about the owner or a broken generator of keys.
const ELSEWHERE: &[&str] = &[
    "SPF024", "SPF025", "SPF026", "SPF027", "SPF028", "SPF038", "SPF040", "SPF041", "SPF042",
    "SPF043", "SPF044", "SPF045", "SPF048", "DKM001", "DKM013", "DKM017", "DKM021", "DKM022",
    "DKM023", "DKM024", "DKM032", "DMC001", "DMC005", "DMC021", "DMC026", "DMC027", "DMC028",
    "DMC029", "DMC03", "STS001", "STS004", "STS005", "STS009", "STS011", "STS012", "TLS004",
    "BMI002", "BMI003", "BMI004", "DAN001", "DAN003", "DAN004", "DAN005", "DAN006", "MXR", "PTR",
    "DNS", "XRF",
];

#[test]
fn every_rule_has_a_seeder_and_a_code_of_its_own() {
    let rules: Vec<_> = lint::rules().collect();
    let codes: HashSet<&str> = rules.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), rules.len(), "a code stands twice");
    for rule in &rules {
        let texts = [rule.reference, rule.summary, rule.help];
        assert!(texts.iter().all(|text| text.len() > 5), "{rule:?} does not explain itself");
    }
    let kinds = kinds();
    let seeded: BTreeSet<&str> =
        kinds.iter().flat_map(|kind| kind.seeds.iter().map(|seed| seed.code)).collect();
    let unknown: Vec<_> = seeded.iter().filter(|code| !codes.contains(*code)).collect();
    assert!(unknown.is_empty(), "seeders of rules that do not exist: {unknown:?}");
    let unseeded: Vec<_> = rules
        .iter()
        .map(|rule| rule.code)
        .filter(|code| !seeded.contains(code))
        .filter(|code| !ELSEWHERE.iter().any(|start| code.starts_with(start)))
        .collect();
    println!("RULES {} SEEDED {}", rules.len(), seeded.len());
    assert!(unseeded.is_empty(), "rules without a seeder: {unseeded:?}");
}

/// The table of the README has rows such as ``| `STS`, `TLS` | about | 11, 5 |``.
#[test]
fn the_readme_counts_the_rules() {
    let readme = include_str!("../README.md");
    let mut listed = 0;
    for row in readme.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let kinds: Vec<&str> = cells[0].split(", ").map(|kind| kind.trim_matches('`')).collect();
        if kinds.iter().any(|kind| kind.len() != 3 || kind.bytes().any(|b| !b.is_ascii_uppercase()))
        {
            continue;
        }
        let counts: Vec<usize> = kinds
            .iter()
            .map(|kind| lint::rules().filter(|rule| rule.code.starts_with(kind)).count())
            .collect();
        let expected = counts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        assert_eq!(cells[2], expected, "the row of {}", cells[0]);
        listed += counts.iter().sum::<usize>();
    }
    assert_eq!(listed, lint::rules().count(), "a kind of rule has no row");
}

/// A record of any size costs time that grows with it, and no more.
#[test]
fn hostile_records_are_linted_to_the_end() {
    for part in [
        "\"",
        "mx ",
        "ip4:8.8.8.8 ",
        "include:a.test ",
        "redirect=a.test ",
        "x=y;",
        ";",
        "p=reject;",
        "ü",
        "%{",
    ] {
        for head in ["v=spf1 ", "v=DMARC1; ", "v=DKIM1; p="] {
            let text = format!("{head}{}", part.repeat(65_536 / part.len()));
            for kind in kinds() {
                let findings = (kind.lint)(&text);
                let fixed = lint::apply_fixes(&text, &findings);
                let printed = lint::render::text("hostile", &text, &findings);
                assert!(printed.len() < 100_000, "{} octets of {part:?}", printed.len());
                assert!(fixed.len() < 4 * text.len());
            }
        }
    }
}

#[test]
fn seeded_faults_are_caught() {
    let mut all = Score::default();
    for kind in kinds() {
        let mut score = Score::default();
        for seed in &kind.seeds {
            let caught = kind.plant(seed);
            assert!(
                caught.total >= 20,
                "{}: {} shapes have a place for it",
                seed.code,
                caught.total
            );
            assert!(caught.rate() >= 0.9, "{}: {caught}: {:?}", seed.code, caught.missed);
            score.add(caught);
        }
        println!("SEEDED {} {score}", kind.name);
        for missed in &score.missed {
            println!("  missed in {missed:?}");
        }
        all.add(score);
    }
    println!("SEEDED {all}");
    assert!(all.rate() >= 0.95, "{all}");
}

#[test]
fn valid_records_raise_no_false_alarm() {
    let mut alarms = Vec::new();
    let mut total = 0;
    let mut check = |text: &str, findings: Vec<Finding>, right: &[&str]| {
        total += 1;
        let wrong = |it: &Finding| it.severity > Severity::Info && !right.contains(&it.code);
        let wrong: Vec<Finding> = findings.into_iter().filter(wrong).collect();
        if !wrong.is_empty() {
            alarms.push(format!("{text:?}: {wrong:?}"));
        }
    };
    for kind in kinds() {
        for shape in &kind.shapes {
            check(shape, (kind.lint)(shape), &[]);
        }
    }
    for text in spf::provider_records() {
        check(&text, lint::lint_spf(&text), &[]);
    }
    for (text, right) in dmarc::policies() {
        check(&text, lint::lint_dmarc(&text), right);
    }
    let generated = total;
    // The suites test evaluators, so their records do what nobody should; but what parses is not
    // unreadable, and an error in it must be one of meaning.
    for (text, findings) in suites::valid_records() {
        total += 1;
        let wrong: Vec<Finding> = findings
            .into_iter()
            .filter(|it| it.severity == Severity::Error && !suites::MEANING.contains(&it.code))
            .collect();
        if !wrong.is_empty() {
            alarms.push(format!("{text:?}: {wrong:?}"));
        }
    }
    println!("FALSE ALARMS {}/{total} ({} of the suites)", alarms.len(), total - generated);
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
    assert!(generated >= 500, "{generated} generated records");
}
