//! What was asked of the DNS, and how long each answer took.

use std::{fmt, future::Future, time::Duration};

use hickory_resolver::{
    net::NetError,
    proto::rr::{RData, RecordType},
};
use tokio::time::Instant;

use super::{ResolveError, ResolveErrorKind};
use crate::{Destination, Domain};

/// The way to a domain, and how long finding it took.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resolution {
    /// All of it.
    pub total: Duration,
    /// Every question that was answered: first MX, then the addresses of each host, which are asked for at once.
    pub lookups: Vec<TimedLookup>,
    /// What [`MxResolver::resolve`](super::MxResolver::resolve) gives.
    pub outcome: Result<Destination, ResolveError>,
}

/// One question to the DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TimedLookup {
    /// The name asked for.
    pub name: Domain,
    /// The type of record asked for.
    pub question: LookupType,
    /// Until the answer, aliases included; nothing where the resolver had it already.
    #[cfg_attr(feature = "serde", serde(rename = "time_ms"))]
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::milliseconds"))]
    pub time: Duration,
    /// What came.
    pub answer: LookupAnswer,
}

/// A type of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "UPPERCASE"))]
#[non_exhaustive]
pub enum LookupType {
    /// Mail exchangers.
    Mx,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
}

/// What the DNS said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum LookupAnswer {
    /// The name exists, with these records of the type, sorted.
    Records {
        /// At most [`LookupAnswer::MAX_RECORDS`].
        records: Vec<String>,
        /// How many were beyond that.
        further: usize,
    },
    /// The name does not exist.
    NoSuchName,
    /// Nothing that can be used.
    Failed {
        /// What went wrong.
        kind: ResolveErrorKind,
    },
}

impl LookupAnswer {
    /// Records kept of one answer.
    pub const MAX_RECORDS: usize = 32;

    fn new(found: &Result<Vec<RData>, NetError>) -> Self {
        match found {
            Ok(found) => {
                let mut records: Vec<String> = found.iter().filter_map(shown).collect();
                records.sort();
                let further = records.len().saturating_sub(Self::MAX_RECORDS);
                records.truncate(Self::MAX_RECORDS);
                Self::Records { records, further }
            }
            Err(error) => match ResolveErrorKind::of(error) {
                ResolveErrorKind::NoSuchDomain => Self::NoSuchName,
                kind => Self::Failed { kind },
            },
        }
    }

    /// Whether something came that can be compared with what others were told.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Failed { .. })
    }
}

impl TimedLookup {
    /// Waits for an answer, and notes it.
    pub(super) async fn note(
        name: Domain,
        question: LookupType,
        answer: impl Future<Output = Result<Vec<RData>, NetError>>,
    ) -> (Result<Vec<RData>, NetError>, Self) {
        let begun = Instant::now();
        let found = answer.await;
        let (time, answer) = (begun.elapsed(), LookupAnswer::new(&found));
        (found, Self { name, question, time, answer })
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Resolution {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut found = out.serialize_struct("Resolution", 4)?;
        let milliseconds = u64::try_from(self.total.as_millis()).unwrap_or(u64::MAX);
        found.serialize_field("total_ms", &milliseconds)?;
        found.serialize_field("lookups", &self.lookups)?;
        found.serialize_field("mx", &self.outcome.as_ref().ok().map(|to| to.mx().to_string()))?;
        found.serialize_field("failure", &self.outcome.as_ref().err().map(ResolveError::kind))?;
        found.end()
    }
}

impl From<LookupType> for RecordType {
    fn from(question: LookupType) -> Self {
        match question {
            LookupType::Mx => Self::MX,
            LookupType::A => Self::A,
            LookupType::Aaaa => Self::AAAA,
        }
    }
}

impl fmt::Display for LookupType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mx => "MX",
            Self::A => "A",
            Self::Aaaa => "AAAA",
        })
    }
}

impl fmt::Display for LookupAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records { records, .. } if records.is_empty() => f.write_str("no record"),
            Self::Records { records, further: 0 } => f.write_str(&records.join(", ")),
            Self::Records { records, further } => {
                write!(f, "{} and {further} more", records.join(", "))
            }
            Self::NoSuchName => f.write_str("no such name"),
            Self::Failed { kind } => kind.fmt(f),
        }
    }
}

fn shown(data: &RData) -> Option<String> {
    match data {
        RData::MX(mx) => {
            let target = mx.exchange.to_ascii();
            Some(format!("{} {}", mx.preference, target.strip_suffix('.').unwrap_or(&target)))
        }
        data => data.ip_addr().map(|address| address.to_string()),
    }
}
