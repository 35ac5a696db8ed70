//! Where connections start: our own machines in several regions.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use crate::{GeoPoint, ParseError, ParseErrorKind};

/// The short name of an egress, such as `fra`: printable ASCII.
///
/// ```
/// use mailkit_route::EgressId;
/// assert_eq!("fra".parse::<EgressId>()?.as_str(), "fra");
/// assert!("".parse::<EgressId>().is_err());
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EgressId(Arc<str>);

impl EgressId {
    /// The longest name, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EgressId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EgressId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let kind = if text.is_empty() {
            ParseErrorKind::Empty
        } else if text.len() > Self::MAX_LENGTH {
            ParseErrorKind::TooLong { limit: Self::MAX_LENGTH }
        } else if !text.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            ParseErrorKind::InvalidLabel
        } else {
            return Ok(Self(text.into()));
        };
        Err(ParseError::new(kind, 0..text.len()))
    }
}

/// A point of our own network that can open SMTP connections.
///
/// ```
/// use mailkit_route::{Egress, GeoPoint};
/// let frankfurt = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?)
///     .with_address("198.51.100.7".parse()?);
/// assert!(frankfurt.reaches("203.0.113.10".parse()?));
/// assert!(!frankfurt.reaches("2001:db8::10".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Egress {
    id: EgressId,
    region: Arc<str>,
    location: GeoPoint,
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    handoff: Duration,
    carrier: Option<Carrier>,
    tags: Vec<Box<str>>,
}

impl Egress {
    /// An egress that lets the system choose the source address, for IPv4 and IPv6 alike.
    ///
    /// [`RoutePlanner::new`](crate::RoutePlanner::new) checks the id and the region.
    #[must_use]
    pub fn new(id: &str, region: &str, location: GeoPoint) -> Self {
        Self {
            id: EgressId(id.into()),
            region: region.into(),
            location,
            ipv4: None,
            ipv6: None,
            handoff: Duration::ZERO,
            carrier: None,
            tags: Vec::new(),
        }
    }

    /// Sends from this address. Once an egress has an address it reaches only hosts of that family,
    /// so an egress for both gets two.
    #[must_use]
    pub fn with_address(mut self, address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => self.ipv4 = Some(address),
            IpAddr::V6(address) => self.ipv6 = Some(address),
        }
        self
    }

    /// Mail has to be handed over to this egress first, which takes so long; 0 where it starts, at most an hour. It
    /// counts for the choice, and the planner asks for probes of such an egress.
    #[must_use]
    pub fn with_handoff(self, handoff: Duration) -> Self {
        Self { handoff: handoff.min(LONGEST_HANDOFF), ..self }
    }

    /// Its line is one of this carrier. Between the carriers of mainland China and the rest of the world, and among
    /// them, routes differ more than distances do.
    #[must_use]
    pub fn with_carrier(self, carrier: Carrier) -> Self {
        Self { carrier: Some(carrier), ..self }
    }

    /// The carrier of its line, if it was told.
    #[must_use]
    pub fn carrier(&self) -> Option<Carrier> {
        self.carrier
    }

    /// Adds a tag for [`Demand::requiring_tag`](crate::Demand::requiring_tag), such as the law its data is under.
    #[must_use]
    pub fn with_tag(mut self, tag: &str) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Whether it has a tag, letter by letter.
    #[must_use]
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| **own == *tag)
    }

    /// How long handing a mail over takes.
    #[must_use]
    pub fn handoff(&self) -> Duration {
        self.handoff
    }

    /// The short name.
    #[must_use]
    pub fn id(&self) -> &EgressId {
        &self.id
    }

    /// The region it stands in, in the host's own words.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Where it stands.
    #[must_use]
    pub fn location(&self) -> GeoPoint {
        self.location
    }

    /// The source addresses given, at most one of a family.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + use<> {
        self.ipv4.map(IpAddr::V4).into_iter().chain(self.ipv6.map(IpAddr::V6))
    }

    /// The address to bind before connecting to `destination`; `None` lets the system choose.
    #[must_use]
    pub fn source_for(&self, destination: IpAddr) -> Option<IpAddr> {
        match destination {
            IpAddr::V4(_) => self.ipv4.map(IpAddr::V4),
            IpAddr::V6(_) => self.ipv6.map(IpAddr::V6),
        }
    }

    /// Whether it can open a connection to an address of this family.
    #[must_use]
    pub fn reaches(&self, destination: IpAddr) -> bool {
        self.addresses().next().is_none() || self.source_for(destination).is_some()
    }
}

const LONGEST_HANDOFF: Duration = Duration::from_secs(3_600);

/// Whose line an egress is on, as far as it matters for mail from and to mainland China.
///
/// It is a tag and a wish, no promise: what a line is worth is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Carrier {
    /// China Mobile.
    ChinaMobile,
    /// China Telecom.
    ChinaTelecom,
    /// China Unicom.
    ChinaUnicom,
    /// Any carrier outside of mainland China.
    Overseas,
}

impl Carrier {
    /// The stable name, as in JSON.
    ///
    /// ```
    /// assert_eq!(mailkit_route::Carrier::ChinaUnicom.code(), "china-unicom");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ChinaMobile => "china-mobile",
            Self::ChinaTelecom => "china-telecom",
            Self::ChinaUnicom => "china-unicom",
            Self::Overseas => "overseas",
        }
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ChinaMobile => "China Mobile",
            Self::ChinaTelecom => "China Telecom",
            Self::ChinaUnicom => "China Unicom",
            Self::Overseas => "overseas",
        })
    }
}
