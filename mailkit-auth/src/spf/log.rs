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
    /// The visits by their numbers: the first, then those to which terms led, in the order in which
    /// they were entered. Few records lead to more than these.
    near: [Visit; USUAL_VISITS],
    /// The further ones; with the others at most eleven.
    far: Vec<Visit>,
    /// The number of the visit that was entered last.
    last: usize,
    /// The names that macros have made of terms that led to one, with the number of the visit.
    made: Vec<(usize, Name)>,
    /// What the check has cost.
    pub(super) cost: Cost,
}

/// A record that is or was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// The term that led to it; to the first leads none.
    pub(super) led_by: Option<At>,
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
    /// One that was not entered.
    const NONE: Self = Self {
        led_by: None,
        record: None,
        next: 0,
        last: TermOutcome::NotMatched,
        result: SpfResult::None,
    };

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
        let term = self.terms().get(self.next).map_or("", |term| self.text(term)).to_owned();
        Box::new(SpfProblem::NoRecordAt { term })
    }

    /// A term of the record as it stands there.
    pub(super) fn text(&self, term: &Term) -> &str {
        self.record.as_ref().map_or("", |record| record.term(&term.span))
    }
}

impl Log {
    /// A log that begins with the record of this domain.
    pub(super) fn new(domain: Name) -> Self {
        Self {
            domain,
            near: [Visit::NONE; USUAL_VISITS],
            far: Vec::new(),
            last: 0,
            made: Vec::new(),
            cost: Cost::default(),
        }
    }

    /// Notes that a term leads to another record; gives the number of the visit.
    #[inline(always)]
    pub(super) fn enter(
        &mut self,
        led_by: At,
        made: Option<Name>,
        record: Option<Arc<ReadRecord>>,
    ) -> usize {
        self.last += 1;
        if self.last >= USUAL_VISITS {
            self.far.push(Visit::NONE);
        }
        let visit = self.visit_mut(self.last);
        visit.led_by = Some(led_by);
        visit.record = record;
        self.made.extend(made.map(|name| (self.last, name)));
        self.last
    }

    /// The visit that [`enter`](Self::enter) gave this number; that of 0 is the first.
    #[inline]
    pub(super) fn visit(&self, number: usize) -> &Visit {
        let [first, ..] = &self.near;
        let far = || self.far.get(number.checked_sub(USUAL_VISITS)?);
        self.near.get(number).or_else(far).unwrap_or(first)
    }

    #[inline]
    pub(super) fn visit_mut(&mut self, number: usize) -> &mut Visit {
        let Self { near: [first, near @ ..], far, .. } = self;
        let near = number.checked_sub(1).and_then(|at| near.get_mut(at));
        let far = number.checked_sub(USUAL_VISITS).and_then(|at| far.get_mut(at));
        near.or(far).unwrap_or(first)
    }

    /// Whose record it is: as the term says that led to it, or as its macros do.
    pub(super) fn domain(&self, number: usize) -> &Name {
        let made = self.made.iter().find(|(of, _)| *of == number).map(|(_, name)| name);
        let said = || self.term(self.visit(number).led_by?)?.test.name();
        made.or_else(said).unwrap_or(&self.domain)
    }

    fn term(&self, at: At) -> Option<&Term> {
        self.visit(at.visit).terms().get(at.term)
    }

    /// The trace of the first record, with the others in it.
    pub(super) fn trace(&self) -> SpfTrace {
        Tracing::new(self).record(0)
    }

    /// The number of the visit to which a term led.
    fn led_by(&self, at: At) -> Option<usize> {
        (1..=self.last).find(|number| self.visit(*number).led_by == Some(at))
    }
}

impl fmt::Debug for Log {
    /// As the trace that it stands for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trace().fmt(f)
    }
}

/// Visits for which there is room without an allocation.
const USUAL_VISITS: usize = 4;
