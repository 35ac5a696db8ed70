//! When mail may be sent at all.

use std::{ops::Range, time::SystemTime};

use super::TimingError;

/// The times at which a mail may be sent, as the host computed them.
///
/// Zones, weekends and holidays are the host's: here are only half-open intervals, start included,
/// end excluded. They may be given in any order; those that overlap or touch become one. What lies
/// behind the last one is closed, so compute them at least until the mail's give-up time.
///
/// ```
/// use mailkit_route::timing::{SendWindows, WindowVerdict};
/// use std::time::{Duration, SystemTime};
/// let hour = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(n * 3600);
/// let office = SendWindows::new([hour(9)..hour(17), hour(33)..hour(41)])?;
/// assert_eq!(office.verdict(hour(10)), WindowVerdict::Open { until: Some(hour(17)) });
/// assert_eq!(office.verdict(hour(17)), WindowVerdict::Closed { opens: hour(33) });
/// assert_eq!(office.verdict(hour(41)), WindowVerdict::Over { ended: Some(hour(41)) });
/// # Ok::<(), mailkit_route::timing::TimingError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendWindows {
    /// Sorted, apart from each other; `None` is open for ever.
    open: Option<Vec<Range<SystemTime>>>,
}

impl SendWindows {
    /// The most intervals of one value: office hours of more than two years.
    pub const MAX: usize = 1024;

    /// No limit: open at every time.
    #[must_use]
    pub fn always() -> Self {
        Self::default()
    }

    /// Open in these intervals only. None at all is never open.
    ///
    /// # Errors
    /// When an interval does not end after its start, or there are more than [`SendWindows::MAX`].
    pub fn new(
        intervals: impl IntoIterator<Item = Range<SystemTime>>,
    ) -> Result<Self, TimingError> {
        let mut open: Vec<Range<SystemTime>> = Vec::new();
        for (index, interval) in intervals.into_iter().enumerate() {
            if index >= Self::MAX {
                return Err(TimingError::TooManyWindows(Self::MAX));
            }
            if interval.start >= interval.end {
                return Err(TimingError::EmptyWindow(index));
            }
            open.push(interval);
        }
        open.sort_by_key(|interval| interval.start);
        open.dedup_by(|later, kept| {
            let touch = later.start <= kept.end;
            if touch {
                kept.end = kept.end.max(later.end);
            }
            touch
        });
        Ok(Self { open: Some(open) })
    }

    /// The intervals, sorted and apart from each other; `None` when there is no limit.
    #[must_use]
    pub fn intervals(&self) -> Option<&[Range<SystemTime>]> {
        self.open.as_deref()
    }

    /// Whether mail may be sent at this time, and when that changes.
    #[must_use]
    pub fn verdict(&self, at: SystemTime) -> WindowVerdict {
        let Some(open) = &self.open else { return WindowVerdict::Open { until: None } };
        let next = open.partition_point(|interval| interval.end <= at);
        match open.get(next) {
            None => WindowVerdict::Over { ended: open.last().map(|last| last.end) },
            Some(interval) if interval.start <= at => {
                WindowVerdict::Open { until: Some(interval.end) }
            }
            Some(interval) => WindowVerdict::Closed { opens: interval.start },
        }
    }

    /// The first time from `at` on at which mail may be sent; `None` when no window is left.
    #[must_use]
    pub fn next_open(&self, at: SystemTime) -> Option<SystemTime> {
        match self.verdict(at) {
            WindowVerdict::Open { .. } => Some(at),
            WindowVerdict::Closed { opens } => Some(opens),
            WindowVerdict::Over { .. } => None,
        }
    }
}

/// Whether mail may be sent at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum WindowVerdict {
    /// Not now.
    #[cfg_attr(feature = "serde", serde(rename = "window-closed"))]
    Closed {
        /// The start of the next window.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        opens: SystemTime,
    },
    /// Now.
    #[cfg_attr(feature = "serde", serde(rename = "window-open"))]
    Open {
        /// The end of the window; `None` when there is no limit.
        #[cfg_attr(feature = "serde", serde(serialize_with = "super::wire::maybe_unix_seconds"))]
        until: Option<SystemTime>,
    },
    /// Neither now nor later.
    #[cfg_attr(feature = "serde", serde(rename = "windows-over"))]
    Over {
        /// The end of the last window; `None` when there was none.
        #[cfg_attr(feature = "serde", serde(serialize_with = "super::wire::maybe_unix_seconds"))]
        ended: Option<SystemTime>,
    },
}

impl WindowVerdict {
    /// Whether mail may be sent now.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// When to ask again; `None` when it is open, or never opens again.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        match self {
            Self::Closed { opens } => Some(*opens),
            Self::Open { .. } | Self::Over { .. } => None,
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed { .. } => "window-closed",
            Self::Open { .. } => "window-open",
            Self::Over { .. } => "windows-over",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    #[test]
    fn intervals_are_sorted_and_joined() {
        let windows = SendWindows::new([at(30)..at(40), at(0)..at(10), at(10)..at(20)]).unwrap();
        assert_eq!(windows.intervals(), Some(&[at(0)..at(20), at(30)..at(40)][..]));
    }

    #[test]
    fn what_is_no_window_is_refused() {
        assert_eq!(
            SendWindows::new([at(0)..at(1), at(5)..at(5)]),
            Err(TimingError::EmptyWindow(1))
        );
        let many = (0..2000).map(|n| at(n * 2)..at(n * 2 + 1));
        assert_eq!(SendWindows::new(many), Err(TimingError::TooManyWindows(SendWindows::MAX)));
        let never = SendWindows::new([]).unwrap();
        assert_eq!(never.verdict(at(0)), WindowVerdict::Over { ended: None });
    }

    proptest! {
        #[test]
        fn open_exactly_inside_an_interval(
            starts in proptest::collection::vec((0_u64..500, 1_u64..50), 0..20), now in 0_u64..600,
        ) {
            let inside = |now| starts.iter().any(|(start, long)| (*start..start + long).contains(&now));
            let windows = SendWindows::new(starts.iter().map(|(start, long)| at(*start)..at(start + long)));
            let windows = windows.unwrap();
            prop_assert_eq!(windows.verdict(at(now)).is_allowed(), inside(now));
            let next = (now..600).find(|second| inside(*second)).map(at);
            prop_assert_eq!(windows.next_open(at(now)), next);
        }
    }
}
