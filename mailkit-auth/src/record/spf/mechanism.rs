//! What an SPF directive compares with the client (RFC 7208 section 5).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::domain_spec::check_visible;
use super::{CidrLength, DomainSpec, DualCidrLength};
use crate::{RecordError, RecordErrorKind};

/// A mechanism of an SPF record.
///
/// ```
/// use mailkit_auth::record::spf::Mechanism;
///
/// assert_eq!(Mechanism::mx().to_string(), "mx");
/// let mechanism: Mechanism = "a:mail.acme.test/24//64".parse()?;
/// assert_eq!(mechanism.to_string(), "a:mail.acme.test/24//64");
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mechanism {
    /// Matches every client (section 5.1).
    All,
    /// Matches if the other domain's record passes (section 5.2).
    Include(DomainSpec),
    /// Matches the addresses of a host (section 5.3).
    A {
        /// The host; the domain itself where absent.
        domain: Option<DomainSpec>,
        /// How much of each address counts.
        cidr: DualCidrLength,
    },
    /// Matches the addresses of a domain's mail exchangers (section 5.4).
    Mx {
        /// The domain; the domain itself where absent.
        domain: Option<DomainSpec>,
        /// How much of each address counts.
        cidr: DualCidrLength,
    },
    /// Matches clients whose validated name lies under a domain (section 5.5; not to be published).
    Ptr(Option<DomainSpec>),
    /// Matches an IPv4 network (section 5.6).
    Ip4 {
        /// An address of the network.
        address: Ipv4Addr,
        /// Its length; a single address where absent.
        cidr: Option<CidrLength<32>>,
    },
    /// Matches an IPv6 network (section 5.6).
    Ip6 {
        /// An address of the network.
        address: Ipv6Addr,
        /// Its length; a single address where absent.
        cidr: Option<CidrLength<128>>,
    },
    /// Matches if the name has an address, whatever it is (section 5.7).
    Exists(DomainSpec),
}

impl Mechanism {
    /// The addresses of the domain itself.
    #[must_use]
    pub fn a() -> Self {
        Self::A { domain: None, cidr: DualCidrLength::default() }
    }

    /// The addresses of the domain's own mail exchangers.
    #[must_use]
    pub fn mx() -> Self {
        Self::Mx { domain: None, cidr: DualCidrLength::default() }
    }

    /// The name of the mechanism, in lower case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Include(_) => "include",
            Self::A { .. } => "a",
            Self::Mx { .. } => "mx",
            Self::Ptr(_) => "ptr",
            Self::Ip4 { .. } => "ip4",
            Self::Ip6 { .. } => "ip6",
            Self::Exists(_) => "exists",
        }
    }

    /// The domain it names, if it names one.
    #[must_use]
    pub fn domain(&self) -> Option<&DomainSpec> {
        match self {
            Self::Include(domain) | Self::Exists(domain) => Some(domain),
            Self::A { domain, .. } | Self::Mx { domain, .. } | Self::Ptr(domain) => domain.as_ref(),
            Self::All | Self::Ip4 { .. } | Self::Ip6 { .. } => None,
        }
    }

    /// Whether it counts against the ten lookups of a check (section 4.6.4).
    #[must_use]
    pub fn needs_lookup(&self) -> bool {
        !matches!(self, Self::All | Self::Ip4 { .. } | Self::Ip6 { .. })
    }
}

impl FromStr for Mechanism {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        check_visible(text)?;
        Self::read(text)
    }
}

impl Mechanism {
    /// Reads a text whose characters are visible.
    pub(super) fn read(text: &str) -> Result<Self, RecordError> {
        let end = text.bytes().position(|octet| matches!(octet, b':' | b'/'));
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        let argument = Argument { at: name.len(), text: rest };
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        match () {
            () if is("ip4") => {
                argument.network().map(|(address, cidr)| Self::Ip4 { address, cidr })
            }
            () if is("ip6") => {
                argument.network().map(|(address, cidr)| Self::Ip6 { address, cidr })
            }
            () if is("include") => argument.domain().map(Self::Include),
            () if is("a") => argument.host().map(|(domain, cidr)| Self::A { domain, cidr }),
            () if is("mx") => argument.host().map(|(domain, cidr)| Self::Mx { domain, cidr }),
            () if is("all") => argument.none().map(|()| Self::All),
            () if is("exists") => argument.domain().map(Self::Exists),
            () if is("ptr") && rest.is_empty() => Ok(Self::Ptr(None)),
            () if is("ptr") => argument.domain().map(|domain| Self::Ptr(Some(domain))),
            () => {
                let kind = RecordErrorKind::UnknownMechanism { name: name.to_owned() };
                Err(RecordError::new(kind, 0..text.len()))
            }
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::All | Self::Ptr(None) => Ok(()),
            Self::Include(domain) | Self::Exists(domain) | Self::Ptr(Some(domain)) => {
                write!(f, ":{domain}")
            }
            Self::A { domain, cidr } | Self::Mx { domain, cidr } => {
                domain.iter().try_for_each(|domain| write!(f, ":{domain}"))?;
                cidr.fmt(f)
            }
            Self::Ip4 { address, cidr } => {
                write!(f, ":{address}")?;
                cidr.iter().try_for_each(|cidr| write!(f, "/{cidr}"))
            }
            Self::Ip6 { address, cidr } => {
                write!(f, ":{address}")?;
                cidr.iter().try_for_each(|cidr| write!(f, "/{cidr}"))
            }
        }
    }
}

/// What follows the name of a mechanism, with its place in the term.
#[derive(Clone, Copy)]
struct Argument<'t> {
    at: usize,
    text: &'t str,
}

impl Argument<'_> {
    fn none(self) -> Result<(), RecordError> {
        if self.text.is_empty() {
            Ok(())
        } else {
            Err(self.error(RecordErrorKind::InvalidArgument))
        }
    }

    fn domain(self) -> Result<DomainSpec, RecordError> {
        let Some(domain) = self.text.strip_prefix(':') else {
            return Err(self.error(RecordErrorKind::InvalidArgument));
        };
        DomainSpec::read(domain).map_err(|error| error.shifted(self.at + 1))
    }

    /// `[":" domain-spec] [dual-cidr-length]`. A domain may hold slashes, so the lengths are taken
    /// from the end, where only digits follow a slash.
    fn host(self) -> Result<(Option<DomainSpec>, DualCidrLength), RecordError> {
        if self.text.is_empty() {
            return Ok((None, DualCidrLength::default()));
        }
        let (rest, ip6) = self.split_length("//");
        let (rest, ip4) = rest.split_length("/");
        let domain = match rest.text {
            "" => None,
            _ => Some(rest.domain()?),
        };
        let ip4 = ip4.map(Self::length).transpose()?;
        Ok((domain, DualCidrLength { ip4, ip6: ip6.map(Self::length).transpose()? }))
    }

    fn network<A: FromStr, const MAX: u8>(
        self,
    ) -> Result<(A, Option<CidrLength<MAX>>), RecordError> {
        let (rest, length) = self.split_length("/");
        let address = rest.text.strip_prefix(':').and_then(|address| address.parse().ok());
        let address = address.ok_or_else(|| self.error(RecordErrorKind::InvalidArgument))?;
        Ok((address, length.map(Self::length).transpose()?))
    }

    fn length<const MAX: u8>(self) -> Result<CidrLength<MAX>, RecordError> {
        let too_long = RecordErrorKind::InvalidCidrLength { max: MAX };
        CidrLength::read(self.text).ok_or_else(|| self.error(too_long))
    }

    /// Splits `mark` and the digits after it off the end.
    fn split_length(self, mark: &str) -> (Self, Option<Self>) {
        let digits = self.text.bytes().rev().take_while(u8::is_ascii_digit).count();
        let Some((text, digits)) = self.text.split_at_checked(self.text.len() - digits) else {
            return (self, None);
        };
        match text.strip_suffix(mark) {
            Some(text) if !digits.is_empty() => {
                let at = self.at + self.text.len() - digits.len();
                (Self { text, ..self }, Some(Self { at, text: digits }))
            }
            _ => (self, None),
        }
    }

    fn error(self, kind: RecordErrorKind) -> RecordError {
        RecordError::new(kind, self.at..self.at + self.text.len())
    }
}
