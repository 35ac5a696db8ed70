//! A jump of the volume is held before it is sent.

use std::{
    hash::Hash,
    time::{Duration, SystemTime},
};

use super::{TimingError, table::Table};

/// How far above its habit a volume may be.
///
/// One value for each kind of key: a person writes some dozens of mails a day, a system thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeOptions {
    ask_above: u32,
    ask_factor: u32,
    hold_above: u32,
    hold_factor: u32,
    keys: usize,
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
/// assert_eq!(guard.offer(&"anna", 50, now), VolumeVerdict::Ok { today: 50, habit: 0, limit: 50 });
/// assert_eq!(guard.offer(&"anna", 1, now), VolumeVerdict::Ask { today: 51, habit: 0, limit: 50 });
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
    Hold {
        /// Mails of today, these included.
        today: u32,
        /// Mails of a usual day.
        habit: u32,
        /// The most that is only asked about.
        limit: u32,
    },
    /// Send them.
    #[cfg_attr(feature = "serde", serde(rename = "volume-ok"))]
    Ok {
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
        matches!(self, Self::Ok { .. })
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ask { .. } => "volume-ask",
            Self::Hold { .. } => "volume-hold",
            Self::Ok { .. } => "volume-ok",
            Self::TableFull { .. } => "volume-table-full",
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Volume {
    day: u64,
    today: u32,
    approved: u32,
    /// Mails of a usual day, in thousandths.
    habit: u64,
}

impl Volume {
    fn habit(&self) -> u32 {
        u32::try_from(self.habit / UNIT).unwrap_or(u32::MAX)
    }

    fn ask_limit(&self, options: &VolumeOptions) -> u32 {
        let limit = self.habit().saturating_mul(options.ask_factor).max(options.ask_above);
        limit.max(self.approved)
    }

    fn verdict(&self, options: &VolumeOptions) -> VolumeVerdict {
        let (today, habit, limit) = (self.today, self.habit(), self.ask_limit(options));
        let hold = habit.saturating_mul(options.hold_factor).max(options.hold_above).max(limit);
        match today {
            _ if today <= limit => VolumeVerdict::Ok { today, habit, limit },
            _ if today <= hold => VolumeVerdict::Ask { today, habit, limit },
            _ => VolumeVerdict::Hold { today, habit, limit: hold },
        }
    }

    /// Brings the days that are over into the habit. A clock set back goes on with the same counts: one that steps
    /// over the edge of a day and back begins no new one.
    fn roll(&mut self, options: &VolumeOptions, now: SystemTime) {
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
    fn is_forgotten(&self, now: SystemTime) -> bool {
        day(now).saturating_sub(self.day) >= 60
    }
}

fn day(now: SystemTime) -> u64 {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_secs() / DAY.as_secs()
}

const DAY: Duration = Duration::from_secs(24 * 3600);
/// One mail a day, in the unit of habits.
const UNIT: u64 = 1000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on(day: u32) -> SystemTime {
        SystemTime::UNIX_EPOCH + DAY * (20_000 + day)
    }

    /// A guard that saw so many mails a day, for so many days.
    fn after(mails: u32, days: u32) -> VolumeGuard<&'static str> {
        let mut guard = VolumeGuard::new(VolumeOptions::default());
        for day in 0..days {
            guard.offer(&"anna", mails, on(day));
        }
        guard
    }

    #[test]
    fn a_jump_above_the_habit_is_asked_about_then_held() {
        let check = |mails: u32, code: &str| {
            let verdict = after(100, 60).offer(&"anna", mails, on(60));
            assert_eq!(verdict.code(), code, "{mails}: {verdict:?}");
        };
        assert!((95..=100).contains(&after(100, 60).habit(&"anna").unwrap()));
        check(100, "volume-ok");
        check(280, "volume-ok");
        check(301, "volume-ask");
        check(950, "volume-ask");
        check(1001, "volume-hold");
        check(u32::MAX, "volume-hold");
    }

    #[test]
    fn a_stolen_account_sends_no_more_than_the_floor() {
        let mut guard = after(4, 90);
        let sent = (0..5000).filter(|_| guard.offer(&"anna", 1, on(90)).is_allowed()).count();
        assert_eq!(sent, 50);
        assert_eq!(guard.offer(&"anna", 1, on(90)).code(), "volume-hold");
        // The jump is no habit the day after.
        let next = (0..5000).filter(|_| guard.offer(&"anna", 1, on(91)).is_allowed()).count();
        assert_eq!(next, 50);
    }

    #[test]
    fn growth_and_weekends_pass() {
        let (mut guard, mut day) = (after(40, 30), 30);
        for week in 0..8 {
            let mails = 40 + 20 * week;
            for _ in 0..5 {
                assert!(guard.offer(&"anna", mails, on(day)).is_allowed(), "week {week}");
                day += 1;
            }
            day += 2;
        }
    }

    #[test]
    fn habits_fade_and_come_back_from_the_host() {
        let mut guard = after(1000, 1);
        assert!(guard.restore(&"bert", 1000, on(0)));
        assert!(guard.offer(&"bert", 2500, on(1)).is_allowed());
        let bert = guard.habits().find(|(key, _)| **key == "bert").map(|(_, habit)| habit);
        assert_eq!((guard.habits().count(), bert), (2, Some(875)));
        assert_eq!(guard.offer(&"bert", 2500, on(100)).code(), "volume-hold");
        // A clock set back goes on with the same day and the same count.
        assert_eq!(guard.offer(&"bert", 1, on(0)).code(), "volume-hold");
    }

    #[test]
    fn an_approval_comes_before_the_mails_and_lasts_for_the_day() {
        let mut guard = VolumeGuard::new(VolumeOptions::default());
        assert!(guard.approve(&"anna", 5000, on(0)));
        assert_eq!(guard.offer(&"anna", 5000, on(0)).code(), "volume-ok");
        // What was approved is part of the habit the day after, as a day like the others.
        assert_eq!(guard.habit(&"anna"), Some(0));
        assert_eq!(guard.offer(&"anna", 5000, on(1)).code(), "volume-ask");
        assert_eq!(guard.habit(&"anna"), Some(625));
    }

    #[test]
    fn a_clock_that_steps_over_midnight_gives_nothing_twice() {
        let mut guard = VolumeGuard::new(VolumeOptions::default());
        assert!(guard.offer(&"anna", 50, on(1)).is_allowed());
        assert!(!guard.offer(&"anna", 1, on(1) - Duration::from_secs(1)).is_allowed());
        assert!(!guard.offer(&"anna", 1, on(1)).is_allowed());
    }

    #[test]
    fn a_full_table_asks_and_forgets_only_old_habits() {
        let mut guard = VolumeGuard::new(VolumeOptions::default().with_keys(8));
        for key in 0..8 {
            guard.offer(&key, 1, on(0));
        }
        assert_eq!(guard.offer(&8, 1, on(59)), VolumeVerdict::TableFull { keys: 8 });
        assert!(!guard.approve(&9, 1, on(59)) && !guard.restore(&9, 1, on(59)));
        guard.offer(&8, 1, on(60));
        assert!(guard.offer(&8, 1, on(60)).is_allowed());
    }

    #[test]
    fn factors_that_ask_after_holding_are_refused() {
        let check = |options: Result<VolumeOptions, TimingError>| {
            assert_eq!(options, Err(TimingError::VolumeFactors));
        };
        check(VolumeOptions::new(50, 0));
        check(VolumeOptions::new(50, 3).and_then(|ask| ask.with_hold(49, 9)));
        check(VolumeOptions::new(50, 3).and_then(|ask| ask.with_hold(99, 2)));
    }

    proptest! {
        #[test]
        fn more_mails_never_bring_a_milder_verdict(habit in 0_u32..5000, few: u32, more: u32) {
            let severity = |mails| {
                let mut guard = VolumeGuard::new(VolumeOptions::default());
                assert!(guard.restore(&1, habit, on(0)));
                ["volume-ok", "volume-ask", "volume-hold"].iter().position(|code| *code == guard.offer(&1, mails, on(0)).code())
            };
            prop_assert!(severity(few.min(more)) <= severity(few.max(more)));
        }

        #[test]
        fn no_clock_breaks_it(steps in proptest::collection::vec((any::<u64>(), any::<u32>()), 1..60)) {
            let mut guard = VolumeGuard::new(VolumeOptions::default());
            for (time, mails) in steps {
                let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(time));
                let _ = guard.offer(&1, mails, now.unwrap_or(SystemTime::UNIX_EPOCH));
            }
        }
    }
}
