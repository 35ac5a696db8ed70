//! What breaks, how often, and for how long.

use thiserror::Error;

use super::WorldOptions;
use crate::seed::Dice;

/// How often things break in a simulated world, and how.
///
/// The defaults are far denser than life, so that hours show what takes weeks: compare policies, not
/// absolute times. All times are seconds. A mean time between faults is at least 1, and infinite where
/// nothing of the kind happens; a duration is at least 1 and at most a day, its lower end first; shares are
/// not negative, and those of the hosts are not all 0.
///
/// ```
/// use mailkit_route::sim::{FaultMix, FaultMixError};
/// let mut mix = FaultMix::none();
/// mix.host_every = 3_600.0;
/// assert_eq!(mix.check(), Ok(()));
/// mix.lasts = (60.0, 0.0);
/// assert_eq!(mix.check(), Err(FaultMixError::Duration("lasts")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct FaultMix {
    /// Between two faults of a mail host, in the mean.
    pub host_every: f64,
    /// How long a fault of a host or way lasts: from, to; the logarithm is uniform.
    pub lasts: (f64, f64),
    /// Of the faults of hosts, the share of silence: packets vanish.
    pub blackhole: f64,
    /// The share of refused connections.
    pub refuse: f64,
    /// The share of hosts that take the mail but take long for it.
    pub slow: f64,
    /// The share of temporary replies (4xx).
    pub defer: f64,
    /// What a slow host takes more: from, to.
    pub slow_by: (f64, f64),
    /// Between two faults of the way from one egress to one place, in the mean.
    pub path_every: f64,
    /// Of these, the share of silence, at most 1; the others are congestion: a multiple of the round trip,
    /// and one connection of five that gets no answer.
    pub path_blackhole: f64,
    /// The multiple of the round trip under congestion, 1 to 100.
    pub congestion: f64,
    /// Between two outages of an egress, in the mean; the home egress has none.
    pub egress_every: f64,
    /// How long an egress is out: from, to.
    pub egress_lasts: (f64, f64),
    /// Between two times at which a domain defers one egress for its reputation or rate, in the mean.
    pub reputation_every: f64,
    /// How long it does: from, to.
    pub reputation_lasts: (f64, f64),
}

impl FaultMix {
    /// Nothing breaks.
    #[must_use]
    pub fn none() -> Self {
        let never = f64::INFINITY;
        Self {
            host_every: never,
            path_every: never,
            egress_every: never,
            reputation_every: never,
            ..Self::default()
        }
    }

    /// Whether a world can be made of it.
    ///
    /// # Errors
    /// Names the first field that is out of its range.
    pub fn check(&self) -> Result<(), FaultMixError> {
        for (field, mean) in [
            ("host_every", self.host_every),
            ("path_every", self.path_every),
            ("egress_every", self.egress_every),
            ("reputation_every", self.reputation_every),
        ] {
            within(mean >= 1.0, FaultMixError::Mean(field))?;
        }
        for (field, (from, to)) in [
            ("lasts", self.lasts),
            ("slow_by", self.slow_by),
            ("egress_lasts", self.egress_lasts),
            ("reputation_lasts", self.reputation_lasts),
        ] {
            let fits = from >= 1.0 && from <= to && to <= WorldOptions::LENGTH;
            within(fits, FaultMixError::Duration(field))?;
        }
        self.check_shares()?;
        within((1.0..=100.0).contains(&self.congestion), FaultMixError::Congestion)
    }

    fn check_shares(&self) -> Result<(), FaultMixError> {
        let shares = [
            ("blackhole", self.blackhole),
            ("refuse", self.refuse),
            ("slow", self.slow),
            ("defer", self.defer),
        ];
        for (field, share) in shares {
            within((0.0..=1e6).contains(&share), FaultMixError::Share(field))?;
        }
        within(shares.iter().any(|(_, share)| *share > 0.0), FaultMixError::NoShare)?;
        let fits = (0.0..=1.0).contains(&self.path_blackhole);
        within(fits, FaultMixError::Share("path_blackhole"))
    }
}

fn within(fits: bool, error: FaultMixError) -> Result<(), FaultMixError> {
    if fits { Ok(()) } else { Err(error) }
}

/// Which number of a [`FaultMix`] is out of its range.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultMixError {
    /// Faults less than a second apart.
    #[error("`{0}` is not at least 1 second")]
    Mean(&'static str),
    /// A duration below a second, of more than a day, or with its ends reversed.
    #[error("`{0}` is not two numbers of seconds, at least 1, the smaller first, at most a day")]
    Duration(&'static str),
    /// A share that is none.
    #[error("`{0}` is not a share")]
    Share(&'static str),
    /// Hosts break in no way.
    #[error("`blackhole`, `refuse`, `slow` and `defer` are all 0")]
    NoShare,
    /// Congestion that speeds up, or stops everything.
    #[error("`congestion` is not 1 to 100")]
    Congestion,
}

impl Default for FaultMix {
    fn default() -> Self {
        Self {
            host_every: 7_200.0,
            lasts: (60.0, 1_800.0),
            blackhole: 0.35,
            refuse: 0.20,
            slow: 0.25,
            defer: 0.20,
            slow_by: (5.0, 60.0),
            path_every: 21_600.0,
            path_blackhole: 0.4,
            congestion: 5.0,
            egress_every: 14_400.0,
            egress_lasts: (120.0, 900.0),
            reputation_every: 28_800.0,
            reputation_lasts: (600.0, 2_400.0),
        }
    }
}

/// What is wrong with a host or a way for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Packets vanish.
    Blackhole,
    /// A multiple of the round trip, and some connections get no answer.
    Congestion,
    /// Temporary replies (4xx).
    Defer,
    /// An egress is out.
    Outage,
    /// Refused connections.
    Refuse,
    /// Accepted, this many seconds later than usual.
    Slow(f64),
}

/// A fault and its time, in seconds since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fault {
    /// Its first second.
    pub from: f64,
    /// Its end.
    pub until: f64,
    /// What is wrong.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault.
    #[must_use]
    pub fn new(from: f64, until: f64, kind: FaultKind) -> Self {
        Self { from, until, kind }
    }

    /// The one of faults in order of time that lasts at that time.
    pub(super) fn at(faults: &[Self], time: f64) -> Option<Self> {
        let next = faults.partition_point(|fault| fault.from <= time);
        let last = faults.get(next.checked_sub(1)?)?;
        (time < last.until).then_some(*last)
    }
}

/// Draws the faults of one thing, one after the other, over the length of the run.
pub(super) fn draw(
    dice: &mut Dice,
    length: f64,
    every: f64,
    mut fault: impl FnMut(&mut Dice) -> (f64, FaultKind),
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if every.is_infinite() {
        return faults;
    }
    let mut from = dice.wait(every);
    while from < length {
        let (lasts, kind) = fault(dice);
        faults.push(Fault { from, until: from + lasts, kind });
        from += lasts + dice.wait(every);
    }
    faults
}

impl FaultMix {
    pub(super) fn of_host(&self, dice: &mut Dice) -> (f64, FaultKind) {
        let lasts = dice.scale(self.lasts.0, self.lasts.1);
        let shares = [self.blackhole, self.refuse, self.slow, self.defer];
        let kind = match dice.weighted(&shares) {
            0 => FaultKind::Blackhole,
            1 => FaultKind::Refuse,
            2 => FaultKind::Slow(dice.uniform(self.slow_by.0, self.slow_by.1)),
            _ => FaultKind::Defer,
        };
        (lasts, kind)
    }

    pub(super) fn of_path(&self, dice: &mut Dice) -> (f64, FaultKind) {
        let lasts = dice.scale(self.lasts.0, self.lasts.1);
        let silent = dice.unit() < self.path_blackhole;
        (lasts, if silent { FaultKind::Blackhole } else { FaultKind::Congestion })
    }

    pub(super) fn of_egress(&self, dice: &mut Dice) -> (f64, FaultKind) {
        (dice.uniform(self.egress_lasts.0, self.egress_lasts.1), FaultKind::Outage)
    }

    pub(super) fn of_reputation(&self, dice: &mut Dice) -> (f64, FaultKind) {
        (dice.uniform(self.reputation_lasts.0, self.reputation_lasts.1), FaultKind::Defer)
    }
}
