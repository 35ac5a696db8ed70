//! What a key sends today and on a usual day.

use std::time::{Duration, SystemTime};

use super::{VolumeOptions, VolumeVerdict};

#[derive(Debug, Clone, Default)]
pub(super) struct Volume {
    pub(super) day: u64,
    pub(super) today: u32,
    pub(super) approved: u32,
    /// Mails of a usual day, in thousandths.
    pub(super) habit: u64,
}

impl Volume {
    pub(super) fn habit(&self) -> u32 {
        u32::try_from(self.habit / UNIT).unwrap_or(u32::MAX)
    }

    fn ask_limit(&self, options: &VolumeOptions) -> u32 {
        let limit = self.habit().saturating_mul(options.ask_factor).max(options.ask_above);
        limit.max(self.approved)
    }

    pub(super) fn verdict(&self, options: &VolumeOptions) -> VolumeVerdict {
        let (today, habit, limit) = (self.today, self.habit(), self.ask_limit(options));
        let hold = habit.saturating_mul(options.hold_factor).max(options.hold_above).max(limit);
        match today {
            _ if today <= limit => VolumeVerdict::Allowed { today, habit, limit },
            _ if today <= hold => VolumeVerdict::Ask { today, habit, limit },
            _ => VolumeVerdict::Hold { today, habit, limit: hold },
        }
    }

    /// Brings the days that are over into the habit. A clock set back goes on with the same counts: one that steps
    /// over the edge of a day and back begins no new one.
    pub(super) fn roll(&mut self, options: &VolumeOptions, now: SystemTime) {
        let today = day(now);
        if today <= self.day {
            if self.day - today > 1 {
                self.day = today;
            }
            return;
        }
        let counted = u64::from(self.today.min(self.ask_limit(options))) * UNIT;
        self.habit = self.habit - self.habit / 8 + counted / 8;
        // Days without mail; after a year of them nothing is left of any habit.
        let days = (today - self.day).min(365);
        self.habit = (1..days).fold(self.habit, |habit, _| habit - habit / 8);
        (self.day, self.today, self.approved) = (today, 0, 0);
    }

    /// Whether a key that comes back would be treated as a new one, or nearly so.
    pub(super) fn is_forgotten(&self, now: SystemTime) -> bool {
        day(now).saturating_sub(self.day) >= 60
    }
}

pub(super) fn day(now: SystemTime) -> u64 {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_secs() / DAY.as_secs()
}

pub(super) const DAY: Duration = Duration::from_secs(24 * 3600);
/// One mail a day, in the unit of habits.
pub(super) const UNIT: u64 = 1000;
