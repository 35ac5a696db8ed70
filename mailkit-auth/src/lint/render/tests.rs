use super::*;
use crate::lint::{lint_dmarc, lint_spf};
use proptest::prelude::*;

#[track_caller]
fn check(printed: &str, expected: &str) {
    assert_eq!(printed, expected, "\n{printed}\ninstead of\n{expected}");
}

#[test]
fn what_is_missing_is_marked_at_the_end() {
    let record = "v=DMARC1; p=reject";
    check(
        &text("_dmarc.acme.test TXT", record, &lint_dmarc(record)),
        "\
warning[DMC022]: nobody receives aggregate reports
 --> _dmarc.acme.test TXT, byte 18
  | v=DMARC1; p=reject
  |                   ^
  = help: add `rua=mailto:` and an address
  = see: RFC 9989 section 4.7
",
    );
}

#[test]
fn wide_and_invisible_characters_are_written_as_numbers() {
    let record = "v=spf1 ip4：1.2.3.4 \u{202e}-all";
    check(
        &text("acme.test", record, &lint_spf(record)),
        "\
error[SPF047]: full-width '：' stands for ':'
 --> acme.test, byte 10
  | v=spf1 ip4\\u{ff1a}1.2.3.4 \\u{202e}-all
  |           ^^^^^^^^
  = fix: write `:` for `\\u{ff1a}`
  = help: type the record with half-width characters
  = see: RFC 7208 section 3.1

error[SPF006]: '\\u{202e}' is not visible ASCII
 --> acme.test, byte 21
  | v=spf1 ip4\\u{ff1a}1.2.3.4 \\u{202e}-all
  |                           ^^^^^^^^
  = help: write the record in ASCII; names as `xn--` labels
  = see: RFC 7208 section 3.1
",
    );
}

#[test]
fn of_a_long_record_the_part_around_the_place_is_shown() {
    let record = format!("v=spf1 {}ptr {}-all", "a ".repeat(60), "mx ".repeat(60));
    let findings = lint_spf(&record);
    let ptr: Vec<Finding> = findings.into_iter().filter(|it| it.code == "SPF020").collect();
    check(
        &text("acme.test", &record, &ptr),
        "\
warning[SPF020]: `ptr` is slow and unreliable
 --> acme.test, byte 127
  | ...a a a a a a a a a a a a a a a a a a a a ptr mx mx mx mx mx mx mx mx mx mx mx mx mx ...
  |                                            ^^^
  = help: name the senders by `ip4`, `ip6`, `a` or `mx`
  = see: RFC 7208 section 5.5
",
    );
}

#[test]
fn lines_are_counted_where_there_are_several() {
    let rule = crate::lint::rule("SPF020").expect("a rule");
    let finding = rule.at(9..11, "here");
    check(
        &text("policy.txt", "version\r\nmx: a\r\n", &[finding]),
        "\
warning[SPF020]: here
 --> policy.txt, line 2, column 1
  | mx: a
  | ^^
  = help: name the senders by `ip4`, `ip6`, `a` or `mx`
  = see: RFC 7208 section 5.5
",
    );
}

#[test]
fn after_a_hundred_findings_the_rest_is_counted() {
    let record = "\"".repeat(150);
    let printed = text("acme.test", &record, &lint_spf(&record));
    assert!(printed.ends_with("\n50 more findings\n"), "{printed}");
}

proptest! {
    #[test]
    fn whoever_wrote_the_record_the_output_is_safe(origin: String, record: String, from in 0..60usize, length in 0..60usize) {
        let start = record.floor_char_boundary(from);
        let end = record.floor_char_boundary((from + length).min(record.len())).max(start);
        let rule = crate::lint::rule("SPF020").expect("a rule");
        let fix = Fix::replace(start..end, record.clone());
        let findings = [rule.fixed(start..end, record.clone(), fix), rule.at(record.len()..record.len(), "")];
        let printed = text(&origin, &record, &findings);
        prop_assert!(printed.chars().all(|c| c == '\n' || !c.is_control()), "{}", printed);
        prop_assert!(printed.lines().all(|line| line.chars().count() < 500));
        for finding in lint_spf(&record) {
            prop_assert!(finding.to_string().chars().all(|c| !c.is_control()), "{}", finding);
        }
    }
}
