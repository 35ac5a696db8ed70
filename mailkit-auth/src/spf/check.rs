//! The way of one check through the records (RFC 7208 sections 4.6, 5.2 and 6.1).

use std::mem;

use super::client::{Client, Cost, Place, Stop};
use super::log::{At, Log, Mark, Visit, Way};
use super::published::Test;
use super::source::Source;
use super::{SpfProblem, SpfResult, TermOutcome};
use crate::RecordError;
use crate::lookup::Name;

/// A check between two answers.
#[derive(Clone, Debug)]
pub(super) struct Check {
    log: Log,
    /// The number of the visit to the record that is being evaluated.
    current: usize,
    /// What the check comes to, while it asks for the explanation.
    ending: Option<Ending>,
}

/// What a check came to, and how.
pub(super) struct Conclusion {
    pub(super) ending: Ending,
    pub(super) log: Log,
    pub(super) explanation: Option<String>,
}

/// What a record comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// A directive matched.
    Match {
        result: SpfResult,
        /// The number of the visit to the record that holds it.
        visit: usize,
        /// Its number in the record.
        term: usize,
    },
    /// No directive matched in the record of this visit (section 4.7).
    NoMatch {
        visit: usize,
    },
    Problem(Box<SpfProblem>),
}

impl Ending {
    pub(super) fn result(&self) -> SpfResult {
        match self {
            Self::Match { result, .. } => *result,
            Self::NoMatch { .. } => SpfResult::Neutral,
            Self::Problem(problem) => problem.result(),
        }
    }
}

impl Check {
    /// A check that begins with the record of this domain.
    pub(super) fn new(domain: Name) -> Self {
        Self { log: Log::new(domain), current: 0, ending: None }
    }

    /// Goes on as far as the answers reach. A check that is concluded has given its log away.
    pub(super) fn run<'r, S: Source<'r>>(
        &mut self,
        client: &mut Client<'r, S>,
    ) -> Result<Conclusion, S::Wait> {
        let ending = match self.ending.take() {
            Some(ending) => ending,
            None => self.walk(client)?,
        };
        match self.explanation(&ending, client) {
            Ok(explanation) => {
                Ok(Conclusion { ending, log: mem::take(&mut self.log), explanation })
            }
            Err(wait) => {
                self.ending = Some(ending);
                Err(wait)
            }
        }
    }

    fn walk<'r, S: Source<'r>>(&mut self, client: &mut Client<'r, S>) -> Result<Ending, S::Wait> {
        loop {
            let ending = match self.advance(client) {
                Ok(ending) => ending,
                Err(Stop::Waiting(wait)) => return Err(wait),
                Err(Stop::Problem(problem)) => Ending::Problem(problem),
            };
            if let Some(ending) = self.close(ending, client.cost()) {
                return Ok(ending);
            }
        }
    }

    /// Reads the current record and tries its terms, and those of the records to which they lead, up
    /// to one that decides.
    fn advance<'r, S: Source<'r>>(
        &mut self,
        client: &mut Client<'r, S>,
    ) -> Result<Ending, Stop<S::Wait>> {
        // The current visit is always there; where it is not, nothing is left to decide.
        while let Some(visit) = self.log.visit_mut(self.current) {
            let Visit { domain, record, next, matched, .. } = visit;
            let record = match record {
                Some(record) => record,
                None => record.insert(client.record(domain)?),
            };
            let program = record.program.as_ref().map_err(|error| invalid(domain, error))?;
            let mut rest = program.terms.iter().skip(*next);
            let term = rest.find(|term| {
                let missed = matches!(&term.test, Test::Network(it) if !client.is_in(it));
                *next += usize::from(missed);
                !missed
            });
            let Some(term) = term else { break };
            let (at, result) = (At::new(self.current, *next), term.result);
            let place = Place { domain, record, span: &term.span };
            let start = client.cost();
            let found = match &term.test {
                Test::All | Test::Network(_) => {
                    (*next, *matched) = (*next + 1, true);
                    return Ok(self.decided(at, result));
                }
                Test::Lookup(query, target) => {
                    client.look_up(*query, target, &place).map(Found::Matches)
                }
                Test::Include(target) | Test::Redirect(target) => {
                    client.lead(target, &place).map(|name| Found::Leads(name, Way::of(term)))
                }
            };
            let mut mark = Mark::new(at, start, client.cost());
            match found {
                Err(Stop::Waiting(wait)) => return Err(Stop::Waiting(wait)),
                Ok(Found::Leads(name, way)) => {
                    mark.visit = Some(Visit::new(name, Some(way)));
                    self.current = self.log.add(mark);
                }
                Ok(Found::Matches(matched)) => {
                    *next += 1;
                    mark.outcome = TermOutcome::of(matched);
                    self.log.add(mark);
                    if matched {
                        return Ok(self.decided(at, result));
                    }
                }
                Err(problem) => {
                    *next += 1;
                    self.log.add(mark);
                    return Err(problem);
                }
            }
        }
        Ok(Ending::NoMatch { visit: self.current })
    }

    fn decided(&self, at: At, result: SpfResult) -> Ending {
        Ending::Match { result, visit: self.current, term: at.term() }
    }

    /// Closes the current record, and those that wait for it as long as that decides them. Gives the
    /// end once the first is closed.
    fn close(&mut self, mut ending: Ending, cost: Cost) -> Option<Ending> {
        loop {
            let mark = self.log.mark_mut(self.current)?;
            let (visit, outer) = (mark.visit.as_mut()?, mark.at.visit());
            visit.result = ending.result();
            let Some(way) = visit.way else { return Some(ending) };
            let passes = visit.result == SpfResult::Pass;
            let (outcome, decides) = match (way, &ending) {
                (_, Ending::Problem(_)) => (TermOutcome::Failed, true),
                (Way::Include(_), _) => (TermOutcome::of(passes), passes),
                (Way::Redirect, _) => (TermOutcome::Matched, true),
            };
            (mark.outcome, mark.end) = (outcome, cost);
            self.current = outer;
            let visit = self.log.visit_mut(outer)?;
            ending = match (way, ending) {
                (_, Ending::Problem(problem)) => Ending::Problem(visit.led_to(problem)),
                (Way::Include(result), _) => {
                    Ending::Match { result, visit: outer, term: visit.next }
                }
                (Way::Redirect, ending) => ending,
            };
            visit.next += 1;
            decides.then_some(())?;
        }
    }

    /// The domain's words about a fail (section 6.2).
    fn explanation<'r, S: Source<'r>>(
        &self,
        ending: &Ending,
        client: &mut Client<'r, S>,
    ) -> Result<Option<String>, S::Wait> {
        let Ending::Match { result: SpfResult::Fail, visit, .. } = ending else { return Ok(None) };
        let visit = self.log.visit(*visit);
        let said = visit.and_then(|it| Some((it.record.as_ref()?.explanation()?, &it.domain)));
        said.map_or(Ok(None), |(spec, domain)| client.explanation(spec, domain))
    }
}

/// What a term says that needs a lookup.
enum Found {
    Matches(bool),
    /// It leads to the record of this name.
    Leads(Name, Way),
}

#[cold]
fn invalid<W>(domain: &Name, error: &RecordError) -> Stop<W> {
    SpfProblem::InvalidRecord { domain: domain.clone(), error: error.clone() }.into()
}
