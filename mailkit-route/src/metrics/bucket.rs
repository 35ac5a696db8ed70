//! Buckets of durations whose width grows with the duration.

use std::time::Duration;

/// Eight buckets for each doubling: those below 8 µs are a microsecond wide, and each other one an eighth of the
/// power of two it lies above.
///
/// The middle of a bucket is therefore within a sixteenth of whatever fell into it, or within half a microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bucket(pub(super) u8);

impl Bucket {
    /// How many there are.
    pub(super) const COUNT: usize = 240;

    /// Where a duration falls. More than 71 minutes fall into the last one.
    pub(super) fn of(duration: Duration) -> Self {
        let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
        let Some(power) = micros.checked_ilog2().filter(|power| *power >= 3) else {
            return Self(u8::try_from(micros).unwrap_or(0));
        };
        let eighth = (micros >> (power - 3)) & 7;
        Self(u8::try_from((power - 2) * 8 + eighth).unwrap_or(u8::MAX))
    }

    /// The duration that stands for all in it.
    pub(super) fn middle(self) -> Duration {
        let (octave, eighth) = (u32::from(self.0 / 8), u64::from(self.0 % 8));
        let (lower, width) = match octave.checked_sub(1) {
            None => (eighth, 1),
            Some(shift) => ((8 + eighth) << shift, 1 << shift),
        };
        Duration::from_nanos(lower * 1000 + width * 500)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_buckets() {
        let check = |micros: u64, bucket: u8, middle_in_nanos: u64| {
            let found = Bucket::of(Duration::from_micros(micros));
            assert_eq!(found, Bucket(bucket), "{micros}");
            assert_eq!(found.middle(), Duration::from_nanos(middle_in_nanos), "{micros}");
        };
        check(0, 0, 500);
        check(7, 7, 7_500);
        check(8, 8, 8_500);
        check(15, 15, 15_500);
        check(16, 16, 17_000);
        check(17, 16, 17_000);
        check(18, 17, 19_000);
        check(1_000_000, 143, 1_015_808_000);
        check(u64::from(u32::MAX), 239, 4_160_749_568_000);
        check(u64::MAX, 239, 4_160_749_568_000);
    }
}
