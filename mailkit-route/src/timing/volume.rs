//! A jump of the volume is held before it is sent.

use std::{hash::Hash, time::SystemTime};

use super::table::Table;

mod habit;
mod options;

use habit::{UNIT, Volume, day};
pub use options::VolumeOptions;

/// Compares the volume of today with the habit, so that a stolen account does not send its thousands.
///
/// `K` is a sender, an egress or a provider: use one guard for each kind. A day is 24 hours UTC. The
/// habit is the mean of the days before, each counting an eighth less than the next. A day above the
/// limit for asking adds no more than that limit, so that a jump does not become the habit.
///
/// Offer each mail once: what is held is released by a person, not offered again.
///
/// ```
/// use mailkit_route::timing::{VolumeGuard, VolumeOptions, VolumeVerdict};
/// use std::time::SystemTime;
/// let (now, mut guard) = (SystemTime::UNIX_EPOCH, VolumeGuard::new(VolumeOptions::default()));
/// assert!(guard.offer(&"anna", 50, now).is_allowed());
/// assert!(matches!(guard.offer(&"anna", 1, now), VolumeVerdict::Ask { today: 51, limit: 50, .. }));
/// assert!(guard.approve(&"anna", 80, now));
/// assert!(guard.offer(&"anna", 1, now).is_allowed());
/// assert_eq!(guard.offer(&"anna", 500, now).code(), "volume-hold");
/// ```
#[derive(Debug, Clone)]
pub struct VolumeGuard<K> {
    options: VolumeOptions,
    volumes: Table<K, Volume>,
}

impl<K: Eq + Hash + Clone> VolumeGuard<K> {
    /// Knows no habit yet.
    #[must_use]
    pub fn new(options: VolumeOptions) -> Self {
        Self { options, volumes: Table::new(options.keys) }
    }

    /// Counts so many new mails, and says what to do with them.
    pub fn offer(&mut self, key: &K, mails: u32, now: SystemTime) -> VolumeVerdict {
        let options = self.options;
        let Some(volume) = self.volume(key, now) else {
            return VolumeVerdict::TableFull { keys: options.keys };
        };
        volume.today = volume.today.saturating_add(mails);
        volume.verdict(&options)
    }

    /// A person allows so many mails in all today, whatever the habit, also before the first of them.
    ///
    /// Returns whether it is noted: not when as many keys are watched as the limit allows.
    #[must_use = "an approval for which there is no room counts for nothing"]
    pub fn approve(&mut self, key: &K, mails: u32, now: SystemTime) -> bool {
        let volume = self.volume(key, now);
        volume.map(|volume| volume.approved = mails).is_some()
    }

    /// What the key sends on a usual day, after the days that were counted; `None` when unknown.
    #[must_use]
    pub fn habit(&self, key: &K) -> Option<u32> {
        self.volumes.get(key).map(Volume::habit)
    }

    /// All keys with their habits, in no order: what to keep for [`VolumeGuard::restore`].
    pub fn habits(&self) -> impl Iterator<Item = (&K, u32)> {
        self.volumes.iter().map(|(key, volume)| (key, volume.habit()))
    }

    /// Brings back a habit that the host kept. What was sent and approved today is not part of it.
    ///
    /// Returns whether it is noted: not when as many keys are watched as the limit allows.
    #[must_use = "a habit for which there is no room is unknown"]
    pub fn restore(&mut self, key: &K, habit: u32, now: SystemTime) -> bool {
        let known = Volume { habit: u64::from(habit) * UNIT, day: day(now), ..Volume::default() };
        let volume = self.volume(key, now);
        volume.map(|volume| *volume = known).is_some()
    }

    /// What is known of a key today, made if there is room for it.
    fn volume(&mut self, key: &K, now: SystemTime) -> Option<&mut Volume> {
        let forgotten = |volume: &Volume| volume.is_forgotten(now);
        let volume = self.volumes.entry(key, Volume::default, forgotten)?;
        volume.roll(&self.options, now);
        Some(volume)
    }
}

/// What to do with mails that are about to be sent. A larger volume never brings a milder verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum VolumeVerdict {
    /// Keep them until somebody who knows says yes.
    #[cfg_attr(feature = "serde", serde(rename = "volume-ask"))]
    #[non_exhaustive]
    Ask {
        /// Mails of today, these included.
        today: u32,
        /// Mails of a usual day.
        habit: u32,
        /// The most that goes without asking.
        limit: u32,
    },
    /// Keep them, and look whether the account is still its owner's.
    #[cfg_attr(feature = "serde", serde(rename = "volume-hold"))]
    #[non_exhaustive]
    Hold {
        /// Mails of today, these included.
        today: u32,
        /// Mails of a usual day.
        habit: u32,
        /// The most that is only asked about.
        limit: u32,
    },
    /// Send them.
    #[cfg_attr(feature = "serde", serde(rename = "volume-allowed"))]
    #[non_exhaustive]
    Allowed {
        /// Mails of today, these included.
        today: u32,
        /// Mails of a usual day.
        habit: u32,
        /// The most that goes without asking.
        limit: u32,
    },
    /// As many keys are watched as the limit allows, so nothing is known of this one: ask.
    #[cfg_attr(feature = "serde", serde(rename = "volume-table-full"))]
    TableFull {
        /// How many.
        keys: usize,
    },
}

impl VolumeVerdict {
    /// Whether the mails may go.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ask { .. } => "volume-ask",
            Self::Hold { .. } => "volume-hold",
            Self::Allowed { .. } => "volume-allowed",
            Self::TableFull { .. } => "volume-table-full",
        }
    }
}

#[cfg(test)]
mod tests;
