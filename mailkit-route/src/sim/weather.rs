//! How round trips change in the course of hours.

/// Round trips of many pairs over time, each as a multiple of its median.
#[derive(Clone, Debug)]
pub struct Weather {
    slice: f64,
    pairs: usize,
    /// All pairs of the first slice, then those of the second, and so on.
    multiples: Vec<f32>,
}

impl Weather {
    /// Nothing changes.
    #[must_use]
    pub fn calm() -> Self {
        Self { slice: f64::INFINITY, pairs: 1, multiples: vec![1.0] }
    }

    /// Weather out of a trace of round trips: `pairs` numbers a slice of `slice` seconds, 0 where
    /// nothing was measured; the unit does not matter. Incomplete slices at the end are left out.
    ///
    /// A round trip counts as its multiple of the median of its pair, from 0.9 to 16, and of that the
    /// root: traces are taken between homes and phones, and the ways between data centres are calmer.
    #[must_use]
    pub fn from_trace(round_trips: &[u16], pairs: usize, slice: f64) -> Self {
        let slices = round_trips.len().checked_div(pairs).unwrap_or_default();
        if slices == 0 || slice <= 0.0 {
            return Self::calm();
        }
        let seen = |slice: usize, pair: usize| {
            round_trips.get(slice * pairs + pair).filter(|&&one| one > 2).copied()
        };
        let medians: Vec<f64> = (0..pairs)
            .map(|pair| median((0..slices).filter_map(|slice| seen(slice, pair)).collect()))
            .collect();
        let mut multiples = Vec::with_capacity(slices * pairs);
        for slice in 0..slices {
            for (pair, median) in medians.iter().enumerate() {
                let multiple = seen(slice, pair).map_or(1.0, |one| f64::from(one) / median);
                #[expect(clippy::cast_possible_truncation, reason = "a small number")]
                let damped = multiple.clamp(0.9, 16.0).sqrt() as f32;
                multiples.push(damped);
            }
        }
        Self { slice, pairs, multiples }
    }

    /// How many pairs there are to draw from.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs
    }

    /// The multiple of a pair at a time, in seconds since the start; the last slice stays.
    #[must_use]
    pub fn at(&self, pair: usize, seconds: f64) -> f64 {
        let last = self.multiples.len() / self.pairs - 1;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let slice = (seconds / self.slice).clamp(0.0, last as f64) as usize;
        self.multiples.get(slice * self.pairs + pair % self.pairs).map_or(1.0, |&one| one.into())
    }
}

/// The middle of the numbers, 1 of none.
fn median(mut numbers: Vec<u16>) -> f64 {
    numbers.sort_unstable();
    let half = numbers.len() / 2;
    let at = |place: usize| numbers.get(place).map_or(1.0, |&number| f64::from(number));
    if numbers.len() % 2 == 1 || numbers.is_empty() {
        at(half)
    } else {
        (at(half - 1) + at(half)) / 2.0
    }
}
