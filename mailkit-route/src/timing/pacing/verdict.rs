//! Whether a connection may be opened.

use std::time::SystemTime;

use crate::timing::Lane;

/// One connection that may be open. Give it back with [`Pacing::release`](super::Pacing::release); one that is lost counts
/// until [`PacingOptions::lease`](super::PacingOptions::lease) is over.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[must_use = "a lease that is not released blocks a connection until it runs out"]
pub struct PacingLease {
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub(super) lane: Lane,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) id: u64,
}

impl PacingLease {
    /// Whom it is for.
    #[must_use]
    pub fn lane(&self) -> &Lane {
        &self.lane
    }
}

/// Whether a connection may be opened now.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum PacingVerdict {
    /// As many are open as the lane takes now.
    #[cfg_attr(feature = "serde", serde(rename = "pacing-full"))]
    #[non_exhaustive]
    ConcurrencyFull {
        /// How many.
        limit: u32,
        /// When the oldest runs out, if it is never given back: often long after one is free again.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        runs_out: SystemTime,
    },
    /// Open one.
    #[cfg_attr(feature = "serde", serde(rename = "pacing-go"))]
    Go(PacingLease),
    /// The last connections failed, or the host holds the lane.
    #[cfg_attr(feature = "serde", serde(rename = "pacing-pause"))]
    #[non_exhaustive]
    Pausing {
        /// Failures with one connection, in a row; none where the lane is only held.
        failures: u32,
        /// The end of the pause.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// Too soon after the one before.
    #[cfg_attr(feature = "serde", serde(rename = "pacing-rate"))]
    #[non_exhaustive]
    RateReached {
        /// How much of the rate is used, in thousandths: less than 1000 after the host asked for less.
        permille: u32,
        /// When the next may go.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
        until: SystemTime,
    },
    /// Every lane that is remembered is in use.
    #[cfg_attr(feature = "serde", serde(rename = "pacing-table-full"))]
    TableFull {
        /// How many.
        lanes: usize,
    },
}

impl PacingVerdict {
    /// Whether a connection may be opened now.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Go(_))
    }

    /// From when on asking again makes sense; `None` when it is allowed, or when a connection that is given back
    /// is what one waits for.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        match self {
            Self::Pausing { until, .. } | Self::RateReached { until, .. } => Some(*until),
            Self::ConcurrencyFull { .. } | Self::Go(_) | Self::TableFull { .. } => None,
        }
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ConcurrencyFull { .. } => "pacing-full",
            Self::Go(_) => "pacing-go",
            Self::Pausing { .. } => "pacing-pause",
            Self::RateReached { .. } => "pacing-rate",
            Self::TableFull { .. } => "pacing-table-full",
        }
    }
}

/// What a lane uses and may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PacingUsage {
    /// Connections out, those that ran out since the last call included.
    pub in_use: usize,
    /// Connections allowed now.
    pub limit: u32,
    /// How much of the rate is used, in thousandths.
    pub rate_permille: u32,
}
