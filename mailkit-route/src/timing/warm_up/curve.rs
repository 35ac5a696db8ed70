//! How the daily budget grows.

use std::{str::FromStr, sync::Arc, sync::LazyLock};

use crate::{ParseError, ParseErrorKind, timing::TimingError};

/// The budget of each day of a warm-up. After the last day there is no limit.
///
/// ```
/// use mailkit_route::timing::WarmUpCurve;
/// let curve = WarmUpCurve::new([10, 50, 200])?;
/// assert_eq!((curve.days(), curve.budget(2), curve.budget(4)), (3, Some(50), None));
/// assert!(WarmUpCurve::new([50, 10]).is_err());
/// # Ok::<(), mailkit_route::timing::TimingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarmUpCurve(Arc<[u32]>);

impl WarmUpCurve {
    /// The most days of a curve.
    pub const MAX_DAYS: usize = 366;

    /// These budgets, in messages, for day 1, 2, 3 and so on.
    ///
    /// # Errors
    /// When there is no day or more than [`WarmUpCurve::MAX_DAYS`], or a budget is zero or lower than
    /// the one before.
    pub fn new(budgets: impl IntoIterator<Item = u32>) -> Result<Self, TimingError> {
        let budgets: Arc<[u32]> = budgets.into_iter().take(Self::MAX_DAYS + 1).collect();
        if budgets.is_empty() || budgets.len() > Self::MAX_DAYS {
            return Err(TimingError::CurveLength(Self::MAX_DAYS));
        }
        let mut before = 1;
        for (index, &budget) in budgets.iter().enumerate() {
            if budget < before {
                return Err(TimingError::CurveBudget(index + 1));
            }
            before = budget;
        }
        Ok(Self(budgets))
    }

    /// How many days it takes.
    #[must_use]
    pub fn days(&self) -> usize {
        self.0.len()
    }

    /// The budget of a day, counted from 1; `None` when there is no limit any more.
    #[must_use]
    pub fn budget(&self, day: usize) -> Option<u32> {
        self.0.get(day.checked_sub(1)?).copied()
    }
}

/// Curves by name, read from rows `name | budget budget …`; `#` starts a comment line.
///
/// ```
/// use mailkit_route::timing::WarmUpCurves;
/// let ours: WarmUpCurves = "mainland | 5 10 20".parse()?;
/// assert_eq!(ours.get("mainland").map(|curve| curve.days()), Some(3));
/// assert_eq!(WarmUpCurves::builtin().get("careful").and_then(|curve| curve.budget(1)), Some(20));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarmUpCurves(Vec<(String, WarmUpCurve)>);

impl WarmUpCurves {
    /// The table compiled into the crate, `data/warm-up.txt`.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The curve of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&WarmUpCurve> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, curve)| curve)
    }

    /// The names, in the order of the table.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The curve of a row, if its name is new.
    fn read(&mut self, row: &str) -> Option<()> {
        let (name, budgets) = row.split_once('|')?;
        let name = name.trim();
        let budgets: Result<Vec<u32>, _> = budgets.split_whitespace().map(str::parse).collect();
        let curve = WarmUpCurve::new(budgets.ok()?).ok()?;
        let is_new = !name.is_empty() && self.get(name).is_none();
        is_new.then(|| self.0.push((name.to_owned(), curve)))
    }
}

impl FromStr for WarmUpCurves {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (mut curves, mut start) = (Self::default(), 0);
        for line in text.split('\n') {
            let span = start..start + line.len();
            start = span.end + 1;
            if !line.trim().is_empty() && !line.starts_with('#') {
                let invalid = || ParseError::new(ParseErrorKind::InvalidRule, span);
                curves.read(line).ok_or_else(invalid)?;
            }
        }
        Ok(curves)
    }
}

static BUILTIN: LazyLock<WarmUpCurves> =
    LazyLock::new(|| include_str!("../../../data/warm-up.txt").parse().unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_reads_and_never_more_than_doubles() {
        let text = include_str!("../../../data/warm-up.txt");
        let rows = text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(text.parse::<WarmUpCurves>().map(|curves| curves.names().count()), Ok(rows));
        for (name, curve) in &WarmUpCurves::builtin().0 {
            let steps = curve.0.windows(2);
            assert!(
                steps.clone().all(|days| days[1] > days[0] && days[1] <= days[0] * 2),
                "{name}"
            );
        }
    }

    #[test]
    fn rows_that_are_no_curve_are_refused() {
        let check = |row: &str| {
            let error = format!("a | 1 2\n{row}").parse::<WarmUpCurves>().unwrap_err();
            assert_eq!(error.to_string(), "invalid rule at byte 8", "{row}");
        };
        for row in ["b", "b |", "b | 0", "b | 2 1", "b | 1 x", " | 1", "a | 1", "b | -1"] {
            check(row);
        }
        check(&format!("b |{}", " 7".repeat(367)));
    }
}
