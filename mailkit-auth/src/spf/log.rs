//! What a check did, as little as the trace can be made from.

use std::fmt;
use std::sync::Arc;

use super::client::Cost;
use super::published::{ReadRecord, Term, Test};
use super::{SpfProblem, SpfResult, SpfTermTrace, SpfTrace, TermOutcome};
use crate::lookup::Name;

/// The terms of a check that needed a lookup in the order in which they were begun: at most ten, and
/// the one that was too many. Before them stands the check itself, which led to the first record.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Log(Vec<Mark>);

/// What came of a term that needed a lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) at: At,
    pub(super) outcome: TermOutcome,
    /// What the check had cost before it and after it.
    start: Cost,
    pub(super) end: Cost,
    /// The record to which it led.
    pub(super) visit: Option<Visit>,
}

/// Where a term stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct At {
    /// The number of the mark that led to its record.
    visit: usize,
    /// Its number in the record.
    term: usize,
}

/// A record that is or was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) domain: Name,
    pub(super) record: Option<Arc<ReadRecord>>,
    /// How it was entered; the first by no term.
    pub(super) way: Option<Way>,
    /// The number of the term that is next.
    pub(super) next: usize,
    /// Whether the term before that matched without a lookup.
    pub(super) matched: bool,
    pub(super) result: SpfResult,
}

/// What the other record decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Whether the term matches, which has this result.
    Include(SpfResult),
    /// All.
    Redirect,
}

impl Mark {
    /// A term that failed, unless more is said of it.
    pub(super) fn new(at: At, start: Cost, end: Cost) -> Self {
        Self { at, outcome: TermOutcome::Failed, start, end, visit: None }
    }
}

impl At {
    pub(super) fn new(visit: usize, term: usize) -> Self {
        Self { visit, term }
    }

    pub(super) fn visit(self) -> usize {
        self.visit
    }

    pub(super) fn term(self) -> usize {
        self.term
    }
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
    pub(super) fn new(domain: Name, way: Option<Way>) -> Self {
        Self { domain, record: None, way, next: 0, matched: false, result: SpfResult::None }
    }

    pub(super) fn terms(&self) -> &[Term] {
        let record = self.record.as_ref();
        record.and_then(|record| record.program.as_ref().ok()).map_or(&[], |it| &it.terms)
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
        let mut marks = Vec::with_capacity(USUAL_MARKS);
        let (at, cost) = (At::default(), Cost::default());
        marks.push(Mark { visit: Some(Visit::new(domain, None)), ..Mark::new(at, cost, cost) });
        Self(marks)
    }

    /// Takes what came of a term; gives the number of its mark.
    #[inline]
    pub(super) fn add(&mut self, mark: Mark) -> usize {
        self.0.push(mark);
        self.0.len() - 1
    }

    pub(super) fn mark_mut(&mut self, number: usize) -> Option<&mut Mark> {
        self.0.get_mut(number)
    }

    /// The record to which the mark of this number led.
    pub(super) fn visit(&self, number: usize) -> Option<&Visit> {
        self.0.get(number)?.visit.as_ref()
    }

    #[inline]
    pub(super) fn visit_mut(&mut self, number: usize) -> Option<&mut Visit> {
        self.0.get_mut(number)?.visit.as_mut()
    }

    /// The trace of the first record, with the others in it.
    pub(super) fn trace(&self) -> Option<SpfTrace> {
        self.visit(0).map(|visit| self.record_trace(0, visit))
    }

    fn record_trace(&self, number: usize, visit: &Visit) -> SpfTrace {
        let terms = visit.terms().iter().take(visit.next).enumerate();
        let terms = terms.map(|(at, term)| match self.find(At::new(number, at)) {
            Some((number, mark)) => self.marked_trace(term, number, mark),
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

    fn marked_trace(&self, term: &Term, number: usize, mark: &Mark) -> SpfTermTrace {
        let count = |end: u8, start: u8| usize::from(end.saturating_sub(start));
        let nested = mark.visit.as_ref().map(|visit| Box::new(self.record_trace(number, visit)));
        SpfTermTrace {
            span: term.span.clone(),
            outcome: mark.outcome,
            lookups: count(mark.end.lookups, mark.start.lookups),
            void_lookups: count(mark.end.void_lookups, mark.start.void_lookups),
            nested,
        }
    }

    fn find(&self, at: At) -> Option<(usize, &Mark)> {
        self.0.iter().enumerate().skip(1).find(|(_, mark)| mark.at == at)
    }
}

impl fmt::Debug for Log {
    /// As the trace that it stands for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trace().fmt(f)
    }
}

/// Marks for which there is room at once.
const USUAL_MARKS: usize = 8;
