//! The client that is checked: which terms match it, and what finding out has cost.

mod cost;
mod names;
mod place;
mod queries;

use std::net::IpAddr;
use std::sync::Arc;

pub(super) use cost::Cost;
use names::ClientNames;
pub(super) use place::Place;

use super::published::{Published, Query, ReadRecord, Target};
use super::sender::Sender;
use super::source::{Reply, Source};
use super::{IpNetwork, SpfLimits, SpfProblem, SpfRequest};
use crate::lookup::{Answer, Name, Question, RecordType};

/// What a check remembers of its client between two answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    cost: Cost,
    /// Questions that have been asked.
    questions: usize,
    /// The names of the client, once they have been asked for.
    names: Option<ClientNames>,
}

pub(super) struct Client<'r, S> {
    source: S,
    request: &'r SpfRequest<'r>,
    sender: &'r Sender<'r>,
    /// An address mapped into IPv6 is the IPv4 address it holds (section 5).
    ip: IpAddr,
    memory: Memory,
}

/// The record to which a term leads.
pub(super) struct Lead {
    /// Its name, if macros make it: else the term says it.
    pub(super) made: Option<Name>,
    pub(super) record: Read,
}

/// A record, or why there is none to evaluate.
pub(super) type Read = Result<Arc<ReadRecord>, Box<SpfProblem>>;

/// Why a lookup found nothing.
pub(super) enum Stop<W> {
    Waiting(W),
    Problem(Box<SpfProblem>),
}

impl<W> From<SpfProblem> for Stop<W> {
    #[cold]
    fn from(problem: SpfProblem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl<'r, S: Source<'r>> Client<'r, S> {
    /// The client of a request; `memory` is what the last step settled with its source.
    pub(super) fn new(
        source: S,
        request: &'r SpfRequest<'r>,
        sender: &'r Sender<'r>,
        memory: Memory,
    ) -> Self {
        Self { source, request, sender, ip: request.client_ip.to_canonical(), memory }
    }

    pub(super) fn cost(&self) -> Cost {
        self.memory.cost
    }

    #[inline]
    fn limits(&self) -> SpfLimits {
        self.request.limits.within_the_standard()
    }

    /// What was found stands, and is not looked for again.
    #[inline]
    fn settle(&mut self) {
        self.source.settle(&self.memory);
    }

    /// Section 5.6: an IPv4 network holds IPv4 clients only, and the same goes for IPv6.
    #[inline]
    pub(super) fn is_in(&self, network: &IpNetwork) -> bool {
        network.contains(self.ip)
    }

    /// The domain's one SPF record (sections 4.4 and 4.5).
    #[inline(always)]
    pub(super) fn record(&mut self, domain: &Name) -> Result<Read, S::Wait> {
        let answer = match self.ask(domain, RecordType::Txt) {
            Ok(answer) => answer,
            Err(Stop::Waiting(wait)) => return Err(wait),
            Err(Stop::Problem(problem)) => return Ok(Err(problem)),
        };
        let record = match answer.spf() {
            Published::One(record) => Arc::clone(record),
            Published::Nothing => return Ok(Err(SpfProblem::NoRecord(domain.clone()).into())),
            Published::Several => {
                return Ok(Err(SpfProblem::MultipleRecords(domain.clone()).into()));
            }
        };
        self.settle();
        Ok(Ok(record))
    }

    /// What stands where an `include` or a `redirect` leads.
    pub(super) fn lead(
        &mut self,
        target: &Target,
        place: &Place<'_>,
    ) -> Result<Lead, Stop<S::Wait>> {
        self.count_lookup()?;
        let made;
        let name = match target {
            Target::Fixed(name) => {
                made = None;
                name
            }
            Target::Macros(spec) => {
                made = self.target(spec, place)?;
                made.as_ref().ok_or_else(|| nowhere(place))?
            }
            Target::Own | Target::Nowhere => return Err(nowhere(place)),
        };
        let record = self.record(name).map_err(Stop::Waiting)?;
        Ok(Lead { made, record })
    }

    /// Whether what the DNS says of the target matches the client.
    #[inline]
    pub(super) fn look_up(
        &mut self,
        query: Query,
        target: &Target,
        place: &Place<'_>,
    ) -> Result<bool, Stop<S::Wait>> {
        self.count_lookup()?;
        let made;
        let name = match target {
            Target::Own => Some(place.domain()),
            Target::Fixed(name) => Some(name),
            Target::Nowhere => None,
            Target::Macros(spec) => {
                made = self.target(spec, place)?;
                made.as_ref()
            }
        };
        // No server can be asked for a malformed name, so nothing stands under it (section 4.8).
        let matched = match name {
            Some(name) => self.query(query, name)?,
            None => false,
        };
        self.settle();
        Ok(matched)
    }

    /// Counts a term that needs a lookup, before it is evaluated.
    #[inline]
    fn count_lookup(&mut self) -> Result<(), Stop<S::Wait>> {
        if usize::from(self.memory.cost.lookups) >= self.limits().lookups {
            return Err(SpfProblem::LookupLimit(self.limits().lookups).into());
        }
        self.memory.cost.lookups += 1;
        Ok(())
    }

    #[inline]
    fn count_void(&mut self, is_void: bool) -> Result<(), Stop<S::Wait>> {
        if is_void {
            if self.memory.cost.void_lookups() >= self.limits().void_lookups {
                return Err(SpfProblem::VoidLookupLimit(self.limits().void_lookups).into());
            }
            self.memory.cost.count_void();
        }
        Ok(())
    }

    #[inline]
    fn ask(&mut self, name: &Name, record_type: RecordType) -> Result<Reply<'r>, Stop<S::Wait>> {
        if self.memory.questions < self.limits().questions
            && let Some(records) = self.source.lend(name, record_type)
        {
            self.memory.questions += 1;
            return Ok(Reply::Lent(records));
        }
        self.ask_source(name, record_type)
    }

    #[inline(never)]
    fn ask_source(
        &mut self,
        name: &Name,
        record_type: RecordType,
    ) -> Result<Reply<'r>, Stop<S::Wait>> {
        if self.memory.questions >= self.limits().questions {
            return Err(SpfProblem::QuestionLimit(self.limits().questions).into());
        }
        self.memory.questions += 1;
        match self.source.answer(name, record_type).map_err(Stop::Waiting)? {
            Answer::TemporaryFailure => {
                let question = Question::new(name.clone(), record_type);
                Err(SpfProblem::TemporaryFailure(question).into())
            }
            answer => Ok(Reply::Own(answer)),
        }
    }

    /// An answer that the check can do without; beyond the limit nothing is asked.
    fn try_ask(&mut self, name: &Name, record_type: RecordType) -> Result<Reply<'r>, S::Wait> {
        if self.memory.questions >= self.limits().questions {
            return Ok(Reply::Own(Answer::TemporaryFailure));
        }
        self.memory.questions += 1;
        match self.source.lend(name, record_type) {
            Some(records) => Ok(Reply::Lent(records)),
            None => self.source.answer(name, record_type).map(Reply::Own),
        }
    }

    #[inline]
    fn address_type(&self) -> RecordType {
        if self.ip.is_ipv4() { RecordType::A } else { RecordType::Aaaa }
    }
}

#[cold]
fn nowhere<W>(place: &Place<'_>) -> Stop<W> {
    SpfProblem::NoRecordAt { term: place.text() }.into()
}
