//! What a check did, as little as the trace can be made from.

mod tracing;

use std::fmt;
use std::sync::Arc;

use tracing::Tracing;

use super::client::Cost;
use super::published::{ReadRecord, Term};
use super::{SpfProblem, SpfResult, SpfTrace, TermOutcome};
use crate::lookup::Name;

/// The records to which a check came.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Log {
    domain: Name,
    first: Visit,
    /// Those to which terms led, in the order in which they were entered: at most ten.
    others: Vec<Visit>,
    /// What the check has cost.
    pub(super) cost: Cost,
}

/// A record that is or was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// The term that led to it; to the first leads none.
    pub(super) led_by: Option<At>,
    /// The name that the macros of that term have made.
    made: Option<Name>,
    /// `None` if none could be read.
    pub(super) record: Option<Arc<ReadRecord>>,
    /// The number of the term that is next.
    pub(super) next: usize,
    /// What came of the term before that.
    pub(super) last: TermOutcome,
    pub(super) result: SpfResult,
}

/// Where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// The number of the visit to its record.
    pub(super) visit: usize,
    /// Its number in the record.
    pub(super) term: usize,
}

impl Visit {
    fn new(led_by: Option<At>, made: Option<Name>, record: Option<Arc<ReadRecord>>) -> Self {
        let (last, result) = (TermOutcome::NotMatched, SpfResult::None);
        Self { led_by, made, record, next: 0, last, result }
    }

    #[inline]
    pub(super) fn terms(&self) -> &[Term] {
        let record = self.record.as_ref();
        record.and_then(|record| record.program.as_ref().ok()).map_or(&[], |it| &it.terms)
    }

    /// Closes the record; `last` is what came of the next term, if there was one.
    #[inline]
    pub(super) fn close(&mut self, last: TermOutcome, result: SpfResult) {
        self.next += 1;
        (self.last, self.result) = (last, result);
    }

    /// The problem to which the next term led, as it is one of this record.
    pub(super) fn led_to(&self, problem: Box<SpfProblem>) -> Box<SpfProblem> {
        if !matches!(*problem, SpfProblem::NoRecord(_)) {
            return problem;
        }
        let term = self.terms().get(self.next).zip(self.record.as_ref());
        let term = term.map_or("", |(term, record)| record.term(&term.span)).to_owned();
        Box::new(SpfProblem::NoRecordAt { term })
    }
}

impl Log {
    /// A log that begins with the record of this domain.
    pub(super) fn new(domain: Name) -> Self {
        let first = Visit::new(None, None, None);
        Self { domain, first, others: Vec::new(), cost: Cost::default() }
    }

    /// Notes that a term leads to another record; gives the number of the visit.
    #[inline(always)]
    pub(super) fn enter(
        &mut self,
        led_by: At,
        made: Option<Name>,
        record: Option<Arc<ReadRecord>>,
    ) -> usize {
        if self.others.is_empty() {
            self.others = Vec::with_capacity(USUAL_VISITS);
        }
        self.others.push(Visit::new(Some(led_by), made, record));
        self.others.len()
    }

    /// The visit that [`enter`](Self::enter) gave this number; that of 0 is the first.
    #[inline]
    pub(super) fn visit(&self, number: usize) -> &Visit {
        number.checked_sub(1).and_then(|at| self.others.get(at)).unwrap_or(&self.first)
    }

    #[inline]
    pub(super) fn visit_mut(&mut self, number: usize) -> &mut Visit {
        let Self { first, others, .. } = self;
        number.checked_sub(1).and_then(|at| others.get_mut(at)).unwrap_or(first)
    }

    /// Whose record it is: as the term says that led to it, or as its macros do.
    #[inline]
    pub(super) fn domain<'a>(&'a self, visit: &'a Visit) -> &'a Name {
        let said = || self.term(visit.led_by?)?.test.name();
        visit.made.as_ref().or_else(said).unwrap_or(&self.domain)
    }

    pub(super) fn term(&self, at: At) -> Option<&Term> {
        self.visit(at.visit).terms().get(at.term)
    }

    /// The trace of the first record, with the others in it.
    pub(super) fn trace(&self) -> SpfTrace {
        Tracing::new(self).record(0)
    }

    /// The number of the visit to which a term led.
    fn led_by(&self, at: At) -> Option<usize> {
        Some(self.others.iter().position(|visit| visit.led_by == Some(at))? + 1)
    }
}

impl fmt::Debug for Log {
    /// As the trace that it stands for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trace().fmt(f)
    }
}

/// Visits for which there is room at once.
const USUAL_VISITS: usize = 4;
