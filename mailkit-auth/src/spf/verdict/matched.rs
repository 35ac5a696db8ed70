//! The directive that decided.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::lookup::Name;
use crate::spf::check::Ending;
use crate::spf::log::Log;
use crate::spf::published::ReadRecord;

/// The directive that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MatchedTerm {
    /// The domain whose record holds it.
    pub domain: Name,
    /// Its bytes in the record.
    pub span: Range<usize>,
    record: Arc<ReadRecord>,
}

impl MatchedTerm {
    /// The directive as it stands in the record.
    #[must_use]
    pub fn term(&self) -> &str {
        self.record.term(&self.span)
    }

    pub(super) fn of(ending: &Ending, log: &Log) -> Option<Self> {
        let Ending::Match { visit, .. } = ending else { return None };
        let (domain, visit) = (log.domain(*visit).clone(), log.visit(*visit));
        let term = visit.terms().get(visit.next.checked_sub(1)?)?;
        Some(Self { domain, span: term.span.clone(), record: Arc::clone(visit.record.as_ref()?) })
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for MatchedTerm {
    /// As its domain, its text and its bytes in the record.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let mut fields = serializer.serialize_struct("MatchedTerm", 3)?;
        fields.serialize_field("domain", &self.domain)?;
        fields.serialize_field("term", self.term())?;
        fields.serialize_field("span", &self.span)?;
        fields.end()
    }
}

impl fmt::Display for MatchedTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {} matches", self.term(), self.domain)
    }
}
