//! How much mail there is.

use thiserror::Error;

use crate::seed::Dice;

/// Mails a second in the mean; they come at random (a Poisson process), or [evenly](Self::evenly).
///
/// ```
/// use mailkit_route::sim::MailRate;
/// assert_eq!(MailRate::per_second(2.0)?.get(), 2.0);
/// assert!(MailRate::per_second(f64::NAN).is_err());
/// # Ok::<(), mailkit_route::sim::MailRateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct MailRate {
    mails: f64,
    is_even: bool,
}

impl MailRate {
    /// One in a day to a hundred a second. A run holds all of its mails at once: a hundred a second over a day are
    /// 8.6 million, which take some gigabytes.
    ///
    /// # Errors
    /// When it is not.
    pub fn per_second(mails: f64) -> Result<Self, MailRateError> {
        let fits = (1.0 / 86_400.0..=100.0).contains(&mails);
        if fits { Ok(Self { mails, is_even: false }) } else { Err(MailRateError) }
    }

    /// Mails a second.
    #[must_use]
    pub fn get(self) -> f64 {
        self.mails
    }

    /// The same, with as long from each mail to the next.
    #[must_use]
    pub fn evenly(self) -> Self {
        Self { is_even: true, ..self }
    }

    /// Seconds until the first mail: any part of the time from one to the next.
    pub(super) fn first(self, dice: &mut Dice) -> f64 {
        if self.is_even { dice.unit() / self.mails } else { self.next(dice) }
    }

    /// Seconds from a mail to the next.
    pub(super) fn next(self, dice: &mut Dice) -> f64 {
        let mean = 1.0 / self.mails;
        if self.is_even { mean } else { dice.wait(mean) }
    }

    pub(super) const fn a_second() -> Self {
        Self { mails: 1.0, is_even: true }
    }

    pub(super) const fn a_ten_minutes() -> Self {
        Self { mails: 1.0 / 600.0, is_even: true }
    }
}

/// A rate that no run can have.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
#[error("a rate is one mail a day to 100 a second")]
pub struct MailRateError;
