//! What the names of the client and the macros stand for (RFC 7208 sections 5.5 and 7).

use super::{Client, Place, Stop};
use crate::lookup::{Name, RecordData, RecordType};
use crate::record::spf::DomainSpec;
use crate::spf::SpfProblem;
use crate::spf::macro_string::{self, Facts};
use crate::spf::published::Lengths;
use crate::spf::source::Source;

#[derive(Clone, Debug)]
pub(super) struct ClientNames {
    /// Those that lead back to the client's address.
    pub(super) validated: Vec<Name>,
    /// Whether the client has no name at all.
    pub(super) void: bool,
}

impl<'r, S: Source<'r>> Client<'r, S> {
    /// The names of the client that lead back to its address (section 5.5). The DNS of a stranger's
    /// address is no fault of the domain: where it fails there are no names.
    pub(super) fn names(&mut self) -> Result<&ClientNames, S::Wait> {
        let names = match self.memory.names.take() {
            Some(names) => names,
            None => self.ask_for_names()?,
        };
        Ok(self.memory.names.insert(names))
    }

    fn ask_for_names(&mut self) -> Result<ClientNames, S::Wait> {
        let client_ip = self.ip;
        let answer = self.try_ask(&Name::reverse(client_ip), RecordType::Ptr)?;
        let mut names = ClientNames { validated: Vec::new(), void: answer.is_void() };
        for data in answer.records().iter().take(self.limits().ptr_names) {
            let RecordData::Ptr(name) = data else { continue };
            let addresses = self.try_ask(name, self.address_type())?;
            if self.is_among(&addresses, Lengths::WHOLE) {
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
        Ok(self.facts().expand(text, domain, &validated))
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            client_ip: self.ip,
            helo: &self.request.helo,
            local_part: self.sender.local_part,
            sender_domain: self.sender.domain,
            receiver: self.request.receiver.as_deref(),
            now: self.request.now,
        }
    }

    /// The name a domain-spec stands for; `None` if it is malformed.
    pub(super) fn target(
        &mut self,
        spec: &DomainSpec,
        place: &Place<'_>,
    ) -> Result<Option<Name>, Stop<S::Wait>> {
        match self.expand(spec.as_str(), place.domain()).map_err(Stop::Waiting)? {
            Some(expanded) => Ok(macro_string::name(&expanded)),
            None => Err(SpfProblem::ExpansionLimit { term: place.text() }.into()),
        }
    }

    /// The domain's words about a fail (section 6.2). Any trouble with them leaves them out.
    pub(in crate::spf) fn explanation(
        &mut self,
        spec: &DomainSpec,
        domain: &Name,
    ) -> Result<Option<String>, S::Wait> {
        let target = self.expand(spec.as_str(), domain)?;
        let Some(target) = target.as_deref().and_then(macro_string::name) else { return Ok(None) };
        let answer = self.try_ask(&target, RecordType::Txt)?;
        let [RecordData::Txt(text)] = answer.records() else { return Ok(None) };
        let Ok(text) = str::from_utf8(text) else { return Ok(None) };
        let limit = self.limits().explanation;
        let fits = |text: &String| {
            text.len() <= limit && text.bytes().all(|octet| matches!(octet, b' '..=b'~'))
        };
        Ok(self.expand(text, domain)?.filter(fits))
    }
}
