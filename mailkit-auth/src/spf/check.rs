//! The way of one check through the records (RFC 7208 sections 4.6, 5.2 and 6.1).

use super::client::{Client, Lead, Place, Stop};
use super::log::{At, Log};
use super::published::{Term, Test};
use super::source::Source;
use super::{SpfProblem, SpfResult, TermOutcome};
use crate::RecordError;
use crate::lookup::Name;

/// A check between two answers.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) log: Log,
    /// The number of the visit to the record that is being evaluated.
    current: usize,
    /// What the check comes to, while it asks for the explanation.
    ending: Option<Ending>,
}

/// What a check came to.
pub(super) struct Conclusion {
    pub(super) ending: Ending,
    pub(super) explanation: Option<String>,
}

/// What a record comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The last term of this visit matched.
    Match {
        result: SpfResult,
        visit: usize,
    },
    /// No directive matched in the record of this visit (section 4.7).
    NoMatch {
        visit: usize,
    },
    Problem(Box<SpfProblem>),
}

/// What the terms of a record come to.
enum Found {
    Match(SpfResult),
    NoMatch,
    Lead(Lead),
}

impl Ending {
    pub(super) fn result(&self) -> SpfResult {
        match self {
            Self::Match { result, .. } => *result,
            Self::NoMatch { .. } => SpfResult::Neutral,
            Self::Problem(problem) => problem.result(),
        }
    }

    /// What came of the term after which the record decided nothing more.
    fn outcome(&self) -> TermOutcome {
        match self {
            Self::Match { .. } => TermOutcome::Matched,
            Self::NoMatch { .. } => TermOutcome::NotMatched,
            Self::Problem(_) => TermOutcome::Failed,
        }
    }
}

impl Check {
    /// A check that begins with the record of this domain.
    pub(super) fn new(domain: Name) -> Self {
        Self { log: Log::new(domain), current: 0, ending: None }
    }

    /// Goes on as far as the answers reach.
    pub(super) fn run<'r, S: Source<'r>>(
        &mut self,
        client: &mut Client<'r, S>,
    ) -> Result<Conclusion, S::Wait> {
        let ending = match self.ending.take() {
            Some(ending) => ending,
            None => self.walk(client)?,
        };
        self.log.cost = client.cost();
        match self.explanation(&ending, client) {
            Ok(explanation) => Ok(Conclusion { ending, explanation }),
            Err(wait) => {
                self.ending = Some(ending);
                Err(wait)
            }
        }
    }

    fn walk<'r, S: Source<'r>>(&mut self, client: &mut Client<'r, S>) -> Result<Ending, S::Wait> {
        if let Some(problem) = self.begin(client)? {
            let ending = Ending::Problem(problem);
            self.log.visit_mut(0).close(ending.outcome(), ending.result());
            return Ok(ending);
        }
        loop {
            let ending = match self.advance(client) {
                Ok(Found::Match(result)) => Ending::Match { result, visit: self.current },
                Ok(Found::NoMatch) => Ending::NoMatch { visit: self.current },
                Ok(Found::Lead(lead)) => match self.enter(lead) {
                    Ok(()) => continue,
                    Err(problem) => Ending::Problem(problem),
                },
                Err(Stop::Waiting(wait)) => return Err(wait),
                Err(Stop::Problem(problem)) => Ending::Problem(problem),
            };
            if let Some(ending) = self.close(ending) {
                return Ok(ending);
            }
        }
    }

    /// Reads the first record, if that has not been done.
    fn begin<'r, S: Source<'r>>(
        &mut self,
        client: &mut Client<'r, S>,
    ) -> Result<Option<Box<SpfProblem>>, S::Wait> {
        if self.log.visit(0).record.is_some() {
            return Ok(None);
        }
        let read = client.record(self.log.domain(0))?;
        Ok(read.map(|record| self.log.visit_mut(0).record = Some(record)).err())
    }

    /// Tries the terms of the current record, from the next one on.
    fn advance<'r, S: Source<'r>>(
        &mut self,
        client: &mut Client<'r, S>,
    ) -> Result<Found, Stop<S::Wait>> {
        let mut next = self.log.visit(self.current).next;
        let found = find(client, &self.log, self.current, &mut next);
        self.log.visit_mut(self.current).next = next;
        found
    }

    /// Goes to the record to which the next term leads.
    #[inline(always)]
    fn enter(&mut self, Lead { made, record }: Lead) -> Result<(), Box<SpfProblem>> {
        let at = At { visit: self.current, term: self.log.visit(self.current).next };
        let (record, entered) = match record {
            Ok(record) => (Some(record), Ok(())),
            Err(problem) => (None, Err(problem)),
        };
        self.current = self.log.enter(at, made, record);
        entered
    }

    /// Closes the current record, and those that wait for it as long as that decides them. Gives the
    /// end once the first is closed.
    #[inline(always)]
    fn close(&mut self, mut ending: Ending) -> Option<Ending> {
        let mut outcome = ending.outcome();
        loop {
            let result = ending.result();
            let visit = self.log.visit_mut(self.current);
            visit.close(outcome, result);
            let Some(at) = visit.led_by else { return Some(ending) };
            self.current = at.visit;
            let visit = self.log.visit_mut(at.visit);
            ending = match (visit.terms().get(at.term)?, ending) {
                (_, Ending::Problem(problem)) => Ending::Problem(visit.led_to(problem)),
                (Term { test: Test::Redirect(_), .. }, ending) => {
                    outcome = TermOutcome::Matched;
                    ending
                }
                (term, _) if result == SpfResult::Pass => {
                    Ending::Match { result: term.result, visit: at.visit }
                }
                _ => {
                    visit.next += 1;
                    return None;
                }
            };
        }
    }

    /// The domain's words about a fail (section 6.2).
    fn explanation<'r, S: Source<'r>>(
        &self,
        ending: &Ending,
        client: &mut Client<'r, S>,
    ) -> Result<Option<String>, S::Wait> {
        let Ending::Match { result: SpfResult::Fail, visit } = ending else { return Ok(None) };
        let record = self.log.visit(*visit).record.as_ref();
        let said = record.and_then(|record| record.explanation());
        said.map_or(Ok(None), |spec| client.explanation(spec, self.log.domain(*visit)))
    }
}

/// Tries the terms of a visit's record from `next` on, up to one that decides or leads elsewhere.
#[inline]
fn find<'r, S: Source<'r>>(
    client: &mut Client<'r, S>,
    log: &Log,
    visit: usize,
    next: &mut usize,
) -> Result<Found, Stop<S::Wait>> {
    let Some(record) = &log.visit(visit).record else { return Ok(Found::NoMatch) };
    let program = record.program.as_ref().map_err(|error| invalid(log.domain(visit), error))?;
    while let Some(term) = program.terms.get(*next) {
        let place = || Place { log, visit, term };
        let matches = match &term.test {
            Test::All => true,
            Test::Network(network) => client.is_in(network),
            Test::Lookup(query, target) => client.look_up(*query, target, &place())?,
            Test::Include(target) | Test::Redirect(target) => {
                return client.lead(target, &place()).map(Found::Lead);
            }
        };
        if matches {
            return Ok(Found::Match(term.result));
        }
        *next += 1;
    }
    Ok(Found::NoMatch)
}

#[cold]
fn invalid<W>(domain: &Name, error: &RecordError) -> Stop<W> {
    SpfProblem::InvalidRecord { domain: domain.clone(), error: error.clone() }.into()
}
