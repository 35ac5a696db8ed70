//! What the DNS says of the target of a term (RFC 7208 section 5).

use super::names::ClientNames;
use super::{Client, Stop};
use crate::lookup::{Name, RecordData, RecordType};
use crate::spf::SpfProblem;
use crate::spf::network::share_prefix;
use crate::spf::published::{Lengths, Query};
use crate::spf::source::{Reply, Source};

impl<'r, S: Source<'r>> Client<'r, S> {
    #[inline]
    pub(super) fn query(&mut self, query: Query, name: &Name) -> Result<bool, Stop<S::Wait>> {
        match query {
            Query::Address(lengths) => self.has_address(name, lengths),
            Query::Exchangers(lengths) => self.has_mx(name, lengths),
            Query::Names => self.has_name_under(name),
            Query::Exists => self.finds(name),
        }
    }

    /// Section 5.3.
    #[inline]
    fn has_address(&mut self, host: &Name, lengths: Lengths) -> Result<bool, Stop<S::Wait>> {
        let answer = self.ask(host, self.address_type())?;
        self.count_void(answer.is_void())?;
        Ok(self.is_among(&answer, lengths))
    }

    /// Section 5.4. A null MX names no host (RFC 7505).
    fn has_mx(&mut self, domain: &Name, lengths: Lengths) -> Result<bool, Stop<S::Wait>> {
        let answer = self.ask(domain, RecordType::Mx)?;
        self.count_void(answer.is_void())?;
        let limit = self.limits().mx_hosts;
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

    /// Whether the client shares as many leading bits with one of the addresses.
    #[inline]
    pub(super) fn is_among(&self, reply: &Reply<'_>, lengths: Lengths) -> bool {
        let client_ip = self.ip;
        reply.records().iter().any(|data| match data {
            RecordData::A(address) => share_prefix((*address).into(), client_ip, lengths.ip4),
            RecordData::Aaaa(address) => share_prefix((*address).into(), client_ip, lengths.ip6),
            _ => false,
        })
    }
}
