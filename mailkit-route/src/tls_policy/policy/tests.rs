use proptest::prelude::*;

use super::*;

/// The policy as it prints, its lines joined with a bar; or the error.
#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let read = text.parse::<MtaStsPolicy>();
    let shown = read.map(|policy| policy.to_string().trim_end().replace('\n', "|"));
    let shown = shown.map_err(|error| error.to_string());
    assert_eq!(shown.as_deref().map_err(String::as_str), expected, "{text:?}");
}

const FULL: &str = "version: STSv1|mode: enforce|mx: mx.a.example|max_age: 604800";

#[test]
fn s3_lines_end_in_lf_or_crlf() {
    let lines = |end: &str| FULL.replace('|', end);
    check(&lines("\n"), Ok(FULL));
    check(&lines("\r\n"), Ok(FULL));
    check(&(lines("\n") + "\n"), Ok(FULL));
    check(&(lines("\r\n") + "\r\n\r\n"), Ok(FULL));
    check(&lines(" \t\r\n"), Ok(FULL));
    check("mode:enforce\nmax_age:\t604800\r\nmx:mx.A.example.\nversion: STSv1", Ok(FULL));
    check(&lines("\r"), Err("expected version `STSv1` at byte 9"));
}

#[test]
fn s3_max_age_is_at_most_a_year() {
    let with = |age: &str| FULL.replace("604800", age).replace('|', "\n");
    let shown = |age: &str| FULL.replace("604800", age);
    check(&with("0"), Ok(&shown("0")));
    check(&with("31557600"), Ok(&shown("31557600")));
    check(&with("31557601"), Ok(&shown("31557600")));
    check(&with("9999999999"), Ok(&shown("31557600")));
    let invalid = Err("invalid value of `max_age` at byte 55");
    for age in ["18446744073709551615", "-1", "+1", "1.5", "10 0", "١"] {
        check(&with(age), invalid);
    }
    check(&with(""), Err("invalid value of `max_age` at byte 54"));
}

#[test]
fn s3_the_first_of_a_field_counts() {
    let after = |line: &str| FULL.replace('|', "\n") + "\n" + line;
    for line in ["mode: none", "mode: rubbish", "max_age: x", "version: STSv2", "note: 1", "x:"] {
        check(&after(line), Ok(FULL));
    }
    check(
        &after("mx: *.b.example"),
        Ok("version: STSv1|mode: enforce|mx: mx.a.example|mx: *.b.example|max_age: 604800"),
    );
}

#[test]
fn s3_what_is_no_policy() {
    check("", Err("missing field `version` at byte 0"));
    check("<!doctype html>", Err("malformed field at byte 0"));
    check("version: STSv1\nmode: none\nmax_age: 1", Ok("version: STSv1|mode: none|max_age: 1"));
    check("version: STSv1\nmode: testing\nmax_age: 1", Err("missing field `mx` at byte 39"));
    check("version: STSv1\nmax_age: 1\nmx: a.b", Err("missing field `mode` at byte 33"));
    check("mode: enforce\nmax_age: 1\nmx: a.b", Err("missing field `version` at byte 32"));
    check("version: STSv1\nmode: enforce\nmx: a.b", Err("missing field `max_age` at byte 36"));
    check("version: stsv1", Err("expected version `STSv1` at byte 9"));
    check("version: STSv1\nmode: Enforce", Err("invalid value of `mode` at byte 21"));
    check("version : STSv1\nmode: none\nmax_age: 1", Err("missing field `version` at byte 37"));
    check("version: STSv1\nmode: enforce\nmx: a..b", Err("empty label at byte 35"));
    check("version: STSv1\nmode: enforce\nmx: *.a..b", Err("empty label at byte 37"));
}

#[test]
fn s2_a_large_policy_is_named_as_such() {
    check(&"x".repeat(70_000), Err("longer than 65536 bytes at byte 65536"));
    let patterns = |count| FULL.replace('|', "\n") + &"\nmx: b.example".repeat(count);
    assert_eq!(patterns(255).parse::<MtaStsPolicy>().unwrap().mx().len(), 256);
    check(&patterns(256), Err("more than 256 entries at byte 3636"));
}

proptest! {
    #[test]
    fn s3_what_reads_prints_and_reads_back(
        text in "((version|mode|mx|max_age|x): ?(STSv1|enforce|none|[a-z0-9.*]{1,5})\r?\n){0,6}|\\PC{0,60}",
    ) {
        if let Ok(policy) = text.parse::<MtaStsPolicy>() {
            prop_assert!(policy.max_age() <= MtaStsPolicy::MAX_AGE);
            prop_assert_eq!(policy.to_string().parse(), Ok(policy));
        }
    }

    #[test]
    fn s3_fields_in_any_order_read_the_same(
        fields in Just(FULL.split('|').collect::<Vec<_>>()).prop_shuffle(),
        ends in prop::collection::vec(prop_oneof![Just("\n"), Just("\r\n")], 4),
    ) {
        let text: String = fields.iter().zip(ends).flat_map(|(field, end)| [*field, end]).collect();
        prop_assert_eq!(text.parse::<MtaStsPolicy>(), FULL.replace('|', "\n").parse());
    }
}
