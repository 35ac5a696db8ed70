//! Weights of evidence: exact numbers on a grid of 1/1024 logit.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// A weight of evidence in logits (the natural logarithm of odds).
///
/// It is a whole number of 1/1024 logit, so sums are exact and equal on every platform, also when they are formed in `f64`.
///
/// ```
/// use mailkit_risk::Weight;
///
/// let sum: Weight = ["-4.5", "6", "0.75"].iter().filter_map(|text| text.parse::<Weight>().ok()).sum();
/// assert_eq!(sum.logits(), 2.25);
/// assert_eq!(sum.to_string(), "2.25");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Weight(i32);

impl Weight {
    /// No evidence.
    pub const ZERO: Self = Self(0);

    /// The largest absolute value that reads, in logits.
    const MAX_LOGITS: i64 = 1000;

    /// The weight in logits; exact.
    #[must_use]
    pub fn logits(self) -> f64 {
        f64::from(self.0) / f64::from(UNITS)
    }

    /// The probability that belongs to this many logits: `1 / (1 + e^-x)`.
    #[must_use]
    pub fn probability(self) -> f64 {
        1.0 / (1.0 + (-self.logits()).exp())
    }
}

/// Why a text is not a [`Weight`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightError {
    /// Not a decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// Not a multiple of 1/1024.
    #[error("not a multiple of 1/1024")]
    OffGrid,
    /// Beyond ±1000 logits.
    #[error("beyond 1000 logits")]
    OutOfRange,
}

impl FromStr for Weight {
    type Err = WeightError;

    fn from_str(text: &str) -> Result<Self, WeightError> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let units = whole_number(whole)?.saturating_mul(UNITS.into()) + fraction_units(fraction)?;
        if units > Self::MAX_LOGITS * i64::from(UNITS) {
            return Err(WeightError::OutOfRange);
        }
        i32::try_from(sign * units).map(Self).map_err(|_| WeightError::OutOfRange)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The shortest decimal that reads back is the exact one: ten places are enough for 1/1024.
        self.logits().fmt(f)
    }
}

impl Add for Weight {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Weight {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Weight {
    fn sum<I: Iterator<Item = Self>>(weights: I) -> Self {
        weights.fold(Self::ZERO, Add::add)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Weight {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.logits())
    }
}

const UNITS: i32 = 1024;

fn whole_number(digits: &str) -> Result<i64, WeightError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(WeightError::NotANumber);
    }
    digits.parse().map_err(|_| WeightError::OutOfRange)
}

fn fraction_units(digits: &str) -> Result<i64, WeightError> {
    let value = whole_number(digits)?;
    let places = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    let scale = 10_i64.checked_pow(places).ok_or(WeightError::OffGrid)?;
    let units = value.checked_mul(UNITS.into()).ok_or(WeightError::OffGrid)?;
    if units % scale == 0 { Ok(units / scale) } else { Err(WeightError::OffGrid) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<f64, WeightError>) {
        assert_eq!(text.parse::<Weight>().map(Weight::logits), expected, "{text}");
    }

    #[test]
    fn reads_exact_decimals_only() {
        check("0", Ok(0.0));
        check("-4.5", Ok(-4.5));
        check("0.0009765625", Ok(1.0 / 1024.0));
        check("1.1", Err(WeightError::OffGrid));
        check("", Err(WeightError::NotANumber));
        check("+1", Err(WeightError::NotANumber));
        check("1.", Err(WeightError::NotANumber));
        check("--1", Err(WeightError::NotANumber));
        check("1001", Err(WeightError::OutOfRange));
        check("99999999999999999999", Err(WeightError::OutOfRange));
        check("0.00000000000000000000001", Err(WeightError::OffGrid));
    }

    proptest! {
        #[test]
        fn what_we_write_reads_back(units in -1_024_000..=1_024_000) {
            let weight = Weight(units);
            prop_assert_eq!(weight.to_string().parse(), Ok(weight));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<Weight>();
        }
    }
}
