//! What a value is about.

use std::{fmt, net::IpAddr, str::FromStr};

use crate::{EgressId, Host, ParseError, ParseErrorKind, timing::Provider};

/// What a value is about: one of our egresses, a mail host, the way between them, or whoever runs the host.
///
/// ```
/// use mailkit_route::metrics::{Scope, ScopeKind};
/// let scope: Scope = "path fra 203.0.113.10".parse()?;
/// assert_eq!((scope.kind(), scope.to_string().as_str()), (ScopeKind::Path, "path fra 203.0.113.10"));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// An egress, wherever it connects to.
    Egress(EgressId),
    /// A mail host by its name, whoever connects and at whichever of its addresses.
    Host(Host),
    /// From one egress to one address.
    Path(EgressId, IpAddr),
    /// All hosts of a provider.
    Provider(Provider),
}

impl Scope {
    /// Of which kind it is.
    #[must_use]
    pub fn kind(&self) -> ScopeKind {
        match self {
            Self::Egress(_) => ScopeKind::Egress,
            Self::Host(_) => ScopeKind::Host,
            Self::Path(..) => ScopeKind::Path,
            Self::Provider(_) => ScopeKind::Provider,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Egress(egress) => write!(f, "egress {egress}"),
            Self::Host(host) => write!(f, "host {host}"),
            Self::Path(egress, address) => write!(f, "path {egress} {address}"),
            Self::Provider(provider) => write!(f, "provider {provider}"),
        }
    }
}

impl FromStr for Scope {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let invalid = |kind| ParseError::new(kind, 0..text.len());
        let (kind, name) =
            text.split_once(' ').ok_or_else(|| invalid(ParseErrorKind::MalformedField))?;
        let inside = |error: ParseError| error.shifted(kind.len() + 1);
        match kind {
            "egress" => name.parse().map(Self::Egress).map_err(inside),
            "host" => name.parse().map(Self::Host).map_err(inside),
            "path" => {
                let (egress, address) =
                    name.rsplit_once(' ').ok_or_else(|| invalid(ParseErrorKind::MalformedField))?;
                let place = text.len() - address.len();
                let no_address = |_| ParseError::no_address(address).shifted(place);
                let address = address.parse().map_err(no_address)?;
                Ok(Self::Path(egress.parse().map_err(inside)?, address))
            }
            "provider" => name.parse().map(Self::Provider).map_err(inside),
            _ => Err(invalid(ParseErrorKind::InvalidField { name: "scope" })),
        }
    }
}

/// The kinds of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ScopeKind {
    /// [`Scope::Egress`].
    Egress,
    /// [`Scope::Host`].
    Host,
    /// [`Scope::Path`].
    Path,
    /// [`Scope::Provider`].
    Provider,
}

impl ScopeKind {
    /// All kinds, in the order of their names.
    pub const ALL: &[Self] = &[Self::Egress, Self::Host, Self::Path, Self::Provider];

    /// The stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Egress => "egress",
            Self::Host => "host",
            Self::Path => "path",
            Self::Provider => "provider",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let read = text.parse::<Scope>();
        let shown = read.as_ref().map(ToString::to_string).map_err(ToString::to_string);
        assert_eq!(shown, expected.map(String::from).map_err(String::from), "{text}");
        if let Ok(scope) = read {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
    }

    #[test]
    fn names_of_scopes() {
        check("egress fra", Ok("egress fra"));
        check("egress fra 2\"", Ok("egress fra 2\""));
        check("path fra 2 2001:db8::1", Ok("path fra 2 2001:db8::1"));
        check("host MX.Buyer.Example", Ok("host mx.buyer.example"));
        check("host [203.0.113.1]", Ok("host [203.0.113.1]"));
        check("provider *", Ok("provider *"));
        check("", Err("malformed field at byte 0"));
        check("egress ", Err("empty text at byte 7"));
        check("egress a\nb", Err("invalid label at byte 7"));
        check(&format!("egress {}", "x".repeat(65)), Err("longer than 64 bytes at byte 7"));
        check("path 203.0.113.1", Err("malformed field at byte 0"));
        check("path fra mx.example", Err("invalid IP address `mx.example` at byte 9"));
        check("path  203.0.113.1", Err("empty text at byte 5"));
        check("host a..b", Err("empty label at byte 7"));
        check("continent europe", Err("invalid value of `scope` at byte 0"));
    }
}
