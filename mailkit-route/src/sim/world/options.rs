//! What a world is made of, within bounds.

use thiserror::Error;

use crate::Limits;
use crate::sim::{FaultMix, FaultMixError, Topology};

/// What a [`World`](super::World) is made of.
///
/// ```
/// use mailkit_route::sim::WorldOptions;
/// let mut options = WorldOptions::new(vec![0, 3]);
/// options.domains = 10;
/// options.length = 3_600.0;
/// assert_eq!(options.egresses, [0, 3]);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WorldOptions {
    /// The places of the egresses by their numbers in the [`Topology`], 1 to [`Limits::EGRESSES`]. Mail
    /// starts at the first; another one has to be handed the mail first.
    pub egresses: Vec<usize>,
    /// How many domains, 1 to 10,000.
    pub domains: usize,
    /// Seconds over which mail comes and things break: a minute to a day.
    pub length: f64,
    /// What breaks.
    pub faults: FaultMix,
}

impl WorldOptions {
    /// The most domains.
    pub const DOMAINS: usize = 10_000;
    /// The longest run, in seconds.
    pub const LENGTH: f64 = 86_400.0;
    /// The most faults that may be expected: they are all drawn at the start.
    pub const FAULTS: f64 = 10_000_000.0;

    /// Sixty domains over three hours with the usual faults.
    #[must_use]
    pub fn new(egresses: Vec<usize>) -> Self {
        Self { egresses, domains: 60, length: 10_800.0, faults: FaultMix::default() }
    }

    pub(super) fn check(&self, topology: &Topology) -> Result<(), WorldError> {
        if !(1..=Limits::EGRESSES).contains(&self.egresses.len()) {
            return Err(WorldError::Egresses(self.egresses.len()));
        }
        if let Some(site) = self.egresses.iter().find(|&&site| site >= topology.sites().len()) {
            return Err(WorldError::NoSuchPlace(*site));
        }
        if !(1..=Self::DOMAINS).contains(&self.domains) {
            return Err(WorldError::Domains(self.domains));
        }
        if !(60.0..=Self::LENGTH).contains(&self.length) {
            return Err(WorldError::Length);
        }
        self.faults.check()?;
        if self.expected_faults(topology) > Self::FAULTS {
            return Err(WorldError::TooManyFaults);
        }
        Ok(())
    }

    /// About how many faults are drawn, one host for each domain.
    fn expected_faults(&self, topology: &Topology) -> f64 {
        let [domains, egresses] = [self.domains, self.egresses.len()].map(|count| count as f64);
        let ways = egresses * topology.sites().len() as f64;
        let mix = &self.faults;
        let a_second = domains / mix.host_every
            + ways / mix.path_every
            + egresses / mix.egress_every
            + domains * egresses / mix.reputation_every;
        a_second * self.length
    }
}

/// Why there is no world of these options.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum WorldError {
    /// Too few or too many egresses.
    #[error("{0} egresses: a world has 1 to {most}", most = Limits::EGRESSES)]
    Egresses(usize),
    /// An egress stands at a place that the topology does not have.
    #[error("an egress stands at place {0}, which the topology does not have")]
    NoSuchPlace(usize),
    /// Too few or too many domains.
    #[error("{0} domains: a world has 1 to {most}", most = WorldOptions::DOMAINS)]
    Domains(usize),
    /// A run that is too short or too long.
    #[error("a run takes a minute to a day")]
    Length,
    /// Domains, egresses, length and mix of faults together make more faults than [`WorldOptions::FAULTS`].
    #[error("more than {most} faults are to be expected", most = WorldOptions::FAULTS)]
    TooManyFaults,
    /// A host of one's own has no such domain or place, does not work for 0 seconds to a day on a mail, or has faults
    /// that overlap, that never end or that hosts do not have.
    #[error("host {0} does not fit into the world")]
    Host(usize),
    /// A domain without a host.
    #[error("domain {0} has no host")]
    NoHost(usize),
    /// A mix of faults with a number out of its range.
    #[error("the mix of faults cannot be used")]
    Faults(#[from] FaultMixError),
}
