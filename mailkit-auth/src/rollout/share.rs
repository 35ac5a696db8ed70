//! How much a count of passes and failures proves.

/// Passed and failed messages, and what can be said of the rate behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) fn messages(self) -> u64 {
        self.passed.saturating_add(self.failed)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_sub(other.passed),
            failed: self.failed.saturating_sub(other.failed),
        }
    }

    /// The share that passed; 1 of nothing, as nothing failed.
    pub(super) fn pass_rate(self) -> f64 {
        share(self.passed, self.messages())
    }

    /// The lowest and highest pass rate that these counts leave room for (Wilson's interval, 95 %).
    pub(super) fn interval(self) -> (f64, f64) {
        self.interval_at(Z)
    }

    fn interval_at(self, z: f64) -> (f64, f64) {
        let messages = self.messages() as f64;
        if self.messages() == 0 {
            return (0.0, 1.0);
        }
        let rate = self.pass_rate();
        let spread = (rate * (1.0 - rate) / messages + z * z / (4.0 * messages * messages)).sqrt();
        let centre = rate + z * z / (2.0 * messages);
        let scale = 1.0 + z * z / messages;
        let bound = |value: f64| (value / scale).clamp(0.0, 1.0);
        // Without a failure or a pass the interval ends at 1 or 0, which rounding may miss.
        let low = if self.passed == 0 { 0.0 } else { bound(centre - z * spread) };
        let high = if self.failed == 0 { 1.0 } else { bound(centre + z * spread) };
        (low, high)
    }

    /// Whether what came later passes at a surely better rate: the intervals do not touch. They are
    /// wide because the question is put anew each day, and for each day of a possible repair.
    pub(super) fn is_surely_worse_than(self, later: Self) -> bool {
        self.interval_at(WIDE_Z).1 < later.interval_at(WIDE_Z).0
    }
}

/// The part of the whole, 1 of nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The messages without a failure whose lower bound reaches `rate`.
pub(super) fn messages_to_prove(rate: f64) -> u64 {
    let (mut low, mut high) = (0, MOST_MESSAGES);
    while low < high {
        let middle = (low + high) / 2;
        if (Tally { passed: middle, failed: 0 }.interval().0 >= rate) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The 97.5 % quantile of the normal distribution: 95 % lie between it and its negative.
const Z: f64 = 1.959_963_984_540_054;
/// The same for 99.9 %.
const WIDE_Z: f64 = 3.290_526_731_491_926;
/// Beyond this a gate asks for a certainty that no mail stream has.
const MOST_MESSAGES: u64 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(passed: u64, failed: u64, expected: (f64, f64)) {
        let (low, high) = Tally { passed, failed }.interval();
        let near = |a: f64, b: f64| (a - b).abs() < 0.00005;
        assert!(near(low, expected.0) && near(high, expected.1), "{passed}/{failed}: {low} {high}");
    }

    /// The figures are those of `statsmodels.stats.proportion.proportion_confint(…, method="wilson")`.
    #[test]
    fn intervals() {
        check(0, 0, (0.0, 1.0));
        check(1, 0, (0.2065, 1.0));
        check(0, 1, (0.0, 0.7935));
        check(9, 1, (0.5958, 0.9821));
        check(95, 5, (0.8882, 0.9785));
        check(764, 0, (0.9950, 1.0));
        check(9_960, 40, (0.9946, 0.9971));
    }

    #[test]
    fn the_default_gate_needs_765_messages() {
        assert_eq!(messages_to_prove(0.995), 765);
        assert_eq!(messages_to_prove(0.9), 35);
        assert_eq!(messages_to_prove(1.0), MOST_MESSAGES);
    }

    proptest! {
        #[test]
        fn one_more_failure_lowers_both_ends(passed in 0..1_000_000_u64, failed in 0..1_000_000_u64) {
            let before = Tally { passed, failed }.interval();
            let after = Tally { passed, failed: failed + 1 }.interval();
            prop_assert!(after.0 <= before.0 && after.1 <= before.1);
            prop_assert!(before.0 <= before.1);
        }
    }
}
