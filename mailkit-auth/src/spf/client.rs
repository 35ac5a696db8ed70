//! The client that is checked: which terms match it, and what finding out has cost.

use std::ops::Range;
use std::sync::Arc;

use super::macro_string::{self, Facts};
use super::network::share_prefix;
use super::published::{Lengths, Published, Query, ReadRecord, Target};
use super::source::Source;
use super::{IpNetwork, SpfLimits, SpfProblem};
use crate::lookup::{Answer, Name, Question, RecordData, RecordType};
use crate::record::spf::DomainSpec;

/// What the terms of a check have cost so far (RFC 7208 section 4.6.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    /// At most ten.
    pub(super) lookups: u8,
    /// At most one for each lookup.
    pub(super) void_lookups: u8,
}

/// What a check remembers of its client between two answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// What the terms have cost that are done, and what they have asked.
    cost: Cost,
    questions: usize,
    /// The names of the client, once they have been asked for.
    names: Option<ClientNames>,
}

#[derive(Clone, Debug)]
struct ClientNames {
    /// Those that lead back to the client's address.
    validated: Vec<Name>,
    /// Whether the client has no name at all.
    void: bool,
}

pub(super) struct Client<'r, S> {
    source: S,
    facts: &'r Facts<'r>,
    limits: SpfLimits,
    cost: Cost,
    questions: usize,
    names: Option<ClientNames>,
    memory: Memory,
}

/// A term and the domain whose record holds it.
pub(super) struct Place<'a> {
    pub(super) domain: &'a Name,
    pub(super) record: &'a ReadRecord,
    pub(super) span: &'a Range<usize>,
}

impl Place<'_> {
    fn term(&self) -> String {
        self.record.term(self.span).to_owned()
    }
}

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

impl<'r, S: Source> Client<'r, S> {
    pub(super) fn new(source: S, facts: &'r Facts<'r>, limits: &SpfLimits, memory: Memory) -> Self {
        let Memory { cost, questions, names } = memory.clone();
        let limits = limits.within_the_standard();
        Self { source, facts, limits, cost, questions, names, memory }
    }

    /// What to go on with when there is another answer.
    pub(super) fn into_memory(self) -> Memory {
        self.memory
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    /// What was found stands, and is not looked for again.
    fn settle(&mut self) {
        (self.memory.cost, self.memory.questions) = (self.cost, self.questions);
        if self.names.is_some() && self.memory.names.is_none() {
            self.memory.names = self.names.clone();
        }
        self.source.settle();
    }

    /// Section 5.6: an IPv4 network holds IPv4 clients only, and the same goes for IPv6.
    pub(super) fn is_in(&self, network: &IpNetwork) -> bool {
        network.contains(self.facts.client_ip)
    }

    /// The domain's one SPF record (sections 4.4 and 4.5).
    pub(super) fn record(&mut self, domain: &Name) -> Result<Arc<ReadRecord>, Stop<S::Wait>> {
        let answer = self.ask(domain, RecordType::Txt)?;
        let record = match answer.spf() {
            Published::One(record) => Arc::clone(record),
            Published::Nothing => return Err(SpfProblem::NoRecord(domain.clone()).into()),
            Published::Several => return Err(SpfProblem::MultipleRecords(domain.clone()).into()),
        };
        self.settle();
        Ok(record)
    }

    /// The name to whose record an `include` or a `redirect` leads.
    pub(super) fn lead(
        &mut self,
        target: &Target,
        place: &Place<'_>,
    ) -> Result<Name, Stop<S::Wait>> {
        self.count_lookup()?;
        let name = match target {
            Target::Own => Some(place.domain.clone()),
            Target::Fixed(name) => Some(name.clone()),
            Target::Nowhere => None,
            Target::Macros(spec) => self.target(spec, place)?,
        };
        let name = name.ok_or_else(|| SpfProblem::NoRecordAt { term: place.term() })?;
        self.settle();
        Ok(name)
    }

    /// Whether what the DNS says of the target matches the client.
    pub(super) fn look_up(
        &mut self,
        query: Query,
        target: &Target,
        place: &Place<'_>,
    ) -> Result<bool, Stop<S::Wait>> {
        self.count_lookup()?;
        let matched = match target {
            Target::Own => self.query(query, place.domain)?,
            Target::Fixed(name) => self.query(query, name)?,
            // No server can be asked for a malformed name, so nothing stands under it (section 4.8).
            Target::Nowhere => false,
            Target::Macros(spec) => match self.target(spec, place)? {
                Some(name) => self.query(query, &name)?,
                None => false,
            },
        };
        self.settle();
        Ok(matched)
    }

    fn query(&mut self, query: Query, name: &Name) -> Result<bool, Stop<S::Wait>> {
        match query {
            Query::Address(lengths) => self.has_address(name, lengths),
            Query::Exchangers(lengths) => self.has_mx(name, lengths),
            Query::Names => self.has_name_under(name),
            Query::Exists => self.finds(name),
        }
    }

    /// Counts a term that needs a lookup, before it is evaluated.
    fn count_lookup(&mut self) -> Result<(), Stop<S::Wait>> {
        if usize::from(self.cost.lookups) >= self.limits.lookups {
            return Err(SpfProblem::LookupLimit(self.limits.lookups).into());
        }
        self.cost.lookups += 1;
        Ok(())
    }

    fn count_void(&mut self, is_void: bool) -> Result<(), Stop<S::Wait>> {
        if is_void {
            if usize::from(self.cost.void_lookups) >= self.limits.void_lookups {
                return Err(SpfProblem::VoidLookupLimit(self.limits.void_lookups).into());
            }
            self.cost.void_lookups += 1;
        }
        Ok(())
    }

    /// Section 5.3.
    fn has_address(&mut self, host: &Name, lengths: Lengths) -> Result<bool, Stop<S::Wait>> {
        let answer = self.ask(host, self.address_type())?;
        self.count_void(answer.is_void())?;
        Ok(self.is_among(&answer, lengths))
    }

    /// Section 5.4. A null MX names no host (RFC 7505).
    fn has_mx(&mut self, domain: &Name, lengths: Lengths) -> Result<bool, Stop<S::Wait>> {
        let answer = self.ask(domain, RecordType::Mx)?;
        self.count_void(answer.is_void())?;
        let limit = self.limits.mx_hosts;
        if answer.records().len() > limit {
            return Err(SpfProblem::MxLimit { domain: domain.clone(), limit }.into());
        }
        for data in answer.records() {
            let RecordData::Mx { exchange, .. } = data else { continue };
            if exchange.is_root() {
                continue;
            }
            let addresses = self.ask(exchange, self.address_type())?;
            if self.is_among(&addresses, lengths) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Section 5.5.
    fn has_name_under(&mut self, domain: &Name) -> Result<bool, Stop<S::Wait>> {
        let ClientNames { validated, void } = self.names().map_err(Stop::Waiting)?;
        let found = validated.iter().any(|name| name.is_subdomain_of(domain));
        let void = *void;
        self.count_void(void)?;
        Ok(found)
    }

    /// Section 5.7: the address is asked for in IPv4 whatever the client's is.
    fn finds(&mut self, name: &Name) -> Result<bool, Stop<S::Wait>> {
        let answer = self.ask(name, RecordType::A)?;
        self.count_void(answer.is_void())?;
        Ok(!answer.is_void())
    }

    /// The names of the client that lead back to its address (section 5.5). The DNS of a stranger's
    /// address is no fault of the domain: where it fails there are no names.
    fn names(&mut self) -> Result<&ClientNames, S::Wait> {
        let names = match self.names.take() {
            Some(names) => names,
            None => self.ask_for_names()?,
        };
        Ok(self.names.insert(names))
    }

    fn ask_for_names(&mut self) -> Result<ClientNames, S::Wait> {
        let client_ip = self.facts.client_ip;
        let answer = self.try_ask(&Name::reverse(client_ip), RecordType::Ptr)?;
        let mut names = ClientNames { validated: Vec::new(), void: answer.is_void() };
        for data in answer.records().iter().take(self.limits.ptr_names) {
            let RecordData::Ptr(name) = data else { continue };
            let addresses = self.try_ask(name, self.address_type())?;
            if addresses.addresses().any(|address| address == client_ip) {
                names.validated.push(name.clone());
            }
        }
        Ok(names)
    }

    /// The value of the macro `p` (section 7.3): the domain itself if it is a name of the client,
    /// else a name under it, else any.
    fn name_for_macro(&mut self, domain: &Name) -> Result<String, S::Wait> {
        let names = &self.names()?.validated;
        let same = names.iter().find(|name| *name == domain);
        let under = || names.iter().find(|name| name.is_subdomain_of(domain));
        let best = same.or_else(under).or_else(|| names.first());
        Ok(best.map_or(macro_string::UNKNOWN, Name::as_str).to_owned())
    }

    fn expand(&mut self, text: &str, domain: &Name) -> Result<Option<String>, S::Wait> {
        let validated = match macro_string::validated_names(text).next() {
            Some(_) => self.name_for_macro(domain)?,
            None => String::new(),
        };
        Ok(self.facts.expand(text, domain, &validated))
    }

    /// The name a domain-spec stands for; `None` if it is malformed.
    fn target(
        &mut self,
        spec: &DomainSpec,
        place: &Place<'_>,
    ) -> Result<Option<Name>, Stop<S::Wait>> {
        match self.expand(spec.as_str(), place.domain).map_err(Stop::Waiting)? {
            Some(expanded) => Ok(macro_string::name(&expanded)),
            None => Err(SpfProblem::ExpansionLimit { term: place.term() }.into()),
        }
    }

    /// The domain's words about a fail (section 6.2). Any trouble with them leaves them out.
    pub(super) fn explanation(
        &mut self,
        spec: &DomainSpec,
        domain: &Name,
    ) -> Result<Option<String>, S::Wait> {
        let target = self.expand(spec.as_str(), domain)?;
        let Some(target) = target.as_deref().and_then(macro_string::name) else { return Ok(None) };
        let answer = self.try_ask(&target, RecordType::Txt)?;
        let [RecordData::Txt(text)] = answer.records() else { return Ok(None) };
        let Ok(text) = str::from_utf8(text) else { return Ok(None) };
        let limit = self.limits.explanation;
        let fits = |text: &String| {
            text.len() <= limit && text.bytes().all(|octet| matches!(octet, b' '..=b'~'))
        };
        Ok(self.expand(text, domain)?.filter(fits))
    }

    fn ask(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Stop<S::Wait>> {
        if self.questions >= self.limits.questions {
            return Err(SpfProblem::QuestionLimit(self.limits.questions).into());
        }
        self.questions += 1;
        match self.source.answer(name, record_type).map_err(Stop::Waiting)? {
            Answer::TemporaryFailure => {
                let question = Question::new(name.clone(), record_type);
                Err(SpfProblem::TemporaryFailure(question).into())
            }
            answer => Ok(answer),
        }
    }

    /// An answer that the check can do without; beyond the limit nothing is asked.
    fn try_ask(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, S::Wait> {
        if self.questions >= self.limits.questions {
            return Ok(Answer::TemporaryFailure);
        }
        self.questions += 1;
        self.source.answer(name, record_type)
    }

    fn address_type(&self) -> RecordType {
        if self.facts.client_ip.is_ipv4() { RecordType::A } else { RecordType::Aaaa }
    }

    fn is_among(&self, answer: &Answer, lengths: Lengths) -> bool {
        answer.addresses().any(|address| {
            let length = if address.is_ipv4() { lengths.ip4 } else { lengths.ip6 };
            share_prefix(address, self.facts.client_ip, length)
        })
    }
}
