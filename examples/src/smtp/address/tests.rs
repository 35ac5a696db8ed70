use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let read = text.parse::<MailAddress>();
    let read = read.map(|address| address.to_string()).map_err(|error| error.to_string());
    assert_eq!(read.as_deref().map_err(String::as_str), expected);
}

#[test]
fn addresses() {
    check("a@example.com", Ok("a@example.com"));
    check("first.last+tag@Example.COM", Ok("first.last+tag@Example.COM"));
    check(r#""front desk"@example.com"#, Ok(r#""front desk"@example.com"#));
    check(r#""plain"@example.com"#, Ok("plain@example.com"));
    check(r#""a\"b\\c"@example.com"#, Ok(r#""a\"b\\c"@example.com"#));
    check(r#""a@b"@example.com"#, Ok(r#""a@b"@example.com"#));
    check("用户@例子.广告", Ok("用户@例子.广告"));
    check("", Err("missing `@` at byte 0"));
    check("postmaster", Err("missing `@` at byte 10"));
    check("@example.com", Err("invalid local part at byte 0"));
    check("a b@example.com", Err("invalid local part at byte 1"));
    check("a..b@example.com", Err("invalid local part at byte 0"));
    check("\"a\rb\"@example.com", Err("invalid local part at byte 2"));
    check("\"a\"b\"@example.com", Err("invalid local part at byte 2"));
    check("\"a@example.com", Err("invalid local part at byte 2"));
    check("a@", Err("invalid domain at byte 2"));
    check("a@b..c", Err("invalid domain at byte 4"));
    check("a@b c", Err("invalid domain at byte 3"));
    check("a@b>\r\nRCPT TO:<c", Err("invalid domain at byte 3"));
    check("a@[192.0.2.1]", Err("invalid domain at byte 2"));
}

#[test]
fn address_lengths() {
    let domain = ["d".repeat(61).as_str(); 3].join(".");
    check(&format!("{}@example.com", "a".repeat(65)), Err("local part too long at byte 64"));
    assert!(format!("{}@{domain}.com", "a".repeat(64)).parse::<MailAddress>().is_ok());
    check(&format!("{}@{domain}.info", "a".repeat(64)), Err("too long at byte 254"));
    check(&format!("a@{}.com", "b".repeat(64)), Err("invalid domain at byte 2"));
}

proptest! {
    #[test]
    fn what_is_written_reads_back(local_part in "\\PC{1,20}", domain in "[a-z0-9-]{1,20}(\\.[a-z]{1,9}){0,3}") {
        if let Ok(address) = MailAddress::new(&local_part, &domain) {
            prop_assert_eq!(address.to_string().parse(), Ok(address));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,300}") {
        if let Ok(address) = text.parse::<MailAddress>() {
            prop_assert!(!address.to_string().contains(char::is_control));
            prop_assert_eq!(address.to_string().parse(), Ok(address));
        }
    }
}
