//! The trace that a log stands for.

use std::sync::Arc;

use super::{At, Log};
use crate::spf::published::{Term, Test};
use crate::spf::{SpfTermTrace, SpfTrace, TermOutcome};

/// Goes over the terms as the check did.
pub(super) struct Tracing<'a> {
    log: &'a Log,
    /// Terms so far that needed a lookup.
    lookups: u8,
}

impl<'a> Tracing<'a> {
    pub(super) fn new(log: &'a Log) -> Self {
        Self { log, lookups: 0 }
    }

    /// The trace of a record, by the number of its visit.
    pub(super) fn record(&mut self, number: usize) -> SpfTrace {
        let visit = self.log.visit(number);
        let tried = visit.terms().iter().take(visit.next).enumerate();
        let mut terms: Vec<_> =
            tried.map(|(term, it)| self.term(it, At { visit: number, term })).collect();
        if let Some(last) = visit.next.checked_sub(1).and_then(|at| terms.get_mut(at)) {
            last.outcome = visit.last;
        }
        SpfTrace {
            domain: self.log.domain(number).clone(),
            record: visit.record.as_ref().map(|record| Arc::clone(&record.text)),
            terms,
            result: visit.result,
        }
    }

    /// The trace of a term after which the check went on.
    fn term(&mut self, term: &Term, at: At) -> SpfTermTrace {
        let (lookups, void_lookups) = match term.test {
            Test::All | Test::Network(_) => (0, 0),
            Test::Include(_) | Test::Redirect(_) | Test::Lookup(..) => self.look_up(),
        };
        let nested = self.log.led_by(at).map(|number| Box::new(self.record(number)));
        let of_nested = |count: fn(&SpfTermTrace) -> usize| -> usize {
            nested.iter().flat_map(|it| &it.terms).map(count).sum()
        };
        SpfTermTrace {
            span: term.span.clone(),
            outcome: TermOutcome::NotMatched,
            lookups: lookups + of_nested(|it| it.lookups),
            void_lookups: void_lookups + of_nested(|it| it.void_lookups),
            nested,
        }
    }

    /// What a term cost that needed a lookup; one too many was not begun.
    fn look_up(&mut self) -> (usize, usize) {
        let cost = self.log.cost;
        if self.lookups >= cost.lookups {
            return (0, 0);
        }
        self.lookups += 1;
        (1, usize::from(cost.is_void(self.lookups)))
    }
}
