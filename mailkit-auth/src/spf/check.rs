//! The way of one check through the records (RFC 7208 sections 4.6, 5.2 and 6.1).

use std::mem;

use super::client::{Client, Cost, Place, Stop};
use super::log::{At, Entrance, Log, Visit, Way};
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
                Ok(Some(ending)) => ending,
                Ok(None) => continue,
                Err(Stop::Waiting(wait)) => return Err(wait),
                Err(Stop::Problem(problem)) => Ending::Problem(problem),
            };
            if let Some(ending) = self.close(ending, client.cost()) {
                return Ok(ending);
            }
        }
    }

    /// Reads the current record and tries its terms, up to one that decides or leads to another
    /// record, which is then the current one.
    fn advance<'r, S: Source<'r>>(
        &mut self,
        client: &mut Client<'r, S>,
    ) -> Result<Option<Ending>, Stop<S::Wait>> {
        let number = self.current;
        let Log { visits, marks } = &mut self.log;
        // The current visit is always there; where it is not, nothing is left to decide.
        let none = Ending::NoMatch { visit: number };
        let Some(visit) = visits.get_mut(number) else { return Ok(Some(none)) };
        let Visit { domain, record, next, matched, .. } = visit;
        let record = match record {
            Some(record) => record,
            None => record.insert(client.record(domain)?),
        };
        let program = record.program.as_ref().map_err(|error| invalid(domain, error))?;
        while let Some(term) = program.terms.get(*next) {
            if let Test::Network(network) = &term.test
                && !client.is_in(network)
            {
                *next += 1;
                continue;
            }
            let start = client.cost();
            let place = Place { domain, record, span: &term.span };
            let found = match &term.test {
                Test::All | Test::Network(_) => Ok(true),
                Test::Lookup(query, target) => {
                    let found = client.look_up(*query, target, &place);
                    if let Err(Stop::Waiting(wait)) = found {
                        return Err(Stop::Waiting(wait));
                    }
                    marks.add(At::new(number, *next), outcome(&found), start, client.cost());
                    found
                }
                Test::Include(target) | Test::Redirect(target) => {
                    let name = client.lead(target, &place);
                    if let Err(Stop::Waiting(wait)) = name {
                        return Err(Stop::Waiting(wait));
                    }
                    let at = At::new(number, *next);
                    let mark = marks.add(at, TermOutcome::Failed, start, client.cost());
                    match name {
                        Ok(name) => {
                            let entrance = Entrance { visit: number, mark, way: Way::of(term) };
                            self.current = visits.len();
                            visits.push(Visit::new(name, Some(entrance)));
                            return Ok(None);
                        }
                        Err(stop) => Err(stop),
                    }
                }
            };
            *next += 1;
            *matched = found?;
            if *matched {
                let (result, term) = (term.result, *next - 1);
                return Ok(Some(Ending::Match { result, visit: number, term }));
            }
        }
        Ok(Some(none))
    }

    /// Closes the current record, and those that wait for it as long as that decides them. Gives the
    /// end once the first is closed.
    fn close(&mut self, mut ending: Ending, cost: Cost) -> Option<Ending> {
        let Log { visits, marks } = &mut self.log;
        loop {
            let visit = visits.get_mut(self.current)?;
            visit.result = ending.result();
            let Some(Entrance { visit: outer, mark, way }) = visit.entrance else {
                return Some(ending);
            };
            self.current = outer;
            let visit = visits.get_mut(outer)?;
            let (outcome, decided) = match (way, ending) {
                (_, Ending::Problem(problem)) => {
                    let problem = match *problem {
                        SpfProblem::NoRecord(_) => Box::new(visit.leads_nowhere()),
                        _ => problem,
                    };
                    (TermOutcome::Failed, Some(Ending::Problem(problem)))
                }
                (Way::Redirect, ending) => (TermOutcome::Matched, Some(ending)),
                (Way::Include(result), Ending::Match { result: SpfResult::Pass, .. }) => {
                    let term = visit.next;
                    (TermOutcome::Matched, Some(Ending::Match { result, visit: outer, term }))
                }
                (Way::Include(_), _) => (TermOutcome::NotMatched, None),
            };
            marks.end(mark, outcome, cost);
            visit.next += 1;
            ending = decided?;
        }
    }

    /// The domain's words about a fail (section 6.2).
    fn explanation<'r, S: Source<'r>>(
        &self,
        ending: &Ending,
        client: &mut Client<'r, S>,
    ) -> Result<Option<String>, S::Wait> {
        let Ending::Match { result: SpfResult::Fail, visit, .. } = ending else { return Ok(None) };
        let visit = self.log.visits.get(*visit);
        let said = visit.and_then(|it| Some((it.record.as_ref()?.explanation()?, &it.domain)));
        said.map_or(Ok(None), |(spec, domain)| client.explanation(spec, domain))
    }
}

fn outcome<W>(found: &Result<bool, Stop<W>>) -> TermOutcome {
    found.as_ref().map_or(TermOutcome::Failed, |matched| TermOutcome::of(*matched))
}

#[cold]
fn invalid<W>(domain: &Name, error: &RecordError) -> Stop<W> {
    SpfProblem::InvalidRecord { domain: domain.clone(), error: error.clone() }.into()
}
