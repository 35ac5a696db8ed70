//! The domains of the author: the From field, read strictly.

mod list;

use std::net::IpAddr;

use list::{Author, authors, is_local_part};
use thiserror::Error;

use crate::{Domain, HeaderError};

/// Why a message does not say who wrote it (RFC 5322 section 3.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AuthorError {
    /// The header cannot be read.
    #[error("unreadable header")]
    Header(#[source] HeaderError),
    /// There is no From field.
    #[error("no From field")]
    Missing,
    /// There are several From fields.
    #[error("more than one From field")]
    Repeated,
    /// The From field holds something that is no address, or none at all.
    #[error("the From field holds no address, or text that is none")]
    Malformed,
    /// The From field names addresses of several domains; one without quotes in the name before an
    /// address counts too, as programs read either. DMARC passes if every one of them is proved; a
    /// host may refuse such a message all the same.
    #[error("the From field names several domains")]
    SeveralDomains,
    /// The From field names an IP address where a domain should stand.
    #[error("the From field names an IP address")]
    AddressLiteral,
    /// The From field names a domain with letters beyond ASCII, where A-labels alone are read.
    #[error(
        "the From field names a domain with letters beyond ASCII, which is read as A-labels alone"
    )]
    NotALabel,
}

#[cfg(feature = "serde")]
impl serde::Serialize for AuthorError {
    /// As its kind in kebab case with its values, and its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = |kind| crate::tagged::Tagged::new(serializer, kind);
        let tagged = match self {
            Self::Header(error) => kind("header").with("error", error),
            Self::Missing => kind("missing"),
            Self::Repeated => kind("repeated"),
            Self::Malformed => kind("malformed"),
            Self::SeveralDomains => kind("several-domains"),
            Self::AddressLiteral => kind("address-literal"),
            Self::NotALabel => kind("not-a-label"),
        };
        tagged.end(self)
    }
}

/// How the domain of an address becomes one of the DNS.
pub(crate) type ReadDomain = fn(&str) -> Result<Domain, AuthorError>;

/// The domains of all addresses in these values of From fields, and why they are not to be trusted.
pub(crate) fn domains(
    fields: impl IntoIterator<Item: AsRef<[u8]>>,
    read: ReadDomain,
) -> (Vec<Domain>, Option<AuthorError>) {
    let mut domains = Vec::new();
    let mut error = Some(AuthorError::Missing);
    for (index, field) in fields.into_iter().enumerate() {
        error = if index == 0 { None } else { Some(AuthorError::Repeated) };
        let value = String::from_utf8_lossy(field.as_ref());
        if value.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t')) {
            error = error.or(Some(AuthorError::Malformed));
        }
        for author in authors(&value) {
            match author.and_then(|author| domain_of(&author, read)) {
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

/// The only address in these values of From fields: the text before its `@`, and its domain.
#[cfg(all(feature = "report", feature = "verify"))]
pub(crate) fn only_address(
    fields: impl IntoIterator<Item: AsRef<[u8]>>,
    read: ReadDomain,
) -> Option<(String, Domain)> {
    let mut fields = fields.into_iter();
    let field = fields.next().filter(|_| fields.next().is_none())?;
    let found = authors(&String::from_utf8_lossy(field.as_ref()));
    let [Ok(Author::Address(address))] = found.as_slice() else { return None };
    let domain = domain_of_address(address, read).ok()?;
    let (local_part, _) = without_route(address)?.rsplit_once('@')?;
    Some((local_part.trim().to_owned(), domain))
}

/// Domains that are kept: many more than a DMARC check accepts.
const MAX_DOMAINS: usize = 16;

fn domain_of(author: &Author, read: ReadDomain) -> Result<Domain, AuthorError> {
    match author {
        Author::Address(address) => domain_of_address(address, read),
        Author::DomainInName(domain) => domain_of_host(domain, read),
    }
}

fn domain_of_address(address: &str, read: ReadDomain) -> Result<Domain, AuthorError> {
    let mailbox = without_route(address).ok_or(AuthorError::Malformed)?;
    let (local_part, domain) = mailbox.rsplit_once('@').ok_or(AuthorError::Malformed)?;
    if !is_local_part(local_part.trim()) {
        return Err(AuthorError::Malformed);
    }
    domain_of_host(domain.trim(), read)
}

fn domain_of_host(domain: &str, read: ReadDomain) -> Result<Domain, AuthorError> {
    if domain.starts_with('[') || domain.parse::<IpAddr>().is_ok() {
        return Err(AuthorError::AddressLiteral);
    }
    read(domain)
}

/// A domain of A-labels, as a core without tables of Unicode reads it.
pub(crate) fn a_labels(domain: &str) -> Result<Domain, AuthorError> {
    let error = if domain.is_ascii() { AuthorError::Malformed } else { AuthorError::NotALabel };
    domain.parse().map_err(|_| error)
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
