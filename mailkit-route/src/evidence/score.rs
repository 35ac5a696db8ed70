//! How good a path is.

use crate::Limits;

/// The longest time that is about as fast as this one: less of a difference is noise.
pub(crate) fn about_as_fast(seconds: f32) -> f32 {
    seconds * (1.0 + NEAR) + NEAR_SECONDS
}

/// How good a path is, or the best one to a host; the less, the better: its class, the seconds that it is hoped
/// to take, and the number of its egress, in one number. Comparing two is one instruction, which no processor has
/// to guess the outcome of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score(u64);

impl Score {
    /// No path.
    pub(super) const NONE: Self = Self(u64::MAX);

    pub(super) fn new(class: u8, seconds: f32, egress: u8) -> Self {
        // The bits of a number that is not negative are in the order of the numbers.
        let seconds = seconds.max(0.0).to_bits();
        Self(u64::from(class) << 40 | u64::from(seconds) << 8 | u64::from(egress))
    }

    pub(super) fn egress(self) -> u8 {
        self.0.to_le_bytes()[0]
    }

    /// What is about as good as this is not above that.
    pub(super) fn near(self) -> Self {
        let [_, a, b, c, d, class, ..] = self.0.to_le_bytes();
        Self::new(class, about_as_fast(f32::from_bits(u32::from_le_bytes([a, b, c, d]))), u8::MAX)
    }

    /// The best of them, if any is one.
    pub(super) fn best(of: &[Self]) -> Option<Self> {
        of.iter().copied().min().filter(|best| *best != Self::NONE)
    }
}

/// Open paths come before those that strict order keeps all the same, hosts that did not fail in this attempt
/// before those that did, and egresses that the mail would rather take before the others.
pub(super) fn class_of(is_open: bool, failed: u8, reluctance: u8) -> u8 {
    (u8::from(!is_open) * MOST_TRIES + failed) * 3 + reluctance
}

/// No host is tried more often in one attempt: once from each egress.
const MOST_TRIES: u8 = 32;
const _: () = assert!(Limits::EGRESSES == MOST_TRIES as usize);
/// Hosts within this share and so many seconds are about as fast.
const NEAR: f32 = 0.02;
const NEAR_SECONDS: f32 = 0.01;
