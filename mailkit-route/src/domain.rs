//! Names of hosts and domains, and address literals.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use crate::{ParseError, ParseErrorKind};

/// A domain or host name in A-labels, in lower case, without the final dot.
///
/// Underscores are let through: such mail hosts exist and answer. U-labels are refused, because a
/// resolver needs the A-label (RFC 6531 section 3.2).
///
/// ```
/// let domain: mailkit_route::Domain = "MX1.Buyer.Example.".parse()?;
/// assert_eq!(domain.to_string(), "mx1.buyer.example");
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(Box<str>);

impl Domain {
    /// The longest name, in bytes without the final dot (RFC 1035 section 2.3.4).
    pub const MAX_LENGTH: usize = 253;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Domain {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let name = text.strip_suffix('.').unwrap_or(text);
        let whole = 0..name.len();
        if name.is_empty() {
            return Err(ParseError::new(ParseErrorKind::Empty, whole));
        }
        if name.len() > Self::MAX_LENGTH {
            return Err(ParseError::new(
                ParseErrorKind::TooLong { limit: Self::MAX_LENGTH },
                whole,
            ));
        }
        let mut start = 0;
        for label in name.split('.') {
            check_label(label).map_err(|kind| ParseError::new(kind, start..start + label.len()))?;
            start += label.len() + 1;
        }
        // No top-level domain is a number, so this is an address or the attempt at one.
        if name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())) {
            return Err(ParseError::new(ParseErrorKind::IpAddress, whole));
        }
        Ok(Self(name.to_ascii_lowercase().into()))
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_label(label: &str) -> Result<(), ParseErrorKind> {
    if label.is_empty() {
        return Err(ParseErrorKind::EmptyLabel);
    }
    if label.len() > 63 {
        return Err(ParseErrorKind::TooLong { limit: 63 });
    }
    if !label.is_ascii() {
        return Err(ParseErrorKind::NotAscii);
    }
    if label.bytes().any(|b| b == b':' || b == b'[') {
        return Err(ParseErrorKind::IpAddress);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !label.bytes().all(allowed) || label.starts_with('-') || label.ends_with('-') {
        return Err(ParseErrorKind::InvalidLabel);
    }
    Ok(())
}

/// Where mail goes: a name, or an address literal such as `[203.0.113.1]` (RFC 5321 section 4.1.3).
///
/// ```
/// use mailkit_route::Host;
/// let host: Host = "[IPv6:2001:db8::1]".parse()?;
/// assert_eq!(host, Host::Address("2001:db8::1".parse()?));
/// assert_eq!(host.to_string(), "[IPv6:2001:db8::1]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Host {
    /// A name, to be looked up.
    Name(Domain),
    /// An address, to be used as it is.
    Address(IpAddr),
}

impl Host {
    /// The name, for TLS and for lookups; `None` for an address literal.
    #[must_use]
    pub fn as_domain(&self) -> Option<&Domain> {
        match self {
            Self::Name(domain) => Some(domain),
            Self::Address(_) => None,
        }
    }
}

impl From<Domain> for Host {
    fn from(domain: Domain) -> Self {
        Self::Name(domain)
    }
}

impl FromStr for Host {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let Some(rest) = text.strip_prefix('[') else { return text.parse().map(Self::Name) };
        let invalid = || ParseError::new(ParseErrorKind::InvalidLiteral, 0..text.len());
        let inner = rest.strip_suffix(']').ok_or_else(invalid)?;
        let address = match inner.split_at_checked(5) {
            Some((tag, v6)) if tag.eq_ignore_ascii_case("IPv6:") => {
                v6.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
            }
            _ => inner.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        };
        address.map(Self::Address).ok_or_else(invalid)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(domain) => domain.fmt(f),
            Self::Address(IpAddr::V4(address)) => write!(f, "[{address}]"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[IPv6:{address}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let read = text.parse::<Host>();
        let shown = read.as_ref().map(ToString::to_string).map_err(ToString::to_string);
        assert_eq!(shown, expected.map(String::from).map_err(String::from), "{text}");
        if let Ok(host) = read {
            assert_eq!(host.to_string().parse(), Ok(host));
        }
    }

    #[test]
    fn r10_names_and_literals() {
        check("Buyer.Example", Ok("buyer.example"));
        check("xn--bcher-kva.example.", Ok("xn--bcher-kva.example"));
        check("_mail.example", Ok("_mail.example"));
        check("[192.0.2.1]", Ok("[192.0.2.1]"));
        check("[ipv6:2001:DB8::1]", Ok("[IPv6:2001:db8::1]"));
        check("[2001:db8::1]", Err("invalid address literal at byte 0"));
        check("[192.0.2.1", Err("invalid address literal at byte 0"));
        check("[192.0.2.256]", Err("invalid address literal at byte 0"));
        check("", Err("empty text at byte 0"));
        check(".", Err("empty text at byte 0"));
        check("a..b", Err("empty label at byte 2"));
        check("a.-b.example", Err("invalid label at byte 2"));
        check("a b.example", Err("invalid label at byte 0"));
        check("bücher.example", Err("name is not in A-labels at byte 0"));
        check("192.0.2.1", Err("IP address instead of a host name at byte 0"));
        check("2001:db8::1", Err("IP address instead of a host name at byte 0"));
        check(&"a".repeat(64), Err("longer than 63 bytes at byte 0"));
        check(&"a.".repeat(200), Err("longer than 253 bytes at byte 0"));
    }
}
