//! How long a path will take: a guess from the map, then what was seen.

use std::time::{Duration, SystemTime};

/// Seen latencies of one path, in the logarithm so that one stall does not spoil many good runs, with
/// old ones fading.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Evidence {
    weight: f64,
    mean_log_seconds: f64,
    updated: Option<SystemTime>,
    observations: u32,
}

impl Evidence {
    pub(crate) fn observe(&mut self, latency: Duration, now: SystemTime) {
        let faded = self.weight_at(now).min(MOST_WEIGHT);
        let seen = latency.clamp(SHORTEST, LONGEST).as_secs_f64().ln();
        self.weight = faded + 1.0;
        self.mean_log_seconds = (self.mean_log_seconds * faded + seen) / self.weight;
        self.observations = self.observations.saturating_add(1);
        self.updated = Some(now);
    }

    /// The guess and the evidence, weighed: the guess counts as one observation.
    pub(crate) fn estimate(&self, guess: Duration, now: SystemTime) -> Duration {
        let weight = self.weight_at(now);
        let guess = guess.clamp(SHORTEST, LONGEST).as_secs_f64().ln();
        let log = (guess + self.mean_log_seconds * weight) / (1.0 + weight);
        Duration::try_from_secs_f64(log.exp()).map_or(LONGEST, |time| time.clamp(SHORTEST, LONGEST))
    }

    /// How many deliveries it rests on.
    pub(crate) fn observations(&self) -> u32 {
        self.observations
    }

    /// A clock set back fades nothing.
    fn weight_at(&self, now: SystemTime) -> f64 {
        let age = self.updated.and_then(|then| now.duration_since(then).ok()).unwrap_or_default();
        self.weight * (-age.as_secs_f64() / HALF_LIFE.as_secs_f64()).exp2()
    }
}

const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(3600);
const HALF_LIFE: Duration = Duration::from_secs(30 * 60);
/// So that a path used all day still learns within some twenty mails that it has changed.
const MOST_WEIGHT: f64 = 19.0;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: SystemTime = SystemTime::UNIX_EPOCH;
    const GUESS: Duration = Duration::from_secs(1);

    #[test]
    fn evidence_takes_over_and_fades() {
        let mut evidence = Evidence::default();
        assert_eq!(evidence.estimate(GUESS, START), GUESS);
        (0..19).for_each(|_| evidence.observe(Duration::from_secs(4), START));
        let seconds = |days: u64| {
            evidence.estimate(GUESS, START + Duration::from_secs(days * 86_400)).as_secs_f64()
        };
        assert!((seconds(0) - 3.73).abs() < 0.01, "{}", seconds(0));
        assert!((seconds(1) - 1.0).abs() < 0.01, "{}", seconds(1));
        assert_eq!(evidence.observations(), 19);
    }

    #[test]
    fn a_changed_path_is_learned_within_twenty_mails() {
        let mut evidence = Evidence::default();
        (0..10_000).for_each(|_| evidence.observe(Duration::from_millis(500), START));
        (0..20).for_each(|_| evidence.observe(Duration::from_secs(8), START));
        assert!(evidence.estimate(GUESS, START) > Duration::from_secs(2));
    }

    proptest! {
        #[test]
        fn an_estimate_lies_between_what_it_is_made_of(guess in 1_u64..3_600_000, seen in 1_u64..3_600_000, n in 1_u32..50, age in 0_u64..1 << 40) {
            let (guess, seen) = (Duration::from_millis(guess), Duration::from_millis(seen));
            let mut evidence = Evidence::default();
            (0..n).for_each(|_| evidence.observe(seen, START));
            let estimate = evidence.estimate(guess, START + Duration::from_secs(age));
            let slack = guess.max(seen) / 1_000_000;
            prop_assert!(estimate + slack >= guess.min(seen) && estimate <= guess.max(seen) + slack);
        }

        #[test]
        fn no_clock_and_no_latency_breaks_it(steps in proptest::collection::vec((any::<i64>(), any::<u64>()), 0..30)) {
            let mut evidence = Evidence::default();
            for (seconds, latency) in steps {
                let distance = Duration::from_secs(seconds.unsigned_abs());
                let now = if seconds < 0 { START.checked_sub(distance) } else { START.checked_add(distance) };
                evidence.observe(Duration::from_secs(latency), now.unwrap_or(START));
                let estimate = evidence.estimate(Duration::from_secs(latency), START);
                prop_assert!(estimate >= SHORTEST && estimate <= LONGEST);
            }
        }
    }
}
