//! Over which time a metric is read, and what comes of it.

use std::{fmt, iter, str::FromStr, time::Duration};

use super::{Metric, MetricKind};
use crate::{ParseError, ParseErrorKind};

/// The time that a value is about.
///
/// A window consists of six slots. They begin at multiples of their length since 1970 on every node, so that those
/// of several nodes add up. The last slot is the one that is not over, so a value is about five sixths of the
/// window at least and the whole of it at most.
///
/// ```
/// use mailkit_route::metrics::Window;
/// assert_eq!(Window::Hour.slot(), Window::Hour.length() / 6);
/// assert_eq!("10m".parse(), Ok(Window::TenMinutes));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Window {
    /// The last minute: what is going on.
    Minute,
    /// The last ten minutes.
    TenMinutes,
    /// The last hour.
    Hour,
    /// The last 24 hours: what is usual.
    Day,
}

impl Window {
    /// All windows, the shortest first.
    pub const ALL: &[Self] = &[Self::Minute, Self::TenMinutes, Self::Hour, Self::Day];

    /// Of how many slots each consists.
    pub const SLOTS: usize = 6;

    /// The time it reaches back.
    #[must_use]
    pub fn length(self) -> Duration {
        self.slot() * 6
    }

    /// The time until the oldest events drop out of it.
    #[must_use]
    pub fn slot(self) -> Duration {
        Duration::from_secs(match self {
            Self::Minute => 10,
            Self::TenMinutes => 100,
            Self::Hour => 600,
            Self::Day => 4 * 3600,
        })
    }

    /// The stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Minute => "1m",
            Self::TenMinutes => "10m",
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Window {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let kind = ParseErrorKind::InvalidField { name: "window" };
        let window = Self::ALL.iter().find(|window| window.code() == text).copied();
        window.ok_or_else(|| ParseError::new(kind, 0..text.len()))
    }
}

/// What is computed of the events in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Statistic {
    /// How many there are.
    Count,
    /// Their mean, within 6.25 % or half a microsecond.
    Mean,
    /// The least duration that 95 of 100 do not exceed (nearest rank), within 6.25 % or half a microsecond.
    P95,
    /// The share of those it is about.
    Share,
}

impl Statistic {
    /// Those that a kind of metric has.
    #[must_use]
    pub fn of(kind: MetricKind) -> &'static [Self] {
        match kind {
            MetricKind::Count => &[Self::Count],
            MetricKind::Duration => &[Self::Count, Self::Mean, Self::P95],
            MetricKind::Share => &[Self::Share],
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Mean => "mean",
            Self::P95 => "p95",
            Self::Share => "share",
        }
    }
}

/// One number over time: a statistic of a metric over a window.
///
/// ```
/// use mailkit_route::{Stage, metrics::{Metric, Series, Statistic, Window}};
/// let slow = Series::new(Metric::Duration(Stage::Dot), Window::Hour, Statistic::P95);
/// assert_eq!(slow.to_string(), "duration.dot 1h p95");
/// assert_eq!(Series::all().count(), 340);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Series {
    /// Of what.
    pub metric: Metric,
    /// Over which time.
    pub window: Window,
    /// What is computed.
    pub statistic: Statistic,
}

impl Series {
    /// A statistic of a metric over a window. One that [`Statistic::of`] does not name has no value.
    #[must_use]
    pub fn new(metric: Metric, window: Window, statistic: Statistic) -> Self {
        Self { metric, window, statistic }
    }

    /// How often something happened.
    #[must_use]
    pub fn count(metric: Metric, window: Window) -> Self {
        Self::new(metric, window, Statistic::Count)
    }

    /// All that a scope has.
    pub fn all() -> impl Iterator<Item = Self> {
        Metric::all().flat_map(|metric| {
            let statistics = Statistic::of(metric.kind()).iter();
            statistics.flat_map(move |statistic| {
                let windows = Window::ALL.iter().zip(iter::repeat((metric, *statistic)));
                windows.map(|(window, (metric, statistic))| Self::new(metric, *window, statistic))
            })
        })
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.metric, self.window, self.statistic.code())
    }
}

/// The value of a series. In JSON it is an object with its unit as name.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum MetricValue {
    /// A number of events.
    #[cfg_attr(feature = "serde", serde(rename = "count"))]
    Count(u64),
    /// A time.
    #[cfg_attr(feature = "serde", serde(rename = "seconds"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::seconds"))]
    Duration(Duration),
    /// A part of a whole, from 0 to 1.
    #[cfg_attr(feature = "serde", serde(rename = "ratio"))]
    Share(f64),
}

impl MetricValue {
    /// The plain number: events, seconds, or a ratio.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Duration(duration) => duration.as_secs_f64(),
            Self::Share(share) => share,
        }
    }
}
