use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let actual = text.parse::<BimiRecord>().map(|it| it.to_string());
    let actual = actual.map_err(|error| error.to_string());
    assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
}

#[test]
fn texts() {
    const LOGO: &str = "v=BIMI1; l=https://a.test/l.svg";
    check("v=BIMI1;l=https://a.test/l.svg;", Ok(LOGO));
    check("v=BIMI1; l=https://a.test/l.svg; a=;", Ok(LOGO));
    check("v=BIMI1; l=; a=;", Ok("v=BIMI1; l=; a="));
    check("v=BIMI1; l=;", Ok("v=BIMI1; l=; a="));
    check("v=BIMI1; a=https://a.test:443/v.pem; l=", Ok("v=BIMI1; l=; a=https://a.test:443/v.pem"));
    let full = format!("{LOGO}; a=https://a.test/v.pem; avp=personal; lps=a,b");
    check(&full, Ok(&full));
    check("v=bimi1; l=", Err("expected version `v=BIMI1` at byte 0"));
    check("l=; v=BIMI1", Err("expected version `v=BIMI1` at byte 0"));
    check(" v=BIMI1; l=", Err("expected version `v=BIMI1` at byte 1"));
    check("v=BIMI1; a=", Err("missing tag `l` at byte 11"));
    check("v=BIMI1; l=; l=", Err("duplicate tag `l` at byte 13"));
    check("v=BIMI1; l=http://a.test", Err("invalid value for tag `l` at byte 11"));
    check("v=BIMI1; l=https://a.test/a,b", Err("invalid value for tag `l` at byte 11"));
    check("v=BIMI1; l=https:///x", Err("invalid value for tag `l` at byte 11"));
    check("v=BIMI1; l=https://u@a.test/x", Err("invalid value for tag `l` at byte 11"));
    check("v=BIMI1; l=; a=self", Err("invalid value for tag `a` at byte 15"));
    check("v=BIMI1; l=; avp=logo", Err("invalid value for tag `avp` at byte 17"));
}

#[test]
fn builders() -> Result<(), RecordError> {
    let record = BimiRecord::new("https://a.test/l.svg".parse()?)
        .with_authority("https://a.test/v.pem".parse()?)
        .with_avatar_preference(AvatarPreference::Personal);
    let text = "v=BIMI1; l=https://a.test/l.svg; a=https://a.test/v.pem; avp=personal";
    assert_eq!(record.to_string(), text);
    assert_eq!(text.parse(), Ok(record));
    assert!(BimiRecord::declination().is_declination());
    Ok(())
}

proptest! {
    #[test]
    fn what_reads_prints_and_reads_back(
        text in "v=BIMI1;( ?(l|a)=(https://a\\.test[a-z/?:0-9]{0,9})?;| ?avp=(brand|Personal);| ?x=[a-z =]{0,9};){0,4}|\\PC{0,60}",
    ) {
        if let Ok(record) = text.parse::<BimiRecord>() {
            prop_assert_eq!(record.to_string().parse(), Ok(record));
        }
    }
}
