use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let actual = text.parse::<MtaStsPolicy>().map(|it| it.to_string());
    let actual = actual.map_err(|error| error.to_string());
    assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
}

#[test]
fn texts() {
    const GOOD: &str = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 86400\n";
    check(GOOD, Ok(GOOD));
    check(&GOOD.replace('\n', "\r\n"), Ok(GOOD));
    check(GOOD.trim_end(), Ok(GOOD));
    check(&format!("{GOOD}\r\n \n"), Ok(GOOD));
    check(&GOOD.replace(": ", ":\t "), Ok(GOOD));
    check(&GOOD.replace('\n', " \n"), Ok(GOOD));
    check(&format!("{GOOD}mode: none\nmax_age: x\nversion: 2\n"), Ok(GOOD));
    let more = format!("{GOOD}x-new: a: ü b\n");
    check(&more, Ok(&more));
    check("max_age: 1\nmode: none\nversion: STSv1", Ok("version: STSv1\nmode: none\nmax_age: 1\n"));
    let changed = |from: &str, to: &str, error: &str| check(&GOOD.replace(from, to), Err(error));
    check("", Err("missing tag `version` at byte 0"));
    changed("version: STSv1\n", "", "missing tag `version` at byte 50");
    changed("STSv1", "stsv1", "expected version `version: STSv1` at byte 0");
    changed("mode: enforce\n", "", "missing tag `mode` at byte 51");
    changed("enforce", "Enforce", "invalid value for tag `mode` at byte 21");
    changed("mx: mail.example.com\n", "", "missing tag `mx` at byte 44");
    changed("mail.example", "*.*", "invalid value for tag `mx` at byte 33");
    changed("mail.example", "mx*", "invalid value for tag `mx` at byte 33");
    changed("example.com", "example.com.", "invalid value for tag `mx` at byte 33");
    changed("max_age: 86400\n", "", "missing tag `max_age` at byte 50");
    changed("86400", "-1", "invalid value for tag `max_age` at byte 59");
    changed("86400", "12345678901", "invalid value for tag `max_age` at byte 59");
    changed("mode:", "mode :", "malformed tag at byte 15");
    changed("mode", "\nmode", "malformed tag at byte 15");
    changed("mode", " mode", "malformed tag at byte 15");
    changed("max_age", "x: \u{1}\nmax_age", "invalid value for tag `x` at byte 53");
    check(&"x".repeat(70_000), Err("record longer than 65536 octets at byte 65536"));
}

#[test]
fn patterns() -> Result<(), Box<dyn std::error::Error>> {
    let check = |pattern: &str, host: &str, expected: bool| -> Result<(), crate::DomainError> {
        let pattern: MxPattern = pattern.parse()?;
        assert_eq!(pattern.matches(&host.parse()?), expected, "{pattern} and {host}");
        Ok(())
    };
    check("mail.a.test", "MAIL.a.test", true)?;
    check("mail.a.test", "b.mail.a.test", false)?;
    check("*.a.test", "mail.a.test", true)?;
    check("*.a.test", "a.test", false)?;
    check("*.a.test", "b.mail.a.test", false)?;
    check("*.a.test", "b.test", false)?;
    let error = "*.a..b".parse::<MxPattern>().map_err(|error| error.span());
    assert_eq!(error, Err(4..4));
    Ok(())
}

#[test]
fn constructors_keep_to_the_standard() -> Result<(), Box<dyn std::error::Error>> {
    let policy = MtaStsPolicy::none(Duration::MAX);
    assert_eq!(policy.max_age(), Duration::from_secs(MAX_AGE));
    assert!(policy.clone().with_mode(Mode::Enforce).is_err());
    let enforced = policy.clone().with_mx("a.test".parse()?).with_mode(Mode::Enforce)?;
    assert_eq!(
        (enforced.mode(), policy.with_mode(Mode::None)?.mode()),
        (Mode::Enforce, Mode::None)
    );
    let policy = MtaStsPolicy::new(Mode::Enforce, "a.test".parse()?, Duration::from_secs(1));
    assert_eq!(policy.to_string(), "version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 1\n");
    Ok(())
}

proptest! {
    #[test]
    fn what_prints_reads_back(
        mode in prop_oneof![Just(Mode::Enforce), Just(Mode::Testing), Just(Mode::None)],
        mx in prop::collection::vec("(\\*\\.)?[a-z0-9]{1,9}\\.[a-z]{1,9}", 1..5),
        max_age in 0..9_999_999_999_u64,
        extensions in prop::collection::vec(("x[a-z0-9_.-]{0,31}", "[!-~ü]( ?[!-~ü]){0,9}"), 0..4),
    ) {
        let mx = mx.iter().map(|pattern| pattern.parse().unwrap()).collect();
        let policy = MtaStsPolicy { mode, mx, max_age, extensions };
        let text = policy.to_string();
        prop_assert_eq!(text.replace('\n', "\r\n").parse(), Ok(policy.clone()));
        prop_assert_eq!(text.parse(), Ok(policy));
    }

    #[test]
    fn what_reads_prints_and_reads_back(
        text in "((version|mode|mx|max_age|x): ?(STSv1|enforce|none|[a-z0-9.*]{1,5})\r?\n){0,6}|\\PC{0,60}",
    ) {
        if let Ok(policy) = text.parse::<MtaStsPolicy>() {
            prop_assert_eq!(policy.to_string().parse(), Ok(policy));
        }
    }
}
