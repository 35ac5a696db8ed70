//! Time as evidence stores it.

use std::num::NonZeroU32;
use std::time::{Duration, SystemTime};

/// Sixteenths of a second since the planner began; more than eight years of them, then it stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick(NonZeroU32);

impl Tick {
    /// The tick of a time; before the beginning, the first one.
    pub(crate) fn new(began: SystemTime, now: SystemTime) -> Self {
        Self::after(now.duration_since(began).unwrap_or_default())
    }

    fn after(since: Duration) -> Self {
        let parts = u64::from(since.subsec_nanos() / NANOSECONDS);
        let ticks = since.as_secs().saturating_mul(16).saturating_add(parts);
        Self(NonZeroU32::MIN.saturating_add(u32::try_from(ticks).unwrap_or(u32::MAX)))
    }

    pub(crate) fn time(self, began: SystemTime) -> SystemTime {
        let since = Duration::from_micros(u64::from(self.0.get() - 1) * 62_500);
        began.checked_add(since).unwrap_or(began)
    }

    /// Seconds since an earlier tick, 0 since a later one.
    pub(crate) fn since(self, earlier: Self) -> f32 {
        self.0.get().saturating_sub(earlier.0.get()) as f32 / 16.0
    }

    /// Seconds since something was seen; infinite when it was seen long after this, by a clock that was set back
    /// since.
    pub(crate) fn age(self, seen: Self) -> f32 {
        if seen.since(self) > OUT_OF_ORDER { f32::INFINITY } else { self.since(seen) }
    }

    pub(crate) fn plus(self, seconds: f32) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        Self(self.0.saturating_add((seconds * 16.0).ceil() as u32))
    }
}

/// Seconds by which what happens side by side may be told in another order.
const OUT_OF_ORDER: f32 = 60.0;
/// Of a tick.
const NANOSECONDS: u32 = 62_500_000;
