//! A record with fewer lookups that gives every client the same result.
//!
//! `a`, `mx`, `include` and `redirect` are replaced by the networks that they stand for now. They
//! change without notice, so keep the record as you wrote it, walk it again from time to time
//! ([`SpfTreeRequest::with_record`](super::tree::SpfTreeRequest::with_record)), and publish anew when
//! [`FlattenedSpf::drift`] finds a difference.

mod drift;
mod inline;
mod split;

use thiserror::Error;

pub use drift::{Drift, SourceDrift, UnresolvedSource};

use super::tree::{SpfTree, SpfTreeProblem};
use super::{IpNetwork, SpfLimits};
use crate::lookup::Name;
use crate::record::SpfRecord;

/// Replaces the terms of a domain's record by networks where that is safe.
///
/// What depends on the mail (`ptr`, `exists`, macros) stays, and so does what is broken and what the
/// options keep. Order and qualifiers keep their meaning: a client gets the result that it got,
/// unless that was the error of having exceeded a limit. Networks are merged into the fewest.
///
/// ```
/// use mailkit_auth::Domain;
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::spf::flatten::{FlattenOptions, flatten};
/// use mailkit_auth::spf::tree::tree;
///
/// let zone = ZoneSnapshot::new()
///     .with_txt("acme.test", "v=spf1 a include:_spf.host.test ~all")?
///     .with_address("acme.test", [192, 0, 2, 1])?
///     .with_txt("_spf.host.test", "v=spf1 ip4:192.0.2.0 ip4:198.51.100.0/25 a:b.host.test -all")?
///     .with_address("b.host.test", [198, 51, 100, 130])?;
/// let tree = tree(&zone, "acme.test".parse::<Domain>()?);
/// let flattened = flatten(&tree, &FlattenOptions::default())?;
/// assert_eq!(
///     flattened.records[0].record.to_string(),
///     "v=spf1 ip4:192.0.2.0/31 ip4:198.51.100.0/25 ip4:198.51.100.130 ~all",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the domain's own record cannot be read, if the walk met its limits, if what is left between
/// scattered addresses takes more than 20,000 networks, or if what must stay and what must be split
/// need more than ten lookups. The last can be mended by longer records, by
/// keeping less, or by removing senders.
pub fn flatten(tree: &SpfTree, options: &FlattenOptions) -> Result<FlattenedSpf, FlattenError> {
    if let Some(problem) = &tree.root.problem {
        return Err(FlattenErrorKind::Unreadable(problem.clone()).into());
    }
    let cut_off = |problem: &SpfTreeProblem| matches!(problem, SpfTreeProblem::Limit { .. });
    if let Some((_, _, problem)) = tree.problems().find(|(_, _, problem)| cut_off(problem)) {
        return Err(FlattenErrorKind::Incomplete(problem.clone()).into());
    }
    let inlined = inline::inline(&tree.root, options)?;
    let sources = inlined.sources;
    let (records, lookups) = split::split(tree, inlined.sequence, options)?;
    Ok(FlattenedSpf { records, sources, lookups, options: options.clone() })
}

/// What stays, and how long records may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlattenOptions {
    /// Domains whose `include`, `a`, `mx` or `redirect` stays as it is wherever it stands, because
    /// they change often.
    pub kept: Vec<Name>,
    /// The most octets of a record: 450, the most that fits one answer over UDP beside its name
    /// (RFC 7208 section 3.4). Terms that must stay together can make the first record longer.
    pub octets: usize,
}

impl FlattenOptions {
    /// With a domain that stays.
    #[must_use]
    pub fn with_kept(mut self, domain: Name) -> Self {
        self.kept.push(domain);
        self
    }

    /// With records of other lengths.
    #[must_use]
    pub fn with_octets(mut self, octets: usize) -> Self {
        self.octets = octets;
        self
    }
}

impl Default for FlattenOptions {
    fn default() -> Self {
        Self { kept: Vec::new(), octets: 450 }
    }
}

/// A flattened record, and what its networks came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FlattenedSpf {
    /// The records to publish: that of the domain, then those that it includes, under names such as
    /// `_spf1` before the domain.
    pub records: Vec<FlattenedRecord>,
    /// The terms of the record that was flattened, and what each stood for.
    pub sources: Vec<SpfSource>,
    /// How many of the ten lookups a check takes at most, those of included records among them.
    pub lookups: usize,
    /// With which options it was made.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub options: FlattenOptions,
}

/// A record and the name under which to publish it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FlattenedRecord {
    /// The name.
    pub name: Name,
    /// The record.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_text"))]
    pub record: SpfRecord,
}

/// What a term of the domain's own record stood for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfSource {
    /// The term as it stands in the record.
    pub term: String,
    /// The fewest networks that hold its clients.
    pub networks: Vec<IpNetwork>,
    /// The terms that took its place unchanged.
    pub kept: Vec<String>,
    /// What was wrong with it or with a record that it leads to.
    pub problem: Option<SpfTreeProblem>,
}

/// Why a record cannot be flattened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the record cannot be flattened: {kind}")]
pub struct FlattenError {
    kind: FlattenErrorKind,
}

impl FlattenError {
    /// What stands against it.
    #[must_use]
    pub fn kind(&self) -> &FlattenErrorKind {
        &self.kind
    }
}

impl From<FlattenErrorKind> for FlattenError {
    fn from(kind: FlattenErrorKind) -> Self {
        Self { kind }
    }
}

/// What stands against flattening a record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FlattenErrorKind {
    /// The domain's own record cannot be read.
    #[error("{0}")]
    Unreadable(SpfTreeProblem),
    /// The walk was cut off, so that networks are missing.
    #[error("{0}")]
    Incomplete(SpfTreeProblem),
    /// What stays and what is split need more lookups than a check has.
    #[error("it needs {lookups} lookups, of which a check has {limit}")]
    TooManyLookups {
        /// The lookups needed; a lower bound where splitting was given up.
        lookups: usize,
        /// The limit.
        limit: usize,
    },
    /// What is left between scattered addresses takes more networks than any records hold.
    #[error("it takes more than {limit} networks")]
    TooManyNetworks {
        /// The limit.
        limit: usize,
    },
    /// No name can be put before a domain as long as this.
    #[error("the domain is too long for a name before it")]
    NameTooLong,
}

/// The lookups of a check.
fn lookup_limit() -> usize {
    SpfLimits::default().lookups
}

#[cfg(feature = "serde")]
fn as_text<S: serde::Serializer>(record: &SpfRecord, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(record)
}

#[cfg(test)]
mod tests;
