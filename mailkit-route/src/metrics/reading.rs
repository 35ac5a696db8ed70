//! Values computed of slots.

use std::time::Duration;

use super::{Metric, MetricValue, SessionPart, Statistic, bucket::Bucket, track::Slot};
use crate::ConnectFailure;

/// A count, or a statistic of durations.
pub(super) fn value<'a, S: Iterator<Item = &'a Slot>>(
    slots: S,
    metric: Metric,
    statistic: Statistic,
) -> Option<MetricValue> {
    if statistic == Statistic::Count {
        return Some(MetricValue::Count(count(slots, metric)));
    }
    let histogram = Histogram::of(slots, metric);
    let duration = match statistic {
        Statistic::Mean => histogram.mean(),
        Statistic::P95 => histogram.percentile(95),
        Statistic::Count | Statistic::Share => None,
    };
    duration.map(MetricValue::Duration)
}

/// See [`Metric::Loss`].
pub(super) fn loss<'a, S: Iterator<Item = &'a Slot>>(slots: impl Fn() -> S) -> Option<MetricValue> {
    let count = |metric| count(slots(), metric);
    let unanswered = SessionPart::ALL.iter().map(|part| count(Metric::Silence(*part)));
    let lost = unanswered.sum::<u64>() + count(Metric::ConnectFailed(ConnectFailure::TimedOut));
    let stayed = count(Metric::ConnectFailed(ConnectFailure::EgressFailed));
    let left = count(Metric::Attempts).saturating_sub(stayed);
    (left > 0).then(|| MetricValue::Share((lost as f64 / left as f64).min(1.0)))
}

fn count<'a, S: Iterator<Item = &'a Slot>>(slots: S, metric: Metric) -> u64 {
    slots.flat_map(|slot| slot.of(metric)).map(|(_, count)| u64::from(*count)).sum()
}

/// The durations of several slots.
struct Histogram {
    counts: [u64; Bucket::COUNT],
    total: u64,
}

impl Histogram {
    fn of<'a, S: Iterator<Item = &'a Slot>>(slots: S, metric: Metric) -> Self {
        let mut all = Self { counts: [0; Bucket::COUNT], total: 0 };
        for &(cell, count) in slots.flat_map(|slot| slot.of(metric)) {
            if let Some(sum) = all.counts.get_mut(usize::from(cell.bucket().0)) {
                *sum += u64::from(count);
                all.total += u64::from(count);
            }
        }
        all
    }

    fn buckets(&self) -> impl Iterator<Item = (Bucket, u64)> {
        (0..).map(Bucket).zip(self.counts)
    }

    fn mean(&self) -> Option<Duration> {
        let weighted =
            self.buckets().map(|(bucket, count)| bucket.middle().as_nanos() * u128::from(count));
        let mean = weighted.sum::<u128>().checked_div(self.total.into())?;
        Some(Duration::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX)))
    }

    /// The bucket of the least duration that so many of 100 do not exceed (nearest rank).
    fn percentile(&self, of_100: u64) -> Option<Duration> {
        let rank = self.total.saturating_mul(of_100).div_ceil(100).max(1);
        let mut below = 0;
        let reaches = |(_, count): &(Bucket, u64)| {
            below += count;
            below >= rank
        };
        self.buckets().find(reaches).map(|(bucket, _)| bucket.middle())
    }
}
