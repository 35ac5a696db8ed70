//! Evidence as it is stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Evidence;
use crate::rollout::{Day, ReporterId, SourceClass, SourceCounts, SourceId};

/// What a serialized [`Evidence`] holds; the sums are made anew.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    sources: BTreeMap<SourceId, StoredSource>,
    reporters: BTreeMap<ReporterId, BTreeSet<Day>>,
    #[serde(default)]
    uncounted: u64,
    #[serde(default)]
    copies: u64,
    #[serde(default)]
    unknown_reporters: BTreeSet<ReporterId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSource {
    class: SourceClass,
    #[serde(default)]
    owner: Option<SourceClass>,
    days: BTreeMap<Day, SourceCounts>,
}

impl From<Stored> for Evidence {
    /// What exceeds the limits is counted as such.
    fn from(stored: Stored) -> Self {
        let mut evidence =
            Self { uncounted: stored.uncounted, copies: stored.copies, ..Self::default() };
        stored.unknown_reporters.into_iter().for_each(|name| evidence.add_unknown_reporter(name));
        for (reporter, days) in stored.reporters {
            for day in days {
                evidence.note_report(reporter.clone(), day);
            }
        }
        for (source, StoredSource { class, owner, days }) in stored.sources {
            for (day, counts) in days {
                if !evidence.count(source.clone(), class, day, counts) {
                    evidence.uncounted = evidence.uncounted.saturating_add(counts.messages());
                }
            }
            if let Some(history) = evidence.sources.get_mut(&source) {
                history.learn(owner.filter(|owner| *owner != SourceClass::Unknown));
            }
        }
        evidence
    }
}
