//! What a source is called, and who is behind it.

use std::net::IpAddr;

use super::{KnownReporter, SourceName};
use crate::Domain;
use crate::provider::ProviderTable;
use crate::report::dmarc::{AggregateRecord, AlignmentResult, DkimResult};
use crate::rollout::SourceClass;
use crate::spf::{IpNetwork, SpfResult};

/// What the caller knows about sources, and about those that report on them.
///
/// A rule for a network is asked first, the one of the smallest network; then a rule for a domain,
/// which a mail has by a signature that holds, by SPF that passed, or by the reverse name of its address;
/// then the table of providers, by the same domains. A signature counts only where SPF or the
/// reverse name ties the address to the domain, to one that a rule names, or to a provider: whoever
/// has a signed mail may send it again from anywhere.
///
/// ```
/// use mailkit_auth::report::sources::SourceRules;
/// use mailkit_auth::rollout::SourceClass;
///
/// let rules = SourceRules::default()
///     .with_network("192.0.2.0/24".parse()?, "our servers", SourceClass::Legitimate)
///     .with_domain("payroll.test".parse()?, "payroll", SourceClass::Legitimate);
/// # let _ = rules;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SourceRules {
    networks: Vec<(IpNetwork, String)>,
    domains: Vec<(Domain, String)>,
    classes: Vec<(String, SourceClass)>,
    providers: Option<ProviderTable>,
    /// Receivers that the caller knows, beside those of the table.
    pub(super) reporters: Vec<KnownReporter>,
}

impl SourceRules {
    /// Calls the addresses of a network by a name, and says who is behind it.
    #[must_use]
    pub fn with_network(mut self, network: IpNetwork, name: &str, class: SourceClass) -> Self {
        self.networks.push((network, name.to_owned()));
        self.classes.push((name.to_owned(), class));
        self
    }

    /// Calls what authenticates as a domain, or as one below it, by a name.
    #[must_use]
    pub fn with_domain(mut self, domain: Domain, name: &str, class: SourceClass) -> Self {
        self.domains.push((domain, name.to_owned()));
        self.classes.push((name.to_owned(), class));
        self
    }

    /// Says who is behind a source, by its name or by the identifier of its provider.
    #[must_use]
    pub fn with_class(mut self, name: &str, class: SourceClass) -> Self {
        self.classes.push((name.to_owned(), class));
        self
    }

    /// Looks for providers in this table and not in the one that is compiled in.
    #[must_use]
    pub fn with_providers(mut self, table: ProviderTable) -> Self {
        self.providers = Some(table);
        self
    }

    /// What a rule says about a source; the last rule holds.
    pub(super) fn class_of(&self, name: &SourceName) -> Option<SourceClass> {
        let name = name.to_string();
        let rule = self.classes.iter().rev().find(|(named, _)| *named == name);
        rule.map(|(_, class)| *class)
    }

    /// What the source of a record is called.
    pub(super) fn name_of(&self, record: &AggregateRecord, host: Option<&Domain>) -> SourceName {
        // An IPv4 address that is written as IPv6 counts as IPv4.
        let address = record.source_ip.to_canonical();
        let fitting = self.networks.iter().filter(|(network, _)| network.contains(address));
        if let Some((_, name)) = fitting.max_by_key(|(network, _)| network.length()) {
            return SourceName::Named(name.clone());
        }
        // The domain in the From field names nobody: it is what all sources share.
        let own = |domain: &&Domain| record.header_from.as_ref() != Some(*domain);
        let of_address = || passing_spf(record).chain(host).filter(own);
        let is_tied = record.policy_evaluated.spf == Some(AlignmentResult::Pass)
            || of_address().any(|it| self.named(it).is_some());
        let domains = || signers(record).filter(own).chain(of_address()).filter(|_| is_tied);
        let ruled = domains().find_map(|it| self.ruled(it));
        let name = ruled.or_else(|| domains().find_map(|it| self.named(it)));
        name.unwrap_or_else(|| SourceName::Network(network_around(address)))
    }

    /// What a rule calls a domain.
    fn ruled(&self, domain: &Domain) -> Option<SourceName> {
        let rule = self.domains.iter().find(|(ruled, _)| domain.is_subdomain_of(ruled));
        rule.map(|(_, name)| SourceName::Named(name.clone()))
    }

    /// What a rule, or else the table of providers, calls a domain.
    fn named(&self, domain: &Domain) -> Option<SourceName> {
        let table = self.providers.as_ref().unwrap_or_else(|| ProviderTable::built_in());
        let provider = || table.of_sending_host(domain).or_else(|| table.of_spf_include(domain));
        self.ruled(domain).or_else(|| provider().map(|it| SourceName::Provider(it.id.clone())))
    }
}

/// The network around an address that one operator runs most often: /24 of IPv4, /48 of IPv6.
fn network_around(address: IpAddr) -> IpNetwork {
    let length = if address.is_ipv4() { 24 } else { 48 };
    IpNetwork::new(address, length).unwrap_or_else(|_| IpNetwork::host(address))
}

/// The domains that a record shows its source to be: of signatures that hold, and of SPF that passed.
pub(super) fn authenticated(record: &AggregateRecord) -> impl Iterator<Item = &Domain> {
    signers(record).chain(passing_spf(record))
}

/// The domains of signatures that hold.
fn signers(record: &AggregateRecord) -> impl Iterator<Item = &Domain> {
    let dkim = record.dkim.iter().filter(|dkim| dkim.result == Some(DkimResult::Pass));
    dkim.filter_map(|dkim| dkim.domain.as_ref())
}

/// The domains for which the address may send.
fn passing_spf(record: &AggregateRecord) -> impl Iterator<Item = &Domain> {
    let spf = record.spf.iter().filter(|spf| spf.result == Some(SpfResult::Pass));
    spf.filter_map(|spf| spf.domain.as_ref())
}
