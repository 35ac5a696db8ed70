//! Where egresses and mail hosts stand, and how far apart.

use thiserror::Error;

use crate::GeoPoint;

/// A place where an egress or a mail host may stand.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Site {
    /// Its name, as the matrix of round trips gives it.
    pub name: String,
    /// Where it is, if known.
    pub point: Option<GeoPoint>,
}

impl Site {
    /// A place of that name.
    #[must_use]
    pub fn new(name: impl Into<String>, point: Option<GeoPoint>) -> Self {
        Self { name: name.into(), point }
    }
}

/// Places, and the median round trip between each two.
///
/// ```
/// use mailkit_route::sim::{Site, Topology};
/// let sites = vec![Site::new("Hong Kong", None), Site::new("Frankfurt", None)];
/// let measured = |from: usize, to: usize| (from < to).then_some(0.183);
/// let topology = Topology::new(sites, measured)?;
/// assert_eq!(topology.round_trip(1, 0), 0.183);
/// # Ok::<(), mailkit_route::sim::TopologyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Topology {
    sites: Vec<Site>,
    round_trips: Vec<f64>,
}

impl Topology {
    /// The most places.
    pub const SITES: usize = 1_000;

    /// Places, and the round trips measured between them, in seconds.
    ///
    /// Where only the way back was measured, it stands for both; where neither was, the distance does.
    /// Within a place a round trip takes 1.5 ms.
    ///
    /// # Errors
    /// When there are fewer than two places or more than [`Topology::SITES`], when a round trip is not
    /// positive or above a minute, or when two places have neither a round trip nor a known distance.
    pub fn new(
        sites: Vec<Site>,
        measured: impl Fn(usize, usize) -> Option<f64>,
    ) -> Result<Self, TopologyError> {
        if !(2..=Self::SITES).contains(&sites.len()) {
            return Err(TopologyError::Sites(sites.len()));
        }
        let mut round_trips = Vec::with_capacity(sites.len() * sites.len());
        for (from, here) in sites.iter().enumerate() {
            for (to, there) in sites.iter().enumerate() {
                let known = measured(from, to).or_else(|| measured(to, from));
                let names = || (here.name.clone(), there.name.clone());
                let round_trip = match known {
                    _ if from == to => WITHIN_A_SITE,
                    Some(seconds) if seconds > 0.0 && seconds <= 60.0 => seconds,
                    Some(_) => return Err(TopologyError::RoundTrip(names().0, names().1)),
                    None => by_distance(here, there)
                        .ok_or_else(|| TopologyError::Unknown(names().0, names().1))?,
                };
                round_trips.push(round_trip);
            }
        }
        Ok(Self { sites, round_trips })
    }

    /// The places.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The place of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.sites.iter().position(|site| site.name.eq_ignore_ascii_case(name))
    }

    /// The median round trip between two places, in seconds; 0 where there is no such place.
    #[must_use]
    pub fn round_trip(&self, from: usize, to: usize) -> f64 {
        let row = self.round_trips.chunks_exact(self.sites.len()).nth(from);
        row.and_then(|row| row.get(to)).copied().unwrap_or_default()
    }
}

/// What is wrong with a topology.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum TopologyError {
    /// Too few or too many places.
    #[error("{0} places: a topology has 2 to {most}", most = Topology::SITES)]
    Sites(usize),
    /// A round trip that no network has.
    #[error("the round trip from {0} to {1} is not above 0 and at most a minute")]
    RoundTrip(String, String),
    /// Nothing tells how far apart two places are.
    #[error("neither a round trip nor coordinates tell how far {0} is from {1}")]
    Unknown(String, String),
}

/// In seconds: between machines of one data centre.
const WITHIN_A_SITE: f64 = 0.0015;

/// In seconds, over fibre that takes no straight way.
fn by_distance(from: &Site, to: &Site) -> Option<f64> {
    let kilometers = from.point?.kilometers_to(to.point?);
    Some(0.010 + kilometers * 2.0 / 110_000.0)
}
