//! How much mail there is.

use thiserror::Error;

/// Mails a second in the mean; they come at random (a Poisson process).
///
/// ```
/// use mailkit_route::sim::Rate;
/// assert_eq!(Rate::per_second(2.0)?.get(), 2.0);
/// assert!(Rate::per_second(f64::NAN).is_err());
/// # Ok::<(), mailkit_route::sim::RateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rate(f64);

impl Rate {
    /// One in a day to a hundred a second.
    ///
    /// # Errors
    /// When it is not.
    pub fn per_second(mails: f64) -> Result<Self, RateError> {
        let fits = (1.0 / 86_400.0..=100.0).contains(&mails);
        if fits { Ok(Self(mails)) } else { Err(RateError) }
    }

    /// Mails a second.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    pub(super) const fn a_second() -> Self {
        Self(1.0)
    }

    pub(super) const fn a_ten_minutes() -> Self {
        Self(1.0 / 600.0)
    }
}

/// A rate that no run can have.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
#[error("a rate is one mail a day to 100 a second")]
pub struct RateError;
