//! Which hosts an MTA-STS policy means.

use std::{fmt, str::FromStr};

use crate::{Domain, ParseError};

/// A host, or with `*.` in front every host one label below a domain (RFC 8461 section 4.1).
///
/// ```
/// use mailkit_route::tls_policy::MxPattern;
/// let pattern: MxPattern = "*.Buyer.example".parse()?;
/// assert!(pattern.matches(&"mx.buyer.example".parse()?));
/// assert!(!pattern.matches(&"a.mx.buyer.example".parse()?));
/// assert_eq!(pattern.to_string(), "*.buyer.example");
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MxPattern {
    wildcard: bool,
    domain: Domain,
}

impl MxPattern {
    /// Whether this host is meant. A star stands for one label, never for none or several.
    #[must_use]
    pub fn matches(&self, host: &Domain) -> bool {
        if !self.wildcard {
            return *host == self.domain;
        }
        host.as_str().split_once('.').is_some_and(|(_, parent)| parent == self.domain.as_str())
    }
}

impl FromStr for MxPattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.strip_prefix("*.") {
            Some(parent) => {
                let domain = parent.parse().map_err(|error: ParseError| error.shifted(2))?;
                Ok(Self { wildcard: true, domain })
            }
            None => Ok(Self { wildcard: false, domain: text.parse()? }),
        }
    }
}

impl fmt::Display for MxPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.wildcard { "*." } else { "" }, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, host: &str, expected: bool) {
        let pattern: MxPattern = pattern.parse().unwrap();
        assert_eq!(pattern.matches(&host.parse().unwrap()), expected, "{pattern} and {host}");
    }

    #[test]
    fn s4_a_star_is_one_label() {
        check("mail.a.example", "MAIL.a.example.", true);
        check("mail.a.example", "x.mail.a.example", false);
        check("*.a.example", "mail.a.example", true);
        check("*.A.example.", "mail.a.EXAMPLE", true);
        check("*.a.b", "x.y.a.b", false);
        check("*.a.b", "a.b", false);
        check("*.a.example", "mail.b.example", false);
        check("*.a.example", "xa.example", false);
        check("xn--bcher-kva.example", "XN--BCHER-KVA.example", true);
        check("*.example", "mx.example", true);
    }

    #[test]
    fn s4_a_star_stands_in_front_alone() {
        for (text, expected) in [
            ("mail.*.example", "invalid label at byte 5"),
            ("*mail.example", "invalid label at byte 0"),
            ("*", "invalid label at byte 0"),
            ("*.", "empty text at byte 2"),
            ("*.*.example", "invalid label at byte 2"),
            ("bücher.example", "name is not in A-labels at byte 0"),
            ("192.0.2.1", "IP address instead of a host name at byte 0"),
        ] {
            let read = text.parse::<MxPattern>().map_err(|error| error.to_string());
            assert_eq!(read, Err(expected.to_owned()), "{text}");
        }
    }
}
