//! What a host sets.

use std::time::Duration;

use super::Pacing;
use crate::timing::{Rate, TimingError};

/// The limits of one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacingLimits {
    pub(super) first: u32,
    pub(super) most: u32,
    pub(super) rate: Option<Rate>,
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
    /// Lanes remembered. When all are in use, a new one is [`PacingVerdict::TableFull`](super::PacingVerdict::TableFull).
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
