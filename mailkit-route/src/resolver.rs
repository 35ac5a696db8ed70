//! MX, A and AAAA lookups over hickory, on tokio. This module needs the feature `resolver`.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use hickory_resolver::{
    TokioResolver,
    config::{NameServerConfig, ResolverConfig},
    net::{DnsError, NetError, NoRecords, runtime::TokioRuntimeProvider},
    proto::{
        op::ResponseCode,
        rr::{Name, RData, RecordType},
    },
};
use tokio::{task::JoinSet, time::Instant};

use crate::{Destination, Domain, Host, MxSet, tls_policy::MtaStsAnswer};

#[cfg(feature = "dane")]
#[cfg_attr(docsrs, doc(cfg(feature = "dane")))]
mod dane;
mod error;
#[cfg(feature = "mta-sts-fetch")]
#[cfg_attr(docsrs, doc(cfg(feature = "mta-sts-fetch")))]
mod mta_sts;
mod regions;
mod trace;

#[cfg(feature = "dane")]
pub use dane::DaneResolver;
#[cfg(feature = "mta-sts-fetch")]
pub use mta_sts::{MtaStsResolver, PolicyFetcher};

pub use error::{ResolveError, ResolveErrorKind};
pub use regions::{
    AnswerDifference, RegionResolution, RegionalAnswer, RegionalResolvers, ResolutionReport,
};
pub use trace::{LookupAnswer, LookupType, Resolution, TimedLookup};

/// Looks up everything a [`RoutePlanner`](crate::RoutePlanner) needs to know of a domain.
///
/// ```no_run
/// # async fn example() -> Result<(), mailkit_route::resolver::ResolveError> {
/// use mailkit_route::resolver::MxResolver;
/// let destination = MxResolver::system()?.resolve("buyer.example").await?;
/// assert!(!destination.mx().hosts().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MxResolver {
    inner: TokioResolver,
    time_limit: Duration,
}

impl MxResolver {
    /// A resolver with the name servers of the system.
    ///
    /// # Errors
    /// When the system's settings cannot be read.
    pub fn system() -> Result<Self, ResolveError> {
        let builder = TokioResolver::builder_tokio().map_err(ResolveError::settings)?;
        builder.build().map(Self::from).map_err(ResolveError::settings)
    }

    /// A resolver that asks these name servers, over UDP and then TCP.
    ///
    /// # Errors
    /// When hickory refuses the settings.
    pub fn with_name_servers(servers: &[SocketAddr]) -> Result<Self, ResolveError> {
        let (config, provider) = (asking(servers), TokioRuntimeProvider::default());
        let builder = TokioResolver::builder_with_config(config, provider);
        builder.build().map(Self::from).map_err(ResolveError::settings)
    }

    /// Gives up on a domain after this time, 30 seconds by default.
    #[must_use]
    pub fn with_time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// The mail exchangers of a domain and their addresses, A before AAAA, each in the order of the
    /// answer. An address literal such as `[203.0.113.1]` needs no lookup.
    ///
    /// A null MX, an MX without addresses and the like are in the destination: the plan names them.
    ///
    /// # Errors
    /// When the domain does not exist or is no domain ([permanent](ResolveError::is_temporary)), or when
    /// that could not be found out: then keep the mail and try again. A failed lookup never falls back
    /// to the domain's own address (RFC 5321 section 5.1). A circle of aliases counts as failed, but an
    /// answer that holds only records of another name counts as one without records.
    pub async fn resolve(&self, domain: &str) -> Result<Destination, ResolveError> {
        self.resolve_timed(domain).await.outcome
    }

    /// [`resolve`](Self::resolve), with the time that each answer took. What was asked before may come from memory.
    pub async fn resolve_timed(&self, domain: &str) -> Resolution {
        let (begun, mut lookups) = (Instant::now(), Vec::new());
        let outcome = self.resolve_noting(domain, &mut lookups).await;
        lookups.sort_by(|a, b| {
            let later = |it: &TimedLookup| it.question != LookupType::Mx;
            later(a).cmp(&later(b)).then_with(|| (&a.name, a.question).cmp(&(&b.name, b.question)))
        });
        Resolution { total: begun.elapsed(), lookups, outcome }
    }

    async fn resolve_noting(
        &self,
        domain: &str,
        lookups: &mut Vec<TimedLookup>,
    ) -> Result<Destination, ResolveError> {
        let domain = match domain.parse().map_err(ResolveError::name)? {
            Host::Address(address) => return Ok(Destination::literal(address)),
            Host::Name(domain) => domain,
        };
        let found = tokio::time::timeout(self.time_limit, self.look_up(domain, lookups)).await;
        found.unwrap_or_else(|late| Err(ResolveError::new(ResolveErrorKind::TimedOut, late)))
    }

    /// The answer to [`MtaStsQuestion::Record`](crate::tls_policy::MtaStsQuestion::Record).
    pub async fn mta_sts_record(&self, name: &str) -> MtaStsAnswer {
        let Ok(mut name) = Name::from_ascii(name) else { return MtaStsAnswer::LookupFailed };
        name.set_fqdn(true);
        let found = records(&self.inner, name, RecordType::TXT);
        match tokio::time::timeout(self.time_limit, found).await {
            Ok(Ok(found)) => MtaStsAnswer::Texts(found.iter().filter_map(text).collect()),
            Ok(Err(error)) if error.is_nx_domain() => MtaStsAnswer::Texts(Vec::new()),
            _ => MtaStsAnswer::LookupFailed,
        }
    }

    async fn look_up(
        &self,
        domain: Domain,
        lookups: &mut Vec<TimedLookup>,
    ) -> Result<Destination, ResolveError> {
        let mx = self.exchangers(domain, lookups).await?;
        let hosts: Vec<_> = mx.hosts().iter().map(|mx| mx.host.clone()).collect();
        let mut answers = self.addresses(&hosts, lookups).await;
        answers.sort_by_key(|answer| (answer.host, answer.question));
        let mut destination = Destination::new(mx);
        for (index, host) in hosts.iter().enumerate() {
            let of_host = || answers.iter().filter(|answer| answer.host == index);
            let addresses: Vec<IpAddr> = of_host()
                .filter_map(|answer| answer.addresses.as_deref())
                .flatten()
                .copied()
                .collect();
            // One family is enough to deliver; without any, the failed lookup matters.
            if addresses.is_empty() && of_host().any(|answer| answer.addresses.is_none()) {
                destination = destination.with_failed_lookup(host);
            }
            destination = destination.with_addresses(host, addresses);
        }
        Ok(destination)
    }

    async fn exchangers(
        &self,
        domain: Domain,
        lookups: &mut Vec<TimedLookup>,
    ) -> Result<MxSet, ResolveError> {
        let answer = records(&self.inner, absolute(&domain)?, RecordType::MX);
        let (records, lookup) = TimedLookup::note(domain.clone(), LookupType::Mx, answer).await;
        lookups.push(lookup);
        let records = records?;
        let records = records.iter().filter_map(|data| match data {
            RData::MX(mx) => Some((mx.preference, mx.exchange.to_ascii())),
            _ => None,
        });
        Ok(MxSet::new(domain, records))
    }

    /// The addresses of any host, A before AAAA; none where the lookup failed.
    #[cfg(feature = "mta-sts-fetch")]
    async fn addresses_of(&self, host: Domain) -> Vec<IpAddr> {
        let mut answers = self.addresses(&[Host::Name(host)], &mut Vec::new()).await;
        answers.sort_by_key(|answer| answer.question);
        answers.into_iter().filter_map(|answer| answer.addresses).flatten().collect()
    }

    /// All lookups at once, for the hosts of one MX set are at most [`Limits::MX_HOSTS`](crate::Limits).
    async fn addresses(
        &self,
        hosts: &[Host],
        lookups: &mut Vec<TimedLookup>,
    ) -> Vec<AddressAnswer> {
        let mut tasks = JoinSet::new();
        for (index, host) in hosts.iter().enumerate() {
            let Some(domain) = host.as_domain() else { continue };
            let Ok(name) = absolute(domain) else { continue };
            for question in [LookupType::A, LookupType::Aaaa] {
                let (resolver, domain, name) = (self.inner.clone(), domain.clone(), name.clone());
                tasks.spawn(async move {
                    let answer = records(&resolver, name, question.into());
                    let (found, lookup) = TimedLookup::note(domain, question, answer).await;
                    let addresses = addresses_in(found);
                    (AddressAnswer { host: index, question, addresses }, lookup)
                });
            }
        }
        let mut answers = Vec::new();
        while let Some(joined) = tasks.join_next().await {
            match joined {
                Ok((answer, lookup)) => {
                    lookups.push(lookup);
                    answers.push(answer);
                }
                // None is ever aborted, so it panicked.
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        answers
    }
}

impl From<TokioResolver> for MxResolver {
    fn from(inner: TokioResolver) -> Self {
        Self { inner, time_limit: Duration::from_secs(30) }
    }
}

impl std::fmt::Debug for MxResolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MxResolver").field("time_limit", &self.time_limit).finish_non_exhaustive()
    }
}

fn asking(servers: &[SocketAddr]) -> ResolverConfig {
    let servers = servers.iter().map(|server| {
        let mut config = NameServerConfig::udp_and_tcp(server.ip());
        config.connections.iter_mut().for_each(|connection| connection.port = server.port());
        config
    });
    ResolverConfig::from_name_servers(servers.collect())
}

/// The strings of a TXT record, joined. Octets that are no text stay visible, so that no record is
/// taken for another one.
fn text(data: &RData) -> Option<String> {
    match data {
        RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
        _ => None,
    }
}

/// What one lookup said of one host; `None` when it failed.
struct AddressAnswer {
    host: usize,
    question: LookupType,
    addresses: Option<Vec<IpAddr>>,
}

fn addresses_in(found: Result<Vec<RData>, NetError>) -> Option<Vec<IpAddr>> {
    match found {
        Ok(records) => Some(records.iter().filter_map(RData::ip_addr).collect()),
        Err(error) if error.is_nx_domain() => Some(Vec::new()),
        Err(_) => None,
    }
}

/// The records of one name, none when it exists without a record of this type.
async fn records(
    resolver: &TokioResolver,
    name: Name,
    record_type: RecordType,
) -> Result<Vec<RData>, NetError> {
    let none = match resolver.lookup(name, record_type).await {
        Ok(answer) => {
            return Ok(answer.answers().iter().map(|record| record.data.clone()).collect());
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(none)))
            if none.response_code == ResponseCode::NoError =>
        {
            none
        }
        Err(error) => return Err(error),
    };
    if ends_at_alias(resolver, &none).await? { Err(none.into()) } else { Ok(Vec::new()) }
}

/// Whether hickory gave up on a chain of aliases, a circle or a very long one.
///
/// It reports that as an answer without records. Then the answer's last name is an alias itself, and
/// there is no authority section, unlike in most answers of a server that has no such record.
async fn ends_at_alias(resolver: &TokioResolver, none: &NoRecords) -> Result<bool, NetError> {
    if none.authorities.is_some() {
        return Ok(false);
    }
    match resolver.lookup(none.query.name().clone(), RecordType::CNAME).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_no_records_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// With the final dot, so that no search list of the system is tried.
fn absolute(domain: &Domain) -> Result<Name, ResolveError> {
    let mut name = Name::from_ascii(domain.as_str())
        .map_err(|error| ResolveError::from(NetError::from(error)))?;
    name.set_fqdn(true);
    Ok(name)
}
