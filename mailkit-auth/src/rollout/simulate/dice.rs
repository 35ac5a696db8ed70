//! Chance, repeatable from a seed.

/// A `SplitMix64` sequence.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// A sequence of its own for each key, so that what one part draws changes no other.
    pub(super) fn keyed(seed: u64, keys: &[u64]) -> Self {
        let mut dice = Self(seed);
        for key in keys {
            dice.0 = dice.roll() ^ key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        dice
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from(self.roll() % span).unwrap_or(0)
    }

    /// A number whose logarithm is uniform.
    pub(super) fn scale(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.unit())
    }

    /// How many of `tries` succeed.
    pub(super) fn binomial(&mut self, tries: u64, probability: f64) -> u64 {
        if probability <= 0.0 || tries == 0 {
            return 0;
        }
        if probability >= 1.0 {
            return tries;
        }
        if probability > 0.5 {
            return tries - self.binomial(tries, 1.0 - probability);
        }
        let mean = tries as f64 * probability;
        match () {
            () if tries <= 16 => {
                (0..tries).fold(0, |sum, _| sum + u64::from(self.chance(probability)))
            }
            () if mean < 20.0 => self.skip_over(tries, probability),
            () => self.near_normal(tries, mean, probability),
        }
    }

    /// Jumps from success to success, as the gaps between them are geometric.
    fn skip_over(&mut self, tries: u64, probability: f64) -> u64 {
        let scale = (1.0 - probability).ln();
        let (mut at, mut successes) = (0.0, 0);
        loop {
            at += ((1.0 - self.unit()).ln() / scale).floor() + 1.0;
            if at > tries as f64 {
                return successes;
            }
            successes += 1;
        }
    }

    /// The ones among 128 fair bits are near normal, with mean 64 and a deviation of the root of 32.
    fn near_normal(&mut self, tries: u64, mean: f64, probability: f64) -> u64 {
        let ones = self.roll().count_ones() + self.roll().count_ones();
        let bell = (f64::from(ones) - 64.5 + self.unit()) / 32.0_f64.sqrt();
        whole(mean + bell * (mean * (1.0 - probability)).sqrt()).min(tries)
    }
}

/// The nearest whole number from 0 to a million million.
pub(super) fn whole(value: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
    let whole = value.clamp(0.0, 1e12).round() as u64;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of many draws lies near tries times probability.
    #[track_caller]
    fn check(tries: u64, probability: f64) {
        let mut dice = Dice::keyed(7, &[tries]);
        let sum: u64 = (0..4_000).map(|_| dice.binomial(tries, probability)).sum();
        let (mean, expected) = (sum as f64 / 4_000.0, tries as f64 * probability);
        let error = 5.0 * (expected * (1.0 - probability) / 4_000.0).sqrt();
        assert!((mean - expected).abs() <= error, "{tries} {probability}: {mean}");
    }

    #[test]
    fn binomials() {
        check(10, 0.3);
        check(100, 0.001);
        check(100, 0.9);
        check(1_000, 0.2);
        check(1_000_000, 0.000_01);
        check(5, 1.0);
        check(5, 0.0);
    }

    #[test]
    fn keys_give_sequences_of_their_own() {
        let first = |keys: &[u64]| Dice::keyed(1, keys).roll();
        assert_eq!(first(&[1, 2]), first(&[1, 2]));
        assert_ne!(first(&[1, 2]), first(&[2, 1]));
    }
}
