//! How many connections at once, and how fast, towards each provider.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

mod lane_state;

use lane_state::LaneState;

use super::{Lane, Provider, Rate, SendFeedback, TimingError, table::Table};

/// The limits of one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacingLimits {
    first: u32,
    most: u32,
    rate: Option<Rate>,
}

impl PacingLimits {
    /// Starts with so many connections at once and never opens more than `most`.
    ///
    /// # Errors
    /// When not `1 <= first <= most <= Pacing::MOST`.
    ///
    /// ```
    /// use mailkit_route::timing::PacingLimits;
    /// assert!(PacingLimits::new(2, 10).is_ok());
    /// assert!(PacingLimits::new(11, 10).is_err());
    /// ```
    pub fn new(first: u32, most: u32) -> Result<Self, TimingError> {
        if first == 0 || first > most || most > Pacing::MOST {
            return Err(TimingError::Concurrency);
        }
        Ok(Self { first, most, rate: None })
    }

    /// No more leases than this rate allows; replies that ask for less lower it further.
    #[must_use]
    pub fn with_rate(self, rate: Rate) -> Self {
        Self { rate: Some(rate), ..self }
    }
}

impl Default for PacingLimits {
    /// 5 at first, at most 20, no rate: what Postfix does by default (`initial_destination_concurrency`,
    /// `default_destination_concurrency_limit`).
    fn default() -> Self {
        Self { first: 5, most: 20, rate: None }
    }
}

/// What holds for all lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PacingOptions {
    /// A lease that was not released for so long no longer counts: longer than a session can take.
    pub lease: Duration,
    /// The first pause of a lane that fails with one connection; each further one doubles it.
    pub first_pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
    /// Lanes remembered. When all are in use, a new one is [`PacingVerdict::TableFull`].
    pub lanes: usize,
}

impl Default for PacingOptions {
    /// An hour (the time-outs of RFC 5321 section 4.5.3.2 add up to about 35 minutes), a minute, half
    /// an hour, 65,536 lanes.
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(3600),
            first_pause: Duration::from_secs(60),
            longest_pause: Duration::from_secs(1800),
            lanes: 65_536,
        }
    }
}

/// Leases for connections: so many at once and so fast as the provider takes well.
///
/// The limit of a lane grows by one for each round of good deliveries that used it, falls by one for
/// each failure, and is halved, together with the rate, when the host asks for less. What was already
/// under way when it was halved does not halve it again. A lane that fails with its last connection
/// pauses, then tries with one.
///
/// ```
/// use mailkit_route::timing::{Lane, Pacing, PacingLimits, PacingVerdict, SendFeedback};
/// use mailkit_route::{Egress, GeoPoint};
/// use std::time::SystemTime;
/// let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
/// let (now, lane) = (SystemTime::UNIX_EPOCH, Lane::new(egress.id(), &"google".parse()?));
/// let mut pacing = Pacing::new(PacingLimits::new(1, 8)?);
/// let PacingVerdict::Go(lease) = pacing.acquire(&lane, now) else { panic!() };
/// assert_eq!(pacing.acquire(&lane, now).code(), "concurrency-full");
/// pacing.release(lease, SendFeedback::Good, now);
/// assert_eq!(pacing.usage(&lane).map(|usage| usage.limit), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pacing {
    options: PacingOptions,
    limits: PacingLimits,
    by_provider: HashMap<Provider, PacingLimits>,
    lanes: Table<Lane, LaneState>,
    next_lease: u64,
}

impl Pacing {
    /// The most connections at once that a limit can allow.
    pub const MOST: u32 = 1000;

    /// These limits for every lane.
    #[must_use]
    pub fn new(limits: PacingLimits) -> Self {
        Self::with_options(limits, PacingOptions::default())
    }

    /// These limits for every lane, with options.
    #[must_use]
    pub fn with_options(limits: PacingLimits, options: PacingOptions) -> Self {
        let lanes = Table::new(options.lanes);
        Self { options, limits, by_provider: HashMap::new(), lanes, next_lease: 0 }
    }

    /// Limits of their own for the lanes to this provider that are not in use yet.
    #[must_use]
    pub fn with_provider(mut self, provider: Provider, limits: PacingLimits) -> Self {
        self.by_provider.insert(provider, limits);
        self
    }

    /// Asks for one connection.
    pub fn acquire(&mut self, lane: &Lane, now: SystemTime) -> PacingVerdict {
        let limits = self.by_provider.get(&lane.provider).copied().unwrap_or(self.limits);
        let at_rest = |state: &LaneState| state.is_at_rest(now);
        let first = || LaneState::new(limits, now);
        let Some(state) = self.lanes.entry(lane, first, at_rest) else {
            return PacingVerdict::TableFull { lanes: self.options.lanes };
        };
        if let Some(wait) = state.refusal(&self.options, now) {
            return wait;
        }
        let id = self.next_lease;
        self.next_lease = id.wrapping_add(1);
        state.lend(id, &self.options, now);
        PacingVerdict::Go(PacingLease { lane: lane.clone(), id })
    }

    /// Gives a connection back, with what became of it. A lease that ran out before tells nothing.
    pub fn release(&mut self, lease: PacingLease, feedback: SendFeedback, now: SystemTime) {
        let PacingLease { lane, id } = lease;
        if let Some(state) = self.lanes.get_mut(&lane)
            && state.take_back(id, now)
        {
            state.learn(id, self.next_lease, feedback, &self.options, now);
        }
    }

    /// What a lane uses and may use; `None` when nothing is known of it.
    #[must_use]
    pub fn usage(&self, lane: &Lane) -> Option<PacingUsage> {
        self.lanes.get(lane).map(LaneState::usage)
    }

    /// How many lanes are remembered.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }
}

/// One connection that may be open. Give it back with [`Pacing::release`]; one that is lost counts
/// until [`PacingOptions::lease`] is over.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[must_use = "a lease that is not released blocks a connection until it runs out"]
pub struct PacingLease {
    #[cfg_attr(feature = "serde", serde(flatten))]
    lane: Lane,
    #[cfg_attr(feature = "serde", serde(skip))]
    id: u64,
}

impl PacingLease {
    /// Whom it is for.
    #[must_use]
    pub fn lane(&self) -> &Lane {
        &self.lane
    }
}

/// Whether a connection may be opened now.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum PacingVerdict {
    /// As many are open as the lane takes now.
    ConcurrencyFull {
        /// How many.
        limit: u32,
        /// When the oldest runs out, if it is not given back before.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// Open one.
    Go(PacingLease),
    /// The last connections failed.
    Pausing {
        /// Failures with one connection, in a row.
        failures: u32,
        /// The end of the pause.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// Too soon after the one before.
    RateReached {
        /// How much of the rate is used, in thousandths: less than 1000 after the host asked for less.
        permille: u32,
        /// When the next may go.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// Every lane that is remembered is in use.
    TableFull {
        /// How many.
        lanes: usize,
    },
}

impl PacingVerdict {
    /// Whether a connection may be opened now.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Go(_))
    }

    /// When to ask again at the latest; `None` when it is allowed or not known.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        match self {
            Self::ConcurrencyFull { until, .. }
            | Self::Pausing { until, .. }
            | Self::RateReached { until, .. } => Some(*until),
            Self::Go(_) | Self::TableFull { .. } => None,
        }
    }

    /// The stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ConcurrencyFull { .. } => "concurrency-full",
            Self::Go(_) => "go",
            Self::Pausing { .. } => "pausing",
            Self::RateReached { .. } => "rate-reached",
            Self::TableFull { .. } => "table-full",
        }
    }
}

/// What a lane uses and may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub struct PacingUsage {
    /// Connections out, those that ran out since the last call included.
    pub in_use: usize,
    /// Connections allowed now.
    pub limit: u32,
    /// How much of the rate is used, in thousandths.
    pub rate_permille: u32,
}

#[cfg(test)]
mod tests;
