//! What has changed since a record was flattened.

use super::inline::MAX_NETWORKS;
use super::{FlattenError, FlattenErrorKind, FlattenedSpf, SpfSource, inline};
use crate::spf::IpNetwork;
use crate::spf::network::AddressSet;
use crate::spf::tree::{SpfTree, SpfTreeProblem};

impl FlattenedSpf {
    /// What has changed in the sources since the record was flattened.
    ///
    /// `tree` is that of the record as it was written, not of the flattened one. How long the old
    /// networks are still in use it does not tell: answers live on in caches.
    ///
    /// ```
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::record::SpfRecord;
    /// use mailkit_auth::spf::flatten::{FlattenOptions, flatten};
    /// use mailkit_auth::spf::tree::{SpfTreeRequest, tree};
    ///
    /// let record: SpfRecord = "v=spf1 include:_spf.host.test -all".parse()?;
    /// let request = SpfTreeRequest::new("acme.test".parse()?).with_record(record);
    /// let host = |text| ZoneSnapshot::new().with_txt("_spf.host.test", text);
    ///
    /// let then = tree(&host("v=spf1 ip4:192.0.2.0/25 -all")?, request.clone());
    /// let flattened = flatten(&then, &FlattenOptions::default())?;
    /// let now = tree(&host("v=spf1 ip4:192.0.2.0/24 -all")?, request);
    /// let drift = flattened.drift(&now)?;
    /// assert_eq!(drift.sources[0].term, "include:_spf.host.test");
    /// assert_eq!(drift.sources[0].added, ["192.0.2.128/25".parse()?]);
    /// assert!(drift.sources[0].removed.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the record at the root of the new tree cannot be read, or what it stands for or the
    /// difference takes too many networks.
    pub fn drift(&self, tree: &SpfTree) -> Result<Drift, FlattenError> {
        if let Some(problem) = &tree.root.problem {
            return Err(FlattenErrorKind::Unreadable(problem.clone()).into());
        }
        let now = inline::inline(&tree.root, &self.options)?.sources;
        let mut drift = Drift::default();
        for source in &now {
            match &source.problem {
                Some(problem) => drift
                    .unresolved
                    .push(UnresolvedSource { term: source.term.clone(), problem: problem.clone() }),
                None => drift.sources.extend(change(find(&self.sources, source), Some(source))?),
            }
        }
        let gone = self.sources.iter().filter(|source| find(&now, source).is_none());
        for source in gone {
            drift.sources.extend(change(Some(source), None)?);
        }
        Ok(drift)
    }
}

fn find<'a>(sources: &'a [SpfSource], source: &SpfSource) -> Option<&'a SpfSource> {
    sources.iter().find(|other| other.term == source.term)
}

fn change(
    then: Option<&SpfSource>,
    now: Option<&SpfSource>,
) -> Result<Option<SourceDrift>, FlattenErrorKind> {
    let set = |source: Option<&SpfSource>| -> AddressSet {
        source.iter().flat_map(|source| &source.networks).copied().collect()
    };
    let kept = |source: Option<&SpfSource>| source.map(|it| it.kept.clone()).unwrap_or_default();
    let (old, new) = (set(then), set(now));
    let (added, removed) = (new.minus(&old), old.minus(&new));
    if added.exceeds(MAX_NETWORKS) || removed.exceeds(MAX_NETWORKS) {
        return Err(FlattenErrorKind::TooManyNetworks { limit: MAX_NETWORKS });
    }
    let drift = SourceDrift {
        term: now.or(then).map(|source| source.term.clone()).unwrap_or_default(),
        added: added.networks(),
        removed: removed.networks(),
        kept_changed: kept(then) != kept(now),
    };
    let changed = !drift.added.is_empty() || !drift.removed.is_empty() || drift.kept_changed;
    Ok(changed.then_some(drift))
}

/// The difference between what a record was flattened from and what it would be flattened from now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Drift {
    /// The sources that have changed.
    pub sources: Vec<SourceDrift>,
    /// The sources that could not be followed to their end, and so may have changed. What they no
    /// longer name is not taken for removed.
    pub unresolved: Vec<UnresolvedSource>,
}

impl Drift {
    /// Whether all sources could be followed and none has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.unresolved.is_empty()
    }
}

/// How a source has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SourceDrift {
    /// The term of the domain's own record.
    pub term: String,
    /// The addresses it has gained.
    pub added: Vec<IpNetwork>,
    /// The addresses it has lost.
    pub removed: Vec<IpNetwork>,
    /// Whether it now leads to other terms that must stay.
    pub kept_changed: bool,
}

/// A source of which nothing certain is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UnresolvedSource {
    /// The term of the domain's own record.
    pub term: String,
    /// What went wrong.
    pub problem: SpfTreeProblem,
}
