//! What an SPF check did, term by term.

use std::ops::Range;
use std::sync::Arc;

use super::SpfResult;
use crate::lookup::Name;

/// The evaluation of one domain's record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpfTrace {
    /// The domain whose record it is.
    pub domain: Name,
    /// The record; `None` if none could be read.
    pub record: Option<Arc<str>>,
    /// The terms that were evaluated, in their order. Those after the match are not.
    pub terms: Vec<SpfTermTrace>,
    /// What the record says about the client.
    pub result: SpfResult,
}

impl SpfTrace {
    /// A term of this record as it stands there.
    #[must_use]
    pub fn text(&self, term: &SpfTermTrace) -> &str {
        self.record.as_deref().and_then(|record| record.get(term.span.clone())).unwrap_or_default()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SpfTrace {
    /// As its fields; each term with its text.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        #[derive(serde::Serialize)]
        struct Term<'a> {
            term: &'a str,
            #[serde(flatten)]
            trace: &'a SpfTermTrace,
        }
        let term = |trace| Term { term: self.text(trace), trace };
        let mut fields = serializer.serialize_struct("SpfTrace", 4)?;
        fields.serialize_field("domain", &self.domain)?;
        fields.serialize_field("record", &self.record.as_deref())?;
        fields.serialize_field("terms", &self.terms.iter().map(term).collect::<Vec<_>>())?;
        fields.serialize_field("result", &self.result)?;
        fields.end()
    }
}

/// The evaluation of one term; [`SpfTrace::text`] gives its text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfTermTrace {
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
