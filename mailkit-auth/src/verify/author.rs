//! The authors of a message, with letters of any script in their domains.

use std::borrow::Cow;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use crate::Domain;
use crate::author;
use crate::dmarc::AuthorError;
use crate::message::RawMessage;

/// The domains of all addresses in all From fields, and why they are not to be trusted.
pub(super) fn domains(message: &RawMessage<'_>) -> (Vec<Domain>, Option<AuthorError>) {
    author::domains(message.named("From").map(|field| field.value), to_domain)
}

fn to_domain(domain: &str) -> Result<Domain, AuthorError> {
    a_label(domain)?.parse().map_err(|_| AuthorError::Malformed)
}

/// The domain as the DNS has it (RFC 8616 section 3): letters beyond ASCII become `xn--` labels.
fn a_label(domain: &str) -> Result<Cow<'_, str>, AuthorError> {
    if domain.is_ascii() {
        return Ok(domain.into());
    }
    Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
        .map_err(|_| AuthorError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderLimits;

    #[track_caller]
    fn check(header: &str, expected: &[&str], error: Option<AuthorError>) {
        let text = format!("{header}\r\n\r\n");
        let message = RawMessage::read(text.as_bytes(), HeaderLimits::default()).unwrap();
        let (domains, actual) = domains(&message);
        let domains: Vec<&str> = domains.iter().map(Domain::as_str).collect();
        assert_eq!((domains.as_slice(), actual), (expected, error), "{header:?}");
    }

    #[test]
    fn authors() {
        const SEVERAL: Option<AuthorError> = Some(AuthorError::SeveralDomains);
        const MALFORMED: Option<AuthorError> = Some(AuthorError::Malformed);
        const LITERAL: Option<AuthorError> = Some(AuthorError::AddressLiteral);
        check("From: a@b.test", &["b.test"], None);
        check("From: =?utf-8?q?J?= <a@B.test>", &["b.test"], None);
        check("From: \"Doe, J <x@y.test>\"\r\n <a@b.test>", &["b.test"], None);
        check("From: (x@y.test) a@b.test (\\) <c@d.test>)", &["b.test"], None);
        check("From: \"a@c.test\"@b.test", &["b.test"], None);
        check("From: <@x.test,@y.test:a@b.test>", &["b.test"], None);
        check("From: a@b.test, c@d.test, e@b.test", &["b.test", "d.test"], SEVERAL);
        check("From: Team: a@b.test, c@d.test;", &["b.test", "d.test"], SEVERAL);
        check("From: Team: a@b.test, c@b.test;", &["b.test"], None);
        check("From: <@x.test:a@c.test@b.test>", &[], MALFORMED);
        check("From: <@x.test, y@c.test:a@b.test>", &[], MALFORMED);
        check("From: <ceo@victim.test@e0.test>", &[], MALFORMED);
        check("From: ceo@victim.test@e0.test", &[], MALFORMED);
        check("From: ceo@victim.test(x)@e0.test", &[], MALFORMED);
        check("From: ceo@victim.test x@e0.test", &[], MALFORMED);
        check("From: \"\\\"@c\"@b.test", &["b.test"], None);
        check("From: \"a\"@c.test\"b\"@b.test", &[], MALFORMED);
        check("From: ceo@victim.test:x@e0.test;", &[], MALFORMED);
        check("From: <ceo@victim.test>:x@e0.test;", &[], MALFORMED);
        check("From: <ceo@victim.test>:;", &[], MALFORMED);
        check("From: \"a@c.test\": x@b.test;", &["b.test"], None);
        check("From: a\x01@b.test", &["b.test"], MALFORMED);
        check("From: A\x0bnn <a@b.test>", &["b.test"], MALFORMED);
        check("From: (\x7f) a@b.test", &["b.test"], MALFORMED);
        check("From: \"\x08\" <a@b.test>", &["b.test"], MALFORMED);
        check("From:\tAnn\r\n\t<a@b.test>", &["b.test"], None);
        check("From: nobody:;", &[], MALFORMED);
        check("From:", &[], MALFORMED);
        check("From: a@b.test <", &["b.test"], MALFORMED);
        check("From: <a@b.test> <c@d.test>", &[], MALFORMED);
        check("From: <a@b.test> x", &[], MALFORMED);
        check("From: \"a@b.test", &[], MALFORMED);
        check("From: Doe, John <a@b.test>", &["b.test"], MALFORMED);
        check("From: a@[192.0.2.1]", &[], LITERAL);
        check("From: a@[IPv6:2001:db8::1]", &[], LITERAL);
        check("From: <a@[IPv6:2001:db8::1]>", &[], LITERAL);
        check("From: x@[: ceo@victim.test;", &[], MALFORMED);
        check("From: \"x@[\" <a@b.test>", &["b.test"], None);
        // This took seconds where each colon looked for the bracket.
        check(&format!("From: x@[{}", ":".repeat(100_000)), &[], LITERAL);
        check("From: x@[y]: a@b.test;", &[], MALFORMED);
        check("From: x@[: <ceo@victim.test>", &[], MALFORMED);
        check("From: \"a\r\n <ceo@bank.test>,\r\n b\" <a@b.test>", &[], MALFORMED);
        check("From: \"ceo@bank.test,\r\n b\" <a@b.test>", &[], MALFORMED);
        check("From: \"a\r\n b\"@b.test", &[], MALFORMED);
        check("From: \"ceo@bank.test\r\n b\": a@b.test;", &[], MALFORMED);
        check("From: \"Doe,\r\n John\" <a@b.test>", &["b.test"], None);
        check("From: a@Bücher.test", &["xn--bcher-kva.test"], None);
        check("From: ü@b.test", &["b.test"], None);
        check("From: a@ｂank.test, c@bank.test", &["bank.test"], None);
        check("From: a@bücher.test, c@xn--bcher-kva.test", &["xn--bcher-kva.test"], None);
        check("From: a@bücher..test", &[], MALFORMED);
        check("From: a@b\u{202e}ü.test", &[], MALFORMED);
        check("From: a@\u{fffd}.test", &[], MALFORMED);
        check("From: @b.test", &[], MALFORMED);
        check("To: a@b.test", &[], Some(AuthorError::Missing));
        check(
            "From: a@b.test\r\nfrom : c@d.test",
            &["b.test", "d.test"],
            Some(AuthorError::Repeated),
        );
    }

    /// A reader that stops at the second word, or at a stray bracket, sees another author.
    #[test]
    fn addresses_beside_addresses() {
        let encoded = "=?utf-8?b?Y2VvQGJhbmsudGVzdA==?=";
        for other in ["\"ceo@bank.test\"", encoded, "ceo"] {
            let check = |rest: &str| {
                check(&format!("From: {other}{rest}"), &[], Some(AuthorError::Malformed));
            };
            for between in [" ", "\t", "\r\n ", "\u{a0}", "(x)", "\"\""] {
                check(&format!("{between}a@b.test"));
            }
            for stray in ["[", "]", "] ", "[x] ", "\\", ")"] {
                check(&format!("{stray}a@b.test"));
                // No program finds a domain in the word.
                if other != "ceo" || matches!(stray, "\\" | ")") {
                    check(&format!("{stray}<a@b.test>"));
                    check(&format!("{stray}: a@b.test;"));
                }
            }
        }
        for address in [
            format!("{encoded}@b.test"),
            format!("<{encoded}@b.test>"),
            format!("\"{encoded}\"@b.test"),
            "<ceo a@b.test>".to_owned(),
            "<\"ceo@bank.test\"[a@b.test>".to_owned(),
            "\"ceo@bank.test\".a@b.test".to_owned(),
            "a@b.test]".to_owned(),
            "a]@b.test".to_owned(),
            ": a@b.test;".to_owned(),
            ":\"ceo@bank.test\".\tx: a@b.test;".to_owned(),
        ] {
            check(&format!("From: {address}"), &[], Some(AuthorError::Malformed));
        }
        check("From: [a@b.test] <a@b.test>", &["b.test"], Some(AuthorError::Malformed));
        for honest in [
            "(x) a (y) @ (z) b.test (x)",
            "\r\n \"a b\"@b.test",
            "x: a@b.test;, y: c@b.test;, d@b.test",
            "<\"[\\\" \\\\\"@b.test>",
            "a..=b?+!#$%&'*/^_`{|}~-@b.test",
            "\"Ann [Acme] \\) (x)\" <a@b.test>",
            "Ann =?utf-8?q?=5B?= <a@b.test>",
            "[JIRA] <a@b.test>",
            "Ann [Acme] \"Doe\" <a@b.test>",
            "Team [x]: a@b.test;",
        ] {
            check(&format!("From: {honest}"), &["b.test"], None);
        }
    }

    /// A reader that takes the name before the brackets for the address sees another author.
    #[test]
    fn addresses_in_names() {
        const SEVERAL: Option<AuthorError> = Some(AuthorError::SeveralDomains);
        const MALFORMED: Option<AuthorError> = Some(AuthorError::Malformed);
        let both: &[&str] = &["b.test", "bank.test"];
        check("From: ceo@bank.test <a@b.test>", both, SEVERAL);
        check("From: ceo@bank.test(<) <a@b.test>", both, SEVERAL);
        check("From: ceo@bank.test\" \" <a@b.test>", both, SEVERAL);
        check("From: x:ceo@bank.test <a@b.test>;", both, SEVERAL);
        check("From: ceo@bank.test\r\n \r\n <a@b.test>", both, SEVERAL);
        check("From: Ann ceo @ bank . test, <a@b.test>", &["b.test"], MALFORMED);
        check("From: Ann ceo @ bank . test <a@b.test>", both, SEVERAL);
        check("From: \"Ann\" ceo@bank(x).test <a@b.test>", both, SEVERAL);
        check("From: 'ceo@bank\u{3002}test' <a@b.test>", both, SEVERAL);
        check("From: ceo@bank.test@b.test <a@b.test>", both, SEVERAL);
        check("From: ceo@mail.b.test <a@b.test>", &["b.test", "mail.b.test"], SEVERAL);
        check("From: ceo@=?utf-8?q?bank=2Etest?= <a@b.test>", &["b.test"], MALFORMED);
        check("From: ceo@bank\".\"test <a@b.test>", &["b.test"], MALFORMED);
        check("From: ceo@bank.test <>", &["bank.test"], MALFORMED);
        for honest in [
            "\"ceo@bank.test\"",
            "\"\\\"ceo@bank.test\"",
            "a@b.test",
            "'a@B.test'",
            "Ann (ceo@bank.test)",
            "Ann a@b.test Doe",
            "Ann @ Acme",
            "Ann @ Acme Inc.",
            "Ann @acme",
            "=?utf-8?q?ceo=40bank.test?=",
        ] {
            check(&format!("From: {honest} <a@b.test>"), &["b.test"], None);
        }
        check(&format!("From: {} <a@b.test>", "@.".repeat(40_000)), &["b.test"], None);
    }
}
