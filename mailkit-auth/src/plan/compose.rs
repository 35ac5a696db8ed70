//! From decisions to records.

mod check;
mod keys;

use super::{DomainPlan, Plan, PlanError, PlanNote, ProviderUse, SpfCost, note};
use crate::lookup::{Name, RecordData};
use crate::provider::{HostTemplate, SpfInclude};
use crate::record::mta_sts::PolicyId;
use crate::record::mta_sts_policy::MxPattern;
use crate::record::spf::{Mechanism, Qualifier};
use crate::record::{MtaStsPolicy, MtaStsRecord};
use crate::zone::{Zone, ZoneRecord};
use crate::{Domain, Policy, RecordError, Selector, SpfRecord};

pub(super) fn compose(decided: &DomainPlan) -> Result<Plan, PlanError> {
    let mut draft = Draft { decided, records: decided.others.clone(), notes: Vec::new() };
    draft.mail_hosts()?;
    let spf_lookups = draft.spf()?;
    draft.dmarc()?;
    draft.dkim()?;
    let policy_file = draft.mta_sts()?;
    draft.tls_reports()?;
    draft.logo()?;
    draft.aliases()?;
    let zone: Zone = draft.records.into_iter().collect();
    check::aliases_stand_alone(&zone)?;
    check::without_errors(&zone)?;
    check::with_valid_certificates(&zone)?;
    let (domain, notes) = (decided.domain.clone(), draft.notes);
    Ok(Plan { domain, zone, policy_file, spf_lookups, notes })
}

/// Records and notes as far as they are made.
struct Draft<'d> {
    decided: &'d DomainPlan,
    records: Vec<ZoneRecord>,
    notes: Vec<PlanNote>,
}

impl Draft<'_> {
    fn mail_hosts(&mut self) -> Result<(), PlanError> {
        let mut hosts = self.decided.mail_hosts.clone();
        let receivers: Vec<_> = self.decided.providers.iter().filter(|it| it.receives()).collect();
        if let [first, second, ..] = receivers.as_slice() {
            let [first, second] = [first, second].map(|it| it.provider.id.clone());
            return Err(PlanError::TwoReceivers { first, second });
        }
        for used in receivers {
            if used.provider.mx.is_empty() && hosts.is_empty() {
                let provider = used.provider.id.clone();
                return Err(PlanError::UnknownMailHosts { provider });
            }
            for mx in &used.provider.mx {
                hosts.push((mx.preference, self.fill(used, &mx.host)?));
            }
        }
        if hosts.is_empty() {
            self.notes.push(PlanNote::NoMailHost);
        }
        for (preference, host) in hosts {
            let exchange = Name::from(host);
            self.add(&self.decided.domain, RecordData::Mx { preference, exchange });
        }
        Ok(())
    }

    /// The SPF record; gives the lookups that it costs.
    fn spf(&mut self) -> Result<u8, PlanError> {
        let allows_all = |it: &Mechanism| matches!(it, Mechanism::All);
        if self.decided.all == Qualifier::Pass || self.decided.senders.iter().any(allows_all) {
            return Err(PlanError::EverybodySends);
        }
        let mut mechanisms: Vec<(Mechanism, SpfCost)> = Vec::new();
        let mut senders = self.decided.senders.clone();
        // Addresses cost nothing, so a receiver should meet them first.
        senders.sort_by_key(Mechanism::needs_lookup);
        for mechanism in senders {
            let lookups = u32::from(mechanism.needs_lookup());
            let term = mechanism.to_string();
            let cost = SpfCost { term, provider: None, lookups, is_known: true };
            mechanisms.push((mechanism, cost));
        }
        for used in self.decided.providers.iter().filter(|used| used.sends()) {
            for include in &used.provider.spf {
                mechanisms.push(included(used, include)?);
            }
        }
        let mut record = SpfRecord::new();
        let mut costs: Vec<SpfCost> = Vec::new();
        for (mechanism, cost) in mechanisms {
            if costs.iter().all(|it| it.term != cost.term) {
                record = record.with_mechanism(Qualifier::Pass, mechanism);
                costs.push(cost);
            }
        }
        let record = record.with_mechanism(self.decided.all, Mechanism::All).to_string();
        if record.len() > LONG_SPF {
            self.notes.push(PlanNote::LongSpf { octets: record.len() });
        }
        self.unknown_costs();
        self.notes.extend(note::local_senders(&self.decided.senders));
        self.add(&self.decided.domain, RecordData::Txt(record.into_bytes()));
        within_ten(costs)
    }

    fn unknown_costs(&mut self) {
        let includes = self.decided.providers.iter().filter(|used| used.sends());
        let includes = includes.flat_map(|used| &used.provider.spf);
        for include in includes.filter(|include| include.lookups.is_none()) {
            let note = PlanNote::UnknownCost { include: include.domain.clone() };
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    fn dmarc(&mut self) -> Result<(), PlanError> {
        let DomainPlan { domain, dmarc, ttl, .. } = self.decided;
        let text = dmarc.to_string().into_bytes();
        self.add(&domain.prefixed("_dmarc")?, RecordData::Txt(text));
        self.notes.extend(note::no_reports(dmarc));
        self.notes.extend(note::external_reports(domain, dmarc, *ttl));
        Ok(())
    }

    /// The record of MTA-STS; gives the policy file.
    fn mta_sts(&mut self) -> Result<Option<MtaStsPolicy>, PlanError> {
        let DomainPlan { domain, mta_sts: Some(decided), .. } = self.decided else {
            return Ok(None);
        };
        let hosts = self.records.iter().filter_map(|record| match &record.data {
            RecordData::Mx { exchange, .. } if record.name.as_str() == domain.as_str() => {
                Some(exchange.as_str().parse::<MxPattern>())
            }
            _ => None,
        });
        let mut hosts = hosts.collect::<Result<Vec<_>, _>>()?.into_iter();
        let first = hosts.next().ok_or(PlanError::MtaStsWithoutMailHost)?;
        let file = MtaStsPolicy::new(decided.mode, first, decided.max_age);
        let file = hosts.fold(file, MtaStsPolicy::with_mx);
        let id = decided.id.clone().map_or_else(|| policy_number(&file), Ok)?;
        let text = MtaStsRecord::new(id).to_string();
        self.add(&domain.prefixed("_mta-sts")?, RecordData::Txt(text.into_bytes()));
        let url = format!("https://mta-sts.{domain}/.well-known/mta-sts.txt");
        self.notes.push(PlanNote::ServePolicyFile { url });
        Ok(Some(file))
    }

    fn tls_reports(&mut self) -> Result<(), PlanError> {
        let DomainPlan { domain, tls_reports: Some(record), .. } = self.decided else {
            return Ok(());
        };
        let text = record.to_string().into_bytes();
        self.add(&domain.prefixed("_smtp._tls")?, RecordData::Txt(text));
        Ok(())
    }

    fn logo(&mut self) -> Result<(), PlanError> {
        let DomainPlan { domain, logo: Some(record), dmarc, .. } = self.decided else {
            return Ok(());
        };
        let weakest = dmarc.policy().min(dmarc.subdomain_policy());
        if !record.is_declination() && (weakest == Policy::None || dmarc.is_testing()) {
            return Err(PlanError::LogoWithoutPolicy);
        }
        let text = record.to_string().into_bytes();
        self.add(&domain.prefixed("default._bimi")?, RecordData::Txt(text));
        Ok(())
    }

    fn aliases(&mut self) -> Result<(), PlanError> {
        for used in &self.decided.providers {
            for alias in used.provider.aliases.iter().filter(|_| used.sends()) {
                let label = self.fill(used, &alias.label)?;
                let target = RecordData::Cname(Name::from(self.fill(used, &alias.target)?));
                self.add(&self.decided.domain.prefixed(label.as_str())?, target);
            }
            self.notes.extend(note::about(&used.provider));
        }
        Ok(())
    }

    fn add(&mut self, name: &Domain, data: RecordData) {
        self.records.push(ZoneRecord::new(Name::from(name), self.decided.ttl, data));
    }

    fn selector(&self, used: &ProviderUse, template: &HostTemplate) -> Result<Selector, PlanError> {
        // What reads as a name reads as a selector.
        Ok(self.fill(used, template)?.as_str().parse::<Selector>()?)
    }

    /// A name of the provider's with the values that were given.
    fn fill(&self, used: &ProviderUse, template: &HostTemplate) -> Result<Domain, PlanError> {
        let provider = || used.provider.id.clone();
        let filled = template.fill(&self.decided.domain, &used.values);
        let name = filled.map_err(|source| PlanError::Value { provider: provider(), source })?;
        name.parse().map_err(|source| PlanError::ProviderName {
            provider: provider(),
            name,
            source,
        })
    }
}

fn included(used: &ProviderUse, include: &SpfInclude) -> Result<(Mechanism, SpfCost), PlanError> {
    let mechanism = Mechanism::Include(include.domain.as_str().parse()?);
    let cost = SpfCost {
        term: mechanism.to_string(),
        provider: Some(used.provider.id.clone()),
        lookups: include.lookups.map_or(1, u32::from),
        is_known: include.lookups.is_some(),
    };
    Ok((mechanism, cost))
}

/// A number that follows from the policy: 64 bits of it by FNV-1a, which need no secret.
fn policy_number(file: &MtaStsPolicy) -> Result<PolicyId, RecordError> {
    let mix = |hash: u64, octet: u8| (hash ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = file.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    format!("{hash:016x}").parse()
}

/// The sum of the costs, if a check may cost as much.
fn within_ten(mut costs: Vec<SpfCost>) -> Result<u8, PlanError> {
    let lookups = costs.iter().map(|cost| cost.lookups).sum();
    match u8::try_from(lookups) {
        Ok(few @ ..=MAX_LOOKUPS) => Ok(few),
        _ => {
            costs.retain(|cost| cost.lookups > 0);
            costs.sort_by_key(|cost| std::cmp::Reverse(cost.lookups));
            Err(PlanError::TooManyLookups { lookups, costs })
        }
    }
}

/// Terms that a check may look up (RFC 7208 section 4.6.4).
const MAX_LOOKUPS: u8 = 10;
/// Octets of an SPF record that fit an answer over UDP with room to spare (RFC 7208 section 3.4).
const LONG_SPF: usize = 450;
