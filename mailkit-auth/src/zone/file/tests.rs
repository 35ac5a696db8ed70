use super::error::ZoneFileErrorKind as Kind;
use super::*;
use crate::lookup::RecordType;

fn zone(text: &str) -> Result<String, String> {
    let file: Result<ZoneFile, _> = text.parse();
    file.map(|it| it.zone().to_string()).map_err(|error| error.to_string())
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let expected: String = expected.iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(zone(text), Ok(expected), "{text:?}");
}

/// The text behind an origin and a time to live.
#[track_caller]
fn check_body(text: &str, expected: &[&str]) {
    check(&format!("$ORIGIN a.test.\n$TTL 60\n{text}"), expected);
}

#[test]
fn names_and_owners() {
    check("", &[]);
    check("\n ; nothing\n\t\n", &[]);
    check("A.Test. 60 IN A 192.0.2.1", &["a.test. 60 IN A 192.0.2.1"]);
    check("\u{feff}a.test. 60 IN A 192.0.2.1\r\n", &["a.test. 60 IN A 192.0.2.1"]);
    check_body("@ A 192.0.2.1", &["a.test. 60 IN A 192.0.2.1"]);
    check_body("b MX 5 c", &["b.a.test. 60 IN MX 5 c.a.test."]);
    check_body("b MX 0 .", &["b.a.test. 60 IN MX 0 ."]);
    check_body("@ CNAME b.c.", &["a.test. 60 IN CNAME b.c."]);
    check_body("b NS @\n", &["b.a.test. 60 IN NS a.test."]);
    check_body(
        "b A 192.0.2.1\n  A 192.0.2.2\n\tTXT x",
        &[
            "b.a.test. 60 IN A 192.0.2.1",
            "b.a.test. 60 IN A 192.0.2.2",
            "b.a.test. 60 IN TXT \"x\"",
        ],
    );
    check_body(
        "$ORIGIN b\n@ A 192.0.2.1\n$ORIGIN .\nc.test A 192.0.2.2",
        &["b.a.test. 60 IN A 192.0.2.1", "c.test. 60 IN A 192.0.2.2"],
    );
    check_body(r"\036x TXT a", &[r#"\036x.a.test. 60 IN TXT "a""#]);
    check_body(r"a\032b TXT a", &[r#"a\032b.a.test. 60 IN TXT "a""#]);
    check_body(r"*.\_dk TXT a", &[r#"*._dk.a.test. 60 IN TXT "a""#]);
    check_body("IN IN A 192.0.2.1", &["in.a.test. 60 IN A 192.0.2.1"]);
    check_body("60 A 192.0.2.1", &["60.a.test. 60 IN A 192.0.2.1"]);
    check_body("4.3 PTR mx", &["4.3.a.test. 60 IN PTR mx.a.test."]);
}

#[test]
fn times_and_classes() {
    for head in ["1h IN", "IN 1h", "in 3600", "3600", "CLASS1 1H"] {
        check_body(&format!("@ {head} A 192.0.2.1"), &["a.test. 3600 IN A 192.0.2.1"]);
    }
    check("a. 7 A 192.0.2.1\nb. A 192.0.2.2", &["a. 7 IN A 192.0.2.1", "b. 7 IN A 192.0.2.2"]);
    // What `$TTL` says goes before the last one said (RFC 2308 section 4).
    check(
        "$TTL 9\na. 7 A 192.0.2.1\nb. A 192.0.2.2",
        &["a. 7 IN A 192.0.2.1", "b. 9 IN A 192.0.2.2"],
    );
    check("a. 7 SOA x\n A 192.0.2.2", &["a. 7 IN A 192.0.2.2"]);
}

#[test]
fn texts() {
    let check = |content: &str, expected: &str| {
        check_body(&format!("@ TXT {content}"), &[&format!("a.test. 60 IN TXT {expected}")]);
    };
    check("\"\"", "\"\"");
    check("a b", "\"ab\"");
    check("\"a b\" ; no c", "\"a b\"");
    check("\"a;b\"\"c(d)\"", "\"a;bc(d)\"");
    check(r#""say \"hi\" \\ \; \065""#, r#""say \"hi\" \\ ; A""#);
    check(r"a\ b\;c", "\"a b;c\"");
    check(r#""\000\255""#, r#""\000\255""#);
    check("\"Grüße\"", r#""Gr\195\188\195\159e""#);
    check("( \"v=spf1 mx\" ; the hosts\n\n  \" -all\"\n)", "\"v=spf1 mx -all\"");
    check("(((a\n)\n)b)", "\"ab\"");
    let long = "x".repeat(255);
    check(&format!("{long} {long}"), &format!("\"{long}\" \"{long}\""));
}

#[test]
fn the_other_types() {
    check_body("@ AAAA 2001:DB8::1", &["a.test. 60 IN AAAA 2001:db8::1"]);
    check_body("@ spf \"v=spf1\"", &["a.test. 60 IN SPF \"v=spf1\""]);
    check_body("b DS 7 13 2 ab 01 (\nCD )", &["b.a.test. 60 IN DS 7 13 2 ab01cd"]);
    let hash = "ab".repeat(32);
    let (one, two) = hash.split_at(20);
    let line = format!("_25._tcp.a.test. 60 IN TLSA 3 1 1 {hash}");
    check_body(&format!("_25._tcp TLSA 3 1 1 {one} ( {two} )"), &[&line]);
    check_body("b TLSA 3 1 1 AB", &["b.a.test. 60 IN TLSA 3 1 1 ab"]);
}

#[test]
fn what_is_no_zone_file() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(zone(text), Err(expected.to_owned()), "{text:?}");
    }
    check("$INCLUDE /etc/passwd", &format!("{} in line 1, column 1", Kind::Include));
    check("\n$generate 1-9 a$ A 1.2.3.$", &format!("{} in line 2, column 1", Kind::Generate));
    check("$ORIGIN", "content is missing in line 1, column 1");
    check("$ORIGIN a. b.", "more content than the type has in line 1, column 12");
    check("$TTL 1y", "invalid time to live in line 1, column 6");
    check("$WHO a", "unknown directive `$WHO` in line 1, column 1");
    check("a A 192.0.2.1", &format!("{} in line 1, column 1", Kind::NoOrigin));
    check(" 60 A 192.0.2.1", "record without an owner in line 1, column 5");
    check("a. A 192.0.2.1", &format!("{} in line 1, column 4", Kind::NoTtl));
    check("a. 60 IN", "record without a type in line 1, column 7");
    check("a. 60 60 A 192.0.2.1", "unknown type `60` in line 1, column 7");
    check("a. 2147483648 A 192.0.2.1", "invalid time to live in line 1, column 4");
    check("a. CH 60 TXT x", "class `CH`, which holds no mail in line 1, column 4");
    check("a. 60 TXTT x", "unknown type `TXTT` in line 1, column 7");
    check("a. 60 TYPE70000 x", "unknown type `TYPE70000` in line 1, column 7");
    check("a. 60 A nowhere", "invalid address in line 1, column 9");
    check("a. 60 A 192.0.2.1 192.0.2.2", "more content than the type has in line 1, column 19");
    check("a. 60 MX 10", "content is missing in line 1, column 7");
    check("a. 60 MX 70000 b.", "invalid number in line 1, column 10");
    check("a. 60 MX +1 b.", "invalid number in line 1, column 10");
    check("a..b. 60 A 192.0.2.1", "invalid name in line 1, column 1");
    check(r"a\.b. 60 A 192.0.2.1", &format!("{} in line 1, column 1", Kind::OddLabel));
    check(r"\255. 60 A 192.0.2.1", &format!("{} in line 1, column 1", Kind::OddLabel));
    check("a. 60 DS 1 1 1 abc", "invalid hexadecimal digits in line 1, column 16");
    check("a. 60 DS 1 1 1", "content is missing in line 1, column 7");
    check("a. 60 TLSA 3 1 256 ab", "invalid number in line 1, column 16");
    check("a. 60 A \\# 4 c0000201", &format!("{} in line 1, column 9", Kind::GenericData));
    check("a. 60 TXT \"a", "quote that is not closed on its line in line 1, column 11");
    check("a. 60 TXT \"a\\\n\"", "quote that is not closed on its line in line 1, column 11");
    check("a. 60 TXT \"a\nb\"", "quote that is not closed on its line in line 1, column 11");
    check("a. 60 TXT (\"a\" (\n\n", "bracket that is never closed in line 1, column 11");
    check("ü. 60 TXT a )", "bracket that was never opened in line 1, column 13");
    for escape in ["\\", "\\25", "\\2x5", "\\256"] {
        let text = format!("a. 60 TXT x\nb. TXT {escape}\n");
        check(&text, "invalid escape in line 2, column 8");
    }
    let long = format!("a. 60 TXT {}", "x".repeat(256));
    check(&long, &format!("{} in line 1, column 11", Kind::StringTooLong));
    let long = format!("a. 60 TXT {}", format!("{} ", "x".repeat(255)).repeat(257));
    let error = zone(&long).expect_err("too long");
    assert!(error.starts_with("record longer than 65535 octets"), "{error}");
}

#[test]
fn what_is_passed_over_is_told() -> Result<(), ZoneFileError> {
    let text = "$ORIGIN b.test.\n\
        a.test. 60 SOA ns.a.test. host\\.master.a.test. ( 1 2\n3 4 5 )\n\
        @ TYPE65280 \\# 1 ff\n\nwww CAA 0 issue \"ca.test\"\n\
        @ TXT ( \"a\"\n \"b\" )";
    let file: ZoneFile = text.parse()?;
    assert_eq!(file.apex().map(Name::as_str), Some("a.test"));
    let skipped: Vec<_> = file
        .skipped()
        .iter()
        .map(|it| (it.name.as_str(), it.record_type.as_str(), it.line))
        .collect();
    assert_eq!(
        skipped,
        [("a.test", "SOA", 2), ("b.test", "TYPE65280", 4), ("www.b.test", "CAA", 6)]
    );
    Ok(())
}

#[test]
fn strings_and_lines_are_kept() -> Result<(), ZoneFileError> {
    let file: ZoneFile = "a. 60 TXT (\n\"v=spf1\"\n\" -all\" )\n\nb. A 192.0.2.1".parse()?;
    let lines: Vec<_> = file.records().iter().map(|it| (it.line, it.strings.len())).collect();
    assert_eq!(lines, [(1, 2), (5, 0)]);
    let types = file.records().iter().map(|it| it.record.data.record_type());
    assert_eq!(types.collect::<Vec<_>>(), [RecordType::Txt, RecordType::A]);
    Ok(())
}
