//! The domains of the author: the From field, read strictly.

mod list;

use std::borrow::Cow;
use std::net::IpAddr;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use list::{addresses, has_unquoted_at};
use thiserror::Error;

use crate::Domain;
use crate::message::{HeaderError, RawMessage};

/// Why a message does not say who wrote it (RFC 5322 section 3.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AuthorError {
    /// The header cannot be read.
    #[error("unreadable header: {0}")]
    Header(HeaderError),
    /// There is no From field.
    #[error("no From field")]
    Missing,
    /// There are several From fields.
    #[error("more than one From field")]
    Repeated,
    /// The From field holds something that is no address, or none at all.
    #[error("the From field holds no address, or text that is none")]
    Malformed,
    /// The From field names addresses of several domains. DMARC passes if every one of them is
    /// proved; a host may refuse such a message all the same.
    #[error("the From field names several domains")]
    SeveralDomains,
    /// The From field names an IP address where a domain should stand.
    #[error("the From field names an IP address")]
    AddressLiteral,
}

#[cfg(feature = "serde")]
impl serde::Serialize for AuthorError {
    /// As its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The domains of all addresses in all From fields, and why they are not to be trusted.
pub(super) fn domains(message: &RawMessage<'_>) -> (Vec<Domain>, Option<AuthorError>) {
    let mut domains = Vec::new();
    let mut error = match message.named("From").count() {
        0 => Some(AuthorError::Missing),
        1 => None,
        _ => Some(AuthorError::Repeated),
    };
    for field in message.named("From") {
        let value = String::from_utf8_lossy(field.value);
        if value.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t')) {
            error = error.or(Some(AuthorError::Malformed));
        }
        for address in addresses(&value) {
            match address.and_then(|address| domain_of(&address)) {
                Ok(domain) if domains.contains(&domain) || domains.len() == MAX_DOMAINS => {}
                Ok(domain) => domains.push(domain),
                Err(bad) => error = error.or(Some(bad)),
            }
        }
    }
    if domains.is_empty() {
        error = error.or(Some(AuthorError::Malformed));
    }
    if domains.len() > 1 {
        error = error.or(Some(AuthorError::SeveralDomains));
    }
    (domains, error)
}

/// Domains that are kept: many more than a DMARC check accepts.
const MAX_DOMAINS: usize = 16;

fn domain_of(address: &str) -> Result<Domain, AuthorError> {
    let mailbox = without_route(address).ok_or(AuthorError::Malformed)?;
    let (local_part, domain) = mailbox.rsplit_once('@').ok_or(AuthorError::Malformed)?;
    let domain = domain.trim();
    if local_part.trim().is_empty() || has_unquoted_at(local_part) {
        return Err(AuthorError::Malformed);
    }
    if domain.starts_with('[') || domain.parse::<IpAddr>().is_ok() {
        return Err(AuthorError::AddressLiteral);
    }
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

/// An address without the hosts that older mail puts before it, `@x.test,@y.test:a@b.test` (RFC
/// 5322 section 4.4); `None` if what stands there is something else.
fn without_route(address: &str) -> Option<&str> {
    if !address.starts_with('@') {
        return Some(address);
    }
    let (route, mailbox) = address.split_once(':')?;
    let is_host = |host: &str| {
        host.trim().strip_prefix('@').is_some_and(|host| host.trim().parse::<Domain>().is_ok())
    };
    route.split(',').all(is_host).then_some(mailbox)
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
        check("From: a@b.test", &["b.test"], None);
        check("From: =?utf-8?q?J?= <a@B.test>", &["b.test"], None);
        check("From: \"Doe, J <x@y.test>\"\r\n <a@b.test>", &["b.test"], None);
        check("From: (x@y.test) a@b.test (\\) <c@d.test>)", &["b.test"], None);
        check("From: ceo@bank.test <a@b.test>", &["b.test"], None);
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
        check("From: a@b.test <", &[], MALFORMED);
        check("From: <a@b.test> <c@d.test>", &[], MALFORMED);
        check("From: <a@b.test> x", &[], MALFORMED);
        check("From: \"a@b.test", &[], MALFORMED);
        check("From: Doe, John <a@b.test>", &["b.test"], MALFORMED);
        check("From: a@[192.0.2.1]", &[], Some(AuthorError::AddressLiteral));
        check("From: a@[IPv6:2001:db8::1]", &[], Some(AuthorError::AddressLiteral));
        check("From: <a@[IPv6:2001:db8::1]>", &[], Some(AuthorError::AddressLiteral));
        check("From: x@[: ceo@victim.test;", &[], MALFORMED);
        check("From: x@[y]: a@b.test;", &[], MALFORMED);
        check("From: x@[: <ceo@victim.test>", &[], MALFORMED);
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
}
