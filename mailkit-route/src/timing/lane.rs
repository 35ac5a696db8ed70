//! Whom a limit is about: one egress towards one provider.

use std::{fmt, str::FromStr, sync::Arc};

use crate::{Domain, EgressId, Host, ParseError, ParseErrorKind};

/// Who runs the mail hosts of a domain, as the host names them: `google`, or the domain itself.
///
/// Receivers count what comes from an address over all the domains they serve, so limits are kept by
/// provider: a domain of its own for each customer of Google's would be a budget for each.
/// [`Providers`](super::Providers) tells them by their MX records. Names are kept in lower case.
///
/// ```
/// use mailkit_route::timing::Provider;
/// assert_eq!("Google".parse::<Provider>()?.as_str(), "google");
/// assert!("two words".parse::<Provider>().is_err());
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provider(Arc<str>);

impl Provider {
    /// The longest name, in bytes.
    pub const MAX_LENGTH: usize = 253;

    /// Everybody without a name of their own: what the long tail of small domains shares.
    #[must_use]
    pub fn others() -> Self {
        Self("*".into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Provider {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let kind = if text.is_empty() {
            ParseErrorKind::Empty
        } else if text.len() > Self::MAX_LENGTH {
            ParseErrorKind::TooLong { limit: Self::MAX_LENGTH }
        } else if !text.bytes().all(|b| b.is_ascii_graphic()) {
            ParseErrorKind::InvalidLabel
        } else {
            return Ok(Self(text.to_ascii_lowercase().into()));
        };
        Err(ParseError::new(kind, 0..text.len()))
    }
}

impl From<&Domain> for Provider {
    fn from(domain: &Domain) -> Self {
        Self(domain.as_str().into())
    }
}

impl From<&Host> for Provider {
    /// The name, or the address as text.
    fn from(host: &Host) -> Self {
        match host {
            Host::Address(address) => Self(address.to_string().into()),
            Host::Name(domain) => domain.into(),
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Provider {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

/// One egress towards one provider: what warm-up and pacing are about. A clone allocates nothing.
///
/// ```
/// use mailkit_route::{Egress, GeoPoint, timing::Lane};
/// let frankfurt = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
/// assert_eq!(Lane::new(frankfurt.id(), &"google".parse()?).to_string(), "fra to google");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Lane {
    /// Where connections start.
    pub egress: EgressId,
    /// Who receives.
    pub provider: Provider,
}

impl Lane {
    /// From this egress to this provider.
    #[must_use]
    pub fn new(egress: &EgressId, provider: &Provider) -> Self {
        Self { egress: egress.clone(), provider: provider.clone() }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.egress, self.provider)
    }
}
