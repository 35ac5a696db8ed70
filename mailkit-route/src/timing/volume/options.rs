//! What a volume is measured by.

use crate::timing::TimingError;

/// How far above its habit a volume may be.
///
/// One value for each kind of key: a person writes some dozens of mails a day, a system thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeOptions {
    pub(super) ask_above: u32,
    pub(super) ask_factor: u32,
    pub(super) hold_above: u32,
    pub(super) hold_factor: u32,
    pub(super) keys: usize,
}

impl VolumeOptions {
    /// Asks above the greater of `mails` and `factor` times the habit of a day.
    ///
    /// Holds above ten times `mails` and three times that factor; see [`VolumeOptions::with_hold`].
    ///
    /// # Errors
    /// When the factor is below two.
    ///
    /// ```
    /// use mailkit_route::timing::VolumeOptions;
    /// assert!(VolumeOptions::new(50, 3)?.with_hold(200, 10).is_ok());
    /// assert!(VolumeOptions::new(50, 1).is_err());
    /// # Ok::<(), mailkit_route::timing::TimingError>(())
    /// ```
    pub fn new(mails: u32, factor: u32) -> Result<Self, TimingError> {
        let ask = Self { ask_above: mails, ask_factor: factor, ..Self::default() };
        ask.with_hold(mails.saturating_mul(10), factor.saturating_mul(3))
    }

    /// Holds above the greater of `mails` and `factor` times the habit of a day.
    ///
    /// # Errors
    /// When that is below the limit for asking.
    pub fn with_hold(self, mails: u32, factor: u32) -> Result<Self, TimingError> {
        let options = Self { hold_above: mails, hold_factor: factor, ..self };
        let ordered = mails >= self.ask_above && factor >= self.ask_factor;
        if self.ask_factor >= 2 && ordered { Ok(options) } else { Err(TimingError::VolumeFactors) }
    }

    /// Remembers so many keys.
    #[must_use]
    pub fn with_keys(self, keys: usize) -> Self {
        Self { keys, ..self }
    }
}

impl Default for VolumeOptions {
    /// For a person's account, in numbers of our own: asks above 50 mails or 3 times the habit, holds
    /// above 200 or 10 times; 65,536 keys.
    fn default() -> Self {
        Self { ask_above: 50, ask_factor: 3, hold_above: 200, hold_factor: 10, keys: 65_536 }
    }
}
