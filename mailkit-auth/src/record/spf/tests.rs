use std::net::IpAddr;

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let actual = text.parse::<SpfRecord>().map_err(|error| error.to_string());
    let printed = actual.as_ref().map(ToString::to_string).map_err(Clone::clone);
    assert_eq!(printed.as_deref().map_err(String::as_str), expected, "{text:?}");
    if let Ok(record) = actual {
        assert_eq!(record.to_string().parse(), Ok(record), "{text:?} does not read back");
    }
}

#[track_caller]
fn check_term(term: &str, expected: Result<&str, &str>) {
    let prefixed = |text: &str| format!("v=spf1 {text}");
    let expected = expected.map(prefixed);
    check(&prefixed(term), expected.as_deref().map_err(|error| *error));
}

#[test]
fn records() {
    check("v=spf1", Ok("v=spf1"));
    check("V=SPF1  +mx   -ALL ", Ok("v=spf1 +mx -all"));
    check("v=spf1 include:spf.acme.test ~all", Ok("v=spf1 include:spf.acme.test ~all"));
    check("", Err("expected version `v=spf1` at byte 0"));
    check("v=spf10 -all", Err("expected version `v=spf1` at byte 0"));
    check("v=spf1\t-all", Err("expected version `v=spf1` at byte 0"));
    check("v=spf1 a\tmx", Err("unexpected character '\\t' at byte 8"));
    check("v=spf1 ｍx", Err("unexpected character 'ｍ' at byte 7"));
    check("v=spf1 exp=a.b  exp=c.d", Err("duplicate modifier `exp` at byte 16"));
    check("v=spf1 redirect=a.b REDIRECT=a.b", Err("duplicate modifier `redirect` at byte 20"));
    check("v=spf1 moo=1 moo=2", Ok("v=spf1 moo=1 moo=2"));
    check(
        &format!("v=spf1 {}", " a".repeat(5000)),
        Err("record longer than 8192 octets at byte 8192"),
    );
}

#[test]
fn mechanisms() {
    check_term("all/8", Err("invalid argument of a mechanism at byte 10"));
    check_term("all.", Err("unknown mechanism `all.` at byte 7"));
    check_term("-ipv4:192.0.2.1", Err("unknown mechanism `ipv4` at byte 8"));
    check_term("redirect:acme.test", Err("unknown mechanism `redirect` at byte 7"));
    check_term("1up=foo", Err("unknown mechanism `1up=foo` at byte 7"));
    check_term("=all", Err("unknown mechanism `=all` at byte 7"));
    check_term("include", Err("invalid argument of a mechanism at byte 14"));
    check_term("include:acme.test/24", Err("invalid domain name at byte 15"));
    check_term("exists:%{ir}.acme.test.", Ok("exists:%{ir}.acme.test."));
    check_term("exists:%{r}.acme.test", Err("invalid macro at byte 14"));
    check_term("exists:%{x}.acme.test", Err("invalid macro at byte 14"));
    check_term("exists:a%(ir).acme.test", Err("invalid macro at byte 15"));
    check_term("ptr", Ok("ptr"));
    check_term("ptr:", Err("invalid domain name at byte 11"));
    check_term("a/24//64", Ok("a/24//64"));
    check_term("mx:acme.test//64", Ok("mx:acme.test//64"));
    check_term("a/24/64", Err("invalid argument of a mechanism at byte 8"));
    check_term("a/33", Err("network length is not a number from 0 to 32 at byte 9"));
    check_term("a//129", Err("network length is not a number from 0 to 128 at byte 10"));
    check_term("a:foo:bar/baz.acme.test", Ok("a:foo:bar/baz.acme.test"));
    check_term("a:acme.test:8080", Err("invalid domain name at byte 9"));
    check_term("a:192.0.2.1", Err("invalid domain name at byte 9"));
    check_term("a:localhost", Err("invalid domain name at byte 9"));
    check_term("a:acme.-test", Err("invalid domain name at byte 9"));
    check_term("a:acme.te%%", Err("invalid domain name at byte 9"));
    check_term("a:acme.xn--zckzah", Ok("a:acme.xn--zckzah"));
    check_term("?ip4:192.0.2.1/0", Ok("?ip4:192.0.2.1/0"));
    check_term("ip4:192.0.2.1/032", Err("network length is not a number from 0 to 32 at byte 21"));
    check_term("ip4:192.0.2", Err("invalid argument of a mechanism at byte 10"));
    check_term("ip4:192.0.2.1//32", Err("invalid argument of a mechanism at byte 10"));
    check_term("ip4:2001:db8::1", Err("invalid argument of a mechanism at byte 10"));
    check_term("ip6:2001:DB8:0::1/128", Ok("ip6:2001:db8::1/128"));
    check_term("ip6:::1.1.1.1//33", Err("invalid argument of a mechanism at byte 10"));
}

#[test]
fn modifiers() {
    check_term("Redirect=_spf.acme.test", Ok("redirect=_spf.acme.test"));
    check_term("redirect=", Err("invalid domain name at byte 16"));
    check_term("exp=-all", Err("invalid domain name at byte 11"));
    check_term("moo.cow-far_out=man:dog/cat", Ok("moo.cow-far_out=man:dog/cat"));
    check_term("moo=%abc", Err("invalid macro at byte 11"));
    check_term("default=", Ok("default="));
}

#[test]
fn building() -> Result<(), RecordError> {
    let record = SpfRecord::new()
        .with_mechanism(Qualifier::Pass, Mechanism::mx())
        .with_redirect("a.acme.test".parse()?)
        .with_explanation("why.acme.test".parse()?)
        .with_redirect("b.acme.test".parse()?);
    assert_eq!(record.to_string(), "v=spf1 mx exp=why.acme.test redirect=b.acme.test");
    assert_eq!(record.redirect().map(DomainSpec::as_str), Some("b.acme.test"));
    assert_eq!(record.directives().count(), 1);
    Ok(())
}

/// Terms as their authors write them.
fn term() -> impl Strategy<Value = String> {
    let domain =
        "([a-z0-9_-]{1,8}\\.|%\\{[sdlhoipv][1-9]?r?[-.+,/_=]?\\}\\.?|%[%_-]){0,3}\\.te-st\\.?";
    let cidr = "(/(0|[12]?[1-9]|3[0-2]))?(//(0|[1-9]?[1-9]|1[01][0-9]|12[0-8]))?";
    let host = (prop_oneof!["a", "MX"], prop::option::of(domain), cidr);
    let domain_only = (prop_oneof!["include", "exists", "Ptr", "redirect"], domain);
    let network = (any::<IpAddr>(), 0..=32_u8);
    prop_oneof![
        Just("all".to_owned()),
        host.prop_map(|(name, domain, cidr)| match domain {
            Some(domain) => format!("{name}:{domain}{cidr}"),
            None => name + &cidr,
        }),
        domain_only.prop_map(|(name, domain)| match name.as_str() {
            "redirect" => format!("{name}={domain}"),
            _ => format!("{name}:{domain}"),
        }),
        network.prop_map(|(address, bits)| match address {
            IpAddr::V4(_) => format!("ip4:{address}/{bits}"),
            IpAddr::V6(_) => format!("ip6:{address}/{bits}"),
        }),
        ("x[a-z0-9._-]{0,8}", "[!-$&-~]{0,12}").prop_map(|(n, v)| format!("{n}={v}")),
    ]
}

proptest! {
    #[test]
    fn what_is_read_prints_back(
        terms in prop::collection::vec((prop_oneof!["[-+~?]", ""], term()), 0..8)
    ) {
        let mut redirects = 0;
        let mut text = "v=spf1".to_owned();
        for (qualifier, term) in terms {
            redirects += usize::from(term.starts_with("redirect"));
            let is_modifier = term.starts_with(['x', 'r']);
            text = if is_modifier { format!("{text} {term}") } else { format!("{text} {qualifier}{term}") };
        }
        let record = text.parse::<SpfRecord>();
        prop_assert_eq!(record.is_ok(), redirects < 2, "{:?}", record);
        if let Ok(record) = record {
            prop_assert_eq!(record.to_string().to_ascii_lowercase(), text.to_ascii_lowercase());
            prop_assert_eq!(record.to_string().parse(), Ok(record));
        }
    }

    #[test]
    fn no_text_panics_and_spans_lie_within(text in "(v=spf1 )?\\PC{0,60}") {
        for ScannedTerm { span, term } in SpfRecord::scan(&text).unwrap_or_default() {
            prop_assert!(text.get(span.clone()).is_some());
            if let Err(error) = term {
                prop_assert!(span.start <= error.span().start && error.span().end <= span.end);
            }
        }
    }
}

#[test]
fn a_part_of_a_record_holds_no_other_term() {
    let check = |text: &str| {
        let error = text.parse::<Mechanism>().expect_err(text).to_string();
        assert!(error.starts_with("unexpected character"), "{text:?}: {error}");
    };
    check("include:x.test +all a.test");
    check("a:x.test\n.a.test");
    check("exists:%{i} +all.a.test");
    check("mx:\u{3000}a.test");
    assert!("a b".parse::<MacroString>().is_err());
}
