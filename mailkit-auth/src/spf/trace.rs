//! What an SPF check did, term by term.

use std::ops::Range;

use super::SpfResult;
use super::client::Cost;
use crate::lookup::Name;

/// The evaluation of one domain's record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfTrace {
    /// The domain whose record it is.
    pub domain: Name,
    /// The record; `None` if none could be read.
    pub record: Option<String>,
    /// The terms that were evaluated, in their order. Those after the match are not.
    pub terms: Vec<SpfTermTrace>,
    /// What the record says about the client.
    pub result: SpfResult,
}

impl SpfTrace {
    pub(super) fn new(domain: Name) -> Self {
        Self { domain, record: None, terms: Vec::new(), result: SpfResult::None }
    }

    /// The text at these bytes of the record.
    pub(super) fn text(&self, span: &Range<usize>) -> String {
        let record = self.record.as_deref().unwrap_or_default();
        record.get(span.clone()).unwrap_or_default().to_owned()
    }

    /// Begins the trace of the term at these bytes, at what the check has cost before it.
    pub(super) fn step(&self, span: Range<usize>, cost: Cost) -> SpfTermTrace {
        let Cost { lookups, void_lookups } = cost;
        let (term, outcome) = (self.text(&span), TermOutcome::Failed);
        SpfTermTrace { term, span, outcome, lookups, void_lookups, nested: None }
    }
}

/// The evaluation of one term.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfTermTrace {
    /// The term as it stands in the record.
    pub term: String,
    /// Its bytes in the record.
    pub span: Range<usize>,
    /// What came of it.
    pub outcome: TermOutcome,
    /// How many of the ten lookups it took, those of an included record among them.
    pub lookups: usize,
    /// How many of the two void lookups it took.
    pub void_lookups: usize,
    /// The record that `include` or `redirect` led to.
    pub nested: Option<Box<SpfTrace>>,
}

impl SpfTermTrace {
    /// Ends the trace with what came of the term, at what the check has cost by now.
    pub(super) fn end(&mut self, outcome: TermOutcome, cost: Cost) {
        self.outcome = outcome;
        self.lookups = cost.lookups.saturating_sub(self.lookups);
        self.void_lookups = cost.void_lookups.saturating_sub(self.void_lookups);
    }
}

/// What came of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum TermOutcome {
    /// It matched, or, as a `redirect`, it was followed.
    Matched,
    /// It did not match.
    NotMatched,
    /// It ended the check with an error.
    Failed,
}

impl TermOutcome {
    pub(super) fn of<E>(matched: &Result<bool, E>) -> Self {
        match matched {
            Ok(true) => Self::Matched,
            Ok(false) => Self::NotMatched,
            Err(_) => Self::Failed,
        }
    }
}
