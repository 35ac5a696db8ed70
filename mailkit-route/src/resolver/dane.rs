//! TLSA records with DNSSEC validation. This module needs the feature `dane`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::Duration,
};

use hickory_resolver::{
    TokioResolver,
    net::runtime::TokioRuntimeProvider,
    proto::rr::{RData, Record, RecordType, rdata::TLSA},
};
use tokio::task::JoinSet;

use super::{ResolveError, absolute, asking};
use crate::{
    Domain, MxSet,
    tls_policy::{
        DaneAnswer, DaneFault, DaneLookup, DanePolicy, DaneQuestion, DaneStep, DnssecStatus,
        TlsaRecord,
    },
};

mod validated;

use validated::Validated;

/// Finds out which mail hosts have TLSA records, and validates each answer from the root down.
///
/// ```no_run
/// # async fn example(mx: mailkit_route::MxSet) -> Result<(), mailkit_route::resolver::ResolveError> {
/// use mailkit_route::{resolver::DaneResolver, tls_policy::TlsPolicies};
/// let mut tls = TlsPolicies::default();
/// for (host, policy) in DaneResolver::system()?.policies(&mx).await {
///     tls = tls.with_dane(host, policy);
/// }
/// let hosts = tls.select(mx.hosts());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DaneResolver {
    inner: TokioResolver,
    time_limit: Duration,
}

impl DaneResolver {
    /// A resolver with the name servers of the system and the trust anchors of the root.
    ///
    /// # Errors
    /// When the system's settings cannot be read.
    pub fn system() -> Result<Self, ResolveError> {
        let mut builder = TokioResolver::builder_tokio().map_err(ResolveError::settings)?;
        builder.options_mut().validate = true;
        builder.build().map(Self::from).map_err(ResolveError::settings)
    }

    /// A resolver that asks these name servers, over UDP and then TCP. They need not validate, but
    /// must pass signatures on.
    ///
    /// # Errors
    /// When hickory refuses the settings.
    pub fn with_name_servers(servers: &[SocketAddr]) -> Result<Self, ResolveError> {
        let (config, provider) = (asking(servers), TokioRuntimeProvider::default());
        let mut builder = TokioResolver::builder_with_config(config, provider);
        builder.options_mut().validate = true;
        builder.build().map(Self::from).map_err(ResolveError::settings)
    }

    /// Gives up on a host after this time, 30 seconds by default.
    #[must_use]
    pub fn with_time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// What DANE asks of each host of an MX set; none of an address literal.
    ///
    /// The MX records are asked for again and validated (RFC 7672 section 2.2.1), for those of the set may be
    /// forged: where they are signed, a host that they do not name is [`DaneFault::Unlisted`].
    pub async fn policies(&self, mx: &MxSet) -> BTreeMap<Domain, DanePolicy> {
        let Some(next_hop) = mx.name().as_domain() else { return BTreeMap::new() };
        let hosts = mx.hosts().iter().filter_map(|mx| mx.host.as_domain().cloned());
        let found = tokio::time::timeout(self.time_limit, self.ask(next_hop, RecordType::MX)).await;
        let found = match found.unwrap_or(Err(DaneFault::LookupFailed)) {
            Ok(found) => found,
            Err(fault) => return hosts.map(|host| (host, DanePolicy::Failed(fault))).collect(),
        };
        let named = exchanges(next_hop, &found.records);
        let mut lookups = JoinSet::new();
        for host in hosts {
            if found.status == DnssecStatus::Secure && !named.contains(&host) {
                lookups.spawn(async { (host, DanePolicy::Failed(DaneFault::Unlisted)) });
                continue;
            }
            let lookup = DaneLookup::new(next_hop.clone(), host.clone(), found.status);
            let resolver = self.clone();
            lookups.spawn(async move { (host, resolver.drive(lookup).await) });
        }
        lookups.join_all().await.into_iter().collect()
    }

    async fn drive(&self, mut lookup: DaneLookup) -> DanePolicy {
        let steps = async {
            loop {
                match lookup.step() {
                    DaneStep::Ask(question) => lookup.answer(self.answer(&question).await),
                    DaneStep::Done(policy) => break policy,
                }
            }
        };
        let late = DanePolicy::Failed(DaneFault::LookupFailed);
        tokio::time::timeout(self.time_limit, steps).await.unwrap_or(late)
    }

    /// The answer to one question of a [`DaneLookup`].
    pub async fn answer(&self, question: &DaneQuestion) -> DaneAnswer {
        match question {
            DaneQuestion::Addresses { host } => self.addresses(host).await,
            DaneQuestion::Alias { host } => match self.ask(host, RecordType::CNAME).await {
                Ok(found) => DaneAnswer::Alias(found.status),
                Err(DaneFault::Bogus) => DaneAnswer::Alias(DnssecStatus::Bogus),
                Err(_) => DaneAnswer::Failed,
            },
            DaneQuestion::Tlsa { base } => self.tlsa(base).await,
        }
    }

    async fn tlsa(&self, base: &Domain) -> DaneAnswer {
        let Ok(name) = format!("_25._tcp.{base}").parse::<Domain>() else {
            // No name can be that long, so there are no records.
            return DaneAnswer::Tlsa { status: DnssecStatus::Insecure, records: Vec::new() };
        };
        match self.ask(&name, RecordType::TLSA).await {
            Ok(Validated { status, records, .. }) => {
                let records = records.iter().filter_map(tlsa).collect();
                DaneAnswer::Tlsa { status, records }
            }
            Err(DaneFault::Bogus) => {
                DaneAnswer::Tlsa { status: DnssecStatus::Bogus, records: Vec::new() }
            }
            Err(_) => DaneAnswer::Failed,
        }
    }

    /// A family that fails is no harm while the other one has addresses, for aliases are the same for both. A
    /// denial says nothing of the family that failed: who is in the way could hide with it where the host
    /// is, and so under which name its TLSA records are (RFC 7672 sections 2.1.2 and 2.2.2).
    async fn addresses(&self, host: &Domain) -> DaneAnswer {
        let (mut best, mut failed): (Option<Validated>, bool) = (None, false);
        for family in [RecordType::A, RecordType::AAAA] {
            match self.ask(host, family).await {
                Err(DaneFault::Bogus) => {
                    return DaneAnswer::Addresses { status: DnssecStatus::Bogus, alias_of: None };
                }
                Err(_) => failed = true,
                Ok(found) if best.as_ref().is_none_or(|best| best.rank() < found.rank()) => {
                    best = Some(found);
                }
                Ok(_) => {}
            }
        }
        let found = best.filter(|found| !failed || found.has_address());
        let Some(Validated { status, end, .. }) = found else { return DaneAnswer::Failed };
        match end.to_ascii().parse::<Domain>() {
            Ok(end) => {
                DaneAnswer::Addresses { status, alias_of: Some(end).filter(|end| end != host) }
            }
            Err(_) => DaneAnswer::Failed,
        }
    }

    async fn ask(&self, name: &Domain, record_type: RecordType) -> Result<Validated, DaneFault> {
        let name = absolute(name).map_err(|_| DaneFault::LookupFailed)?;
        validated::ask(&self.inner, name, record_type).await
    }
}

impl From<TokioResolver> for DaneResolver {
    /// Takes a resolver that validates; what another one answers counts as not signed.
    fn from(inner: TokioResolver) -> Self {
        Self { inner, time_limit: Duration::from_secs(30) }
    }
}

impl std::fmt::Debug for DaneResolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DaneResolver").field("time_limit", &self.time_limit).finish_non_exhaustive()
    }
}

/// The hosts that MX records name; the domain itself where there are none.
fn exchanges(domain: &Domain, records: &[Record]) -> BTreeSet<Domain> {
    let mut exchanges = records.iter().filter_map(|record| match &record.data {
        RData::MX(mx) => Some(mx.exchange.to_ascii().parse()),
        _ => None,
    });
    match exchanges.next() {
        Some(first) => exchanges.chain([first]).flatten().collect(),
        None => BTreeSet::from([domain.clone()]),
    }
}

fn tlsa(record: &Record) -> Option<TlsaRecord> {
    let RData::TLSA(TLSA { cert_usage, selector, matching, cert_data, .. }) = &record.data else {
        return None;
    };
    let (usage, selector) = (u8::from(*cert_usage), u8::from(*selector));
    Some(TlsaRecord::new(usage, selector, u8::from(*matching), cert_data.clone()))
}
