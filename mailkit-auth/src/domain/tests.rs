use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let actual = text.parse::<Domain>().map_err(|error| error.to_string());
    let actual = actual.as_ref().map(Domain::as_str).map_err(String::as_str);
    assert_eq!(actual, expected, "{text:?}");
}

#[test]
fn names() {
    check("example.com", Ok("example.com"));
    check("Example.COM.", Ok("example.com"));
    check("_dmarc.xn--fiqs8s", Ok("_dmarc.xn--fiqs8s"));
    check("localhost", Ok("localhost"));
    check("", Err("empty name at byte 0"));
    check(".", Err("empty name at byte 0"));
    check("a..b", Err("empty label at byte 2"));
    check(".a", Err("empty label at byte 0"));
    check("a.-b", Err("hyphen at the edge of a label at byte 2"));
    check("ab-.c", Err("hyphen at the edge of a label at byte 2"));
    check("a b", Err("character ' ' in a name at byte 1"));
    check("a.公司", Err("character '公' in a name at byte 2"));
    check(&format!("{}.a", "x".repeat(64)), Err("label longer than 63 octets at byte 63"));
    check(&"a.".repeat(127), Ok("a.".repeat(127).trim_end_matches('.')));
    check(&"a.".repeat(128), Err("name longer than 253 octets at byte 253"));
}

#[test]
fn relations() -> Result<(), DomainError> {
    let under = |name: &str, other: &str| -> Result<bool, DomainError> {
        Ok(name.parse::<Domain>()?.is_subdomain_of(&other.parse()?))
    };
    assert!(under("a.example.com", "example.com")?);
    assert!(under("example.com", "example.com")?);
    assert!(!under("badexample.com", "example.com")?);
    assert!(!under("com", "example.com")?);
    let domain: Domain = "a.b".parse()?;
    assert_eq!(domain.parent(), Some("b".parse()?));
    assert_eq!(domain.parent().and_then(|top| top.parent()), None);
    assert_eq!(domain.prefixed("_dmarc")?.as_str(), "_dmarc.a.b");
    assert_eq!(domain.labels().rev().collect::<Vec<_>>(), ["b", "a"]);
    Ok(())
}

proptest! {
    #[test]
    fn what_parses_prints_and_reads_back(text in "[a-zA-Z0-9_.-]{0,300}|\\PC{0,120}") {
        match text.parse::<Domain>() {
            Ok(domain) => prop_assert_eq!(domain.to_string().parse(), Ok(domain)),
            Err(error) => prop_assert!(text.get(error.span()).is_some(), "{:?}", error),
        }
    }
}
