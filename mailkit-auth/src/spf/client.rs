//! The client that is checked: which mechanisms match it, and what finding out has cost.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::macro_string::{self, Facts};
use super::published::{Published, ReadRecord};
use super::verdict::Decision;
use super::{SpfLimits, SpfProblem, SpfResult};
use crate::lookup::{Answer, Ask, Name, Question, RecordData, RecordType};
use crate::record::spf::{CidrLength, DomainSpec, DualCidrLength};

/// What the check has counted so far (RFC 7208 section 4.6.4).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    pub(super) lookups: usize,
    pub(super) void_lookups: usize,
    pub(super) questions: usize,
}

pub(super) struct Client<'r, A> {
    asker: A,
    facts: Facts<'r>,
    limits: SpfLimits,
    cost: Cost,
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

impl<'r, A: Ask> Client<'r, A> {
    pub(super) fn new(asker: A, facts: Facts<'r>, limits: &SpfLimits) -> Self {
        Self {
            asker,
            facts,
            limits: limits.within_the_standard(),
            cost: Cost::default(),
            names: None,
        }
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    /// Counts a term that needs a lookup, before it is evaluated.
    pub(super) fn count_lookup(&mut self) -> Result<(), SpfProblem> {
        if self.cost.lookups >= self.limits.lookups {
            return Err(SpfProblem::LookupLimit(self.limits.lookups));
        }
        self.cost.lookups += 1;
        Ok(())
    }

    fn count_void(&mut self, is_void: bool) -> Result<(), SpfProblem> {
        if is_void {
            if self.cost.void_lookups >= self.limits.void_lookups {
                return Err(SpfProblem::VoidLookupLimit(self.limits.void_lookups));
            }
            self.cost.void_lookups += 1;
        }
        Ok(())
    }

    /// The domain's one SPF record (sections 4.4 and 4.5).
    pub(super) async fn record(&mut self, domain: &Name) -> Result<Arc<ReadRecord>, SpfProblem> {
        let answer = self.ask(domain, RecordType::Txt).await?;
        match answer.spf() {
            Published::One(record) => Ok(Arc::clone(record)),
            Published::Nothing => Err(SpfProblem::NoRecord(domain.clone())),
            Published::Several => Err(SpfProblem::MultipleRecords(domain.clone())),
        }
    }

    /// Section 5.3.
    pub(super) async fn has_address(
        &mut self,
        host: &Name,
        cidr: DualCidrLength,
    ) -> Result<bool, SpfProblem> {
        let answer = self.ask(host, self.address_type()).await?;
        self.count_void(answer.is_void())?;
        Ok(self.is_among(&answer, cidr))
    }

    /// Section 5.4. A null MX names no host (RFC 7505).
    pub(super) async fn has_mx(
        &mut self,
        domain: &Name,
        cidr: DualCidrLength,
    ) -> Result<bool, SpfProblem> {
        let answer = self.ask(domain, RecordType::Mx).await?;
        self.count_void(answer.is_void())?;
        let limit = self.limits.mx_hosts;
        if answer.records().len() > limit {
            return Err(SpfProblem::MxLimit { domain: domain.clone(), limit });
        }
        for data in answer.records() {
            let RecordData::Mx { exchange, .. } = data else { continue };
            if exchange.is_root() {
                continue;
            }
            let addresses = self.ask(exchange, self.address_type()).await?;
            if self.is_among(&addresses, cidr) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Section 5.5.
    pub(super) async fn has_name_under(&mut self, domain: &Name) -> Result<bool, SpfProblem> {
        let ClientNames { validated, void } = self.names().await;
        self.count_void(void)?;
        Ok(validated.iter().any(|name| name.is_subdomain_of(domain)))
    }

    /// Section 5.7: the address is asked for in IPv4 whatever the client's is.
    pub(super) async fn finds(&mut self, name: &Name) -> Result<bool, SpfProblem> {
        let answer = self.ask(name, RecordType::A).await?;
        self.count_void(answer.is_void())?;
        Ok(!answer.is_void())
    }

    /// The names of the client that lead back to its address (section 5.5). The DNS of a stranger's
    /// address is no fault of the domain: where it fails there are no names.
    async fn names(&mut self) -> ClientNames {
        if let Some(names) = &self.names {
            return names.clone();
        }
        let client_ip = self.facts.client_ip;
        let answer = self.try_ask(&Name::reverse(client_ip), RecordType::Ptr).await;
        let mut names = ClientNames { validated: Vec::new(), void: answer.is_void() };
        for data in answer.records().iter().take(self.limits.ptr_names) {
            let RecordData::Ptr(name) = data else { continue };
            let addresses = self.try_ask(name, self.address_type()).await;
            if addresses.addresses().any(|address| address == client_ip) {
                names.validated.push(name.clone());
            }
        }
        self.names.insert(names).clone()
    }

    /// The value of the macro `p` (section 7.3): the domain itself if it is a name of the client,
    /// else a name under it, else any.
    async fn name_for_macro(&mut self, domain: &Name) -> String {
        let names = self.names().await.validated;
        let same = names.iter().find(|name| *name == domain);
        let under = || names.iter().find(|name| name.is_subdomain_of(domain));
        let best = same.or_else(under).or_else(|| names.first());
        best.map_or(macro_string::UNKNOWN, Name::as_str).to_owned()
    }

    async fn expand(&mut self, text: &str, domain: &Name) -> Option<String> {
        let validated = match macro_string::validated_names(text).next() {
            Some(_) => self.name_for_macro(domain).await,
            None => String::new(),
        };
        self.facts.expand(text, domain, &validated)
    }

    /// The name a domain-spec stands for; `None` if it is malformed.
    pub(super) async fn target(
        &mut self,
        spec: &DomainSpec,
        domain: &Name,
        term: &str,
    ) -> Result<Option<Name>, SpfProblem> {
        let Some(expanded) = self.expand(spec.as_str(), domain).await else {
            return Err(SpfProblem::ExpansionLimit { term: term.to_owned() });
        };
        Ok(macro_string::name(&expanded))
    }

    /// The domain's words about a fail (section 6.2). Any trouble with them leaves them out.
    pub(super) async fn explanation(&mut self, decision: &Decision) -> Option<String> {
        let failed = decision.result == SpfResult::Fail;
        let (spec, domain) = decision.explanation.as_ref().filter(|_| failed)?;
        let target = self.target(spec, domain, "").await.ok()??;
        let answer = self.try_ask(&target, RecordType::Txt).await;
        let [RecordData::Txt(text)] = answer.records() else { return None };
        let explanation = self.expand(str::from_utf8(text).ok()?, domain).await?;
        let printable = explanation.bytes().all(|octet| matches!(octet, b' '..=b'~'));
        (printable && explanation.len() <= self.limits.explanation).then_some(explanation)
    }

    async fn ask(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, SpfProblem> {
        if self.cost.questions >= self.limits.questions {
            return Err(SpfProblem::QuestionLimit(self.limits.questions));
        }
        match self.try_ask(name, record_type).await {
            Answer::TemporaryFailure => {
                Err(SpfProblem::TemporaryFailure(Question::new(name.clone(), record_type)))
            }
            answer => Ok(answer),
        }
    }

    /// An answer that the check can do without; beyond the limit nothing is asked.
    async fn try_ask(&mut self, name: &Name, record_type: RecordType) -> Answer {
        if self.cost.questions >= self.limits.questions {
            return Answer::TemporaryFailure;
        }
        self.cost.questions += 1;
        self.asker.ask(name, record_type).await
    }

    fn address_type(&self) -> RecordType {
        if self.facts.client_ip.is_ipv4() { RecordType::A } else { RecordType::Aaaa }
    }

    fn is_among(&self, answer: &Answer, cidr: DualCidrLength) -> bool {
        answer.addresses().any(|address| match address {
            IpAddr::V4(address) => self.is_in_ip4(address, cidr.ip4),
            IpAddr::V6(address) => self.is_in_ip6(address, cidr.ip6),
        })
    }

    /// Section 5.6: an IPv4 network holds IPv4 clients only, and the same goes for IPv6.
    pub(super) fn is_in_ip4(&self, network: Ipv4Addr, cidr: Option<CidrLength<32>>) -> bool {
        let IpAddr::V4(client) = self.facts.client_ip else { return false };
        let ignored = 32 - cidr.map_or(32, |length| length.bits());
        let prefix = |address: Ipv4Addr| address.to_bits().checked_shr(ignored.into());
        prefix(client) == prefix(network)
    }

    pub(super) fn is_in_ip6(&self, network: Ipv6Addr, cidr: Option<CidrLength<128>>) -> bool {
        let IpAddr::V6(client) = self.facts.client_ip else { return false };
        let ignored = 128 - cidr.map_or(128, |length| length.bits());
        let prefix = |address: Ipv6Addr| address.to_bits().checked_shr(ignored.into());
        prefix(client) == prefix(network)
    }
}
