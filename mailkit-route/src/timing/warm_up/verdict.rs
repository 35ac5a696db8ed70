//! Whether a message may go.

use std::time::SystemTime;

/// Whether a message may go from an egress to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum WarmUpVerdict {
    /// Within the budget of the day.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-allowed"))]
    #[non_exhaustive]
    Allowed {
        /// The day of the curve, counted from 1.
        day: u16,
        /// Messages of the day.
        budget: u32,
        /// Messages that are left.
        left: u32,
    },
    /// Too many replies asked for less.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-back-off"))]
    BackedOff {
        /// The end of the pause.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// The curve is done: no limit.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-complete"))]
    Complete,
    /// More nodes than the counters hold send on this lane.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-nodes-full"))]
    NodesFull,
    /// Not in warm-up: no limit.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-none"))]
    NotWarming,
    /// The host holds it.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-paused"))]
    Paused,
    /// The budget of the day is spent.
    #[cfg_attr(feature = "serde", serde(rename = "warm-up-spent"))]
    #[non_exhaustive]
    Spent {
        /// The day of the curve, counted from 1.
        day: u16,
        /// Messages of the day.
        budget: u32,
        /// The start of the next day.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
}

impl WarmUpVerdict {
    /// Whether the message may go.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. } | Self::Complete | Self::NotWarming)
    }

    /// When to ask again; `None` when it is allowed or not known.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        match self {
            Self::BackedOff { until } | Self::Spent { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Allowed { .. } => "warm-up-allowed",
            Self::BackedOff { .. } => "warm-up-back-off",
            Self::Complete => "warm-up-complete",
            Self::NodesFull => "warm-up-nodes-full",
            Self::NotWarming => "warm-up-none",
            Self::Paused => "warm-up-paused",
            Self::Spent { .. } => "warm-up-spent",
        }
    }
}
