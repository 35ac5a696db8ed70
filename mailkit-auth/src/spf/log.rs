//! What a check did, as little as the trace can be made from.

use std::fmt;
use std::sync::Arc;

use super::client::Cost;
use super::published::{ReadRecord, Term, Test};
use super::{SpfProblem, SpfResult, SpfTermTrace, SpfTrace, TermOutcome};
use crate::lookup::Name;

/// The records of a check in the order in which they were entered, and its terms that needed a
/// lookup in the order in which they were begun.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) visits: Vec<Visit>,
    pub(super) marks: Marks,
}

/// A record that is or was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) domain: Name,
    pub(super) record: Option<Arc<ReadRecord>>,
    /// How it was entered; the first by no term.
    pub(super) entrance: Option<Entrance>,
    /// The number of the term that is next.
    pub(super) next: usize,
    /// Whether the term before that matched.
    pub(super) matched: bool,
    pub(super) result: SpfResult,
}

/// The term that led to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entrance {
    /// The number of the visit to the record that holds it.
    pub(super) visit: usize,
    /// The number of its mark.
    pub(super) mark: usize,
    pub(super) way: Way,
}

/// What the other record decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Whether the term matches, which has this result.
    Include(SpfResult),
    /// All.
    Redirect,
}

impl Way {
    pub(super) fn of(term: &Term) -> Self {
        match term.test {
            Test::Redirect(_) => Self::Redirect,
            _ => Self::Include(term.result),
        }
    }
}

impl Visit {
    pub(super) fn new(domain: Name, entrance: Option<Entrance>) -> Self {
        let result = SpfResult::None;
        Self { domain, record: None, entrance, next: 0, matched: false, result }
    }

    pub(super) fn terms(&self) -> &[Term] {
        let record = self.record.as_ref();
        record.and_then(|record| record.program.as_ref().ok()).map_or(&[], |it| &it.terms)
    }

    /// The problem of the next term, which leads to a domain without record.
    pub(super) fn leads_nowhere(&self) -> SpfProblem {
        let term = self.terms().get(self.next).zip(self.record.as_ref());
        let term = term.map_or("", |(term, record)| record.term(&term.span)).to_owned();
        SpfProblem::NoRecordAt { term }
    }
}

impl Log {
    /// A log that begins with the record of this domain.
    pub(super) fn new(domain: Name) -> Self {
        let mut visits = Vec::with_capacity(USUAL_RECORDS);
        visits.push(Visit::new(domain, None));
        Self { visits, marks: Marks::default() }
    }

    /// The trace of the first record, with the others in it.
    pub(super) fn trace(&self) -> Option<SpfTrace> {
        self.visits.first().map(|visit| self.record_trace(0, visit))
    }

    fn record_trace(&self, number: usize, visit: &Visit) -> SpfTrace {
        let terms = visit.terms().iter().take(visit.next).enumerate();
        let terms = terms.map(|(at, term)| match self.marks.find(At::new(number, at)) {
            Some((mark, marked)) => self.marked_trace(term, mark, marked),
            None => SpfTermTrace {
                span: term.span.clone(),
                outcome: TermOutcome::of(visit.matched && at + 1 == visit.next),
                lookups: 0,
                void_lookups: 0,
                nested: None,
            },
        });
        SpfTrace {
            domain: visit.domain.clone(),
            record: visit.record.as_ref().map(|record| Arc::clone(&record.text)),
            terms: terms.collect(),
            result: visit.result,
        }
    }

    fn marked_trace(&self, term: &Term, mark: usize, marked: &Mark) -> SpfTermTrace {
        let led_by = |visit: &Visit| visit.entrance.is_some_and(|entrance| entrance.mark == mark);
        let nested = self.visits.iter().enumerate().find(|(_, visit)| led_by(visit));
        let count = |end: u8, start: u8| usize::from(end.saturating_sub(start));
        SpfTermTrace {
            span: term.span.clone(),
            outcome: marked.outcome,
            lookups: count(marked.end.lookups, marked.start.lookups),
            void_lookups: count(marked.end.void_lookups, marked.start.void_lookups),
            nested: nested.map(|(number, visit)| Box::new(self.record_trace(number, visit))),
        }
    }
}

impl fmt::Debug for Log {
    /// As the trace that it stands for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trace().fmt(f)
    }
}

/// Records of a check for which there is room at once.
const USUAL_RECORDS: usize = 4;
/// Terms that need a lookup, likewise.
const USUAL_MARKS: usize = 8;

/// The terms of a check that needed a lookup: at most ten, and the one that was too many.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Marks(Vec<Mark>);

/// What came of a term that needed a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    at: At,
    outcome: TermOutcome,
    /// What the check had cost before it and after it.
    start: Cost,
    end: Cost,
}

/// Where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// The number of the visit to its record.
    visit: u8,
    /// Its number in the record.
    term: u32,
}

impl At {
    /// No check enters more than eleven records, and no record has more terms than a number of 32
    /// bits counts.
    pub(super) fn new(visit: usize, term: usize) -> Self {
        let visit = u8::try_from(visit).unwrap_or(u8::MAX);
        Self { visit, term: u32::try_from(term).unwrap_or(u32::MAX) }
    }
}

impl Marks {
    /// Takes what came of a term; gives its number.
    pub(super) fn add(&mut self, at: At, outcome: TermOutcome, start: Cost, end: Cost) -> usize {
        if self.0.capacity() == 0 {
            self.0.reserve(USUAL_MARKS);
        }
        self.0.push(Mark { at, outcome, start, end });
        self.0.len() - 1
    }

    /// Takes what came of a term that led to another record.
    pub(super) fn end(&mut self, number: usize, outcome: TermOutcome, end: Cost) {
        if let Some(mark) = self.0.get_mut(number) {
            (mark.outcome, mark.end) = (outcome, end);
        }
    }

    fn find(&self, at: At) -> Option<(usize, &Mark)> {
        self.0.iter().enumerate().find(|(_, mark)| mark.at == at)
    }
}
