use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let actual = text.parse::<AuthenticationResults>();
    let actual = actual.map(|results| results.to_string()).map_err(|error| error.to_string());
    assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
}

#[test]
fn fields() {
    // RFC 8601 appendix B.
    check("example.org 1; none", Ok("example.org; none"));
    check(
        "example.com;\r\n\tspf=pass smtp.mailfrom=example.net",
        Ok("example.com; spf=pass smtp.mailfrom=example.net"),
    );
    check(
        "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
        Ok(
            "example.com; auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
        ),
    );
    check(
        "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
        Ok("foo.example.net; dkim=fail policy.expired=1362471462"),
    );
    check(
        "a.test; dkim=fail reason=\"bad \\\"sig\\\"\" header.d=a/b",
        Ok("a.test; dkim=fail reason=\"bad \\\"sig\\\"\" header.d=\"a/b\""),
    );
    check(
        "a.test; spf=pass smtp.mailfrom=\"x y\"@b.test",
        Ok("a.test; spf=pass smtp.mailfrom=\"x y@b.test\""),
    );
    check("", Err("expected a value at byte 0"));
    check("a.test spf=pass", Err("expected ';' at byte 7"));
    check("a.test 2; none", Err("unknown version at byte 8"));
    check("a.test; spf", Err("expected '=' at byte 11"));
    check("a.test; spf=pass smtp", Err("expected '.' at byte 21"));
    check("a.test; spf=pass (", Err("comment without an end, or nested too deep at byte 18"));
    check("a.test; spf=pass reason=\"", Err("quoted string without an end at byte 25"));
}

#[test]
fn names_of_receivers() {
    for bad in ["", "a b", "a;b", "a\r\nb", "ü.test"] {
        assert_eq!(AuthenticationResults::new(bad), Err(AuthservIdError), "{bad:?}");
    }
}

#[test]
fn long_values_fold_between_words_and_are_cut_with_a_mark() -> Result<(), Box<dyn std::error::Error>>
{
    let long = "a".repeat(2_000);
    let mut results = AuthenticationResults::new("mx.acme.test")?;
    for _ in 0..3 {
        let spf = MethodResult::new(Keyword::SPF, "pass".parse()?);
        results = results.with_result(spf.with_property(
            PropertyType::SMTP,
            Keyword::HELO,
            long.as_str().into(),
        ));
    }
    let header = results.to_header();
    assert!(header.lines().all(|line| line.len() < 998));
    assert!(header.contains("aaa...;\r\n\tspf=pass"));
    assert_eq!(header.trim_start_matches("Authentication-Results:").parse(), Ok(results));
    Ok(())
}

fn word(text: &str) -> Keyword {
    text.parse().unwrap()
}

proptest! {
    #[test]
    fn no_octet_changes_what_reads_back(
        helo in prop::collection::vec(any::<u8>(), 0..600),
        reason in prop::collection::vec(any::<u8>(), 0..40),
        address in "[a-z.@\" \\\\;()=]{0,20}",
        more in any::<bool>(),
    ) {
        let mut spf = MethodResult::new(Keyword::SPF, word("fail"))
            .with_property(PropertyType::SMTP, Keyword::HELO, helo.as_slice().into())
            .with_property(PropertyType::SMTP, Keyword::MAILFROM, address.as_str().into());
        if more {
            spf = spf.with_reason(reason.as_slice().into());
        }
        let dkim = MethodResult::new(Keyword::DKIM, Keyword::NONE);
        let results = AuthenticationResults { authserv_id: "mx.acme.test".into(), results: vec![spf, dkim] };
        prop_assert_eq!(results.to_string().parse(), Ok(results.clone()));
        let header = results.to_header();
        prop_assert!(header.is_ascii() && header.ends_with("\r\n"));
        prop_assert_eq!(header.trim_end().replace("\r\n\t", "").matches(['\r', '\n']).count(), 0);
        prop_assert_eq!(header.trim_start_matches("Authentication-Results:").parse(), Ok(results));
    }

    #[test]
    fn no_text_panics(text in "[a-z =;.\"\\\\()\\r\\n]{0,60}|\\PC{0,60}") {
        match text.parse::<AuthenticationResults>() {
            Ok(results) => prop_assert_eq!(results.to_string().parse(), Ok(results)),
            Err(error) => prop_assert!(text.get(error.span()).is_some(), "{:?}", error),
        }
    }
}
